/** The registers that a machine makes of an error: plain words become what this vendor's and this generation's banks hold. */
import type { Machine } from '../../machine/machine.js';
import type { PhysicalAddress } from '../../machine/units.js';
import { generationOf, type Delivery } from '../../vocabulary/cpu-generations.js';
import { MCACOD, MCG_STATUS, MCI_STATUS, type McgStatusBit, type MciStatusBit } from '../../vocabulary/mce.js';
import { recoversFromErrors, type MachineCheck } from './mce.js';

/** How an error comes to light. CE: corrected. UCNA: uncorrected, noticed in passing. AO: found by the scrubber. AR: consumed. fatal: the processor gives up. */
export type ErrorMeaning = 'CE' | 'UCNA' | 'AO' | 'AR' | 'fatal';

function status(...names: readonly MciStatusBit[]): bigint {
    return names.reduce((sum, name) => sum | (1n << BigInt(MCI_STATUS[name].bit)), 0n);
}

export function mcg(...names: readonly McgStatusBit[]): bigint {
    return names.reduce((sum, name) => sum | (1n << BigInt(MCG_STATUS[name].bit)), 0n);
}

/** Physical address mode, granule of a page. */
const MISC_PAGE = 0x8cn;
/** MCACOD of a memory controller's read or generic error. */
const MEMORY_ERROR = 0x9fn;
/** One corrected error, in the count of bits 38 to 52. */
const ONE_CORRECTED = 1n << 38n;

function intelStatus(meaning: ErrorMeaning, fetch: boolean, hasAddress: boolean, delivery: Delivery): bigint {
    const address = hasAddress ? status('MISCV', 'ADDRV') : 0n;
    switch (meaning) {
        case 'CE': return status('VAL') | address | ONE_CORRECTED | MEMORY_ERROR;
        case 'UCNA': return status('VAL', 'UC', 'EN') | address | MEMORY_ERROR;
        case 'AO': return status('VAL', 'UC', 'EN') | (delivery === 'poll' ? 0n : status('S')) | address | BigInt(MCACOD.SCRUB.value);
        case 'AR': return status('VAL', 'UC', 'EN', 'S', 'AR') | address | BigInt(fetch ? MCACOD.INSTR.value : MCACOD.DATA.value);
        case 'fatal': return status('VAL', 'UC', 'EN', 'PCC') | address;
    }
}

/** Bank of a load-store unit, of an instruction fetch unit, and of a unified memory controller; and the last one's MCA_IPID. */
export const AMD_BANKS = { load: 0, fetch: 1, memory: 17 } as const;
const UMC_IPID = 0x96_0000_0000n;
/** Extended code 0 and the memory read error of a memory controller; poison that a core consumed. */
const UMC_READ = 0x011bn;
const CONSUMED_LOAD = 0x060c_0859n;

function amdRegisters(meaning: ErrorMeaning, fetch: boolean, hasAddress: boolean): Pick<MachineCheck, 'bank' | 'status' | 'ipid'> {
    const address = hasAddress ? status('MISCV', 'ADDRV') : 0n;
    const common = status('VAL', 'EN') | address;
    switch (meaning) {
        case 'CE': return { bank: AMD_BANKS.memory, ipid: UMC_IPID, status: common | status('SYNDV', 'CECC') | UMC_READ };
        case 'UCNA': case 'AO': return { bank: AMD_BANKS.memory, ipid: UMC_IPID, status: common | status('SYNDV', 'UECC', 'DEFERRED') | UMC_READ };
        case 'AR': return fetch
            ? { bank: AMD_BANKS.fetch, ipid: 0n, status: common | status('UC', 'AR', 'POISON') | BigInt(MCACOD.INSTR.value) }
            : { bank: AMD_BANKS.load, ipid: 0n, status: common | status('UC', 'AR', 'POISON') | CONSUMED_LOAD };
        case 'fatal': return { bank: AMD_BANKS.load, ipid: 0n, status: common | status('UC', 'PCC', 'SYNDV') | 0x108n };
    }
}

/** What of a machine decides how it reports. */
export type Reporting = Pick<Machine, 'cpuGeneration' | 'bootOptions' | 'cpuVendor' | 'pageShift'>;

/** By how many CPUs the exception is seen, where nobody says it. */
export function defaultDelivery({ cpuGeneration, bootOptions, cpuVendor }: Reporting, meaning: ErrorMeaning): Delivery {
    const row = generationOf(cpuGeneration);
    const delivery = meaning === 'AR' ? row.actionRequired : meaning === 'AO' ? row.actionOptional : meaning === 'fatal' ? row.fatal : 'poll';
    return delivery === 'one' && cpuVendor === 'intel' && bootOptions.has('mce=no_lmce') ? 'all' : delivery;
}

export interface Occurrence {
    readonly cpu: number;
    readonly meaning: ErrorMeaning;
    readonly address: PhysicalAddress | null;
    readonly fetch?: boolean;
    readonly delivery?: Delivery;
    /** `delivery` one, and MCG_STATUS.LMCES is clear nevertheless. */
    readonly unannounced?: boolean;
    /** Bits of MCG_STATUS that are clear. */
    readonly without?: readonly McgStatusBit[];
}

/** The record that the machine makes of it. */
export function recordOf(machine: Reporting, { cpu, meaning, address, fetch = false, delivery = defaultDelivery(machine, meaning), unannounced = false, without = [] }: Occurrence): MachineCheck {
    const amd = machine.cpuVendor === 'amd';
    const registers = amd ? amdRegisters(meaning, fetch, address !== null) : { bank: 9, ipid: 0n, status: intelStatus(meaning, fetch, address !== null, delivery) & ~(recoversFromErrors(machine) ? 0n : status('S', 'AR')) };
    const bits: readonly McgStatusBit[] = ['MCIP', 'RIPV', ...meaning === 'AR' ? ['EIPV' as const] : [], ...!amd && delivery === 'one' && !unannounced ? ['LMCES' as const] : []];
    return {
        ...registers, cpu, delivery, mcgStatus: delivery === 'poll' ? 0n : mcg(...bits.filter((bit) => !without.includes(bit))),
        address: address === null ? 0n : BigInt(address), misc: MISC_PAGE, frame: address === null ? null : Math.floor(address / 2 ** machine.pageShift),
    };
}

/** What a VMM (QEMU) injects: to every virtual CPU. */
function injectedByVmm(machine: Machine, statusRegister: bigint, mcgStatus: bigint, address: PhysicalAddress): MachineCheck {
    return { cpu: 0, bank: 9, status: statusRegister, mcgStatus, address: BigInt(address), misc: MISC_PAGE, ipid: 0n, delivery: 'all', frame: Math.floor(address / 2 ** machine.pageShift) };
}

/** What QEMU injects for an error that a virtual CPU consumed. */
export function consumedByVcpu(machine: Machine, address: PhysicalAddress): MachineCheck {
    return injectedByVmm(machine, 0xbd80000000000134n, mcg('RIPV', 'EIPV', 'MCIP'), address);
}

/** What QEMU injects for an error that the host found in the guest's memory. */
export function foundForGuest(machine: Machine, address: PhysicalAddress): MachineCheck {
    return injectedByVmm(machine, 0xbd000000000000c0n, mcg('RIPV', 'MCIP'), address);
}
