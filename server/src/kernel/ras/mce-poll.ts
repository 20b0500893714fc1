/** Records that raise no exception: machine_check_poll(), which the timer and the interrupts (CMCI, threshold, deferred) run. */
import type { Kernel } from '../kernel.js';
import { memoryGoesBad } from '../memory-failure/poison.js';
import { hasStatus, isCorrectable, isNormalised, recoversFromErrors, usableAddress, type MachineCheck } from './mce.js';
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

const SECOND_NS = 1e9;
/** NUM_HISTORY_BITS, STORM_BEGIN_THRESHOLD, and the seconds without an error that end a storm (STORM_END_POLL_THRESHOLD and the one before). */
const HISTORY = { bits: 64, begin: 5, end: 30 } as const;

/** CMCI_STORM_THRESHOLD in CMCI_STORM_INTERVAL, and the seconds without an error that end a storm (INITIAL_CHECK_INTERVAL). */
const COUNTED = { interrupts: 15, end: 300 } as const;

/**
 * Older kernels: the sixteenth interrupt of a second switches the CPU's interrupts off, and its banks are polled each second until nothing was found
 * for five minutes. What the interrupt leaves is found by the next poll. Follows cmci_storm_detect(), mce_intel_cmci_poll() and cmci_intel_adjust_timer().
 */
function countInterrupt(kernel: Kernel, { cpu }: MachineCheck): void {
    const { cmciCounts, timeNs } = kernel.machine;
    const inStorm = (): number => [...cmciCounts.values()].filter((each) => each.inStorm).length;
    const stormsBefore = inStorm();
    for (const [of, each] of cmciCounts) if (each.inStorm && timeNs - each.lastNs >= COUNTED.end * SECOND_NS) cmciCounts.set(of, { ...each, inStorm: false, count: 0, sinceNs: -Infinity });
    if (stormsBefore > 0 && inStorm() === 0) kernel.print('cmciInterruptMode');
    const before = cmciCounts.get(cpu) ?? { count: 0, sinceNs: -Infinity, lastNs: -Infinity, inStorm: false };
    const isSameSecond = timeNs - before.sinceNs <= SECOND_NS;
    const count = isSameSecond ? before.count + 1 : 1;
    const begins = !before.inStorm && count > COUNTED.interrupts;
    if (begins && inStorm() === 0) kernel.print('cmciPollMode');
    if (begins) kernel.decide('cmci_storm_detect');
    cmciCounts.set(cpu, { count, sinceNs: isSameSecond ? before.sinceNs : timeNs, lastNs: timeNs, inStorm: before.inStorm || begins });
}

/**
 * Five corrected errors of one bank in a minute's memory are a storm: its interrupt is switched off, and it is polled each second. Follows mce_track_storm().
 * Only Intel's banks report each error by an interrupt; AMD's count to a threshold first.
 */
function trackStorm(kernel: Kernel, mce: MachineCheck): void {
    const { machine } = kernel;
    if (machine.cpuVendor !== 'intel' || machine.bootOptions.has('mce=no_cmci')) return;
    if (!kernel.profile.has('stormsByBank')) {
        countInterrupt(kernel, mce);
        return;
    }
    const key = `${mce.cpu} ${mce.bank}`;
    const before = machine.cmciHistory.get(key) ?? { bits: 0n, atNs: -Infinity, inStorm: false };
    const seconds = Math.floor((machine.timeNs - before.atNs) / SECOND_NS);
    if (before.inStorm && seconds >= HISTORY.end) kernel.print('cmciStormSubsided', { cpu: mce.cpu, bank: mce.bank });
    const stillIn = before.inStorm && seconds < HISTORY.end;
    const kept = seconds + 1 < HISTORY.bits && (!before.inStorm || stillIn) ? before.bits << BigInt(seconds + 1) & (1n << BigInt(HISTORY.bits)) - 1n : 0n;
    const bits = isCorrectable(kernel, mce) ? kept | 1n : kept;
    const begins = !stillIn && [...bits.toString(2)].filter((bit) => bit === '1').length >= HISTORY.begin;
    if (begins) {
        kernel.print('cmciStormDetected', { cpu: mce.cpu, bank: mce.bank });
        kernel.decide('mce_track_storm');
    }
    machine.cmciHistory.set(key, { bits, atNs: machine.timeNs, inStorm: stillIn || begins });
}

/** A record is found in its bank. Follows machine_check_poll(). */
export function machineCheckPoll(kernel: Kernel, mce: MachineCheck): void {
    const { bootOptions } = kernel.machine;
    if (mce.frame !== null && hasStatus(mce, 'ADDRV') && (hasStatus(mce, 'UC') || hasStatus(mce, 'DEFERRED'))) memoryGoesBad(kernel, mce.frame, Number(mce.address % BigInt(2 ** kernel.machine.pageShift)));
    // AMD's interrupt for deferred errors asks no parameter.
    if (bootOptions.has('mce=off') || bootOptions.has('mce=ignore_ce') && !(kernel.machine.cpuVendor === 'amd' && hasStatus(mce, 'DEFERRED'))) {
        kernel.decide('machine_check_poll.off');
        return;
    }
    trackStorm(kernel, mce);
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
    if (kernel.machine.cpuVendor === 'amd' && hasStatus(mce, 'PADDRV')) kernel.recorder.notModelled('a record that says its address is one of the system (PADDRV): it depends on the CPU whether the kernel believes it');
    if (severity === 'DEFERRED' && isNormalised(kernel, mce) && !usableAddress(kernel, mce)) kernel.decide('machine_check_poll.normalised', mce.frame ?? undefined);
    // MCG_STATUS tells of the exception in progress, and there is none.
    const polled: MachineCheck = { ...mce, mcgStatus: 0n };
    mceLog(kernel, polled);
    runDecoderChain(kernel, polled, severity);
}
