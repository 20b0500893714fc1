import type { Thread } from '../../machine/mm-types.js';
import type { Pfn } from '../../machine/units.js';
import type { Kernel } from '../kernel.js';
import { memoryFailure } from './memory-failure.js';
import { MF_SOFT_OFFLINE } from './mf-flags.js';
import { softOfflinePage } from '../offline/soft-offline.js';

/**
 * A failure reported where nothing can sleep: an entry of the CPU's queue and the work that handles it, whose result
 * nobody sees. Follows memory_failure_queue(), memory_failure_work_func() and memory_failure_queue_kick().
 * @param current the task that runs the queue before it returns to user mode; null for the worker, which has no address space
 */
export function memoryFailureQueue(kernel: Kernel, pfn: Pfn, flags: number, current: Thread | null): void {
    kernel.decide('memory_failure_queue', pfn);
    if (current !== null) kernel.decide('memory_failure_queue_kick', pfn, current.label);
    if ((flags & MF_SOFT_OFFLINE) !== 0) softOfflinePage(kernel, pfn, false);
    else memoryFailure(kernel, pfn, flags, current);
}
