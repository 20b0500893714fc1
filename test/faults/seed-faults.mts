// Puts faults into a copy of the model, one at a time, and asks which tests notice.
//   node scripts/with-pinned-node.mjs test/faults/seed-faults.mts                 all of them, about ten minutes
//   node scripts/with-pinned-node.mjs test/faults/seed-faults.mts lsb policy      those whose description holds one of the words
// Not part of npm test: it tests the tests.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { FAULTS, type Fault } from './faults.mts';

const root = path.resolve(import.meta.dirname, '..', '..');
const copy = path.join(root, '.cache', 'faults');
const report = path.join(copy, 'result.json');
const PARTS = ['server', 'test', 'scripts', 'docs', 'grammar', 'syntaxes', 'examples', 'package.json', 'tsconfig.json', 'tsconfig.base.json', 'vitest.config.mts', 'langium-config.json'];
/** A few programs of each kind find what they find in a few seconds. */
const ENVIRONMENT = { ...process.env, HWP_PROGRAMS: '6' };
const ENOUGH = 11 / 12;

/** Suites, with the tests that a fault cannot change left out. */
const SUITES: Readonly<Record<string, readonly string[]>> = {
    unit: ['test/kernel', 'test/simulator'],
    properties: ['test/properties'],
    conformance: ['test/conformance/conformance.test.ts', '-t', 'Linux 7.3'],
};

interface Outcome { readonly failed: number; readonly first: string; }

interface VitestResult {
    readonly numTotalTests: number;
    readonly numFailedTests: number;
    readonly success: boolean;
    readonly testResults: readonly { readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[] }[];
}

function makeCopy(): void {
    rmSync(copy, { recursive: true, force: true });
    mkdirSync(copy, { recursive: true });
    for (const part of PARTS) if (existsSync(path.join(root, part))) cpSync(path.join(root, part), path.join(copy, part), { recursive: true });
    symlinkSync(path.join(root, 'node_modules'), path.join(copy, 'node_modules'), 'junction');
}

function runSuite(args: readonly string[]): Outcome {
    rmSync(report, { force: true });
    spawnSync('vitest', ['run', ...args, '--reporter=json', `--outputFile=${report}`], { cwd: copy, env: ENVIRONMENT, stdio: 'ignore' });
    if (!existsSync(report)) return { failed: 1, first: 'the run itself' };
    const result = JSON.parse(readFileSync(report, 'utf8')) as VitestResult;
    const failed = result.testResults.flatMap(({ assertionResults }) => assertionResults).filter(({ status }) => status === 'failed');
    return { failed: result.success ? 0 : Math.max(1, result.numFailedTests), first: failed[0]?.fullName.trim() ?? 'a file that could not be loaded' };
}

function runSuites(names: readonly string[]): Map<string, Outcome> {
    return new Map(names.map((name) => [name, runSuite(SUITES[name]!)]));
}

/** Puts the fault in for as long as `then` takes. */
function withFault<Result>({ file, from, to, what }: Fault, then: () => Result): Result {
    const target = path.join(copy, 'server', 'src', file);
    const sound = readFileSync(target, 'utf8');
    if (sound.split(from).length !== 2) throw new Error(`"${what}" is out of date: its text does not stand exactly once in ${file}`);
    writeFileSync(target, sound.replace(from, () => to));
    try {
        return then();
    } finally {
        writeFileSync(target, sound);
    }
}

const words = process.argv.slice(2);
const chosen = FAULTS.filter(({ what }) => words.length === 0 || words.some((word) => what.includes(word)));
makeCopy();
const sound = [...runSuites(Object.keys(SUITES))];
const usable = sound.filter(([, { failed }]) => failed === 0).map(([name]) => name);
for (const [name, { failed, first }] of sound) if (failed > 0) console.log(`left out: ${name} fails without any fault (${failed}, first: ${first})`);

const through: string[] = [];
console.log(['fault', ...usable, 'first test that noticed'].join(' | '));
for (const fault of chosen) {
    const outcomes = withFault(fault, () => runSuites(usable));
    const noticed = [...outcomes.values()].find(({ failed }) => failed > 0);
    if (noticed === undefined) through.push(fault.what);
    console.log([fault.what, ...usable.map((name) => String(outcomes.get(name)!.failed)), noticed?.first ?? 'NOBODY'].join(' | '));
}
const caught = chosen.length - through.length;
console.log(`\n${caught} of ${chosen.length} faults caught${through.length === 0 ? '' : `; got through: ${through.join('; ')}`}`);
rmSync(copy, { recursive: true, force: true });
process.exitCode = caught / chosen.length >= ENOUGH ? 0 : 1;
