import type { CpuState } from '../../machine/machine.js';
import type { Thread } from '../../machine/mm-types.js';
import type { PhysicalAddress } from '../../machine/units.js';
import { AMD_SEVERITIES, INTEL_SEVERITIES, MCACOD, MCE_PANICS, MCG_STATUS, MCI_STATUS, type MceContext, type MceSeverity, type McgStatusBit, type MciStatusBit, type SeverityRow } from '../../vocabulary/mce.js';
import type { Kernel } from '../kernel.js';
import { memoryFailure } from '../memory-failure/memory-failure.js';
import { MF_ACTION_REQUIRED, MF_MUST_KILL } from '../memory-failure/mf-flags.js';
import { memoryGoesBad } from '../memory-failure/poison.js';
import { forceOnReturn } from '../signal/signals.js';

/** A machine check as the bank registers give it (struct mce). */
export interface MachineCheck {
    readonly cpu: number;
    readonly bank: number;
    /** MCi_STATUS, 64 bits. */
    readonly status: bigint;
    /** MCG_STATUS. */
    readonly mcgStatus: number;
    readonly address: PhysicalAddress;
    readonly misc: number;
    /** all: the exception reaches every CPU. one: only `cpu`. poll: no exception, found by polling. */
    readonly delivery: 'all' | 'one' | 'poll';
    /** Where the CPU was, when that is not what the machine says it runs. */
    readonly context?: MceContext;
}

function hasStatus(mce: MachineCheck, bit: MciStatusBit): boolean {
    return (mce.status & (1n << BigInt(MCI_STATUS[bit].bit))) !== 0n;
}

function hasMcg(mce: MachineCheck, bit: McgStatusBit): boolean {
    return (mce.mcgStatus & (1 << MCG_STATUS[bit].bit)) !== 0;
}

function rowMatches(row: SeverityRow, mce: MachineCheck, context: MceContext, exception: boolean): boolean {
    if (row.exceptionOnly === true && !exception) return false;
    // Taken as given: overflow recovery and SUCCOR, as on every AMD CPU since Zen.
    if (row.without !== undefined) return false;
    if (row.status.set?.some((bit) => !hasStatus(mce, bit)) === true) return false;
    if (row.status.clear?.some((bit) => hasStatus(mce, bit)) === true) return false;
    if (row.mcg?.set?.some((bit) => !hasMcg(mce, bit)) === true) return false;
    if (row.mcg?.clear?.some((bit) => hasMcg(mce, bit)) === true) return false;
    if (row.context !== undefined && !row.context.includes(context)) return false;
    if (row.mcacod === undefined) return true;
    const code = MCACOD[row.mcacod];
    return (Number(mce.status & 0xffffn) & code.mask) === code.value;
}

/** Grades a record. Follows mce_severity(). */
export function mceSeverity(kernel: Kernel, mce: MachineCheck, context: MceContext, exception: boolean): { readonly severity: MceSeverity; readonly message: string } {
    const rows = kernel.machine.cpuVendor === 'amd' ? AMD_SEVERITIES : INTEL_SEVERITIES;
    const row = rows.find((each) => rowMatches(each, mce, context, exception))!;
    return { severity: row.severity, message: row.message };
}

function contextOf(cpu: CpuState): MceContext {
    return cpu.mode === 'user' ? 'user' : cpu.mode === 'kernel' || cpu.mode === 'interrupt' ? 'kernel' : 'kernel-recoverable';
}

/** mce_usable_address(): the record names a page. */
function usableAddress(mce: MachineCheck): boolean {
    return hasStatus(mce, 'ADDRV') && hasStatus(mce, 'MISCV');
}

function pfnOf(kernel: Kernel, mce: MachineCheck): number {
    return Math.floor(mce.address / 2 ** kernel.machine.pageShift);
}

function printRecord(kernel: Kernel, mce: MachineCheck): void {
    kernel.print(mce.delivery === 'poll' ? 'mceHeaderPolled' : 'mceHeader', { cpu: mce.cpu, mcg: mce.mcgStatus, bank: mce.bank, status: mce.status }, mce.cpu);
}

/**
 * A machine check hits the machine. Follows do_machine_check() with its severity grading, and what is done later
 * in task work or by the notifier chain.
 * @param state where the CPU was, when that is not what the machine says it runs
 */
export function doMachineCheck(kernel: Kernel, mce: MachineCheck, state?: CpuState): void {
    const { machine } = kernel;
    machine.machineCheckCpu = mce.cpu;
    if (usableAddress(mce) && (hasStatus(mce, 'UC') || hasStatus(mce, 'DEFERRED'))) memoryGoesBad(kernel, pfnOf(kernel, mce), mce.address % 2 ** machine.pageShift);
    const cpu = state ?? machine.cpus[mce.cpu] ?? { thread: null, mode: 'kernel', in: null };
    const exception = mce.delivery !== 'poll';
    const graded = mceSeverity(kernel, mce, mce.context ?? contextOf(cpu), exception);
    kernel.decide('mce_severity', undefined, `${graded.severity}: ${graded.message}`);
    const local = hasMcg(mce, 'LMCES') || machine.cpuVendor === 'amd';
    if (exception && mce.delivery === 'one' && !local && machine.cpus.length > 1) {
        kernel.print('cpusNotResponding', { cpus: machine.cpus.map((_, index) => index).filter((index) => index !== mce.cpu).join(',') });
        kernel.decide('mce_start.timeout');
        kernel.panic(MCE_PANICS.timeoutEntered.text);
    }
    if (graded.severity === 'PANIC') {
        printRecord(kernel, mce);
        if (machine.cpuVendor !== 'amd') kernel.print('mceRunMcelog', {}, mce.cpu);
        if (graded.message !== '') kernel.print('mceReason', { reason: graded.message }, mce.cpu);
        kernel.decide('mce_panic', undefined, graded.message);
        kernel.panic(local ? MCE_PANICS.fatalLocal.text : MCE_PANICS.fatal.text);
    }
    switch (graded.severity) {
        case 'NO':
        case 'KEEP':
            kernel.decide('do_machine_check.left', undefined, graded.message);
            // The record stays in its bank: nothing is known of an address.
            if (exception && cannotGoOn(mce, cpu)) killMeNow(kernel, cpu.thread!);
            return;
        case 'AO':
        case 'UCNA':
        case 'DEFERRED':
            kernel.print('mceLogged', {}, mce.cpu);
            if (exception && cannotGoOn(mce, cpu)) endTask(kernel, mce, cpu.thread!);
            ucDecode(kernel, mce);
            return;
        case 'SOME':
        case 'UC':
            kernel.print('mceLogged', {}, mce.cpu);
            printRecord(kernel, mce);
            if (exception && cannotGoOn(mce, cpu)) endTask(kernel, mce, cpu.thread!);
            return;
        case 'AR':
            actionRequired(kernel, mce, cpu);
    }
}

/** The record was logged: memory_failure() in a worker that has no address space. Follows uc_decode_notifier(). */
function ucDecode(kernel: Kernel, mce: MachineCheck): void {
    if (!usableAddress(mce)) {
        kernel.decide('uc_decode_notifier.no-address');
        printRecord(kernel, mce);
        return;
    }
    const pfn = pfnOf(kernel, mce);
    kernel.decide('uc_decode_notifier', pfn);
    if (memoryFailure(kernel, pfn, 0, null) === '0') setMceNospec(kernel, pfn);
    else printRecord(kernel, mce);
}

/** The page leaves the kernel's direct map. Follows set_mce_nospec(). */
function setMceNospec(kernel: Kernel, pfn: number): void {
    kernel.machine.memory.notInDirectMap.add(pfn);
    kernel.pageChanged(pfn, 'direct map', 'mapped', 'not present');
    kernel.decide('set_mce_nospec', pfn);
}

/** The instruction consumed the poison. Follows the end of do_machine_check() and queue_task_work(). */
function actionRequired(kernel: Kernel, mce: MachineCheck, cpu: CpuState): void {
    kernel.print('mceLogged', {}, mce.cpu);
    printRecord(kernel, mce);
    if (cpu.mode === 'user') {
        if (cpu.thread === null) return;
        endTask(kernel, mce, cpu.thread);
        return;
    }
    if (cpu.mode === 'copy-from-user') {
        const pfn = pfnOf(kernel, mce);
        kernel.print('mceKernelAccess', { address: mce.address });
        kernel.decide('kill_me_never', pfn);
        memoryFailure(kernel, pfn, 0, cpu.thread);
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
    const killedNow = !usableAddress(mce) || (!hasMcg(mce, 'RIPV') && kernel.profile.has('noRestartIpKillsNow'));
    if (killedNow) killMeNow(kernel, thread);
    else killMeMaybe(kernel, mce, thread);
}

/** Task work before the return to user mode. Follows kill_me_maybe(). */
function killMeMaybe(kernel: Kernel, mce: MachineCheck, thread: Thread): void {
    const pfn = pfnOf(kernel, mce);
    kernel.print('mceUserAccess', { address: mce.address });
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

/** Registers of a data load that consumed poison in kernel code, broadcast to all CPUs (Intel). */
export function consumedByKernel(cpu: number, address: PhysicalAddress): MachineCheck {
    return { cpu, bank: 9, status: 0xbd80000000000134n, mcgStatus: 0x7, address, misc: 0x8c, delivery: 'all', context: 'kernel' };
}

/** Registers of a load or fetch of a task that consumed poison, on that CPU only. */
export function consumedByUser(cpu: number, address: PhysicalAddress, fetch: boolean): MachineCheck {
    return { cpu, bank: 9, status: fetch ? 0xbd80000000000150n : 0xbd80000000000134n, mcgStatus: 0xf, address, misc: 0x8c, delivery: 'one', context: 'user' };
}

/** What QEMU injects for an error that a virtual CPU consumed: to all of them. */
export function consumedByVcpu(address: PhysicalAddress): MachineCheck {
    return { cpu: 0, bank: 9, status: 0xbd80000000000134n, mcgStatus: 0x7, address, misc: 0x8c, delivery: 'all' };
}

/** What QEMU injects for an error that the host found in the guest's memory. */
export function foundForGuest(address: PhysicalAddress): MachineCheck {
    return { cpu: 0, bank: 9, status: 0xbd000000000000c0n, mcgStatus: 0x5, address, misc: 0x8c, delivery: 'all' };
}

/** The same for a copy from user space. */
export function consumedByCopy(cpu: number, address: PhysicalAddress): MachineCheck {
    return { ...consumedByUser(cpu, address, false), context: 'kernel-recoverable' };
}
