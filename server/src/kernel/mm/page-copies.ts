/** Whole pages that are copied by the kernel, or fetched by a device: what happens where their memory is bad. */
import { hex, type Pfn } from '../../machine/units.js';
import type { Kernel } from '../kernel.js';
import type { DifferenceName } from '../versions/differences.js';

/** Who copies whole pages. */
export type Copier = '__wp_page_copy_user' | 'do_cow_fault' | 'copy_present_page' | '__collapse_huge_page_copy' | 'folio_mc_copy';

/**
 * A copy of whole pages reads the old ones: bad memory ends it. Follows copy_mc_user_highpage() and copy_mc_highpage(), which also queue
 * the frame for memory_failure(): that is left to the caller, who gives up first.
 * @param panics the difference by which that copy has no fix-up
 * @returns the first frame of the range that cannot be copied, or null
 */
export function copyMeetsPoison(kernel: Kernel, first: Pfn, pageCount: number, panics: DifferenceName, copier: Copier = '__wp_page_copy_user'): Pfn | null {
    const { ecc, memory } = kernel.machine;
    if (ecc !== 'poison') return null;
    const bad = [...memory.bad.keys()].filter((pfn) => pfn >= first && pfn < first + pageCount).sort((a, b) => a - b)[0];
    if (bad === undefined) return null;
    if (kernel.profile.arch.errorSource !== 'machine-check') {
        kernel.recorder.notModelled('a copy of whole pages that meets bad memory on arm64');
        return null;
    }
    if (kernel.profile.has(panics)) kernel.loads(bad, 'copy_user_highpage');
    kernel.decide(`${copier}.poisoned`, bad);
    return bad;
}

/** A device reads the frame, to write it to a disk. What becomes of that, and what the device then writes, is the platform's to say. */
export function deviceLoad(kernel: Kernel, pfn: Pfn): void {
    if (kernel.machine.ecc === 'poison' && kernel.machine.memory.bad.has(pfn)) kernel.recorder.notModelled(`bad memory, ${hex(pfn)}, that is written to a disk`);
}
