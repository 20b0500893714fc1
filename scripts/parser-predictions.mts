// What the decisions of the parser come to, worked out from its tables: at every start of the language server it took a
// fifth of the time that the first text takes to parse.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import type { Prediction } from '../server/src/language/parser/prediction.js';

const PRINT = `
import { HwpGrammar } from './server/src/language/parser/grammar.ts';
export const predictions = [...new HwpGrammar(undefined, undefined, {}).allDecisions()].map(([rule, decisions]) => [rule, decisions.map((decision) => decision.tabulate())]);
`;

/** Writes the predictions of the parser whose tables are in the folder `generated`; `temporary` is a folder for what is in between. */
export async function writePredictions(root: string, temporary: string, generated: string): Promise<void> {
    const outfile = path.join(temporary, 'predictions.mjs');
    const tables = path.join(generated, 'parser-tables.ts');
    await build({
        absWorkingDir: root, stdin: { contents: PRINT, resolveDir: root, loader: 'ts' }, outfile, bundle: true, platform: 'node', format: 'esm', mainFields: ['module', 'main'], logLevel: 'warning',
        banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
        plugins: [{ name: 'tables', setup: (setup) => setup.onResolve({ filter: /generated\/parser-tables\.js$/ }, () => ({ path: tables })) }],
    });
    const { predictions } = await import(pathToFileURL(outfile).href) as { readonly predictions: readonly (readonly [rule: string, readonly Prediction[]])[] };
    writeFileSync(path.join(generated, 'parser-predictions.ts'), [
        '// Generated from grammar/hwp.langium by scripts/parser-predictions.mts; see parser/prediction.ts for what it means.',
        "import type { Predictions } from '../parser/grammar.js';", '',
        '/** As JSON: most texts come to a few of them. */',
        `export const PREDICTIONS: Predictions = {\n${predictions.map(([rule, each]) => `    ${rule}: [\n${each.map((one) => `        '${JSON.stringify(one)}',`).join('\n')}\n    ],`).join('\n')}\n};`, '',
    ].join('\n'));
}
