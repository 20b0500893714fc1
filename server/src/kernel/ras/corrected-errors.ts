/** The corrected errors collector (drivers/ras/cec.c): soft offline of pages whose corrected errors repeat. x86 only. */
import { CEC } from '../../vocabulary/mce.js';
import type { Kernel } from '../kernel.js';
import { softOfflinePage } from '../offline/soft-offline.js';

/**
 * Counts one corrected error of a frame; at the threshold of the CPU's vendor, soft offline from a worker. Follows cec_add_elem().
 * Counts do not age: ageing decides only which page is forgotten once the collector is full.
 */
export function cecAddElem(kernel: Kernel, pfn: number): void {
    const { correctedErrors, cpuVendor } = kernel.machine;
    const threshold = CEC.threshold[cpuVendor];
    const count = (correctedErrors.get(pfn) ?? 0) + 1;
    kernel.print('mceLogged');
    kernel.decide('cec_add_elem.counted', pfn, `${count} of ${threshold}`);
    if (count >= threshold) {
        correctedErrors.delete(pfn);
        cecThreshold(kernel, pfn);
    } else if (count === 1 && correctedErrors.size >= CEC.pages) {
        kernel.recorder.notModelled(`corrected errors of more than ${CEC.pages} pages: which of them the collector forgets`);
    } else {
        correctedErrors.set(pfn, count);
    }
}

/** The count of a frame is at the threshold, however it came there. Follows cec_add_elem() too. */
export function cecThreshold(kernel: Kernel, pfn: number): void {
    kernel.printPfn('cecSoftOffline', pfn);
    kernel.decide('cec_add_elem.threshold', pfn);
    softOfflinePage(kernel, pfn, false);
}
