// Turns the records of real kernels into scenarios, one file a case: test/conformance/scenarios/<group>/<case>.hwp.
//   node test/conformance/converter/records-to-scenarios.mts [--check]
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { everyCase } from './cases.mts';
import { convert } from './convert.mts';

const FOLDER = path.resolve(import.meta.dirname, '../scenarios');

function scenarios(): { readonly files: Map<string, string>; readonly problems: readonly string[] } {
    const files = new Map<string, string>();
    const problems: string[] = [];
    for (const { platform, name, records, file } of everyCase()) {
        try {
            const { text, unknown } = convert(records, platform);
            files.set(file, text);
            problems.push(...unknown.map((what) => `${name}: ${what}`));
        } catch (error) {
            problems.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
        }
    }
    return { files, problems };
}

const check = process.argv.includes('--check');
const { files, problems } = scenarios();
const present = existsSync(FOLDER) ? readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.hwp') && name.includes(path.sep)) : [];
const stale = present.filter((name) => !files.has(name));
const changed = [...files].filter(([name, text]) => !present.includes(name) || readFileSync(path.join(FOLDER, name), 'utf8') !== text).map(([name]) => name);
if (!check) {
    for (const name of stale) {
        rmSync(path.join(FOLDER, name));
    }
    for (const name of changed) {
        mkdirSync(path.dirname(path.join(FOLDER, name)), { recursive: true });
        writeFileSync(path.join(FOLDER, name), files.get(name)!);
    }
}
console.log(`${files.size} scenarios, ${changed.length} ${check ? 'differ' : 'written'}, ${stale.length} ${check ? 'stale' : 'removed'}`);
for (const problem of problems) {
    console.error(problem);
}
process.exitCode = problems.length > 0 || (check && changed.length + stale.length > 0) ? 1 : 0;
