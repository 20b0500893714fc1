import type { Thread } from '../../machine/mm-types.js';
import type { PhysicalAddress } from '../../machine/units.js';
import type { Kernel } from '../kernel.js';
import { memoryFailureQueue } from '../memory-failure/memory-failure-queue.js';
import { memoryFailure } from '../memory-failure/memory-failure.js';
import { MF_ACTION_REQUIRED, MF_SOFT_OFFLINE } from '../memory-failure/mf-flags.js';
import { forceOnReturn } from '../signal/signals.js';

/** A memory error section of a record that firmware hands over (struct cper_sec_mem_err in a generic error status block). */
export interface MemoryErrorRecord {
    /** Of the record and of its section. */
    readonly severity: 'corrected' | 'recoverable' | 'fatal';
    /** CPER_SEC_ERROR_THRESHOLD_EXCEEDED: firmware has counted too many corrected errors. */
    readonly thresholdExceeded: boolean;
    readonly address: PhysicalAddress;
}

/** ghes_estatus_cached() remembers a printed record that long. */
const CACHE_NS = 10e9;
/** ghes_ratelimit: so many records of a class in that time are printed. */
const PRINTS = 2;
const PRINT_INTERVAL_NS = 5e9;
/** HEST number of the error source; the platform's choice. */
const SOURCE_ID = 0;

/**
 * A record of a source that is not synchronous: polled, or by an interrupt. What follows runs in a worker without
 * an address space. Follows ghes_proc().
 */
export function ghesProc(kernel: Kernel, record: MemoryErrorRecord): void {
    if (record.severity === 'fatal') ghesPanic(kernel, record);
    reportRecord(kernel, record);
    ghesDoProc(kernel, record, false, null);
}

/**
 * The record behind a synchronous external abort, for the task that took it. Follows apei_claim_sea() and
 * ghes_proc_in_irq().
 * @returns false when firmware's record is not taken up and the abort is nobody's
 */
export function apeiClaimSea(kernel: Kernel, record: MemoryErrorRecord, current: Thread): boolean {
    if (record.severity === 'fatal') ghesPanic(kernel, record);
    if (isCached(kernel, record)) {
        if (kernel.profile.has('ghesDropsDuplicates')) {
            kernel.decide('ghes_in_nmi_queue_one_entry.duplicate', pfnOf(kernel, record));
            return false;
        }
        kernel.recorder.notModelled(`what Linux ${kernel.profile.written} does with a synchronous record that firmware repeats within ${CACHE_NS / 1e9} s`);
        return true;
    }
    reportRecord(kernel, record);
    ghesDoProc(kernel, record, true, current);
    return true;
}

/** Severity fatal or unknown: memory_failure() is never called. Follows __ghes_panic(). */
function ghesPanic(kernel: Kernel, record: MemoryErrorRecord): never {
    printRecord(kernel, record);
    kernel.decide('__ghes_panic', pfnOf(kernel, record));
    kernel.panic('GHES: Fatal hardware error');
}

/** Chooses what memory_failure() is asked for. Follows ghes_do_proc() and ghes_handle_memory_failure(). */
function ghesDoProc(kernel: Kernel, record: MemoryErrorRecord, synchronous: boolean, current: Thread | null): void {
    const isRequired = synchronous && !kernel.profile.has('ghesSynchronousIsOptional');
    let queued: boolean;
    if (record.severity === 'corrected') {
        kernel.decide(record.thresholdExceeded ? 'ghes_handle_memory_failure.threshold' : 'ghes_handle_memory_failure.corrected', pfnOf(kernel, record));
        queued = !record.thresholdExceeded || ghesDoMemoryFailure(kernel, record, MF_SOFT_OFFLINE, null);
    } else {
        kernel.decide('ghes_handle_memory_failure.recoverable', pfnOf(kernel, record), synchronous ? isRequired ? 'synchronous: MF_ACTION_REQUIRED' : 'synchronous: no flags' : 'asynchronous: no flags');
        queued = ghesDoMemoryFailure(kernel, record, isRequired ? MF_ACTION_REQUIRED : 0, current);
    }
    if (synchronous && !queued && kernel.profile.has('ghesUnqueuedIsSilent')) {
        kernel.decide('ghes_do_proc.silent', pfnOf(kernel, record));
    } else if (synchronous && !queued && current !== null) {
        kernel.print('ghesNotQueued', { task: `${current.comm}:${current.tid}` });
        kernel.decide('ghes_do_proc.not-queued', pfnOf(kernel, record), current.label);
        forcePlainSigbus(kernel, current);
    }
}

/** Hands the page on. @returns whether anything was queued. Follows ghes_do_memory_failure(). */
function ghesDoMemoryFailure(kernel: Kernel, record: MemoryErrorRecord, flags: number, current: Thread | null): boolean {
    const pfn = pfnOf(kernel, record);
    if (kernel.profile.has('ghesNeedsStructPage') && !kernel.machine.memory.layout.hasStructPage(pfn)) {
        kernel.print('ghesInvalidAddress', { phys: record.address });
        kernel.decide('ghes_do_memory_failure.invalid-address', pfn);
        return false;
    }
    if (flags === MF_ACTION_REQUIRED && current !== null && kernel.profile.has('ghesRunsHandlerInTask')) memoryFailureCb(kernel, pfn, flags, current);
    else memoryFailureQueue(kernel, pfn, flags, flags === MF_ACTION_REQUIRED ? current : null);
    return true;
}

/** Task work of the task that took the abort. Follows memory_failure_cb(). */
function memoryFailureCb(kernel: Kernel, pfn: number, flags: number, current: Thread): void {
    kernel.decide('memory_failure_cb', pfn, current.label);
    const result = memoryFailure(kernel, pfn, flags, current);
    if (result === '0' || result === 'EHWPOISON' || result === 'EOPNOTSUPP') return;
    kernel.printPfn('ghesSigbus', pfn, { task: `${current.comm}:${current.tid}` });
    kernel.decide('memory_failure_cb.not-recovered', pfn, result);
    forcePlainSigbus(kernel, current);
}

/** force_sig(SIGBUS). */
function forcePlainSigbus(kernel: Kernel, thread: Thread): void {
    forceOnReturn(kernel, thread, { signal: 'SIGBUS', code: 'SI_KERNEL', address: null, addressLsbBits: null });
}

function pfnOf(kernel: Kernel, { address }: MemoryErrorRecord): number {
    return Math.floor(address / 2 ** kernel.machine.pageShift);
}

function keyOf({ severity, thresholdExceeded, address }: MemoryErrorRecord): string {
    return `${severity} ${thresholdExceeded} ${address}`;
}

function isCached(kernel: Kernel, record: MemoryErrorRecord): boolean {
    const { firmwareErrors, timeNs } = kernel.machine;
    const since = firmwareErrors.cached.get(keyOf(record));
    return since !== undefined && timeNs - since < CACHE_NS;
}

/** Prints the record unless it repeats another or there were too many; a printed one is remembered. Follows ghes_print_estatus(). */
function reportRecord(kernel: Kernel, record: MemoryErrorRecord): void {
    const { firmwareErrors, timeNs } = kernel.machine;
    if (isCached(kernel, record)) return;
    const times = firmwareErrors.printTimes[record.severity === 'corrected' ? 'corrected' : 'uncorrected'];
    while (times.length > 0 && timeNs - times[0]! >= PRINT_INTERVAL_NS) times.shift();
    if (times.length >= PRINTS) {
        kernel.decide('ghes_print_estatus.limited', pfnOf(kernel, record));
        return;
    }
    times.push(timeNs);
    printRecord(kernel, record);
    firmwareErrors.cached.set(keyOf(record), timeNs);
}

/** Follows cper_estatus_print() and cper_print_mem(). */
function printRecord(kernel: Kernel, record: MemoryErrorRecord): void {
    const { firmwareErrors } = kernel.machine;
    firmwareErrors.printed += 1;
    const event = `{${firmwareErrors.printed}}`;
    const corrected = record.severity === 'corrected';
    kernel.print('cperSource', { event, count: SOURCE_ID });
    if (corrected) kernel.print('cperCorrected', { event });
    kernel.print('cperSeverity', { event, reason: record.severity });
    kernel.print('cperErrorType', { event, reason: record.severity });
    kernel.print('cperSection', { event });
    kernel.print('cperAddress', { event, cperAddress: record.address });
    kernel.print('cperMask', { event });
    kernel.print('cperMemoryErrorType', { event, reason: corrected ? '2, single-bit ECC' : '3, multi-bit ECC' });
}
