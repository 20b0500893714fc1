/**
 * The consumer of the kho-hwpoison proposal (RFC of 2026-06-24): replays the list that the kernel before has left.
 * Derived from the proposal's text; nothing of it was recorded on a running kernel.
 */
import type { Pfn } from '../../machine/units.js';
import { ERRNOS } from '../../vocabulary/errnos.js';
import type { Kernel } from '../kernel.js';
import { LIST_VERSION, khoPublish, type HandedList } from './kho-hwpoison.js';
import { memoryFailure } from '../memory-failure/memory-failure.js';

/** Does the reader believe the descriptor, or check it first? */
export type ListReading = 'trust' | 'validate';

/**
 * Reads the list of the kernel before and calls memory_failure() for each entry, in order.
 * @param prints the proposal's log lines, which only its own list has
 */
export function replayList(kernel: Kernel, handed: HandedList, reading: ListReading, prints: boolean): void {
    const pfns = entriesOf(kernel, handed, reading, prints);
    if (pfns.length === 0) return;
    if (prints) kernel.print('khoReplay', { count: pfns.length });
    kernel.decide('hwpoison_kho.replay', undefined, `${pfns.length} entries`);
    for (const pfn of pfns) {
        const result = memoryFailure(kernel, pfn, 0, null);
        if (result === '0' || result === 'EHWPOISON') continue;
        if (prints) kernel.printPfn('khoReplayFailed', pfn, { rc: -ERRNOS[result].value });
        kernel.decide('hwpoison_kho.replay-failed', pfn, result);
    }
    const list = kernel.machine.poisonList;
    if (list === null) return;
    list.heldBack = false;
    khoPublish(kernel, list);
}

/** The entries that are replayed. */
function entriesOf(kernel: Kernel, { pfns, capacity, count, version }: HandedList, reading: ListReading, prints: boolean): readonly Pfn[] {
    if (version !== LIST_VERSION) {
        if (prints) kernel.print('khoVersion', { count: version, expected: LIST_VERSION });
        kernel.decide('hwpoison_kho.other-version', undefined, `version ${version}`);
        return [];
    }
    if (count > capacity) {
        if (reading === 'validate') kernel.decide('hwpoison_kho.count-refused', undefined, `${count} of at most ${capacity} entries`);
        else kernel.recorder.notModelled(`a list that claims ${count} entries where ${capacity} were preserved: what lies behind the array is replayed (add \`validate\`)`);
        return [];
    }
    // What was never written of the array is zero.
    const claimed = [...pfns.slice(0, count), ...Array<Pfn>(Math.max(0, count - pfns.length)).fill(0)];
    return reading === 'trust' ? claimed : validEntries(kernel, claimed);
}

/** PFNs below the end of memory, each once. */
function validEntries(kernel: Kernel, claimed: readonly Pfn[]): readonly Pfn[] {
    const { pageCount } = kernel.machine.memory.layout;
    const seen = new Set<Pfn>();
    return claimed.filter((pfn) => {
        const refused = pfn >= pageCount ? 'hwpoison_kho.entry-outside' : seen.has(pfn) ? 'hwpoison_kho.entry-repeated' : null;
        seen.add(pfn);
        if (refused !== null) kernel.decide(refused, pfn);
        return refused === null;
    });
}
