// The steps of npm test, some of them at the same time. Ends with the sum of all test runners, alone on a line: "N passed, N failed".
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';

interface Counts {
    readonly passed: number;
    readonly failed: number;
    /** The tests that failed, each with its message. */
    readonly failures: readonly string[];
}

interface VitestResult {
    readonly numPassedTests: number;
    readonly numFailedTests: number;
    readonly testResults: readonly {
        readonly name: string;
        readonly status: string;
        readonly message: string;
        readonly assertionResults: readonly { readonly status: string; readonly fullName: string; readonly failureMessages: readonly string[] }[];
    }[];
}

interface Step {
    readonly name: string;
    readonly what: string;
    readonly command: readonly string[];
    /** For a test runner: the file it leaves its numbers in, and how to read it. */
    readonly result?: { readonly file: string; readonly read: (json: unknown) => Counts };
}

interface Outcome extends Counts {
    readonly step: Step;
    readonly ok: boolean;
    readonly seconds: number;
}

const root = path.resolve(import.meta.dirname, '..');
const RESULTS = '.cache/test-results';
const VITEST_RESULT = `${RESULTS}/vitest.json`;
const MINIMUM_FILE = 'test/minimum-tests.txt';

/** Lines of a failure that are repeated at the end. */
const FAILURE_LINES = 8;

/** Steps that are in one lane follow each other; lanes of a stage run at the same time, stages do not. */
type Stage = readonly (readonly Step[])[];

const STATIC: Stage = [[
    { name: 'generated', what: 'what is generated from the grammar is current', command: ['node', 'scripts/generate.mts', '--check'] },
    { name: 'docs', what: 'the pages that are made from tables and runs are current', command: ['node', 'scripts/docs/main.mts', '--check'] },
    { name: 'layers', what: 'imports follow the layers', command: ['node', 'scripts/check-layers.mts'] },
    { name: 'lint', what: 'the linter', command: ['eslint', '.'] },
], [
    { name: 'types', what: 'the type checker', command: ['tsc', '--build'] },
    { name: 'package', what: 'the bundles that ship, and the package, none of them too large', command: ['node', 'scripts/package.mts'] },
], [
    // Of the network most of it, so that it costs nothing here.
    { name: 'host', what: 'a VS Code to test in, and a browser', command: ['node', 'scripts/vscode/needs.mts'] },
]];

const UNIT: Stage = [[
    {
        name: 'unit', what: 'tests in Node',
        command: ['vitest', 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${VITEST_RESULT}`],
        result: {
            file: VITEST_RESULT,
            read: (json) => {
                const { numPassedTests, numFailedTests, testResults } = json as VitestResult;
                const failures = testResults.filter(({ status }) => status === 'failed').flatMap(({ name, message, assertionResults }) => {
                    const file = path.relative(root, name);
                    const tests = assertionResults.filter((test) => test.status === 'failed');
                    // A file that could not be loaded has no tests.
                    return tests.length === 0 ? [`${file}: ${message}`] : tests.map(({ fullName, failureMessages }) => `${file}: ${fullName}: ${failureMessages.join('\n')}`);
                });
                return { passed: numPassedTests, failed: numFailedTests, failures };
            },
        },
    },
]];

// One after the other: an emulator, and an editor that draws without a graphics card, take two cores each. The lab leaves a kernel for VS Code.
const WHOLE: Stage = [[
    {
        name: 'lab', what: 'scenarios on a real kernel, in an emulator', command: ['node', 'scripts/lab/run-cross-section.mts'],
        result: { file: `${RESULTS}/lab.json`, read: (json) => json as Counts },
    },
    {
        name: 'vscode', what: 'tests in a real VS Code', command: ['node', 'scripts/vscode/run-tests.mts'],
        result: { file: `${RESULTS}/vscode.json`, read: (json) => json as Counts },
    },
    {
        name: 'web', what: 'tests as a web extension, in a browser', command: ['node', 'scripts/vscode/web-tests.mts'],
        result: { file: `${RESULTS}/web.json`, read: (json) => json as Counts },
    },
]];

const STAGES: readonly Stage[] = [STATIC, UNIT, WHOLE];
const STEPS: readonly Step[] = STAGES.flat(2);

/** @param alone nothing runs beside it: it may write as it goes. What others write is printed when they have ended. */
async function run(step: Step, alone: boolean): Promise<Outcome> {
    const title = `\n== ${step.name}: ${step.what}`;
    const resultFile = step.result && path.join(root, step.result.file);
    if (resultFile !== undefined) {
        rmSync(resultFile, { force: true });
    }
    if (alone) {
        console.log(title);
    }
    const started = Date.now();
    const { ok, output } = await commandOf(step, alone);
    if (!alone) {
        console.log(`${title}\n${output}`);
    }
    const seconds = (Date.now() - started) / 1000;
    const counts = step.result !== undefined && resultFile !== undefined && existsSync(resultFile)
        ? step.result.read(JSON.parse(readFileSync(resultFile, 'utf8')))
        : { passed: 0, failed: 0, failures: [] };
    // A check that failed, or a runner that failed outside its tests, counts as one failure.
    return { step, ok, seconds, ...counts, failed: ok ? counts.failed : Math.max(counts.failed, 1) };
}

function commandOf({ command: [command = '', ...args] }: Step, alone: boolean): Promise<{ readonly ok: boolean; readonly output: string }> {
    const child = spawn(command, args, { cwd: root, stdio: alone ? 'inherit' : ['ignore', 'pipe', 'pipe'], shell: process.platform === 'win32' });
    const output: Buffer[] = [];
    child.stdout?.on('data', (bytes: Buffer) => output.push(bytes));
    child.stderr?.on('data', (bytes: Buffer) => output.push(bytes));
    return new Promise((resolve) => {
        const end = (ok: boolean): void => resolve({ ok, output: Buffer.concat(output).toString() });
        child.on('error', (error) => {
            output.push(Buffer.from(error.message));
            end(false);
        });
        child.on('close', (code) => end(code === 0));
    });
}

async function runStage(stage: Stage): Promise<Outcome[]> {
    const lanes = stage.map((lane) => lane.filter((step) => steps.includes(step))).filter((lane) => lane.length > 0);
    const outcomes = await Promise.all(lanes.map(async (lane) => {
        const ended: Outcome[] = [];
        for (const step of lane) {
            ended.push(await run(step, lanes.length === 1));
        }
        return ended;
    }));
    return outcomes.flat();
}

/** What is repeated at the end: a log of thousands of lines hides it, and CI may keep its end only. */
function describeFailures({ step, failures }: Outcome): string[] {
    return failures.map((failure) => `FAILED in ${step.name}: ${failure.split('\n').slice(0, FAILURE_LINES).join('\n    ')}`);
}

function describe({ step, ok, seconds, passed, failed }: Outcome): string {
    const counts = step.result === undefined ? '' : `  ${passed} passed, ${failed} failed`;
    return `  ${ok ? 'ok    ' : 'FAILED'}  ${step.name.padEnd(10)}${seconds.toFixed(1).padStart(6)} s${counts}`;
}

/** What is wrong with the number of tests that ran; a suite that stops running some of its tests must not stay green. */
function tooFewTests(ran: number): string | undefined {
    const minimum = Number(readFileSync(path.join(root, MINIMUM_FILE), 'utf8'));
    if (!Number.isInteger(minimum)) {
        return `${MINIMUM_FILE} must hold one number`;
    }
    return ran < minimum
        ? `only ${ran} tests ran, and ${MINIMUM_FILE} asks for ${minimum}: find out which no longer run, or lower the number with the tests that you remove`
        : undefined;
}

function selectedSteps(names: readonly string[]): readonly Step[] {
    const unknown = names.find((name) => !STEPS.some((step) => step.name === name));
    if (unknown !== undefined) {
        console.error(`there is no step "${unknown}"; the steps are ${STEPS.map((step) => step.name).join(', ')}`);
        process.exit(2);
    }
    return names.length === 0 ? STEPS : STEPS.filter((step) => names.includes(step.name));
}

const steps = selectedSteps(process.argv.slice(2));
mkdirSync(path.join(root, RESULTS), { recursive: true });
const outcomes: Outcome[] = [];
for (const stage of STAGES) {
    outcomes.push(...await runStage(stage));
}
const passed = outcomes.reduce((sum, outcome) => sum + outcome.passed, 0);
let failed = outcomes.reduce((sum, outcome) => sum + outcome.failed, 0);

console.log(outcomes.flatMap(describeFailures).map((text) => `\n${text}`).join(''));
console.log(`\n${outcomes.map(describe).join('\n')}`);
const tooFew = steps === STEPS ? tooFewTests(passed + outcomes.reduce((sum, outcome) => sum + (outcome.step.result ? outcome.failed : 0), 0)) : undefined;
if (tooFew !== undefined) {
    console.error(`\n${tooFew}`);
    failed += 1;
}
console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
