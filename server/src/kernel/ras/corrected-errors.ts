/** The corrected errors collector (drivers/ras/cec.c): soft offline of pages whose corrected errors repeat. x86 only. */
import { CEC } from '../../vocabulary/mce.js';
import type { Kernel } from '../kernel.js';
import type { Pfn } from '../../machine/units.js';
import { memoryFailureQueue } from '../memory-failure/memory-failure-queue.js';
import { MF_SOFT_OFFLINE } from '../memory-failure/mf-flags.js';

/**
 * Counts one corrected error of a frame; at the threshold of the CPU's vendor, soft offline from a worker. Follows cec_add_elem().
 * Counts do not age: ageing decides only which page is forgotten once the collector is full.
 * @returns what the worker does when the threshold is reached; null when the error was counted and nothing more
 */
export function cecAddElem(kernel: Kernel, pfn: Pfn): (() => void) | null {
    const { correctedErrors, cpuVendor } = kernel.machine;
    const threshold = CEC.threshold[cpuVendor];
    const count = (correctedErrors.get(pfn) ?? 0) + 1;
    kernel.decide('cec_add_elem.counted', pfn, `${count} of ${threshold}`);
    if (count >= threshold) {
        correctedErrors.delete(pfn);
        return thresholdReached(kernel, pfn);
    }
    if (count === 1 && correctedErrors.size >= CEC.pages) kernel.recorder.notModelled(`corrected errors of more than ${CEC.pages} pages: which of them the collector forgets`);
    else correctedErrors.set(pfn, count);
    return null;
}

/** The collector's line; what it queues runs later. */
function thresholdReached(kernel: Kernel, pfn: Pfn): () => void {
    if (!kernel.machine.memory.layout.hasStructPage(pfn)) {
        kernel.printPfn('cecInvalidPfn', pfn);
        kernel.decide('cec_add_elem.invalid', pfn);
        return () => undefined;
    }
    kernel.printPfn('cecSoftOffline', pfn);
    kernel.decide('cec_add_elem.threshold', pfn);
    return () => { memoryFailureQueue(kernel, pfn, MF_SOFT_OFFLINE, null); };
}

/** The count of a frame is at the threshold, however it came there. Follows cec_add_elem() too. */
export function cecThreshold(kernel: Kernel, pfn: Pfn): void {
    thresholdReached(kernel, pfn)();
}
