import type { RateLimit } from '../machine/rate-limit.js';
import type { Kernel } from './kernel.js';

/**
 * May a message that is limited be printed now? Says first how many were left out in the interval that has ended. Follows ___ratelimit().
 * @param caller the kernel function that asks
 */
export function mayPrint(kernel: Kernel, limit: RateLimit, caller: string): boolean {
    const { allowed, suppressed } = limit.ask(kernel.machine.timeNs);
    if (suppressed > 0) kernel.print('callbacksSuppressed', { reason: caller, count: suppressed });
    return allowed;
}
