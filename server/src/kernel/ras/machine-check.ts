import type { CpuState } from '../../machine/machine.js';
import type { Thread } from '../../machine/mm-types.js';
import { MCE_PANICS, type MceContext, type MceSeverity } from '../../vocabulary/mce.js';
import type { Kernel } from '../kernel.js';
import { memoryFailure } from '../memory-failure/memory-failure.js';
import { MF_ACTION_REQUIRED, MF_MUST_KILL } from '../memory-failure/mf-flags.js';
import { memoryGoesBad } from '../memory-failure/poison.js';
import { forceOnReturn } from '../signal/signals.js';
import { hasMcg, hasStatus, pfnOf, printRecord, recoversFromErrors, reportedAddress, usableAddress, type MachineCheck } from './mce.js';
import { mceLog, runDecoderChain, setMceNospec } from './mce-chain.js';
import { AMD_BANKS } from './mce-signatures.js';
import { machineCheckPoll } from './mce-poll.js';
import { mceSeverity } from './mce-severity.js';
import { generationOf } from '../../vocabulary/cpu-generations.js';

export type { MachineCheck } from './mce.js';

/**
 * Code with a fix-up counts as recoverable only where the saved instruction pointer can be relied on. Without one the kernel does not know
 * whom it interrupted, and takes the worst for given; but of poison that AMD's instruction fetch unit (bank 1) consumed. Follows error_context()
 * and quirk_zen_ifu(); Intel's table has rows of its own for that.
 */
export function contextOf(kernel: Kernel, { mode }: CpuState, mce: MachineCheck): MceContext {
    const isKnown = hasMcg(mce, 'RIPV') || hasMcg(mce, 'EIPV') || kernel.machine.cpuVendor !== 'amd'
        || mce.bank === AMD_BANKS.fetch && hasStatus(mce, 'POISON') && kernel.profile.has('fetchOfPoisonKeepsContext');
    if (mode === 'user') return isKnown ? 'user' : 'kernel';
    return mode === 'kernel' || mode === 'interrupt' || !hasMcg(mce, 'RIPV') || !hasMcg(mce, 'EIPV') ? 'kernel' : 'kernel-recoverable';
}

/** The hardware reports an error: by an exception, or where the poller finds it. */
export function reportMachineCheck(kernel: Kernel, mce: MachineCheck, state?: CpuState): void {
    if (mce.delivery === 'poll') machineCheckPoll(kernel, mce);
    else doMachineCheck(kernel, mce, state);
}

/**
 * A machine check hits the machine. Follows do_machine_check() with its severity grading, and what is done later
 * in task work or by the notifier chain.
 * @param state where the CPU was, when that is not what the machine says it runs
 */
export function doMachineCheck(kernel: Kernel, mce: MachineCheck, state?: CpuState): void {
    const { machine } = kernel;
    machine.machineCheckCpu = mce.cpu;
    if (mce.frame !== null && hasStatus(mce, 'ADDRV') && (hasStatus(mce, 'UC') || hasStatus(mce, 'DEFERRED'))) memoryGoesBad(kernel, mce.frame, Number(mce.address % BigInt(2 ** kernel.machine.pageShift)));
    if (machine.bootOptions.has('mce=off')) {
        kernel.recorder.notModelled('a machine check with mce=off: the CPU shuts down, and what the platform makes of that is its own');
        return;
    }
    if (repMovErratum(kernel, mce)) return;
    const cpu = state ?? machine.cpus[mce.cpu] ?? { thread: null, mode: 'kernel', in: null };
    const graded = mceSeverity(kernel, mce, mce.context ?? contextOf(kernel, cpu, mce), true);
    kernel.decide('mce_severity', undefined, `${graded.severity}: ${graded.message}`);
    const local = hasMcg(mce, 'LMCES') || machine.cpuVendor === 'amd';
    const waits = !local && !machine.bootOptions.has('mce=0');
    if (local && graded.severity === 'PANIC') mcePanic(kernel, mce, graded.message, MCE_PANICS.fatalLocal.text);
    if (waits && mce.delivery === 'one' && machine.cpus.length > 1) {
        kernel.print('cpusNotResponding', { cpus: machine.cpus.map((_, index) => index).filter((index) => index !== mce.cpu).join(',') });
        kernel.decide('mce_start.timeout');
        kernel.panic(MCE_PANICS.timeoutEntered.text);
    }
    const { severity } = graded;
    if (severity === 'PANIC') {
        mceLog(kernel, mce);
        mcePanic(kernel, mce, graded.message, waits ? MCE_PANICS.fatal.text : MCE_PANICS.currentCpu.text);
    }
    if (leftInBank(kernel, mce, severity)) {
        kernel.decide('do_machine_check.left', undefined, graded.message);
        if (waits) {
            kernel.decide('mce_reign.unknown-source');
            kernel.panic(MCE_PANICS.unknownSource.text);
        }
        // The record stays in its bank: nothing is known of an address.
        if (cannotGoOn(mce, cpu)) killMeNow(kernel, cpu.thread!);
        // The poller finds it there; a signalled one that was not enabled is cleared.
        if (severity !== 'NO' || !hasStatus(mce, 'S')) machineCheckPoll(kernel, mce);
        return;
    }
    mceLog(kernel, mce);
    if (severity !== 'AR') {
        const endsTask = cannotGoOn(mce, cpu);
        if (endsTask && severity === 'AO' && usableAddress(kernel, mce)) kernel.recorder.notModelled('an error found in the background that leaves no restart address: whether the worker or the task that was interrupted handles the page first (real kernels did both)');
        if (endsTask) endTask(kernel, mce, cpu.thread!);
        runDecoderChain(kernel, mce, severity);
        return;
    }
    runDecoderChain(kernel, mce, severity);
    actionRequired(kernel, mce, cpu);
}

const CONSUMED = ['VAL', 'UC', 'EN', 'ADDRV', 'MISCV', 'AR', 'S'] as const;

/**
 * Skylake's fast string copies can consume the line behind what they copy: after the first local one of the load unit (bank 1) the CPU goes without
 * them, and the instruction is tried again. Follows quirk_skylake_repmov().
 * @returns whether the record is dropped, and nothing comes after it
 */
function repMovErratum(kernel: Kernel, mce: MachineCheck): boolean {
    const { machine } = kernel;
    if (generationOf(machine.cpuGeneration).repMovErratum !== true || mce.bank !== 1 || !hasMcg(mce, 'LMCES') || machine.withoutFastStrings.has(mce.cpu)) return false;
    if (CONSUMED.some((bit) => !hasStatus(mce, bit)) || hasStatus(mce, 'OVER') || hasStatus(mce, 'PCC')) return false;
    if (machine.withoutFastStrings.size === 0) kernel.print('mceErratum');
    machine.withoutFastStrings.add(mce.cpu);
    kernel.decide('quirk_skylake_repmov');
    // Memory that is bad is met by the second try; healthy memory is not.
    return machine.ecc === 'simulated';
}

/** Corrected, deferred and unsignalled errors are the poller's. Follows __mc_scan_banks(). */
function leftInBank(kernel: Kernel, mce: MachineCheck, severity: MceSeverity): boolean {
    const signalled = hasStatus(mce, kernel.machine.cpuVendor === 'amd' || !recoversFromErrors(kernel.machine) ? 'UC' : 'S');
    return severity === 'NO' || severity === 'KEEP' || severity === 'UCNA' || severity === 'DEFERRED' || !signalled;
}

/** Follows mce_panic(). */
function mcePanic(kernel: Kernel, mce: MachineCheck, reason: string, text: string): never {
    printRecord(kernel, mce);
    if (kernel.machine.cpuVendor !== 'amd') kernel.print('mceRunMcelog', {}, mce.cpu);
    if (reason !== '') kernel.print('mceReason', { reason }, mce.cpu);
    kernel.decide('mce_panic', undefined, reason);
    kernel.panic(text);
}

/** The instruction consumed the poison. Follows the end of do_machine_check() and queue_task_work(). */
function actionRequired(kernel: Kernel, mce: MachineCheck, cpu: CpuState): void {
    if (cpu.mode === 'user') {
        if (cpu.thread === null) return;
        endTask(kernel, mce, cpu.thread);
        return;
    }
    if (cpu.mode === 'copy-from-user') {
        const pfn = pfnOf(kernel, mce);
        kernel.print('mceKernelAccess', { address: reportedAddress(kernel, mce) });
        kernel.decide('kill_me_never', pfn);
        if (memoryFailure(kernel, pfn, 0, cpu.thread) === '0') setMceNospec(kernel, pfn);
        return;
    }
    kernel.decide('fixup_exception.copy-fails', undefined, cpu.in ?? undefined);
}

/** Whatever the record says, without a restart IP the task that was interrupted cannot go on (kill_current_task). */
function cannotGoOn(mce: MachineCheck, cpu: CpuState): boolean {
    return !hasMcg(mce, 'RIPV') && cpu.mode === 'user' && cpu.thread !== null;
}

/** What the task gets before it returns to user mode: memory_failure() where the page is known, else a plain SIGBUS. Follows queue_task_work(). */
function endTask(kernel: Kernel, mce: MachineCheck, thread: Thread): void {
    const killedNow = !usableAddress(kernel, mce) || (!hasMcg(mce, 'RIPV') && kernel.profile.has('noRestartIpKillsNow'));
    if (killedNow) killMeNow(kernel, thread);
    else killMeMaybe(kernel, mce, thread);
}

/** Task work before the return to user mode. Follows kill_me_maybe(). */
function killMeMaybe(kernel: Kernel, mce: MachineCheck, thread: Thread): void {
    const pfn = pfnOf(kernel, mce);
    kernel.print('mceUserAccess', { address: reportedAddress(kernel, mce) });
    const mustKill = hasMcg(mce, 'RIPV') ? 0 : MF_MUST_KILL;
    kernel.decide('kill_me_maybe', pfn, mustKill === 0 ? undefined : 'not restartable');
    const result = memoryFailure(kernel, pfn, MF_ACTION_REQUIRED | mustKill, thread);
    if (result === '0') {
        setMceNospec(kernel, pfn);
        return;
    }
    if (result === 'EHWPOISON' || result === 'EOPNOTSUPP') return;
    kernel.print('mceNotRecovered');
    kernel.decide('kill_me_maybe.not-recovered', pfn, result);
    killMeNow(kernel, thread);
}

/** SIGBUS without address. Follows kill_me_now(). */
function killMeNow(kernel: Kernel, thread: Thread): void {
    kernel.decide('kill_me_now', undefined, thread.label);
    forceOnReturn(kernel, thread, { signal: 'SIGBUS', code: 'SI_KERNEL', address: null, addressLsbBits: null });
}
