import { describe, expect, test } from 'vitest';
import { TextAnalyzer } from '../../server/src/analysis/text-analyzer.js';
import type { KernelVersion } from '../../server/src/vocabulary/kernels.js';

/** The log of each step, with errno behind it. */
async function stepsOn(version: KernelVersion, body: string): Promise<readonly string[]> {
    const { scenarios } = await new TextAnalyzer().analyze('file:///k.hwp', `scenario "k" {\n${body}\n}`, { overrides: { kernel: { written: version, version, proposals: [] } } });
    return scenarios[0]!.trace!.steps.map(({ events, outcome }) => [...events.flatMap((event) => event.t === 'log' ? [event.text.replace(/0x[0-9a-f]+/g, 'PFN').trim()] : []), outcome.errno].join(' | '));
}

describe('a ring pins a huge page', () => {
    const BODY = `process victim {
        map heap = anon 2 MiB written thp
        pin heap by io_uring
    }
    page bad = victim.heap[5]
    corrupt-pfn bad
    victim: exit
    unpoison-pfn bad
    unpoison-pfn bad`;
    test.each<[KernelVersion, string]>([
        // Each page of it: more than one reference is left when the owner has exited, until the ring is gone too.
        ['6.1', 'Unpoison: Someone grabs the hwpoison page PFN | EBUSY'],
        // Once: what is left is one reference, and the mark is not on the head.
        ['6.12', 'EBUSY'], ['7.3', 'EBUSY'],
    ])('in %s', async (version, refusal) => {
        expect((await stepsOn(version, BODY))[2]).toBe(refusal);
    });

    test.each<[KernelVersion]>([['6.1'], ['7.3']])('in %s every reference is dropped', async (version) => {
        const body = `process victim {
        map heap = anon 2 MiB written thp
        pin heap[0..99] by io_uring
    }
    page free = victim.heap[5]
    victim: unpin heap[0..99]
    victim: exit
    corrupt-pfn free`;
        expect((await stepsOn(version, body))[2]).toBe('Injecting memory failure at pfn PFN | Memory failure: PFN: recovery action for free buddy page: Recovered | 0');
    });
});

describe('a panic after a machine check', () => {
    const fatal = (more: string): string => `cpus 2
    ${more}
    process victim { map heap = anon 16 KiB written }
    cpu 1 runs victim in user mode
    machine-check bank 9 status 0xbd80000000000134 mcg_status 0xc at victim.heap[1] cpu 1 single`;
    const WARNING = 'WARNING: CPU: 0 PID: 0 at arch/x86/kernel/cpu/mce/intel.c:124 lmce_supported+PFN/PFN | <IRQ> | </IRQ>';
    test.each<[KernelVersion, string, boolean]>([
        ['6.1', 'ecc simulated', true], ['6.1', 'vendor intel', false], ['6.6', 'ecc simulated', false], ['7.3', 'ecc simulated', false],
    ])('in %s with %s', async (version, more, warns) => {
        const [step] = await stepsOn(version, fatal(more));
        expect(step).toContain('Kernel panic - not syncing: Fatal local machine check');
        expect(step!.includes(WARNING)).toBe(warns);
    });

    test('only after one', async () => {
        const [step] = await stepsOn('6.1', 'ecc simulated\n    sysctl vm.memory_failure_recovery = 0\n    corrupt-pfn pfn 1');
        expect(step).toContain('Kernel panic');
        expect(step).not.toContain('lmce_supported');
    });
});

describe('a page that was poisoned before is consumed again', () => {
    const consumed = (map: string): string => `process victim {
        sigbus handler longjmp
        map heap = ${map}
        pin heap by longterm
    }
    cpu 0 runs victim in user mode
    page bad = victim.heap[5]
    corrupt-pfn bad
    machine-check AR at bad cpu 0`;
    const SIGBUS = 'Memory failure: PFN: Sending SIGBUS to victim:100 due to hardware memory corruption';

    test.each<[KernelVersion, readonly string[]]>([
        ['6.1', ['Memory failure: PFN: already hardware poisoned', SIGBUS]],
        ['6.6', ['Memory failure: PFN: already hardware poisoned', SIGBUS]],
        ['6.12', [SIGBUS, 'Memory failure: PFN: recovery action for already poisoned page: Failed']],
        ['7.3', [SIGBUS, 'Memory failure: PFN: recovery action for already poisoned page: Failed']],
    ])('in %s: what is logged first', async (version, lines) => {
        for (const map of ['anon 2 MiB written thp', 'hugetlb 2 MiB 1 page']) {
            const [, again] = await stepsOn(version, consumed(map));
            expect(again!.split(' | ').filter((line) => line.startsWith('Memory failure'))).toEqual(lines);
        }
    });

    test.each<[KernelVersion, number]>([['6.1', 0], ['6.6', 0], ['6.12', 0x5000], ['7.3', 0x5000]])('in %s: the address in a huge page', async (version, offset) => {
        const { scenarios } = await new TextAnalyzer().analyze('file:///k.hwp', `scenario "k" {\n${consumed('hugetlb 2 MiB 1 page at address 0x40000000')}\n}`, { overrides: { kernel: { written: version, version, proposals: [] } } });
        const signals = scenarios[0]!.trace!.steps[1]!.events.filter((event) => event.t === 'signal');
        expect(signals.map(({ code, address }) => [code, address])).toEqual([['BUS_MCEERR_AR', 0x40000000 + offset]]);
    });
});

describe('a page of persistent memory that the filter rejects', () => {
    const BODY = `pmem pm0 = 64 MiB at phys 0x80000000 fsdax
    filesystem data = ext4 dax on pm0
    file log = ext4 16 KiB on data
    filter corrupt-filter-enable = 1
    filter corrupt-filter-memcg = 5
    hard_offline_page log[1]`;
    test.each<[KernelVersion, string]>([['6.1', 'Memory failure: PFN: recovery action for dax page: Failed | 0'], ['6.6', '0'], ['7.3', '0']])('in %s', async (version, step) => {
        expect((await stepsOn(version, BODY))[0]).toBe(step);
    });
});

describe('SIGKILL for a page that cannot be unmapped', () => {
    const body = (sigbus: string): string => `swap sw = device 64 MiB
    process victim {
        prctl PR_MCE_KILL_EARLY
        ${sigbus}
        map other = anon 1 page
        map heap = anon 4 pages swapcache dirty
        pin heap[1] by longterm
    }
    corrupt-pfn other[0]
    corrupt-pfn heap[1]`;
    test.each(['sigbus handler longjmp', 'sigbus ignored', 'sigbus handler longjmp\n        sigbus blocked'])('nothing holds it up: %s', async (sigbus) => {
        const { scenarios } = await new TextAnalyzer().analyze('file:///k.hwp', `scenario "k" {\n${body(sigbus)}\n}`, { overrides: { kernel: { written: '6.1', version: '6.1', proposals: [] } } });
        const { events } = scenarios[0]!.trace!.steps[1]!;
        expect(events.flatMap((event) => event.t === 'signal' && event.signal === 'SIGKILL' ? [event.fate] : event.t === 'exit' ? [event.signal] : [])).toEqual(['killed', 'SIGKILL']);
    });
});
