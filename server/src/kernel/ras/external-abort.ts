import type { Thread } from '../../machine/mm-types.js';
import type { PhysicalAddress, VirtualAddress } from '../../machine/units.js';
import { exitProcess } from '../mm/exit.js';
import { apeiClaimSea, type MemoryErrorRecord } from './ghes.js';
import type { Kernel } from '../kernel.js';
import { forceSignal } from '../signal/signals.js';

/** A synchronous external abort: a CPU of arm64 consumed bad memory. */
export interface ExternalAbort {
    /** Where the CPU was. `kernel-recoverable`: kernel code with a fix-up for the access. */
    readonly mode: 'user' | 'kernel' | 'kernel-recoverable' | 'copy-from-user' | 'interrupt';
    /** The task that ran; null for none. */
    readonly thread: Thread | null;
    readonly address: PhysicalAddress;
    /** What the fault address register says; null when it says nothing. */
    readonly faultAddress: VirtualAddress | null;
    readonly fetch: boolean;
    /** Firmware hands over a record with the abort. */
    readonly firmware: MemoryErrorRecord['severity'] | null;
    /** Kernel function that ran. */
    readonly in: string | null;
}

/** ESR_EL1 of a synchronous external abort, not on a translation table walk, taken in EL1, without a fault address. */
const ESR = { load: 0x96000410, fetch: 0x86000410 } as const;
const NAME = 'synchronous external abort';

/** Follows do_sea() of arch/arm64/mm/fault.c. */
export function doSea(kernel: Kernel, abort: ExternalAbort): void {
    const pfn = Math.floor(abort.address / 2 ** kernel.machine.pageShift);
    const { thread } = abort;
    switch (abort.mode) {
        case 'user': {
            if (thread === null) {
                kernel.recorder.notModelled('an external abort on a CPU that runs no task: say `cpu N runs TASK in user mode`');
                return;
            }
            kernel.decide('do_sea.user', pfn, thread.label);
            if (abort.firmware !== null && apeiClaimSea(kernel, { severity: abort.firmware, thresholdExceeded: false, address: abort.address }, thread)) return;
            kernel.decide('do_sea.unclaimed', pfn, thread.label);
            forceSignal(kernel, thread, { signal: 'SIGBUS', code: 'BUS_OBJERR', address: abort.faultAddress, addressLsbBits: null });
            return;
        }
        case 'kernel-recoverable':
            kernel.decide('do_sea.fixup', pfn, abort.in ?? undefined);
            return;
        case 'copy-from-user':
            kernel.recorder.notModelled('whether a copy from user space has a fix-up for external aborts on arm64: say `in kernel recoverable` where it has one, `in kernel mode` where it has none');
            return;
        case 'kernel':
        case 'interrupt':
            die(kernel, pfn, abort);
    }
}

/** Firmware is not asked: the kernel oopses. Follows arm64_notify_die() and die(). */
function die(kernel: Kernel, pfn: number, { mode, thread, fetch, in: where }: ExternalAbort): void {
    kernel.machine.oopses += 1;
    kernel.print('armInternalError', { reason: NAME, esr: fetch ? ESR.fetch : ESR.load, count: kernel.machine.oopses });
    kernel.decide('die', pfn, where ?? undefined);
    const interrupt = mode === 'interrupt';
    kernel.oops(`Internal error: ${NAME}`, `${NAME}: Fatal exception${interrupt ? ' in interrupt' : ''}`, interrupt);
    if (thread !== null) makeTaskDead(kernel, thread);
}

/** The thread that oopsed does not go on; with its last thread the process goes. Follows make_task_dead(). */
function makeTaskDead(kernel: Kernel, thread: Thread): void {
    const { process } = thread;
    kernel.decide('make_task_dead', undefined, thread.label);
    if (process.threads.length === 1) {
        exitProcess(kernel, process, null);
        return;
    }
    process.threads.splice(process.threads.indexOf(thread), 1);
}
