// What is intended is no warning, what is switched off is not said, and what passes unchecked is.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { TextAnalyzer } from '../../server/src/analysis/text-analyzer.js';
import { checksNothing, vacuousVariants, type FileReport, type Issue } from '../../server/src/report/judgement/scenario-report.js';

const EXAMPLES = path.resolve(import.meta.dirname, '../../examples');

const analyzer = new TextAnalyzer();

async function analyzed(text: string): Promise<FileReport> {
    return analyzer.analyze('file:///calm.hwp', text);
}

function issuesOf(report: FileReport): Issue[] {
    return [...report.issues, ...report.scenarios.flatMap(({ issues }) => issues)];
}

async function said(text: string): Promise<string[]> {
    return issuesOf(await analyzed(text)).map(({ severity, code }) => `${severity} ${code}`);
}

const scenario = (...lines: readonly string[]): string => `scenario "s" {\n${lines.map((line) => `    ${line}\n`).join('')}}\n`;

describe('what an expectation states is a hint', () => {
    const slab = ['region dentry = slab 1 page', 'corrupt-pfn dentry'];
    const process = ['process db { map heap = anon 4 pages written }'];
    const ignoring = ['process db { prctl PR_MCE_KILL_EARLY; sigbus ignored; map heap = anon 4 pages written }'];
    const boot = ['region spare = free 2 pages', 'corrupt-pfn spare[1]', 'kexec'];
    test.each<[string, readonly string[], string, string, string, string?]>([
        ['page/ignored', slab, 'warning', 'expect errno EBUSY', 'expect MF_MSG_KERNEL MF_IGNORED'],
        ['page/ignored', slab, 'warning', 'expect MF_MSG_KERNEL MF_IGNORED when kernel < 7.3', 'expect MF_IGNORED'],
        ['page/ignored', slab, 'warning', 'expect HardwareCorrupted 4 KiB', 'expect node 0 ignored 1'],
        ['page/ignored', slab, 'warning', 'expect never {\npanic\n}', 'expect one of {\nMF_MSG_KERNEL MF_IGNORED\n}'],
        ['signal/unhandled', [...process, 'corrupt-pfn heap[1]', 'db: read heap[1]'], 'information', 'expect SIGBUS BUS_MCEERR_AR to db', 'expect killed db'],
        ['signal/ignored', [...ignoring, 'corrupt-pfn heap[1]'], 'information', 'expect MF_RECOVERED', 'expect survives db'],
        ['signal/ignored', [...ignoring, 'corrupt-pfn heap[1]'], 'information', 'expect MF_RECOVERED', 'expect SIGBUS BUS_MCEERR_AO to db'],
        ['page/forgotten', boot, 'warning', 'expect not poisoned spare[0]', 'expect not poisoned spare[1]'],
        ['page/forgotten', boot, 'warning', 'expect no panic', 'expect HardwareCorrupted 0'],
        ['page/handed-out-again', [...boot, 'expect HardwareCorrupted 0', 'kernel: allocate spare[1] as slab'], 'warning', 'expect no panic', 'expect errno 0'],
        ['page/consumed', ['region dentry = slab 1 page', 'machine-check UCNA at dentry', 'expect MF_IGNORED', 'kernel: read dentry in "d_lookup"'], 'warning', 'expect HardwareCorrupted 4 KiB', 'expect panic'],
    ])('%s: %s', async (code, lines, severity, other, stating) => {
        expect(await said(scenario(...lines, other))).toContain(`${severity} ${code}`);
        const quiet = await said(scenario(...lines, stating));
        expect(quiet).toContain(`hint ${code}`);
        expect(quiet).not.toContain(`${severity} ${code}`);
    });
    test('in one variant and not in another', async () => {
        const report = await analyzed(scenario('vary kernel 6.12, 7.3', 'region dentry = slab 1 page', 'corrupt-pfn dentry', 'expect MF_MSG_KERNEL MF_IGNORED when kernel = 7.3'));
        expect(issuesOf(report).filter(({ code }) => code === 'page/ignored').map(({ severity, message }) => [severity, message.replace(/.* In /, '')])).toEqual([
            ['warning', '1 of 2 variants: kernel 6.12.'], ['hint', '1 of 2 variants: kernel 7.3.'],
        ]);
    });
    test('on the side of a virtual machine', async () => {
        const lines = (claim: string): string => scenario('process qemu {', 'prctl PR_MCE_KILL_EARLY', 'sigbus handler longjmp', 'map ram = anon 64 MiB', 'guest vm backed by ram {', 'kernel 6.12', 'region dentry = slab 1 page', '}', '}', 'machine-check UCNA at vm.dentry', claim);
        expect(await said(lines('expect MF_RECOVERED'))).toContain('warning page/ignored');
        expect(await said(lines('expect in vm MF_MSG_GET_HWPOISON MF_IGNORED'))).toContain('hint page/ignored');
    });
});

describe('the examples', () => {
    test.each(readdirSync(EXAMPLES).filter((name) => name.endsWith('.hwp')))('%s opens without a warning and with one information at most', async (name) => {
        const loud = issuesOf(await analyzed(readFileSync(path.join(EXAMPLES, name), 'utf8'))).filter(({ severity }) => severity !== 'hint');
        expect(loud.filter(({ severity }) => severity !== 'information')).toEqual([]);
        expect(loud.length).toBeLessThanOrEqual(1);
    });
});

describe('what a file runs on is said once', () => {
    test('at the first place, for all', async () => {
        const text = `${scenario('kernel 6.16', 'arch arm64', 'region a = free 1 page', 'corrupt-pfn a', 'expect MF_RECOVERED')}${scenario('kernel 6.6', 'region a = free 1 page', 'corrupt-pfn a', 'expect MF_RECOVERED').replace('"s"', '"t"')}`;
        const found = issuesOf(await analyzed(text)).filter(({ severity }) => severity === 'information');
        expect(found.map(({ range }) => range.startLine)).toEqual([1]);
        expect(found[0]?.message).toMatch(/6\.16.*6\.6/);
    });
});

describe('quiet comments', () => {
    const slab = ['region dentry = slab 2 pages'];
    test.each([
        ['on the line', [...slab, 'corrupt-pfn dentry[0] // quiet: page/ignored', 'corrupt-pfn dentry[1]'], 1],
        ['on the line, with a reason', [...slab, 'corrupt-pfn dentry[0] // quiet: page/ignored, data/lost: it is meant', 'corrupt-pfn dentry[1]'], 1],
        ['from a line of its own to the end of the scenario', [...slab, '// quiet: page/ignored', 'corrupt-pfn dentry[0]', 'corrupt-pfn dentry[1]'], 0],
        ['not before it', [...slab, 'corrupt-pfn dentry[0]', '// quiet: page/ignored', 'corrupt-pfn dentry[1]'], 1],
        ['another code', [...slab, '// quiet: data/lost', 'corrupt-pfn dentry[0]', 'corrupt-pfn dentry[1]'], 2],
        ['not in a text', [...slab, 'corrupt-pfn dentry[0]', 'expect no dmesg "// quiet: page/ignored"', 'corrupt-pfn dentry[1]'], 2],
        ['not in the middle of a comment', [...slab, 'corrupt-pfn dentry[0] // keep quiet: page/ignored', 'corrupt-pfn dentry[1]'], 2],
    ])('%s', async (_what, lines, left) => {
        expect((await said(scenario(...lines))).filter((each) => each === 'warning page/ignored')).toHaveLength(left);
    });
    test('outside of scenarios for the rest of the file, and inside for its scenario only', async () => {
        const one = scenario(...slab, 'corrupt-pfn dentry[0]', 'expect errno EBUSY');
        const two = one.replace('"s"', '"t"');
        expect(await said(`${one}// quiet: page/ignored\n${two}${two.replace('"t"', '"u"')}`)).toEqual(['warning page/ignored']);
        expect(await said(`${one.replace('{\n', '{\n// quiet: page/ignored\n')}${two}`)).toEqual(['warning page/ignored']);
    });
    test('of what reading the text finds, too', async () => {
        expect(await said(scenario('kernel 6.6 // quiet: kernel/derived', ...slab, 'corrupt-pfn dentry[0]', 'expect MF_IGNORED'))).toEqual(['hint page/ignored']);
        expect(await said(`// quiet: scenario/empty\n${scenario('memory 1 GiB')}`)).toEqual([]);
    });
    test('errors stay, and codes that there are not are said', async () => {
        expect(await said(scenario('// quiet: hwp/unknown-name', 'corrupt-pfn nothing'))).toEqual(['warning quiet/unknown-code', 'error hwp/unknown-name']);
        const [issue] = issuesOf(await analyzed('// quiet: page/ignore\n'));
        expect(issue).toMatchObject({ message: 'There is no diagnostic `page/ignore`. Did you mean `page/ignored`?', range: { startLine: 0, startColumn: 10, endColumn: 21 } });
    });
});

describe('what passes unchecked', () => {
    const spare = ['region spare = free 1 page', 'corrupt-pfn spare'];
    test.each<[string, readonly string[], readonly string[], boolean, number]>([
        ['nothing is expected', spare, ['warning verdict/nothing-expected'], true, 1],
        ['a condition that never holds', [...spare, 'expect panic when kernel < 6.12'], ['warning verdict/never-checked'], true, 1],
        ['one of several that never holds', [...spare, 'expect panic when config DEBUG_VM', 'expect MF_RECOVERED'], ['warning verdict/never-checked'], false, 0],
        ['a condition that holds', [...spare, 'expect MF_RECOVERED when kernel >= 6.12'], [], false, 0],
        ['a condition that holds in one variant', ['vary kernel 6.12, 7.3', ...spare, 'expect MF_RECOVERED when kernel = 7.3'], [], false, 1],
        ['a condition that holds in no variant', ['vary kernel 6.12, 7.3', ...spare, 'expect MF_RECOVERED when arch = arm64'], ['warning verdict/never-checked'], true, 2],
        ['in a repeated step', ['region spare = free 1 page', 'repeat 2 {', 'corrupt-pfn spare', 'expect panic when kernel < 6.12', '}'], ['warning verdict/never-checked'], true, 1],
        ['a share that every share meets', ['region spare = free 1 page', 'sweep every page of spare: corrupt-pfn', 'expect panic at most 100 %'], ['warning expect/always-holds'], false, 0],
        ['the empty text', [...spare, 'expect dmesg ""'], ['warning expect/always-holds'], false, 0],
    ])('%s', async (_what, lines, issues, vacuous, variants) => {
        const report = await analyzed(scenario(...lines));
        expect(issuesOf(report).map(({ severity, code }) => `${severity} ${code}`)).toEqual(issues);
        expect(report.scenarios.map(checksNothing)).toEqual([vacuous]);
        expect(vacuousVariants(report.scenarios[0]!)).toHaveLength(variants);
    });
    test('what failed, or was not modelled, is not called unchecked', async () => {
        for (const lines of [['sysctl vm.memory_failure_recovery = 0', ...spare], ['movable at phys 512 MiB size 128 MiB', 'region d = slab 1 page', 'corrupt-pfn d']]) {
            const [report] = (await analyzed(scenario(...lines))).scenarios;
            expect(report?.status).not.toBe('passed');
            expect(checksNothing(report!)).toBe(false);
            expect(report?.issues.map(({ code }) => code)).not.toContain('verdict/nothing-expected');
        }
    });
});
