// What runtimes make of the signal: seen on 7.3.4 with Debian's packages.
import { describe, expect, test } from 'vitest';
import { TextAnalyzer } from '../../server/src/analysis/text-analyzer.js';
import { summarize } from '../../server/src/report/step/summary.js';

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

/** The steps of a scenario as the editor shows them. */
async function shown(process: string, steps: string, more = ''): Promise<readonly string[]> {
    const { scenarios } = await new TextAnalyzer().analyze('file:///h.hwp', `scenario "h" {\n    ${more}\n    process p { ${process} }\n    ${steps}\n}`);
    expect(scenarios[0]!.issues.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(scenarios[0]!.verdicts.filter(({ holds }) => holds !== true)).toEqual([]);
    return scenarios[0]!.trace!.steps.map(summarize);
}

describe('a handler of one\'s own', () => {
    test('that remaps goes on with zeros where the page was, and with its neighbours as they were', async () => {
        expect(await shown('sigbus handler remapping; map heap = anon 4 pages written', 'corrupt-pfn heap[1]\n    p: read heap[1]\n    p: read heap[1]\n    p: read heap[2]')).toEqual([
            'DIRTY_LRU Recovered', '\'\\0\' · AR→p.main', '\'\\0\'', '\'C\'',
        ]);
    });

    test('that remaps a huge page does so for all of it', async () => {
        expect(await shown('sigbus handler remapping; map big = hugetlb 2 MiB 1 pages', 'corrupt-pfn big[3]\n    p: read big[4]\n    p: read big[5]')).toEqual(['HUGE Recovered', '\'\\0\' · AR→p.main', '\'\\0\'']);
    });

    test('that remaps when it is told early meets nothing later', async () => {
        expect(await shown('prctl PR_MCE_KILL_EARLY; sigbus handler remapping; map heap = anon 2 pages written', 'corrupt-pfn heap[1]\n    p: read heap[1]')).toEqual(['DIRTY_LRU Recovered · AO→p.main', '\'\\0\'']);
    });

    test('that exits ends the process with its status, 1 unless given', async () => {
        expect(await shown('sigbus handler exiting 3; map heap = anon 2 pages written', 'corrupt-pfn heap[1]\n    p: read heap[1]\n        expect exited p 3')).toEqual(['DIRTY_LRU Recovered', 'SIGBUS AR lsb 12 · p exits (status 3)']);
        expect(await shown('sigbus handler exiting; map heap = anon 2 pages written', 'corrupt-pfn heap[1]\n    p: read heap[1]\n        expect exited p 1')).toHaveLength(2);
    });
});

test.each([['sigbus default', 135], ['sigbus go', 2], ['sigbus java', 134], ['sigbus redis', 135]])('%s: the exit status after a touch is %i', async (sigbus, status) => {
    const { scenarios } = await new TextAnalyzer().analyze('file:///h.hwp', `scenario "h" {\n    process p { ${sigbus}; map heap = anon 2 pages written }\n    corrupt-pfn heap[1]\n    p: read heap[1]\n        expect exited p ${status} exited p 77\n}`);
    expect(scenarios[0]!.verdicts.map(({ holds }) => holds)).toEqual([true, false]);
    expect(scenarios[0]!.verdicts[1]).toMatchObject({ expected: 'p exited with status 77', actual: `p was killed by SIGBUS, status ${status}` });
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

// By QEMU's source: sigbus_handler(), kvm_on_sigbus(), kvm_arch_on_sigbus_vcpu().
describe('qemu with KVM', () => {
    const vm = (steps: string, policy: string): string => `scenario "q" {
    process qemu {
        sigbus qemu-kvm${policy}
        map own = anon 2 pages
        map ram = anon 64 MiB
        guest vm backed by ram { process app { sigbus handler longjmp; map heap = anon 4 pages written } }
    }
${steps}
}`;
    test.each([
        ['it asks for early kill, and tells the guest', '    corrupt-pfn vm.heap[1]\n        expect SIGBUS BUS_MCEERR_AO to qemu survives qemu\n        expect in vm MF_MSG_DIRTY_LRU MF_RECOVERED'],
        ['what a virtual CPU meets is the guest\'s', '    hard_offline_page vm.heap[1]\n    in vm app: read heap[1]\n        expect SIGBUS BUS_MCEERR_AR to qemu survives qemu\n        expect in vm SIGBUS BUS_MCEERR_AR to app at heap[1]', '; prctl PR_MCE_KILL_LATE'],
        ['memory of its own: early kill is survived', '    corrupt-pfn qemu.own[1]\n        expect SIGBUS BUS_MCEERR_AO to qemu survives qemu'],
        ['memory of its own: a touch is not', '    corrupt-pfn qemu.own[1]\n    qemu: read own[1]\n        expect killed qemu exited qemu 135'],
        ['nor is one of guest memory by its main thread', '    corrupt-pfn vm.heap[1]\n    qemu: read ram\n        expect killed qemu'],
    ])('%s', async (_title, steps, policy = '') => {
        const { scenarios } = await new TextAnalyzer().analyze('file:///q.hwp', vm(steps, policy));
        expect(scenarios[0]!.issues.filter(({ severity }) => severity === 'error')).toEqual([]);
        expect(scenarios[0]!.verdicts.map(({ status }) => status)).toEqual(scenarios[0]!.verdicts.map(() => 'passed'));
        expect(scenarios[0]!.verdicts.length).toBeGreaterThan(0);
    });
});
