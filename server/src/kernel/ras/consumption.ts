import { doMachineCheck } from './machine-check.js';
import type { MachineCheck } from './mce.js';
import { consumedByVcpu, recordOf } from './mce-signatures.js';
import type { MceContext } from '../../vocabulary/mce.js';
import { doSea, type ExternalAbort } from './external-abort.js';
import { recoverableRecord, SEA_SOURCE } from './firmware-records.js';
import type { FirmwareRecord } from '../../machine/firmware-errors.js';
import type { Kernel } from '../kernel.js';
import type { Thread } from '../../machine/mm-types.js';
import { hex, type Pfn, type PhysicalAddress, type VirtualAddress } from '../../machine/units.js';
import { durationWords } from '../../vocabulary/units.js';

/** What a load from a frame meets. */
export type Load =
    /** Healthy memory, or bad memory whose contents are delivered all the same. */
    | 'data'
    /** Bad memory: the load does not complete. */
    | 'stopped';

/** The record that lies ready for the next abort in user mode, once; null: none does. */
export function takeReadyRecord(kernel: Kernel, mode: ExternalAbort['mode']): FirmwareRecord | null {
    if (mode !== 'user') return null;
    const { firmwareErrors } = kernel.machine;
    const ready = firmwareErrors.behindAbort;
    firmwareErrors.behindAbort = null;
    return ready;
}

/** The abort, with the record that lies ready behind it, or the one that firmware makes of bad memory it knows. */
function abort(kernel: Kernel, pfn: Pfn, { ...what }: Omit<ExternalAbort, 'record'>): void {
    const { firmwareErrors } = kernel.machine;
    const ready = takeReadyRecord(kernel, what.mode);
    doSea(kernel, { ...what, record: ready ?? (firmwareErrors.unclaimed.has(pfn) ? null : recoverableRecord(what.address, SEA_SOURCE)) });
}

/** Where in the kernel a load happens. */
export interface KernelContext {
    /** Kernel function, if the scenario names one. */
    readonly in: string | null;
    readonly interrupt: boolean;
    readonly thread: Thread | null;
}

/** Start of the kernel's direct map on x86-64 without address randomisation, without its leading `ffff` and trailing zeroes. */
const DIRECT_MAP = 0xffff_8880_0000_0000n;

function addressOf(kernel: Kernel, pfn: Pfn): number {
    return pfn * 2 ** kernel.machine.pageShift;
}

/** `d_lookup, 67 s after the error` */
function noteOf(kernel: Kernel, pfn: Pfn, where: string | null): string {
    if (kernel.host !== null) return where ?? 'the kernel';
    const since = kernel.machine.timeNs - (kernel.machine.memory.bad.get(pfn) ?? kernel.machine.timeNs);
    return [...(where === null ? [] : [where]), `${durationWords(since)} after the error`].join(', ');
}

/** Memory that reports its errors and delivers the data: nobody is stopped. */
function deliversBadData(kernel: Kernel, pfn: Pfn, where: string | null): boolean {
    if (kernel.machine.ecc !== 'deliver') return false;
    kernel.decide('memory.bad-data-delivered', pfn, noteOf(kernel, pfn, where));
    kernel.recorder.data('corrupt', `the page ${hex(pfn)}`, pfn);
    return true;
}

/** Does an access meet poison: in the memory itself, or, in a virtual machine, in what the host put behind it? */
function meetsPoison(kernel: Kernel, pfn: Pfn, where: string | null, write = false): boolean {
    if (kernel.host !== null) return pfn >= 0 && kernel.host.touch(pfn, write) === 'poison';
    // A store of whole lines takes the place of poison; where no memory is, it ends as a load does.
    if (write && kernel.machine.memory.layout.isRam(pfn)) return false;
    return kernel.machine.memory.bad.has(pfn) && !deliversBadData(kernel, pfn, where);
}

/** The machine check of what a CPU consumed, as it arrives: a VMM injects its own registers. */
function consumed(kernel: Kernel, cpu: number, address: PhysicalAddress, context: MceContext, fetch = false): MachineCheck {
    const { machine } = kernel;
    return { ...kernel.host === null ? recordOf(machine, { cpu, meaning: 'AR', address, fetch }) : consumedByVcpu(machine, address), context };
}

/** The kernel loads from a frame by its direct map. */
export function kernelLoad(kernel: Kernel, pfn: Pfn, context: KernelContext): Load {
    if (kernelMapsNot(kernel, pfn, context)) return 'stopped';
    if (!meetsPoison(kernel, pfn, context.in)) return 'data';
    kernel.decide('memory.poison-consumed', pfn, noteOf(kernel, pfn, context.in));
    const address = addressOf(kernel, pfn);
    if (kernel.profile.arch.errorSource === 'firmware') abort(kernel, pfn, { mode: context.interrupt ? 'interrupt' : 'kernel', thread: context.thread, address, faultAddress: null, fetch: false, in: context.in });
    else doMachineCheck(kernel, consumed(kernel, 0, address, 'kernel'));
    return 'stopped';
}

/** Lets code that this builds upon load from memory. */
export function loadsMeetPoison(kernel: Kernel): void {
    kernel.loads = (pfn, where) => { kernelLoad(kernel, pfn, { in: where, interrupt: false, thread: null }); };
}

/** The kernel stores to all of a frame: whole lines, so nothing of the bad data is read. @returns false when the store does not complete */
export function kernelStore(kernel: Kernel, pfn: Pfn, context: KernelContext): boolean {
    // Whatever the host put behind the frame of a virtual machine stops a store as it stops a load.
    if (kernel.host !== null) return kernelLoad(kernel, pfn, context) === 'data';
    if (kernelMapsNot(kernel, pfn, context)) return false;
    overwritten(kernel, pfn);
    return true;
}

/** The page left the direct map after a hardware error was handled: a stray access is a page fault. */
function kernelMapsNot(kernel: Kernel, pfn: Pfn, context: KernelContext): boolean {
    if (!kernel.machine.memory.notInDirectMap.has(pfn)) return false;
    kernel.print('oopsPageFault', { address: (DIRECT_MAP + BigInt(addressOf(kernel, pfn))).toString(16) });
    kernel.decide('page_fault_oops', pfn, context.in ?? undefined);
    kernel.oops('BUG: unable to handle page fault');
    return true;
}

/** A store of whole lines takes the place of the poison; the frame looks healthy. PG_hwpoison stays. */
export function overwritten(kernel: Kernel, pfn: Pfn): void {
    if (!kernel.machine.memory.bad.delete(pfn)) return;
    kernel.pageChanged(pfn, 'memory', 'poisoned', 'overwritten');
    kernel.decide('memory.poison-overwritten', pfn);
}

/** A task loads from a frame that its page tables map. */
export function userLoad(kernel: Kernel, pfn: Pfn, thread: Thread, address: VirtualAddress, fetch: boolean, write = false): Load {
    if (!meetsPoison(kernel, pfn, thread.label, write)) return 'data';
    kernel.decide('memory.poison-consumed', pfn, noteOf(kernel, pfn, thread.label));
    const cpu = cpuOf(kernel, thread);
    if (kernel.profile.arch.errorSource === 'firmware') abort(kernel, pfn, { mode: 'user', thread, address: addressOf(kernel, pfn), faultAddress: address, fetch, write, in: null });
    else doMachineCheck(kernel, consumed(kernel, cpu, addressOf(kernel, pfn), 'user', fetch), { thread, mode: 'user', in: null });
    return 'stopped';
}

/** The kernel copies from a user page on behalf of the task: a copy that can fall short. */
export function copyFromUserLoad(kernel: Kernel, pfn: Pfn, thread: Thread, where: string, write = false): Load {
    if (!meetsPoison(kernel, pfn, where, write)) return 'data';
    kernel.decide('memory.poison-consumed', pfn, noteOf(kernel, pfn, where));
    const address = addressOf(kernel, pfn);
    if (kernel.profile.arch.errorSource === 'firmware') abort(kernel, pfn, { mode: 'copy-from-user', thread, address, faultAddress: null, fetch: false, write, in: where });
    else doMachineCheck(kernel, consumed(kernel, cpuOf(kernel, thread), address, 'kernel-recoverable'), { thread, mode: 'copy-from-user', in: where });
    return 'stopped';
}

function cpuOf(kernel: Kernel, thread: Thread): number {
    return Math.max(0, kernel.machine.cpus.findIndex((cpu) => cpu.thread === thread));
}
