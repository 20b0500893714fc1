import { describe, expect, test } from 'vitest';
import { breachesIn, importGraph, importLines } from '../../scripts/check-layers.mts';
import { circlesIn } from '../../scripts/import-circles.mts';
import { LAYER_RULES } from '../../scripts/layer-rules.mts';

/** The message of each breach in a tree where every file that is imported exists. */
function messages(file: string, text: string, others: readonly string[] = []): string[] {
    const tree = new Map([[file, text], ...others.map((other) => [other, ''] as const)]);
    return breachesIn(tree).map((breach) => `${breach.file}:${breach.line}: ${breach.message}`);
}

describe('import lines', () => {
    test.each([
        ["import a from './a.js';", './a.js', false],
        ["import './a.js';", './a.js', false],
        ["import * as a from './a.js';", './a.js', false],
        ["import { a, type B } from './a.js';", './a.js', false],
        ["import type { A } from './a.js';", './a.js', true],
        ["import { type A, type B } from './a.js';", './a.js', true],
        ["export * from './a.js';", './a.js', false],
        ["export { a } from './a.js';", './a.js', false],
        ["export type * from './a.js';", './a.js', true],
        ["export { type A } from './a.js';", './a.js', true],
        ["type A = import('./a.js').A;", './a.js', true],
        ["const a = await import('./a.js');", './a.js', false],
        ['const a = await import(`./a.js`);', './a.js', false],
        ["const a = require('./a.js');", './a.js', false],
        ["const a = require.resolve('./a.js');", './a.js', false],
        ["import a = require('./a.js');", './a.js', false],
        ["await import(name);", undefined, false],
    ])('%s', (text, specifier, typesOnly) => {
        expect(importLines('server/src/kernel/a.ts', text)).toEqual([{ line: 1, specifier, typesOnly }]);
    });

    test('text that only looks like an import is none', () => {
        expect(importLines('server/src/kernel/a.ts', "// import './a.js'\nconst text = \"import './a.js'\"; export { text };")).toEqual([]);
    });
});

describe('layers', () => {
    test.each([
        ['machine', 'vocabulary'], ['kernel', 'machine'], ['simulator', 'kernel'], ['report', 'simulator'], ['analysis', 'report'],
        ['analysis', 'language'], ['language', 'vocabulary'], ['lsp', 'analysis'], ['cli', 'analysis'], ['lab', 'analysis'], ['log', 'analysis'],
        ['kernel', 'kernel'],
    ])('%s may import %s', (from, to) => {
        expect(messages(`server/src/${from}/a.ts`, `import { b } from '../${to}/b.js';`, [`server/src/${to}/b.ts`])).toEqual([]);
    });

    test.each([
        ['vocabulary', 'machine'], ['machine', 'kernel'], ['kernel', 'simulator'], ['simulator', 'report'], ['report', 'analysis'],
        ['report', 'language'], ['simulator', 'language'], ['language', 'kernel'], ['language', 'analysis'], ['analysis', 'lsp'], ['lsp', 'cli'],
        ['cli', 'lsp'],
    ])('%s must not import %s', (from, to) => {
        expect(messages(`server/src/${from}/a.ts`, `\nimport type { B } from '../${to}/b.js';`, [`server/src/${to}/b.ts`]))
            .toEqual([`server/src/${from}/a.ts:2: ${from} must not import ${to} (server/src/${to}/b.ts)`]);
    });

    test('only lowering may import from the simulator, and only the types of programs', () => {
        const others = ['server/src/simulator/program.ts', 'server/src/simulator/trace.ts'];
        const lowering = 'server/src/language/lowering/step.ts';
        expect(messages(lowering, "import type { Step } from '../../simulator/program.js';", others)).toEqual([]);
        expect(messages(lowering, "import { step } from '../../simulator/program.js';", others))
            .toEqual([`${lowering}:1: language imports more than types of server/src/simulator/program.ts`]);
        expect(messages(lowering, "import type { Trace } from '../../simulator/trace.js';", others)).toHaveLength(1);
        expect(messages('server/src/language/hover.ts', "import type { Step } from '../simulator/program.js';", others)).toHaveLength(1);
    });

    test('the client may import the types of the protocol, and nothing else of the server', () => {
        const others = ['server/src/lsp/protocol.ts', 'server/src/report/text.ts'];
        expect(messages('client/src/a.ts', "import type { A } from '../../server/src/lsp/protocol.js';", others)).toEqual([]);
        expect(messages('client/src/a.ts', "import { a } from '../../server/src/lsp/protocol.js';", others)).toHaveLength(1);
        expect(messages('client/src/a.ts', "import type { A } from '../../server/src/report/output/text.js';", others)).toHaveLength(1);
    });
});

describe('modules from outside', () => {
    test.each(['vocabulary', 'machine', 'kernel', 'simulator', 'report'])('%s imports none', (layer) => {
        for (const name of ['langium', 'node:fs', 'fs', 'vscode', 'vscode-languageserver', 'tinyglobby']) {
            expect(messages(`server/src/${layer}/a.ts`, `import type { A } from '${name}';`))
                .toEqual([`server/src/${layer}/a.ts:1: ${layer} must not import "${name}"`]);
        }
    });

    test.each(['language', 'analysis', 'lsp'])('%s imports packages, but nothing of Node', (layer) => {
        expect(messages(`server/src/${layer}/a.ts`, "import { a } from 'langium';")).toEqual([]);
        for (const name of ['node:fs', 'path', 'langium/node', 'vscode-languageserver/node', 'vscode-languageserver/node.js']) {
            expect(messages(`server/src/${layer}/a.ts`, `import { a } from '${name}';`)).toHaveLength(1);
        }
    });

    test('of the server, only its entry on Node brings Node in', () => {
        const text = "import { NodeFileSystem } from 'langium/node'; import { createConnection } from 'vscode-languageserver/node.js';";
        expect(messages('server/src/lsp/main-node.ts', text)).toEqual([]);
        expect(messages('server/src/lsp/main-browser.ts', text)).toHaveLength(2);
    });
});

describe('what cannot be checked', () => {
    test('a file in no layer', () => {
        expect(messages('server/src/misc.ts', '')).toEqual(['server/src/misc.ts:1: lies in no layer']);
    });

    test('a path to no file', () => {
        expect(messages('server/src/kernel/a.ts', "import '../../../outside.js';")).toEqual(['server/src/kernel/a.ts:1: "../../../outside.js" is not a file of the tree']);
    });

    test('a computed path', () => {
        expect(messages('server/src/kernel/a.ts', 'await import(name);')).toEqual(['server/src/kernel/a.ts:1: kernel imports a computed path']);
    });
});

describe('circles of imports', () => {
    const circles = (files: Readonly<Record<string, string>>): string[][] => circlesIn(importGraph(new Map(Object.entries(files))));

    test('of types only count too, and each is named once', () => {
        expect(circles({
            'server/src/kernel/a.ts': "import { b } from './b.js';",
            'server/src/kernel/b.ts': "import type { C } from './c.js';",
            'server/src/kernel/c.ts': "export type { A } from './a.js';",
            'server/src/kernel/d.ts': "import './a.js'; import './e.js';",
            'server/src/kernel/e.ts': "type D = import('./d.js').D;",
        })).toEqual([
            ['server/src/kernel/a.ts', 'server/src/kernel/b.ts', 'server/src/kernel/c.ts'],
            ['server/src/kernel/d.ts', 'server/src/kernel/e.ts'],
        ]);
    });

    test('a file that imports itself is one', () => {
        expect(circles({ 'server/src/kernel/a.ts': "import './a.js';" })).toEqual([['server/src/kernel/a.ts']]);
    });

    test('two ways to one file are none', () => {
        expect(circles({ 'server/src/kernel/a.ts': "import './b.js'; import './c.js';", 'server/src/kernel/b.ts': "import './c.js';", 'server/src/kernel/c.ts': '' })).toEqual([]);
    });
});

test('every row names layers that exist', () => {
    const layers = LAYER_RULES.map((rule) => rule.layer);
    expect(LAYER_RULES.flatMap((rule) => rule.mayImport).filter((layer) => !layers.includes(layer))).toEqual([]);
});
