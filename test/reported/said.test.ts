// Rows of the reports about what is said, and in which order.
import { describe, expect, test } from 'vitest';
import { TextAnalyzer } from '../../server/src/analysis/text-analyzer.js';
import { fileLines } from '../../server/src/report/output/text.js';

async function analyze(text: string): Promise<Awaited<ReturnType<TextAnalyzer['analyze']>>> {
    return await new TextAnalyzer().analyze('file:///s.hwp', text);
}

async function messagesOf(text: string): Promise<readonly string[]> {
    const report = await analyze(text);
    return [...report.issues, ...report.scenarios.flatMap(({ issues }) => issues)].map(({ message }) => message);
}

// Seen on 4.15 (twice) and in the source: up to 6.17 a worker prints the record, after the collector has counted it.
test.each([['6.12', ['RAS: Soft-offlining', 'mce: [Hardware Error]: Machine check events logged']], ['7.3', ['mce: [Hardware Error]: Machine check events logged', 'RAS: Soft-offlining']]])('the line of the collector and the log of the record, %s', async (kernel, order) => {
    const { scenarios } = await analyze(`scenario "s" {\n    kernel ${kernel}\n    process p { map h = anon 1 page }\n    machine-check CE at h[0]\n    machine-check CE at h[0]\n}`);
    const lines = scenarios[0]!.trace!.steps[1]!.events.flatMap((event) => event.t === 'log' ? [event.text] : []);
    expect(lines.flatMap((line) => order.filter((each) => line.startsWith(each)))).toEqual(order);
});

test('what AMD does is derived', async () => {
    expect((await messagesOf('scenario "s" {\n    vendor amd\n    process p { map h = anon 1 page }\n    p: read h[0]\n        expect value "A"\n}')).join('\n')).toMatch(/AMD.*derived|derived.*AMD/is);
});

test.each([
    ['registers of AMD are derived', '    process p { map h = anon 1 page }\n    machine-check bank 17 status 0xdc2040000000011b mcg_status 0 ipid 0x9600000000 at h[0]'],
    ['AMD on 6.1 is derived', '    kernel 6.1\n    process p { map h = anon 1 page }\n    machine-check AR at h[0]'],
])('%s', async (_title, body) => {
    expect((await messagesOf(`scenario "s" {\n    vendor amd\n${body}\n}`)).join('\n')).toMatch(/AMD.*derived|derived.*AMD/is);
});

// By ghes_proc(), mce_log() and the priorities of the decoders in 6.12.117 and 7.3.4: for each record the collector, then the early notifier, then the handler.
test.each([
    ['the lines of a corrected record of firmware', '6.12', 'firmware first', 'ghes corrected at h[1] sections 2', ['Hardware error from APEI', 'Machine check events logged', 'Soft-offlining pfn']],
    ['the lines of a corrected record of firmware', '7.3', 'firmware first', 'ghes corrected at h[1] sections 2', ['Hardware error from APEI', 'Machine check events logged', 'Soft-offlining pfn']],
    ['the lines of an error that nobody consumed', '6.12', 'vendor intel', 'machine-check UCNA at h[1]', ['Machine check events logged', 'recovery action for']],
    ['the lines of an error that nobody consumed', '7.3', 'vendor intel', 'machine-check UCNA at h[1]', ['Machine check events logged', 'recovery action for']],
] as const)('%s, %s', async (_title, kernel, setting, step, order) => {
    const { scenarios } = await analyze(`scenario "s" {\n    kernel ${kernel}\n    ${setting}\n    process p { map h = anon 4 pages }\n    ${step}\n}`);
    const lines = scenarios[0]!.trace!.steps[0]!.events.flatMap((event) => event.t === 'log' ? [event.text] : []);
    const met = lines.flatMap((line) => order.filter((each) => line.includes(each)));
    expect(met.filter((each, at) => met.indexOf(each) === at)).toEqual(order);
});

test('a sysctl out of range at boot', async () => {
    expect(await messagesOf('scenario "s" {\n    sysctl vm.memory_failure_early_kill = 7\n    region s = free\n    corrupt-pfn s\n        expect errno 0\n}')).toEqual(['`vm.memory_failure_early_kill` takes 0 or 1: the kernel refuses 7 and keeps 0.']);
});

test('a decision that repeats is told once', async () => {
    const text = 'scenario "s" {\n    swap sw = device 64 MiB\n    process t { sigbus handler longjmp; map p = anon 2 MiB; map q = anon 2 MiB thp; pin q[0] by longterm }\n    corrupt-pfn q[5]\n    t: madvise q MADV_PAGEOUT\n    t: madvise p MADV_PAGEOUT\n}';
    const lines = fileLines(await analyze(text), { explain: true, paint: (_style, words) => words, sources: { pathOf: (uri) => uri, textOf: () => '' } });
    const repeated = lines.map((line) => line.trim()).filter((line) => line.startsWith('The page is written to swap'));
    expect(repeated.length).toBeLessThan(8);
    expect(repeated.join('\n')).toMatch(/more like it/);
});

describe('messages that misled', () => {
    test.each([
        ['    t: closee h', /Did you mean `close`\?/],
        ['    t: getpid', /^(?!.*Did you mean `get`).*There is no step `getpid`/s],
        ['    t: sysctl vm.memory_failure_early_kill = 1', /`sysctl` stands without an actor/],
    ])('%s', async (step, message) => {
        expect((await messagesOf(`scenario "s" {\n    process t { map h = anon 1 page }\n${step}\n}`)).join('\n')).toMatch(message);
    });

    test('a machine on one line without `;`', async () => {
        expect((await messagesOf('machine lab { kernel 7.3  memory 1 GiB }'))[0]).toMatch(/separated by `;`/);
    });
});
