import { expect, test } from 'vitest';
import { TextAnalyzer } from '../../server/src/analysis/text-analyzer.js';
import type { KernelVersion } from '../../server/src/vocabulary/kernels.js';

/** What each step gave back: errno, or a text. */
async function outcomes(version: KernelVersion, body: string): Promise<{ readonly steps: readonly string[]; readonly notModelled: readonly string[] }> {
    const { scenarios } = await new TextAnalyzer().analyze('file:///k.hwp', `scenario "k" {\n${body}\n}`, { overrides: { kernel: { written: version, version, proposals: [] } } });
    const { steps, notModelled } = scenarios[0]!.trace!;
    return { steps: steps.map(({ outcome }) => outcome.text ?? outcome.errno), notModelled: notModelled.map(({ what }) => what) };
}

// Block 1 of 128 MiB begins at pfn 0x8000.
const POISONED = `region spare = free 4 pages at pfn 0x8000
    corrupt-pfn spare[1]
    offline-block spare[2]
    corrupt-pfn spare[3]
    kpageflags spare[1]
    offline-block spare
    online-block spare
    kpageflags spare[1]
    corrupt-pfn spare[1]`;

test.each<[KernelVersion, readonly string[]]>([
    ['6.1', ['0', '0', 'ENXIO', 'NOPAGE', 'EINVAL', '0', 'BUDDY', '0']],
    ['6.6', ['0', '0', 'ENXIO', 'NOPAGE', 'EINVAL', 'EHWPOISON', 'NOPAGE', 'ENXIO']],
    ['7.3', ['0', '0', 'ENXIO', '(none)', 'EINVAL', 'EHWPOISON', '(none)', 'ENXIO']],
])('%s: poison does not keep a block online, and may keep it offline', async (version, steps) => {
    expect(await outcomes(version, POISONED)).toEqual({ steps, notModelled: [] });
});

test.each([
    ['slab', 'region r = slab 1 page at pfn 0x8000\n    offline-block r', ['EBUSY']],
    ['vmalloc', 'region r = vmalloc 1 page at pfn 0x8000\n    offline-block r', ['EBUSY']],
    ['what is reserved at the start of memory', 'offline-block pfn 5', ['EINVAL']],
    ['a block that is online already', 'online-block pfn 0x8000', ['EINVAL']],
])('%s', async (_name, body, steps) => {
    expect(await outcomes('7.3', body)).toEqual({ steps, notModelled: [] });
});

test('blocks that are declared offline come back one by one', async () => {
    const { steps } = await outcomes('7.3', 'memory 1 GiB\n    offline at phys 256 MiB size 256 MiB\n    online-block pfn 0x10000\n    corrupt-pfn pfn 0x10000\n    corrupt-pfn pfn 0x18000');
    expect(steps).toEqual(['0', '0', 'ENXIO']);
});

test('moving pages in use away is not described', async () => {
    const { notModelled } = await outcomes('7.3', 'process db { map heap = anon 512 MiB written }\n    offline-block db.heap[65536]');
    expect(notModelled.join()).toContain('moving the pages in use');
});
