import type { PhysicalAddress } from '../../machine/units.js';
import { recoverableRecord, SEA_SOURCE } from '../ras/firmware-records.js';
import { doSea } from '../ras/external-abort.js';
import type { Kernel } from '../kernel.js';
import { doMachineCheck } from '../ras/machine-check.js';
import { consumedByVcpu, foundForGuest } from '../ras/mce-signatures.js';

/**
 * The VMM tells a guest of an error in its memory that a virtual CPU consumed (action required) or that the host found.
 * x86: a machine check to all virtual CPUs, as QEMU injects it. arm64: an external abort with a record of firmware,
 * for what was consumed; of the rest nobody tells (`forwardsActionOptional`).
 */
export function guestError(kernel: Kernel, actionRequired: boolean, address: PhysicalAddress): void {
    if (kernel.profile.arch.errorSource === 'machine-check') {
        doMachineCheck(kernel, actionRequired ? consumedByVcpu(kernel.machine, address) : foundForGuest(kernel.machine, address));
        return;
    }
    const cpu = kernel.machine.cpus[0];
    if (cpu === undefined || cpu.thread === null) {
        kernel.recorder.notModelled('an external abort on a virtual CPU that runs no task: say `cpu 0 runs TASK in user mode` in the guest');
        return;
    }
    doSea(kernel, { mode: cpu.mode, thread: cpu.thread, address, faultAddress: null, fetch: false, record: recoverableRecord(address, SEA_SOURCE), in: cpu.in });
}
