import type { AddressSpace, PinnedFolio, Process, Thread } from '../../machine/mm-types.js';
import type { Siginfo } from '../../machine/siginfo.js';
import { SIGNALS } from '../../vocabulary/signals.js';
import type { Kernel } from '../kernel.js';
import { returnUnusedSurplusPages } from '../hugetlb/hugetlb-pool.js';
import type { Pfn } from '../../machine/units.js';
import { folioPut } from './page-alloc.js';
import { cachedFolios, truncateFolio } from './page-cache.js';
import { completeVfork, sharesMm } from './clone.js';
import { dropPin } from './pins.js';
import { removeVma } from './page-table-changes.js';

/** Process that the kernel starts: it gets no signal that it does not handle, unless it is forced (SIGNAL_UNKILLABLE). */
export const INIT_PID = 1;

/** The process and its address space go. Files stay as long as something else keeps them. Follows do_exit() and exit_mmap(). */
export function exitProcess(kernel: Kernel, process: Process, signal: Siginfo['signal'] | null, status: number | null = null): void {
    if (!process.alive) return;
    process.alive = false;
    const rings = process.mm.vmas.flatMap(({ special }) => special !== null && OWN_PAGES.has(special.what) && special.pfn !== null ? [special.pfn] : []);
    if (!sharesMm(kernel, process)) for (const vma of [...process.mm.vmas]) removeVma(kernel, vma);
    completeVfork(kernel, process);
    for (const pfn of rings) releaseRing(kernel, pfn);
    for (const pinned of process.pinned.splice(0)) {
        // A ring is torn down by a worker after its last user is gone: its pins outlive the process by a step.
        if (pinned.longterm) kernel.machine.ringExitWork.push(pinned);
        else dropPin(kernel, pinned);
    }
    releaseFiles(kernel);
    kernel.recorder.exit(process, signal, status);
    if (process.pid === INIT_PID) killInit(kernel, signal === null ? (status ?? 0) << 8 : SIGNALS[signal].value);
}

/**
 * A thread ends by itself; with the last one the process does. The main thread stays as a zombie without an address space, which hides the
 * process from whoever looks for tasks to signal. Follows do_exit() and exit_mm().
 */
export function exitThread(kernel: Kernel, thread: Thread): void {
    const { process } = thread;
    thread.exited = true;
    thread.pending = null;
    if (process.threads.every(({ exited }) => exited)) {
        exitProcess(kernel, process, null);
        return;
    }
    kernel.decide('do_exit.thread', undefined, thread.label);
}

/** Special mappings whose pages go with the descriptor that they were made for. */
const OWN_PAGES: ReadonlySet<string> = new Set(['io_uring', 'packet', 'perf']);

/** The pages of a ring go when nobody maps it any more. */
function releaseRing(kernel: Kernel, pfn: Pfn): void {
    const { processes, memory } = kernel.machine;
    if (processes.some(({ mm }) => mm.vmas.some(({ special }) => special?.pfn === pfn))) return;
    const folio = memory.folio(pfn);
    if (folio.references > 0 && folio.owner === null) folioPut(kernel, folio);
}

/** The machine does not go on without its first process. Follows do_exit(). */
function killInit(kernel: Kernel, code: number): never {
    kernel.decide('do_exit.init');
    kernel.panic(`Attempted to kill init! exitcode=0x${code.toString(16).padStart(8, '0')}`);
}

/** Drops the pins of rings whose last user exited before. Follows io_ring_exit_work(). */
export function ringExitWork(kernel: Kernel, work: readonly PinnedFolio[]): void {
    for (const pinned of work) {
        dropPin(kernel, pinned);
        kernel.decide('io_ring_exit_work', pinned.pfn);
    }
}

/** Anonymous files (memfd, shared anonymous memory) go with their last user. Follows iput_final(). */
export function releaseFiles(kernel: Kernel): void {
    for (const file of kernel.machine.files.values()) {
        if (file.linked || file.vmas.length > 0 || file.released) continue;
        if (kernel.machine.processes.some((process) => process.alive && process.hasOpen(file))) continue;
        file.released = true;
        releaseFilePages(kernel, file);
    }
}

/** The inode goes: every cached page leaves the cache. Follows truncate_inode_pages_final(). */
function releaseFilePages(kernel: Kernel, file: AddressSpace): void {
    const unused = file.hugetlbReservation?.drop(0, Infinity) ?? 0;
    if (file.hugetlbShift !== null) {
        for (const folio of cachedFolios(kernel, file)) truncateFolio(kernel, file, folio);
        const pool = kernel.machine.pools.get(file.hugetlbShift);
        if (pool !== undefined) returnUnusedSurplusPages(kernel, pool, unused);
        return;
    }
    // Pages that nobody has looked at are free when somebody does.
    for (const folio of kernel.machine.memory.touchedFolios()) if (folio.owner === file) truncateFolio(kernel, file, folio);
    file.initial = null;
}
