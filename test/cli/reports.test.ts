// `hwp run --report`, `--filter`, `--shard`, `--fail-fast`, `--list`: the built command, read by other programs.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Parser } from 'tap-parser';
import { parse } from 'test-results-parser';
import { afterAll, describe, expect, test } from 'vitest';

const cli = path.resolve(import.meta.dirname, '../../out/cli.js');
const folder = mkdtempSync(path.join(os.tmpdir(), 'hwp-reports-'));
afterAll(() => { rmSync(folder, { recursive: true, force: true }); });

const step = (type: string): string => `    region r = slab 1 page\n    corrupt-pfn r\n        expect ${type} MF_IGNORED\n`;
const scenario = (title: string, body: string): string => `scenario "${title.replaceAll('"', '\\"')}" {\n${body}}\n`;
writeFileSync(path.join(folder, 'a.hwp'), [
    scenario('holds', step('MF_MSG_KERNEL')), scenario('fails <&"> # 100%', step('MF_MSG_GET_HWPOISON')), scenario('is invalid', '    corrupt-pfn nothing\n'),
    scenario('is varied', `    vary kernel 6.12, 7.3\n${step('MF_MSG_KERNEL')}`),
].join('\n'));
writeFileSync(path.join(folder, 'b.hwp'), scenario('holds, too', step('MF_MSG_KERNEL')));

function hwp(...args: string[]): { readonly status: number | null; readonly out: string; readonly err: string } {
    const { status, stdout, stderr } = spawnSync(process.execPath, [cli, 'run', ...args], { cwd: folder, encoding: 'utf8', env: { ...process.env, NO_COLOR: '1' } });
    return { status, out: stdout, err: stderr };
}
const read = (name: string): string => readFileSync(path.join(folder, name), 'utf8');
const titles = (...args: string[]): string[] => hwp('--list', ...args).out.split('\n').filter((line) => line !== '').map((line) => line.split(': ').slice(1).join(': '));

describe('reports', () => {
    test('several at once, beside the text, each with the same sums', () => {
        const { status, out } = hwp('a.hwp', 'b.hwp', 'missing.hwp', '--report', 'junit=j.xml', '--report', 'tap=t.tap', '--report', 'sarif=s.json', '--report', 'markdown=m.md', '--report', 'github');
        expect(status).toBe(2);
        expect(out).toContain('5 scenarios: 2 passed, 2 failed, 1 invalid');
        const junit = parse({ type: 'junit', files: [path.join(folder, 'j.xml')] });
        expect([junit.total, junit.passed, junit.failed, junit.errors]).toEqual([7, 3, 2, 2]);
        const tap = Parser.parse(read('t.tap')).flatMap((event) => event[0] === 'complete' ? [event[1]] : [])[0];
        expect([tap?.count, tap?.pass, tap?.fail]).toEqual([7, 3, 4]);
        expect(read('m.md')).toContain('6 cases of 5 scenarios: ✅ 3 passed, ❌ 2 failed, ⛔ 1 invalid');
        expect(out).toContain('::error file=missing.hwp,title=hwp::no such file or folder\n');
        expect(out).toMatch(/^::error file=a\.hwp,line=10,endLine=10,col=16,endColumn=\d+,title=hwp verdict\/failed::/mu);
    });

    test('SARIF names a rule and a region for each result', () => {
        hwp('a.hwp', '--report', 'sarif=s.json');
        const { version, runs: [run] } = JSON.parse(read('s.json')) as { version: string; runs: { tool: { driver: { rules: { id: string }[] } }; results: { ruleId: string; ruleIndex: number; level: string; locations: { physicalLocation: { artifactLocation: { uri: string }; region: { startLine: number } } }[] }[] }[] };
        expect(version).toBe('2.1.0');
        expect(run?.results.length).toBeGreaterThan(0);
        for (const { ruleId, ruleIndex } of run!.results) expect(run!.tool.driver.rules[ruleIndex]?.id).toBe(ruleId);
        expect(run!.results.find(({ ruleId }) => ruleId === 'verdict/failed')).toMatchObject({ level: 'error', locations: [{ physicalLocation: { artifactLocation: { uri: 'a.hwp' }, region: { startLine: 10 } } }] });
    });

    test('markup in a title is text', () => {
        hwp('a.hwp', '--report', 'junit=j.xml', '--report', 'tap=t.tap', '--report', 'markdown=m.md');
        expect(parse({ type: 'junit', files: [path.join(folder, 'j.xml')] }).suites[0]?.cases.map(({ name }: { name: string }) => name)).toContain('fails <&"> # 100%');
        expect(read('t.tap')).toContain('not ok 2 - a.hwp: fails <&"> \\# 100%\n');
        expect(read('m.md')).toContain('**fails \\<\\&"\\> \\# 100%**');
    });

    test('what no model describes is skipped in JUnit and TODO in TAP', () => {
        writeFileSync(path.join(folder, 'gap.hwp'), scenario('gap', '    movable at phys 512 MiB size 256 MiB\n    region r = free 1 page\n    corrupt-pfn r\n        expect no panic\n'));
        expect(hwp('gap.hwp', '--report', 'junit=gap.xml', '--report', 'tap=gap.tap').status).toBe(4);
        expect(parse({ type: 'junit', files: [path.join(folder, 'gap.xml')] }).suites[0]?.skipped).toBe(1);
        expect(read('gap.tap')).toMatch(/^not ok 1 - gap\.hwp: gap # TODO not modelled/mu);
    });

    test('names of files and folders may have what URIs write otherwise', () => {
        mkdirSync(path.join(folder, 'ws@2'), { recursive: true });
        writeFileSync(path.join(folder, 'ws@2/c++ (copy).hwp'), scenario('holds', step('MF_MSG_KERNEL')));
        expect(hwp('ws@2/c++ (copy).hwp').out).toContain('corrupt-pfn r  KERNEL Ignored');
    });

    test('nothing is written over what is run, by whatever name', () => {
        writeFileSync(path.join(folder, 'kept.txt'), scenario('kept', step('MF_MSG_KERNEL')));
        symlinkSync('kept.txt', path.join(folder, 'to-kept'));
        for (const options of [['--report', 'junit=kept.txt'], ['--report', 'tap=to-kept'], ['--picture', 'to-kept']]) {
            expect(hwp('kept.txt', ...options)).toMatchObject({ status: 2, out: '', err: expect.stringContaining('would be written over scenarios that are run') as string });
            expect(read('kept.txt')).toContain('scenario "kept"');
        }
    });

    test('the same run gives the same bytes', () => {
        hwp('a.hwp', '--report', 'junit=1.xml');
        hwp('a.hwp', '--report', 'junit=2.xml');
        expect(read('1.xml')).toBe(read('2.xml'));
    });

    test('one that cannot be written is said, and the others are written', () => {
        mkdirSync(path.join(folder, 'taken'), { recursive: true });
        const { status, err } = hwp('b.hwp', '--report', 'junit=taken', '--report', 'tap=other.tap', '--report', 'sarif=no/such/folder/s.json', '--report', 'markdown=b.hwp/m.md');
        expect(status).toBe(2);
        expect(err).toMatch(/^hwp: the junit report cannot be written to taken: EISDIR/mu);
        expect(err).toMatch(/^hwp: the sarif report cannot be written to no\/such\/folder\/s\.json: ENOENT/mu);
        expect(err).toMatch(/^hwp: the markdown report cannot be written to b\.hwp\/m\.md: ENOTDIR/mu);
        expect(existsSync(path.join(folder, 'other.tap'))).toBe(true);
    });

    test.each([
        [['--report', 'junit=x', '--report', 'tap=./x'], '`junit` and `tap` would both be written to ./x.'],
        [['--report', 'junit=x', '--report', 'tap=to-x'], '`junit` and `tap` would both be written to to-x.'],
        [['--report', 'junit=new', '--report', 'tap=to-new'], '`junit` and `tap` would both be written to to-new.'],
        [['--report', 'junit=b.hwp'], '`junit=b.hwp` would be written over scenarios: a report is no `.hwp` file.'],
        [['--report', 'junit=to-b'], '`junit=to-b` would be written over scenarios'],
        [['--report', 'tap', '--format', 'json'], 'the tap report would stand behind the json on the standard output: write `tap=FILE`.'],
        [['--report', 'tap=x', '--list'], '--list runs nothing: --report does not go with it.'],
        [['--report', 'tap', '--report', 'github'], '`tap` and `github` would both go to the standard output: write `github=FILE`.'],
        [['--report', 'junti=x'], 'There is no report `junti`. Did you mean `junit`? There are junit, tap, sarif, github, markdown.'],
        [['--report', 'junit='], '`junit=` names no file: write `junit=FILE`, or `junit` for the standard output.'],
        [['--shard', '3/2'], '`3/2` is no part of a whole: write `2/5` for the second of five parts.'],
        [['--filter', '('], 'Invalid regular expression'],
    ])('%j is refused before anything runs', (args, message) => {
        for (const [link, to] of [['to-x', 'x'], ['to-b', 'b.hwp'], ['to-new', 'new']] as const) {
            // One link leads to no file yet.
            if (to !== 'new') writeFileSync(path.join(folder, to), read('b.hwp'));
            rmSync(path.join(folder, link), { force: true });
            symlinkSync(to, path.join(folder, link));
        }
        const before = read('b.hwp');
        const { status, out, err } = hwp('b.hwp', ...args);
        expect([status, out, read('b.hwp')]).toEqual([2, '', before]);
        expect(err).toContain(message);
    });
});

describe('which scenarios', () => {
    test('--list names them with their places, and runs none', () => {
        expect(hwp('--list', 'b.hwp').out).toBe('b.hwp:1:1: holds, too\n');
        expect(titles('a.hwp')).toEqual(['holds', 'fails <&"> # 100%', 'is invalid', 'is varied']);
    });

    test('--filter takes those whose title matches', () => {
        expect(titles('a.hwp', 'b.hwp', '--filter', '^HOLDS')).toEqual(['holds', 'holds, too']);
        expect(hwp('a.hwp', '--filter', '^holds$')).toMatchObject({ status: 0 });
        expect(hwp('a.hwp', '--filter', 'nobody')).toMatchObject({ status: 2, err: 'hwp: nothing was run: there is no scenario that was asked for in a.hwp\n' });
    });

    test('the parts of --shard are the whole, each scenario once', () => {
        const whole = titles('a.hwp', 'b.hwp');
        const parts = [1, 2, 3].map((part) => titles('a.hwp', 'b.hwp', '--shard', `${part}/3`));
        expect(parts.flat().sort()).toEqual([...whole].sort());
        expect(parts.map(({ length }) => length)).toEqual([2, 2, 1]);
    });

    test('--fail-fast ends with the first file that fails', () => {
        expect(hwp('a.hwp', 'b.hwp', '--fail-fast').out).not.toContain('b.hwp');
        expect(hwp('b.hwp', 'a.hwp', '--fail-fast').out).toContain('a.hwp');
    });
});
