import type { Pfn } from '../machine/units.js';
import type { Kernel } from './kernel.js';

/** Sets PG_hwpoison. @returns whether it was set before. Follows TestSetPageHWPoison(). */
export function testSetPageHwpoison(kernel: Kernel, pfn: Pfn): boolean {
    const { poisoned } = kernel.machine.memory;
    if (poisoned.has(pfn)) return true;
    poisoned.set(pfn, { takenOff: false });
    kernel.pageChanged(pfn, 'PG_hwpoison', false, true);
    return false;
}

/** Clears PG_hwpoison. @returns whether it was set. Follows TestClearPageHWPoison(). */
export function testClearPageHwpoison(kernel: Kernel, pfn: Pfn): boolean {
    const cleared = kernel.machine.memory.poisoned.delete(pfn);
    if (cleared) kernel.pageChanged(pfn, 'PG_hwpoison', true, false);
    return cleared;
}
