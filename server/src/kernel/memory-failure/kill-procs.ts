import type { Folio, Process, Thread } from '../../machine/mm-types.js';
import { candidateMappings, mapsFrame } from '../../machine/page-tables.js';
import type { Pfn, VirtualAddress } from '../../machine/units.js';
import type { Kernel } from '../kernel.js';
import { MF_ACTION_REQUIRED } from './mf-flags.js';
import { forceOnReturn, sendSignal } from '../signal/signals.js';

/** One collected task and mapping (struct to_kill). */
export interface KillEntry {
    readonly thread: Thread;
    /** Bytes; null when the address could not be found. */
    readonly address: VirtualAddress | null;
    readonly addressLsbBits: number;
}

/**
 * The thread of a process that is signalled now, if any: the first with an explicit EARLY policy, or with
 * none while vm.memory_failure_early_kill is 1. Follows find_early_kill_thread().
 */
function findEarlyKillThread(kernel: Kernel, process: Process): Thread | null {
    const byDefault = kernel.machine.sysctl('vm.memory_failure_early_kill') === 1;
    for (const thread of process.threads) {
        if (!thread.exited && (thread.mceProcess ? thread.mceEarly : byDefault)) return thread;
    }
    return null;
}

/** Follows task_early_kill(): with `forceEarly`, the current thread stands for every process that shares its memory map. */
function taskEarlyKill(kernel: Kernel, process: Process, forceEarly: boolean, current: Thread | null): Thread | null {
    // The main thread stands for the process: once it has ended it has no address space.
    if (!process.alive || process.main.exited) return null;
    if (forceEarly && current !== null && current.process.mm === process.mm) return current;
    return findEarlyKillThread(kernel, process);
}

/** Adds an entry. Follows add_to_kill(). */
function addToKill(kernel: Kernel, to: KillEntry[], thread: Thread, address: VirtualAddress | null, addressLsbBits: number): void {
    to.push({ thread, address, addressLsbBits });
    kernel.decide('add_to_kill', undefined, `${thread.label}${thread.mceProcess ? (thread.mceEarly ? ', PR_MCE_KILL_EARLY' : ', PR_MCE_KILL_LATE') : ''}`);
}

/**
 * Who has to know about the page. Nothing is unmapped yet. Follows collect_procs() with its anon, file and KSM parts.
 * @param addressLsbBits log2 bytes reported in si_addr_lsb
 */
export function collectProcs(kernel: Kernel, folio: Folio, pfn: Pfn, forceEarly: boolean, current: Thread | null, addressLsbBits: number): KillEntry[] {
    const found: KillEntry[] = [];
    const { owner } = folio;
    if (owner === null) return found;
    const { machine } = kernel;
    const candidates = candidateMappings(folio, pfn);
    const reportedPage = (page: number): number => (folio.hugetlb !== null && !kernel.profile.has('hugetlbAddressIsRawPage') ? page - (pfn - folio.head) : page);
    const address = (page: number): number => reportedPage(page) * 2 ** machine.pageShift;
    if (owner.kind === 'ksm') {
        for (const item of owner.items) {
            const thread = taskEarlyKill(kernel, item.mm.process, forceEarly, current);
            // Who has a copy by now stays on the list until ksmd comes by, and is taken for one who maps the page.
            if (thread === null || item.mm.find(item.page) === null || found.some((entry) => entry.thread === thread)) continue;
            addToKill(kernel, found, thread, item.page * 2 ** machine.pageShift, addressLsbBits);
        }
        return found;
    }
    for (const process of machine.processes) {
        const mine = candidates.filter(({ vma }) => vma.mm === process.mm);
        if (mine.length === 0) continue;
        const thread = taskEarlyKill(kernel, process, forceEarly, current);
        if (thread === null) {
            kernel.decide('task_early_kill.late', pfn, process.name);
            continue;
        }
        for (const { vma, page } of mine) {
            if (owner.kind === 'anon' && !mapsFrame(machine, vma, page, pfn)) continue;
            addToKill(kernel, found, thread, address(page), addressLsbBits);
        }
    }
    return found;
}

/**
 * Signals everyone that was collected. Follows kill_procs() and kill_proc().
 * @param unmapFailed the page is still mapped: older kernels kill with SIGKILL
 */
export function killProcs(kernel: Kernel, entries: readonly KillEntry[], pfn: Pfn, flags: number, current: Thread | null, unmapFailed: boolean): void {
    for (const [at, entry] of entries.entries()) {
        // Who is told again may have taken the first signal by now, on another CPU.
        if (entry.thread.pending !== null) {
            kernel.hold('to kill', [entries.slice(at), flags, unmapFailed]);
            kernel.choose('W12', pfn);
            kernel.hold('to kill', undefined);
        }
        const task = `${entry.thread.comm}:${entry.thread.tid}`;
        if (entry.address === null || (unmapFailed && kernel.profile.has('unmapFailureKills'))) {
            kernel.printPfn('sigkill', pfn, { task });
            kernel.decide('kill_procs.sigkill', pfn, entry.thread.label);
            sendSignal(kernel, entry.thread, { signal: 'SIGKILL', code: 'SI_KERNEL', address: null, addressLsbBits: null });
            continue;
        }
        killProc(kernel, entry, pfn, flags, current);
    }
}

/** One signal: forced and action required for the task that consumed the poison, else an ordinary action-optional one. Follows kill_proc(). */
export function killProc(kernel: Kernel, entry: KillEntry, pfn: Pfn, flags: number, current: Thread | null): void {
    const { thread, address, addressLsbBits } = entry;
    kernel.printPfn('sigbus', pfn, { task: `${thread.comm}:${thread.tid}` });
    const actionRequired = (flags & MF_ACTION_REQUIRED) !== 0 && thread === current;
    kernel.decide(actionRequired ? 'kill_proc.action-required' : 'kill_proc.action-optional', pfn, thread.label);
    const info = { signal: 'SIGBUS', code: actionRequired ? 'BUS_MCEERR_AR' : 'BUS_MCEERR_AO', address, addressLsbBits } as const;
    if (actionRequired) forceOnReturn(kernel, thread, info);
    else sendSignal(kernel, thread, info);
}
