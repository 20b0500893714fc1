/** A record of a machine check bank (struct mce), and what its registers say. */
import type { Pfn } from '../../machine/units.js';
import type { Machine } from '../../machine/machine.js';
import { generationOf, type Delivery } from '../../vocabulary/cpu-generations.js';
import { isMemoryController, MCG_STATUS, MCI_STATUS, type MceContext, type McgStatusBit, type MciStatusBit } from '../../vocabulary/mce.js';
import type { Kernel } from '../kernel.js';

/** Registers are 64 bits wide. */
export interface MachineCheck {
    readonly cpu: number;
    readonly bank: number;
    /** MCi_STATUS. */
    readonly status: bigint;
    /** MCG_STATUS. */
    readonly mcgStatus: bigint;
    /** MCi_ADDR. */
    readonly address: bigint;
    /** MCi_MISC. */
    readonly misc: bigint;
    /** MCA_IPID, which names the kind of bank (AMD); 0 where it is not known. */
    readonly ipid: bigint;
    readonly delivery: Delivery;
    /** The frame whose memory is bad: what MCi_ADDR holds may be the memory controller's own address. */
    readonly frame: Pfn | null;
    /** Where the CPU was, when that is not what the machine says it runs. */
    readonly context?: MceContext;
}

export function hasStatus({ status }: Pick<MachineCheck, 'status'>, bit: MciStatusBit): boolean {
    return (status & (1n << BigInt(MCI_STATUS[bit].bit))) !== 0n;
}

export function hasMcg({ mcgStatus }: Pick<MachineCheck, 'mcgStatus'>, bit: McgStatusBit): boolean {
    return (mcgStatus & (1n << BigInt(MCG_STATUS[bit].bit))) !== 0n;
}

/** Software error recovery (mca_cfg.ser): only then do S and AR mean something. */
export function recoversFromErrors({ cpuGeneration }: Pick<Machine, 'cpuGeneration'>): boolean {
    return generationOf(cpuGeneration).unrecoverable !== true;
}

/** A DRAM ECC error that a memory controller reports: its extended code is 0. Follows smca_mce_is_memory_error(). */
function isSmcaMemoryError(mce: MachineCheck): boolean {
    return ((mce.status >> 16n) & 0x3fn) === 0n && isMemoryController(mce.ipid);
}

/** Follows mce_is_memory_error(). */
export function isMemoryError(kernel: Kernel, mce: MachineCheck): boolean {
    if (kernel.machine.cpuVendor === 'amd') return isSmcaMemoryError(mce);
    const { status } = mce;
    return (status & 0xef80n) === 0x80n || (status & 0xef00n) === 0x100n || (status & 0xeffcn) === 0xcn;
}

/** Follows mce_is_correctable(). */
export function isCorrectable(kernel: Kernel, mce: MachineCheck): boolean {
    return !hasStatus(mce, 'UC') && !(kernel.machine.cpuVendor === 'amd' && hasStatus(mce, 'DEFERRED'));
}

const MISC_PHYSICAL = 2n;

/** The record names a page. Follows mce_usable_address() and amd_mce_usable_address(). */
export function usableAddress(kernel: Kernel, mce: MachineCheck): boolean {
    if (!hasStatus(mce, 'ADDRV')) return false;
    if (kernel.machine.cpuVendor === 'amd') return kernel.profile.has('amdAddressIsTaken') || hasStatus(mce, 'POISON');
    return hasStatus(mce, 'MISCV') && (mce.misc & 0x3fn) <= BigInt(kernel.machine.pageShift) && ((mce.misc >> 6n) & 7n) === MISC_PHYSICAL;
}

/** Is what MCi_ADDR holds an address of the memory controller, which only the address translation library makes one of the system? */
export function isNormalised(kernel: Kernel, mce: MachineCheck): boolean {
    return kernel.machine.cpuVendor === 'amd' && isSmcaMemoryError(mce);
}

/** Bits of a physical address (MAXPHYADDR). */
const PHYSICAL = (1n << 52n) - 1n;

/** The address as it is printed: cut to what MCi_MISC, or on AMD the address register itself, says is known. Follows mce_read_aux(). */
export function reportedAddress(kernel: Kernel, mce: MachineCheck): bigint {
    if (kernel.machine.cpuVendor === 'amd') {
        const lsb = (mce.address >> 56n) & 0x3fn;
        return ((mce.address & ((1n << 56n) - 1n)) >> lsb) << lsb;
    }
    if (!hasStatus(mce, 'MISCV')) return mce.address;
    const lsb = mce.misc & 0x3fn;
    return (mce.address >> lsb) << lsb;
}

/** The page of the error, without what stands above a physical address; older kernels keep that. Follows kill_me_maybe() and uc_decode_notifier(). */
export function pfnOf(kernel: Kernel, mce: MachineCheck): Pfn {
    if (kernel.profile.has('machineCheckAddressUnmasked')) return unmaskedPfnOf(kernel, mce);
    return Number((reportedAddress(kernel, mce) & PHYSICAL) >> BigInt(kernel.machine.pageShift));
}

/** The same with whatever stands above a physical address, as the collector of corrected errors has it. Follows cec_notifier(). */
export function unmaskedPfnOf(kernel: Kernel, mce: MachineCheck): Pfn {
    return Number(reportedAddress(kernel, mce) >> BigInt(kernel.machine.pageShift));
}

export function printRecord(kernel: Kernel, mce: MachineCheck): void {
    kernel.print(hasMcg(mce, 'MCIP') ? 'mceHeader' : 'mceHeaderPolled', { cpu: mce.cpu, mcg: mce.mcgStatus, bank: mce.bank, status: mce.status }, mce.cpu);
}
