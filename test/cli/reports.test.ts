// `hwp run --report`, `--filter`, `--shard`, `--fail-fast`, `--list`: the built command, read by other programs.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import Ajv from 'ajv';
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
        // As an attribute, and as the text of the element.
        expect(read('gap.xml').match(/not modelled/gu)).toHaveLength(2);
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

    test('nothing is written over what is imported', () => {
        writeFileSync(path.join(folder, 'lab.inc'), 'machine lab { }\n');
        writeFileSync(path.join(folder, 'importing.hwp'), `import "lab.inc"\n${scenario('on a machine', step('MF_MSG_KERNEL')).replace('machine"', 'machine" on lab')}`);
        expect(hwp('importing.hwp', '--report', 'tap=lab.inc')).toMatchObject({ status: 2, err: 'hwp: lab.inc would be written over scenarios that are imported: name another file.\n' });
        expect(hwp('importing.hwp', '--picture', 'lab.inc')).toMatchObject({ status: 2, err: 'hwp: the picture is not written to lab.inc: scenarios of this run are there\n' });
        expect(hwp('a.hwp', '--report', 'tap=p-holds.svg', '--picture', 'p.svg').err).toContain('hwp: the picture is not written to p-holds.svg: the tap report is there\n');
        expect(read('lab.inc')).toBe('machine lab { }\n');
    });

    test('what --strict refuses has not passed', () => {
        writeFileSync(path.join(folder, 'unchecked.hwp'), `${scenario('nothing', '    region r = slab 1 page\n    corrupt-pfn r\n')}${scenario('', `    kernel 6.17\n${step("MF_MSG_GET_HWPOISON")}`)}`);
        const { status } = hwp('unchecked.hwp', '--strict', '--report', 'junit=s.xml', '--report', 'sarif=s.json', '--report', 'github=s.github', '--report', 'markdown=s.md');
        expect(status).toBe(2);
        const [suite] = parse({ type: 'junit', files: [path.join(folder, 's.xml')] }).suites;
        expect([suite?.passed, suite?.failed, suite?.errors]).toEqual([0, 1, 1]);
        expect(read('s.xml')).toContain('<failure type="strict/unchecked" message="--strict: passed, nothing checked.">');
        expect(read('s.xml')).toContain('<testcase name="scenario at line 5" classname="unchecked.hwp">');
        expect(read('s.json')).toContain('"ruleId": "strict/unchecked"');
        expect(read('s.github')).toMatch(/^::error file=unchecked\.hwp,line=1,.*title=hwp strict\/unchecked::/mu);
        expect(read('s.md')).toContain('❌ 1 failed, ⛔ 1 invalid');
        hwp('unchecked.hwp', '--report', 'junit=s.xml');
        expect(read('s.xml')).toContain('failures="0" errors="0"');
    });

    test('a title is what it is in Markdown, and no address', () => {
        writeFileSync(path.join(folder, 'titles.hwp'), scenario(' see https://example.org/a or www.example.org, a@example.org ', step('MF_MSG_GET_HWPOISON')));
        hwp('titles.hwp', '--report', 'markdown=titles.md');
        expect(read('titles.md')).toContain('**see https\\://example.org/a or www\\.example.org, a\\@example.org**');
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
        [['--report', 'tap=/dev/stdout', '--format', 'json'], 'the tap report would stand behind the json on the standard output: write `tap=FILE`.'],
        [['--picture', '/dev/stdout'], 'the picture would stand among what is printed to the standard output: write `--picture FILE.svg`.'],
        [['--report', 'junit=x', '--picture', './to-x'], 'the junit report and the picture would both be written to ./to-x.'],
        [['--list', '--format', 'html'], '--list runs nothing: there is no html of it. --format text and json go with it.'],
        [['--list', '--picture', 'x.svg'], '--list runs nothing: --picture does not go with it.'],
        [['--jobs', '99999999'], 'it must be a whole number from 1 to 9999'],
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

    test('--list --format json is one object', () => {
        const { status, out, err } = hwp('--list', '--format', 'json', 'b.hwp', 'missing.hwp');
        expect([status, err]).toEqual([2, 'hwp: missing.hwp: no such file or folder\n']);
        const schema = JSON.parse(readFileSync(path.resolve(import.meta.dirname, '../../docs/schema/hwp-list.v1.json'), 'utf8')) as object;
        expect(new Ajv().validate(schema, JSON.parse(out))).toBe(true);
        expect(JSON.parse(out)).toEqual({
            schema: 'hwp-list/1',
            files: [{ path: 'b.hwp', scenarios: [{ title: 'holds, too', place: { path: 'b.hwp', line: 1, column: 1 } }] }],
            unread: [{ path: 'missing.hwp', error: 'no such file or folder' }],
        });
    });

    test('a scenario without a title is named by its place', () => {
        writeFileSync(path.join(folder, 'untitled.hwp'), scenario('', step('MF_MSG_KERNEL')));
        expect(hwp('--list', 'untitled.hwp').out).toBe('untitled.hwp:1:1: scenario at line 1\n');
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
