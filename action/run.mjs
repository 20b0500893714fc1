// What action.yml runs: `hwp run`, its annotations in an order that suits a pull request, and a summary of the job.
// Plain JavaScript without dependencies: it is run where the repository is checked out, and nothing of it is installed.
import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { appendFileSync, existsSync, mkdtempSync, readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';

/** GitHub shows that many annotations of each kind for a step, and drops the rest without a word. */
const SHOWN = 10;

/** A summary may have 1 MiB. */
const SUMMARY_BYTES = 1_000_000;

const { env } = process;
const folder = mkdtempSync(path.join(env['RUNNER_TEMP'] ?? os.tmpdir(), 'hwp-'));
const root = spawnSync('git', ['rev-parse', '--show-toplevel'], { encoding: 'utf8' }).stdout?.trim() || process.cwd();
const cli = path.join(env['RUNNER_TEMP'] ?? '', 'hwp/node_modules/hwpoison-scenarios/out/cli.js');

/**
 * @param {string} name of an input
 * @returns {string[]} its lines
 */
function lines(name) {
    return (env[name] ?? '').split('\n').map((line) => line.trim()).filter((line) => line !== '');
}

/**
 * @param {string} name of a report
 * @returns {string}
 */
function written(name) {
    const file = path.join(folder, name);
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

/**
 * @param {string} file that an environment variable names
 * @param {string} text
 */
function append(file, text) {
    const target = env[file];
    if (target !== undefined && target !== '') {
        appendFileSync(target, text);
    }
}

/**
 * The files that a pull request changes, by the revisions that its event names, or by the merge that is checked out.
 * @returns {ReadonlySet<string> | undefined} undefined when there is no pull request, or its history is not here
 */
function changedFiles() {
    /** @type {{ pull_request?: { base?: { sha?: unknown } | null, head?: { sha?: unknown } | null } | null } | null} */
    let event = null;
    try {
        event = JSON.parse(readFileSync(env['GITHUB_EVENT_PATH'] ?? '', 'utf8'));
    } catch (error) {
        console.log(`The event of the run cannot be read: ${error instanceof Error ? error.message : String(error)}`);
    }
    const base = event?.pull_request?.base?.sha;
    const head = event?.pull_request?.head?.sha;
    if (typeof base !== 'string' || typeof head !== 'string') {
        return undefined;
    }
    for (const range of [`${base}...${head}`, 'HEAD^1..HEAD']) {
        const { status, stdout } = spawnSync('git', ['diff', '--name-only', '-z', '--end-of-options', range, '--'], { encoding: 'utf8' });
        if (status === 0) {
            return new Set(stdout.split('\0').filter((name) => name !== ''));
        }
    }
    console.log('What the pull request changes is not known here: check out with fetch-depth: 2 to see its files first.');
    return undefined;
}

/**
 * @param {string} command `::error file=a.hwp,line=3::message`
 * @returns {{ kind: string, file: string }}
 */
function annotation(command) {
    const [, kind = '', file = ''] = /^::(\w+) (?:file=([^,:]*))?/.exec(command) ?? [];
    return { kind, file: file.replaceAll('%3A', ':').replaceAll('%2C', ',').replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%') };
}

/**
 * The runner takes a path from the root of the checkout, as git names it: `./a.hwp` and an absolute path are the same file.
 * @param {string} command
 * @returns {string}
 */
function fromRoot(command) {
    const { file } = annotation(command);
    const name = path.relative(root, path.resolve(file)).split(path.sep).join('/');
    return file === '' || name === '' || name.startsWith('../') ? command : command.replace(/file=[^,:]*/, () => `file=${name.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A').replaceAll(':', '%3A').replaceAll(',', '%2C')}`);
}

/**
 * @param {string} message
 * @returns {string} an annotation without a place
 */
function failure(message) {
    return `::error title=hwp::${message.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')}`;
}

const strict = env['HWP_STRICT'] ?? '';
if (!['', 'true', 'false'].includes(strict)) {
    console.log(failure(`The input "strict" is "${strict}": write true or false.`));
    append('GITHUB_OUTPUT', 'exit-code=2\nannotations=1\n');
    process.exit(2);
}
const paths = lines('HWP_PATHS');
const reports = [`github=${path.join(folder, 'github')}`, `markdown=${path.join(folder, 'markdown')}`, ...lines('HWP_REPORTS')];
const args = [
    'run', ...reports.flatMap((report) => ['--report', report]),
    ...env['HWP_KERNEL'] ? ['--kernel', env['HWP_KERNEL']] : [], ...env['HWP_FILTER'] ? ['--filter', env['HWP_FILTER']] : [],
    ...strict === 'true' ? ['--strict'] : [], '--', ...paths.length === 0 ? ['.'] : paths,
];
// What scenarios say is no command of the runner.
const token = randomUUID();
console.log(`::stop-commands::${token}`);
const { status, error, stderr } = spawnSync(process.execPath, [cli, ...args], { stdio: ['ignore', 'inherit', 'pipe'], encoding: 'utf8', maxBuffer: Infinity });
process.stdout.write(stderr ?? '');
console.log(`\n::${token}::`);

const changed = changedFiles();
const commands = written('github').split('\n').filter((line) => line.startsWith('::')).map(fromRoot);
if (error !== undefined) {
    commands.push(failure(`hwp could not be started: ${error.message}`));
} else if (status !== 0 && commands.length === 0) {
    // An input that cannot be used, or nothing to run: no report says so.
    commands.push(failure(`hwp ended with ${status}: ${stderr.trim().split('\n')[0]?.replace(/^(?:error|hwp): /, '') || 'it said nothing'}`));
}
const ordered = [...commands.filter((command) => changed?.has(annotation(command).file) === true), ...commands.filter((command) => changed?.has(annotation(command).file) !== true)];
const counts = new Map();
let hidden = 0;
for (const command of ordered) {
    const { kind } = annotation(command);
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
    if (counts.get(kind) > SHOWN) {
        hidden++;
    } else {
        console.log(command);
    }
}
if (hidden > 0) {
    console.log(`${hidden} more annotations are not shown: GitHub takes ${SHOWN} of each kind. The summary of the job has them all.`);
}

const summary = Buffer.from(written('markdown'));
append('GITHUB_STEP_SUMMARY', summary.length <= SUMMARY_BYTES ? `${summary.toString()}\n` : `${summary.subarray(0, SUMMARY_BYTES).toString().replace(/\n[^\n]*$/, '')}\n\nThe rest is in the log of the job.\n`);
append('GITHUB_OUTPUT', `exit-code=${status ?? 3}\nannotations=${ordered.length}\n`);
process.exitCode = status ?? 3;
