import { MARKED } from '../../machine/physical-memory.js';
import type { Pfn } from '../../machine/units.js';
import type { Kernel } from '../kernel.js';

/** Sets PG_hwpoison. @returns whether it was set before. Follows TestSetPageHWPoison(). */
export function testSetPageHwpoison(kernel: Kernel, pfn: Pfn): boolean {
    const { poisoned } = kernel.machine.memory;
    if (poisoned.has(pfn)) return true;
    poisoned.set(pfn, MARKED);
    kernel.pageChanged(pfn, 'PG_hwpoison', false, true);
    return false;
}

/** Clears PG_hwpoison. @returns whether it was set. Follows TestClearPageHWPoison(). */
export function testClearPageHwpoison(kernel: Kernel, pfn: Pfn): boolean {
    const cleared = kernel.machine.memory.poisoned.delete(pfn);
    if (cleared) kernel.pageChanged(pfn, 'PG_hwpoison', true, false);
    return cleared;
}

/**
 * An uncorrected error of the hardware: the memory itself is bad from here on, unless the error is made up by software.
 * @param offset byte in the page that the error names
 */
export function memoryGoesBad(kernel: Kernel, pfn: Pfn, offset = 0): void {
    const { ecc, memory, timeNs } = kernel.machine;
    if (ecc === 'simulated' || memory.bad.has(pfn)) return;
    memory.bad.set(pfn, timeNs);
    if (offset > 0) memory.badAt.set(pfn, offset);
}
