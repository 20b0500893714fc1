import type { Thread } from '../../machine/mm-types.js';
import type { PhysicalAddress, VirtualAddress } from '../../machine/units.js';
import { exitProcess } from '../mm/exit.js';
import type { FirmwareRecord } from '../../machine/firmware-errors.js';
import { apeiClaimSea } from './ghes.js';
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
    readonly write?: boolean;
    /** The record that firmware hands over with the abort; null: it has none. */
    readonly record: FirmwareRecord | null;
    /** Kernel function that ran. */
    readonly in: string | null;
}

/** ESR_EL1 of a synchronous external abort, not on a translation table walk, taken in EL1. Some CPUs also set FnV (0x400): no fault address. */
const ESR = { load: 0x96000010, store: 0x96000050, fetch: 0x86000010 } as const;
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
            if (apeiClaimSea(kernel, abort.record, thread)) return;
            kernel.decide('do_sea.unclaimed', pfn, thread.label);
            forceSignal(kernel, thread, { signal: 'SIGBUS', code: 'BUS_OBJERR', address: abort.faultAddress, addressLsbBits: null });
            return;
        }
        case 'kernel-recoverable':
            kernel.decide('do_sea.fixup', pfn, abort.in ?? undefined);
            return;
        // The copies have no fix-up for external aborts: copy_from_user(), copy_to_user(), strncpy_from_user(), get_user().
        case 'copy-from-user':
        case 'kernel':
        case 'interrupt':
            die(kernel, pfn, abort);
    }
}

/** Firmware is not asked: the kernel oopses. Follows arm64_notify_die() and die(). */
function die(kernel: Kernel, pfn: number, { mode, thread, fetch, write = false, in: where }: ExternalAbort): void {
    kernel.machine.oopses += 1;
    kernel.print('armInternalError', { reason: NAME, esr: fetch ? ESR.fetch : write ? ESR.store : ESR.load, count: kernel.machine.oopses });
    kernel.decide('die', pfn, where ?? undefined);
    const interrupt = mode === 'interrupt';
    kernel.oops(`Internal error: ${NAME}`, `${NAME}: Fatal exception${interrupt ? ' in interrupt' : ''}`, interrupt);
    if (thread !== null) makeTaskDead(kernel, thread, where);
}

/** Calls that hold the lock of a pipe while they copy: the task never gets through its own exit, which wants the lock too. */
const HOLDS_PIPE_LOCK: ReadonlySet<string> = new Set(['write-from pipe', 'read-into pipe']);

/** The thread that oopsed does not go on; with its last thread the process goes, by SIGSEGV. Follows make_task_dead(). */
function makeTaskDead(kernel: Kernel, thread: Thread, where: string | null): void {
    const { process } = thread;
    if (where !== null && HOLDS_PIPE_LOCK.has(where)) {
        thread.hung = true;
        kernel.decide('make_task_dead.hangs', undefined, thread.label);
        return;
    }
    kernel.decide('make_task_dead', undefined, thread.label);
    if (process.threads.length === 1) {
        process.killedBy = 'SIGSEGV';
        exitProcess(kernel, process, 'SIGSEGV');
        return;
    }
    process.threads.splice(process.threads.indexOf(thread), 1);
}
