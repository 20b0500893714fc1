/** x86: a memory error that firmware reports is put down as a machine check too (arch/x86/kernel/cpu/mce/apei.c). */
import type { CperSeverity, FirmwareSection } from '../../machine/firmware-errors.js';
import { MCI_STATUS, type MciStatusBit } from '../../vocabulary/mce.js';
import type { Kernel } from '../kernel.js';
import type { MachineCheck } from './mce.js';
import { mceLog, runDecoderChain } from './mce-chain.js';

/** A memory read error of an unknown channel, in no bank. */
const READ_ERROR = 0x9fn;
const NO_BANK = 255;
const MISC_PHYSICAL = 2n << 6n;

function bits(...names: readonly MciStatusBit[]): bigint {
    return names.reduce((sum, name) => sum | (1n << BigInt(MCI_STATUS[name].bit)), 0n);
}

/** Of the bits below a page; where none is set, a page (find_first_bit() with that limit). */
function lowestBit(mask: bigint, limit: number): bigint {
    let bit = 0n;
    while (bit < BigInt(limit) && ((mask >> bit) & 1n) === 0n) bit += 1n;
    return bit;
}

/**
 * The record is logged, and the collector counts it when it is a corrected one. It is not graded: nothing else follows from it.
 * @returns what a worker does with it. Follows apei_mce_report_mem_error().
 */
export function apeiReportMemoryError(kernel: Kernel, severity: CperSeverity, { address, mask }: FirmwareSection): readonly (() => void)[] {
    const lsb = lowestBit(mask ?? 0n, kernel.machine.pageShift);
    const mce: MachineCheck = {
        cpu: 0, bank: NO_BANK, mcgStatus: 0n, ipid: 0n, delivery: 'poll', frame: null, address: BigInt(address!), misc: MISC_PHYSICAL | lsb,
        status: bits('VAL', 'EN', 'ADDRV', 'MISCV') | READ_ERROR | (severity === 'recoverable' || severity === 'fatal' ? bits('UC') : 0n) | (severity === 'fatal' ? bits('PCC') : 0n),
    };
    kernel.decide('apei_mce_report_mem_error');
    mceLog(kernel, mce);
    return [() => { runDecoderChain(kernel, mce, 'NO'); }];
}
