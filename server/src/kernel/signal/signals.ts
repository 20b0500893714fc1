import type { Siginfo, SigbusDisposition } from '../../machine/siginfo.js';
import type { Process, Thread } from '../../machine/mm-types.js';
import { SIGBUS_RUNTIMES, type SigbusRuntime } from '../../vocabulary/sigbus-runtimes.js';
import type { Kernel } from '../kernel.js';
import { exitProcess, INIT_PID } from '../mm/exit.js';
import { mapEmpty } from '../mm/mmap.js';
import { SIGNALS } from '../../vocabulary/signals.js';

/** do_exit() with a signal: the whole thread group dies. Follows do_group_exit(). @param status what a runtime exits with that was told first */
function killProcess(kernel: Kernel, process: Process, signal: Siginfo['signal'], status: number | null = null): void {
    process.killedBy = signal;
    exitProcess(kernel, process, signal, status);
}

/**
 * Sends a signal that cannot be blocked or ignored: both reset the disposition to default, so the process dies.
 * Follows force_sig_fault() / force_sig_mceerr().
 */
export function forceSignal(kernel: Kernel, thread: Thread, info: Siginfo): void {
    const { process } = thread;
    if (!process.alive) return;
    thread.forcedSignals += 1;
    useSignal(kernel, thread, info, true, thread.sigbusBlocked || info.signal === 'SIGKILL');
}

/**
 * SIGSEGV for a bad access; handlers are taken to catch it as they catch SIGBUS. A SIGBUS that is pending for the thread comes first, blocked or
 * not: a process without a handler dies of that one, and of one with a handler it is taken. Follows force_sig_fault() and dequeue_synchronous_signal().
 */
export function forceSegv(kernel: Kernel, thread: Thread, code: 'SEGV_MAPERR' | 'SEGV_ACCERR', address: number): void {
    const { process } = thread;
    const caught = HANDLERS.has(process.sigbus);
    const { pending } = thread;
    thread.pending = null;
    thread.pendingForced = false;
    if (pending !== null && !caught) {
        kernel.recorder.signal(thread, pending, false, 'killed');
        killProcess(kernel, process, 'SIGBUS');
        return;
    }
    kernel.recorder.signal(thread, { signal: 'SIGSEGV', code, address, addressLsbBits: null }, true, caught ? 'handled' : 'killed');
    if (!caught) killProcess(kernel, process, 'SIGSEGV');
    else if (process.sigbus === 'exiting') exitProcess(kernel, process, null, process.handlerExitStatus);
}

/** Dispositions that are a handler. */
const HANDLERS: ReadonlySet<SigbusDisposition> = new Set(['longjmp', 'returning', 'remapping', 'exiting']);

/**
 * What a process does with a SIGBUS that reaches it: by the runtime it runs, or as it says itself.
 * @param inGuest a virtual CPU met it while it ran the guest
 */
export function useOfSigbus(process: Process, { code, address }: Pick<Siginfo, 'code' | 'address'>, pageShift: number, inGuest = false): SigbusDisposition {
    if (process.runtime === null) return process.sigbus;
    const { required, requiredInFile = required, requiredInGuest = required, optional } = SIGBUS_RUNTIMES[process.runtime] as SigbusRuntime;
    const inFile = address !== null && process.mm.find(Math.floor(address / 2 ** pageShift))?.file != null;
    const use = code === 'BUS_MCEERR_AO' ? optional : inGuest ? requiredInGuest : inFile ? requiredInFile : required;
    return use === 'killed' ? 'default' : use === 'jumps' ? 'longjmp' : 'returning';
}

/** A signal reaches a thread: the handler has it, or the process dies. @param resets blocked, or not to be caught: as if it had no handler */
function useSignal(kernel: Kernel, thread: Thread, info: Siginfo, forced: boolean, resets: boolean): void {
    const { process } = thread;
    const use = useOfSigbus(process, info, kernel.machine.pageShift, thread.inGuest);
    const caught = HANDLERS.has(use);
    let status: number | null = null;
    if (process.runtime !== null && info.signal === 'SIGBUS') {
        const { seenRequired, seenOptional, exitStatus } = SIGBUS_RUNTIMES[process.runtime] as SigbusRuntime;
        const isOptional = info.code === 'BUS_MCEERR_AO';
        status = caught ? null : isOptional ? exitStatus.optional : exitStatus.required;
        kernel.decide('sigbus.runtime', undefined, `${process.runtime}: ${isOptional ? seenOptional : seenRequired}${status === null ? '' : `, exit status ${status}`}`);
    }
    kernel.recorder.signal(thread, info, forced, caught && !resets ? 'handled' : 'killed');
    if (!caught || resets) killProcess(kernel, process, info.signal, resets || status === 128 + SIGNALS[info.signal].value ? null : status);
    else if (use === 'exiting') exitProcess(kernel, process, null, process.handlerExitStatus);
    else if (use === 'remapping') remapAtAddress(kernel, process, info);
}

/** The handler maps an empty page over what si_addr and si_addr_lsb name, and returns. It can do nothing where they name nothing. */
function remapAtAddress(kernel: Kernel, process: Process, { address, addressLsbBits }: Siginfo): void {
    const { pageShift } = kernel.machine;
    if (address === null || addressLsbBits === null || addressLsbBits < pageShift) return;
    const pages = 2 ** (addressLsbBits - pageShift);
    const page = Math.floor(address / 2 ** addressLsbBits) * pages;
    if (mapEmpty(kernel, process, page, pages) === '0') kernel.decide('sigbus.remapped', undefined, `${process.name}, ${pages} ${pages === 1 ? 'page' : 'pages'}`);
}

/** Init also ignores what it does not handle. Follows sig_task_ignored(). */
function isIgnored({ pid, sigbus }: Process): boolean {
    return sigbus === 'ignored' || (sigbus === 'default' && pid === INIT_PID);
}

/**
 * Sends an ordinary, thread-directed SIGBUS. It is not queued: while one is pending for the thread, further
 * ones are dropped. SIGKILL waits for nothing. Follows send_sig_mceerr() and __send_signal_locked().
 */
export function sendSignal(kernel: Kernel, thread: Thread, info: Siginfo): void {
    const { process } = thread;
    if (!process.alive || thread.exited) return;
    if (info.signal === 'SIGKILL') {
        thread.killed = true;
    } else if (isIgnored(process) && !thread.sigbusBlocked) {
        kernel.recorder.signal(thread, info, false, 'ignored');
    } else if (thread.pending !== null) {
        kernel.recorder.signal(thread, info, false, 'coalesced');
    } else {
        thread.pending = info;
        if (thread.sigbusBlocked || process.stopped) kernel.recorder.signal(thread, info, false, 'pending');
    }
}

/**
 * Forces a SIGBUS that the thread meets when it returns to user mode. Blocked or ignored: unblocked and reset to
 * default, so the process dies then. The first pending one wins. Follows force_sig_mceerr().
 */
export function forceOnReturn(kernel: Kernel, thread: Thread, info: Siginfo): void {
    const { process } = thread;
    if (!process.alive) return;
    if (thread.sigbusBlocked || process.sigbus === 'ignored') {
        kernel.changed('task', thread.label, 'SIGBUS', thread.sigbusBlocked ? 'blocked' : process.sigbus, 'default');
        thread.sigbusBlocked = false;
        process.sigbus = 'default';
    }
    if (thread.pending !== null) {
        kernel.recorder.signal(thread, info, true, 'coalesced');
        return;
    }
    thread.pending = info;
    thread.pendingForced = true;
}

const SIGKILL: Siginfo = { signal: 'SIGKILL', code: 'SI_KERNEL', address: null, addressLsbBits: null };

/** Return to user mode: delivers what is pending and not blocked. Called at the end of every step. */
export function deliverPending(kernel: Kernel): void {
    for (const process of kernel.machine.processes) {
        for (const thread of process.threads) {
            if (thread.killed && process.alive) {
                kernel.recorder.signal(thread, SIGKILL, false, 'killed');
                killProcess(kernel, process, 'SIGKILL');
            }
            if (canTakeSignal(thread)) takeSignal(kernel, thread);
        }
    }
}

/** Is a SIGBUS pending that the thread gets when it returns to user mode? */
export function canTakeSignal({ pending, sigbusBlocked, exited, process }: Thread): boolean {
    return pending !== null && !sigbusBlocked && !exited && process.alive && !process.stopped;
}

/** One thread returns to user mode with what is pending for it. Follows get_signal(). */
export function takeSignal(kernel: Kernel, thread: Thread): void {
    const info = thread.pending!;
    const forced = thread.pendingForced;
    thread.pending = null;
    thread.pendingForced = false;
    deliver(kernel, thread, info, forced);
}

function deliver(kernel: Kernel, thread: Thread, info: Siginfo, forced: boolean): void {
    const { process } = thread;
    if (isIgnored(process) && !forced) {
        kernel.recorder.signal(thread, info, forced, 'ignored');
        return;
    }
    useSignal(kernel, thread, info, forced, false);
}
