// What runtimes make of the signal: seen on 7.3.4 with Debian's packages.
import { expect, test } from 'vitest';
import { TextAnalyzer } from '../../server/src/analysis/text-analyzer.js';

async function run(runtime: string, steps: string, map = 'h = anon 2 pages'): Promise<{ fates: readonly string[]; notes: readonly string[]; errors: readonly string[] }> {
    const text = `scenario "r" {\n    file f = tmpfs 2 pages dirty\n    process p { sigbus ${runtime}; map ${map} }\n${steps}\n}`;
    const { scenarios } = await new TextAnalyzer().analyze('file:///r.hwp', text);
    const events = scenarios[0]!.trace?.steps.flatMap((step) => step.events) ?? [];
    return {
        errors: scenarios[0]!.issues.filter(({ severity }) => severity === 'error').map(({ message }) => message),
        fates: events.flatMap((event) => event.t === 'signal' ? [`${event.code} ${event.fate}`] : []),
        notes: events.flatMap((event) => event.t === 'decision' && (event.id === 'sigbus.runtime' || event.id === 'exc_page_fault.again') ? [event.note ?? ''] : []),
    };
}

const TOUCH = '    corrupt-pfn h[0]\n    p: read h[0]';
const EARLY = '    sysctl vm.memory_failure_early_kill = 1\n    corrupt-pfn h[0]';

test.each([
    ['python', 'handled', 'handled', /tried again without end/, /can be caught/],
    ['node', 'handled', 'handled', /tried again without end/, /process lives/],
    ['go', 'killed', 'killed', /exit status 2$/, /exit status 2$/],
    ['go-panic-on-fault', 'handled', 'handled', /recover/, /whatever code/],
    ['java', 'killed', 'killed', /exit status 134$/, /exit status 134$/],
    ['redis', 'killed', 'killed', /exit status 135$/, /exit status 135$/],
])('%s: a touch is %s, early kill is %s', async (runtime, required, optional, ar, ao) => {
    const touch = await run(runtime, TOUCH);
    expect([touch.errors, touch.fates]).toEqual([[], [`BUS_MCEERR_AR ${required}`]]);
    expect(touch.notes[0]).toMatch(ar);
    const early = await run(runtime, EARLY);
    expect(early.fates).toEqual([`BUS_MCEERR_AO ${optional}`]);
    expect(early.notes[0]).toMatch(ao);
});

test.each([['python', 2], ['node', 2], ['go-panic-on-fault', 1]])('%s: notes of a touch that is tried without end', async (runtime, count) => {
    expect((await run(runtime, TOUCH)).notes).toHaveLength(count);
});

test('java survives a touch of a mapped buffer', async () => {
    expect((await run('java', '    corrupt-pfn f[0]\n    p: read h[0]', 'h = f shared read')).fates).toEqual(['BUS_MCEERR_AR handled']);
});

test('qemu without KVM asks for early kill itself', async () => {
    expect((await run('qemu', '    corrupt-pfn h[0]')).fates).toEqual(['BUS_MCEERR_AO killed']);
});
