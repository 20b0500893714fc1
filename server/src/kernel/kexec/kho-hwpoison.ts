/**
 * The producer of the kho-hwpoison proposal (RFC of 2026-06-24): keeps the list of poisoned pages that kexec handover carries on.
 * Derived from the proposal's text; nothing of it was recorded on a running kernel. The consumer is in kho-hwpoison-replay.ts.
 */
import type { PoisonList } from '../../machine/poison-list.js';
import type { Pfn } from '../../machine/units.js';
import { ERRNOS } from '../../vocabulary/errnos.js';
import type { Kernel } from '../kernel.js';

/** Layout of the descriptor that this kernel writes and reads. */
export const LIST_VERSION = 1;

/** Lines about one kind of trouble in five seconds: DEFAULT_RATELIMIT_BURST and DEFAULT_RATELIMIT_INTERVAL. */
const RATELIMIT = { lines: 10, intervalNs: 5e9 };

/** What one kernel leaves behind for the next. */
export interface HandedList {
    readonly pfns: readonly Pfn[];
    /** Entries that the array has room for. */
    readonly capacity: number;
    /** Entries that the descriptor claims. */
    readonly count: number;
    readonly version: number;
}

/** A page was counted as poisoned: its PFN joins the list. The list takes duplicates. */
export function khoRecord(kernel: Kernel, pfn: Pfn): void {
    const list = kernel.machine.poisonList;
    if (list === null) return;
    const before = list.pfns.length;
    if (!list.append(pfn)) {
        printNotPreserved(kernel, list, pfn);
        kernel.decide('hwpoison_kho.not-preserved', pfn, `memory for ${list.limit} entries`);
        return;
    }
    kernel.changed('kernel', 'hwpoison list', 'entries', before, before + 1);
    kernel.decide('hwpoison_kho.recorded', pfn, `entry ${before}`);
    khoPublish(kernel, list);
}

function printNotPreserved(kernel: Kernel, { warned }: PoisonList, pfn: Pfn): void {
    const { timeNs } = kernel.machine;
    if (warned.lines === 0 || timeNs - warned.sinceNs >= RATELIMIT.intervalNs) {
        warned.sinceNs = timeNs;
        warned.lines = 0;
    }
    warned.lines += 1;
    if (warned.lines <= RATELIMIT.lines) kernel.printPfn('khoNotPreserved', pfn, { stage: 'grow', rc: -ERRNOS.ENOMEM.value });
}

/** The list is published once; what changes later changes in place. */
export function khoPublish(kernel: Kernel, list: PoisonList): void {
    if (list.published || list.pfns.length === 0) return;
    if (list.heldBack) {
        kernel.decide('hwpoison_kho.held-back');
        return;
    }
    list.published = true;
    kernel.changed('kernel', 'hwpoison list', 'published', false, true);
    kernel.decide('hwpoison_kho.published', undefined, `${list.pfns.length} entries`);
}

/** A page is no longer counted: the first entry with its PFN goes, the last one takes its place. */
export function khoForget(kernel: Kernel, pfn: Pfn): void {
    const list = kernel.machine.poisonList;
    if (list === null) return;
    const before = list.pfns.length;
    if (!list.remove(pfn)) {
        kernel.decide('hwpoison_kho.not-listed', pfn);
        return;
    }
    kernel.changed('kernel', 'hwpoison list', 'entries', before, before - 1);
    kernel.decide('hwpoison_kho.removed', pfn);
}

/** What the next kernel finds of this one's list; null when it was never published. */
export function khoHandOver(kernel: Kernel): HandedList | null {
    const list = kernel.machine.poisonList;
    if (list === null || list.pfns.length === 0) return null;
    if (!list.published) {
        kernel.decide('hwpoison_kho.never-published', undefined, `${list.pfns.length} entries`);
        return null;
    }
    return { pfns: [...list.pfns], capacity: list.capacity, count: list.pfns.length, version: LIST_VERSION };
}

/** From now on the list is published with the next event. */
export function khoReady(kernel: Kernel): void {
    const list = kernel.machine.poisonList;
    if (list !== null) list.heldBack = false;
}
