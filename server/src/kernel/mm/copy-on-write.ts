import type { Pfn } from '../../machine/units.js';
import type { Kernel } from '../kernel.js';
import { kernelLoad } from '../ras/consumption.js';
import type { DifferenceName } from '../versions/differences.js';

/**
 * The copy that a write needs reads the old page: bad memory ends it. Follows copy_mc_user_highpage().
 * @param panics the difference by which a copy of that size has no fix-up
 * @returns the first frame of the range that cannot be copied, or null
 */
export function copyMeetsPoison(kernel: Kernel, first: Pfn, pageCount: number, panics: DifferenceName): Pfn | null {
    const { ecc, memory } = kernel.machine;
    if (ecc !== 'poison') return null;
    const bad = [...memory.bad.keys()].filter((pfn) => pfn >= first && pfn < first + pageCount).sort((a, b) => a - b)[0];
    if (bad === undefined) return null;
    if (kernel.profile.arch.errorSource !== 'machine-check') {
        kernel.recorder.notModelled('a copy on write that meets bad memory on arm64');
        return null;
    }
    if (kernel.profile.has(panics)) kernelLoad(kernel, bad, { in: 'copy_user_highpage', interrupt: false, thread: null });
    kernel.decide('__wp_page_copy_user.poisoned', bad);
    return bad;
}
