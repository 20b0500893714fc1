/** Records as firmware makes them of an error that a scenario names by its meaning. */
import type { CperSeverity, FirmwareRecord, FirmwareSection } from '../../machine/firmware-errors.js';
import type { PhysicalAddress } from '../../machine/units.js';

/** HEST numbers of the source behind aborts, and of the others: the platform's choice, here that of QEMU's `virt`. */
export const SEA_SOURCE = 0;
export const ASYNCHRONOUS_SOURCE = 1;

/** What is known of the address: a page of 4 KiB. */
export const PAGE_MASK = 0xffff_ffff_ffff_f000n;

const SINGLE_BIT = 2;
const MULTI_BIT = 3;

export function memorySection(severity: CperSeverity, address: PhysicalAddress | null, more: Partial<FirmwareSection> = {}): FirmwareSection {
    const corrected = severity === 'corrected' || severity === 'info';
    return { kind: 'memory', severity, thresholdExceeded: false, address, mask: PAGE_MASK, errorType: corrected ? SINGLE_BIT : MULTI_BIT, ...more };
}

export function recoverableRecord(address: PhysicalAddress, source: number): FirmwareRecord {
    return { severity: 'recoverable', source, sections: [memorySection('recoverable', address)] };
}
