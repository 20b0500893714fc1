/** Records that raise no exception: machine_check_poll(), which the timer and the interrupts (CMCI, threshold, deferred) run. */
import type { Kernel } from '../kernel.js';
import { memoryGoesBad } from '../memory-failure/poison.js';
import { hasStatus, isNormalised, recoversFromErrors, usableAddress, type MachineCheck } from './mce.js';
import { mceLog, runDecoderChain } from './mce-chain.js';
import { mceSeverity } from './mce-severity.js';

/**
 * Does the poller take the record? Uncorrected ones that are signalled are the exception handler's. AMD's scalable MCA leaves no
 * such doubt in newer kernels: what is valid is logged. Follows should_log_poll_error().
 */
function shouldLog(kernel: Kernel, mce: MachineCheck): boolean {
    if (!hasStatus(mce, 'VAL')) return false;
    if (!hasStatus(mce, 'UC')) return true;
    if (kernel.machine.cpuVendor === 'amd') return kernel.profile.has('deferredErrorsArePolled');
    if (!recoversFromErrors(kernel.machine)) return false;
    return !hasStatus(mce, 'EN') || !hasStatus(mce, 'PCC') && !hasStatus(mce, 'S');
}

/** A record is found in its bank. Follows machine_check_poll(). */
export function machineCheckPoll(kernel: Kernel, mce: MachineCheck): void {
    const { bootOptions } = kernel.machine;
    if (mce.frame !== null && hasStatus(mce, 'ADDRV') && (hasStatus(mce, 'UC') || hasStatus(mce, 'DEFERRED'))) memoryGoesBad(kernel, mce.frame, Number(mce.address % BigInt(2 ** kernel.machine.pageShift)));
    if (bootOptions.has('mce=off') || bootOptions.has('mce=ignore_ce')) {
        kernel.decide('machine_check_poll.off');
        return;
    }
    if (!shouldLog(kernel, mce)) {
        kernel.decide('machine_check_poll.left');
        return;
    }
    const graded = mceSeverity(kernel, mce, 'kernel', false);
    // The deferred error interrupt of older kernels logs without grading: nobody takes the record for one to act on.
    const severity = graded.severity === 'DEFERRED' && !kernel.profile.has('deferredErrorsArePolled') ? 'NO' : graded.severity;
    kernel.decide('machine_check_poll', undefined, severity === graded.severity ? `${graded.severity}${graded.message === '' ? '' : `: ${graded.message}`}` : 'deferred, not graded');
    if (bootOptions.has('mce=dont_log_ce') && !usableAddress(kernel, mce)) {
        kernel.decide('machine_check_poll.not-logged');
        return;
    }
    if (severity === 'DEFERRED' && isNormalised(kernel, mce) && !usableAddress(kernel, mce)) kernel.decide('machine_check_poll.normalised', mce.frame ?? undefined);
    // MCG_STATUS tells of the exception in progress, and there is none.
    const polled: MachineCheck = { ...mce, mcgStatus: 0n };
    mceLog(kernel, polled);
    runDecoderChain(kernel, polled, severity);
}
