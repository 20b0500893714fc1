/** Firmware first: records of generic hardware error sources (drivers/acpi/apei/ghes.c), on x86 and on arm64. */
import type { CperSeverity, FirmwareRecord, FirmwareSection } from '../../machine/firmware-errors.js';
import type { Thread } from '../../machine/mm-types.js';
import type { Pfn, PhysicalAddress } from '../../machine/units.js';
import type { Kernel } from '../kernel.js';
import { mayPrint } from '../print-limited.js';
import { memoryFailureQueue } from '../memory-failure/memory-failure-queue.js';
import { memoryFailure } from '../memory-failure/memory-failure.js';
import { MF_ACTION_REQUIRED, MF_SOFT_OFFLINE } from '../memory-failure/mf-flags.js';
import { forceOnReturn } from '../signal/signals.js';
import { apeiReportMemoryError } from './apei-mce.js';
import { armErrorTypes } from './arm-error-types.js';
import { printCper } from './cper.js';

/** ghes_estatus_cached() remembers a printed record that long. */
const CACHE_NS = 10e9;

/** Whose work it is: what was queued runs after everything that happens at once. */
type Work = () => void;

/** GHES_SEV_*: info is below corrected. */
function isCorrected(severity: CperSeverity): boolean {
    return severity === 'corrected' || severity === 'info';
}

/** Are firmware's records read at all? */
function isDisabled({ machine }: Kernel): boolean {
    return machine.bootOptions.has('ghes.disable=1') || machine.bootOptions.has('hest_disable');
}

/**
 * A record of a source that is not synchronous: polled, or by an interrupt. What follows runs in a worker without
 * an address space. Follows ghes_proc().
 */
export function ghesProc(kernel: Kernel, record: FirmwareRecord): void {
    if (isDisabled(kernel)) {
        kernel.decide('ghes_probe.disabled');
        return;
    }
    if (record.severity === 'fatal') ghesPanic(kernel, record, false);
    reportRecord(kernel, record);
    for (const work of ghesDoProc(kernel, record, false, null).works) work();
}

/**
 * The record behind a synchronous external abort, for the task that took it. Follows apei_claim_sea() and
 * ghes_proc_in_irq(): the record is printed after its sections were looked at.
 * @param record null: firmware has none
 * @returns false when no record is taken up and the abort is nobody's
 */
export function apeiClaimSea(kernel: Kernel, record: FirmwareRecord | null, current: Thread): boolean {
    if (record === null || isDisabled(kernel)) return false;
    if (record.severity === 'fatal') ghesPanic(kernel, record, true);
    if (isCached(kernel, record)) {
        if (kernel.profile.has('ghesDropsDuplicates')) {
            kernel.decide('ghes_in_nmi_queue_one_entry.duplicate', pfnOf(kernel, record.sections[0]!) ?? undefined);
            return false;
        }
        // The record is dropped and the abort counts as claimed: the task goes back to its access, again and again where the page still answers.
        kernel.decide('ghes_in_nmi_queue_one_entry.claimed', pfnOf(kernel, record.sections[0]!) ?? undefined);
        return true;
    }
    const { works } = ghesDoProc(kernel, record, true, current);
    reportRecord(kernel, record);
    for (const work of works) work();
    return true;
}

/** Severity fatal or unknown: memory_failure() is never called. Follows __ghes_panic(). */
function ghesPanic(kernel: Kernel, record: FirmwareRecord, inNmi: boolean): never {
    printRecord(kernel, record);
    kernel.decide('__ghes_panic', pfnOf(kernel, record.sections[0]!) ?? undefined);
    if (kernel.profile.has('ghesOverridesPanicSetting')) kernel.panic('Fatal hardware error!', inNmi);
    if (kernel.machine.sysctl('kernel.panic') === 0) kernel.print('ghesPanicDisabled');
    kernel.panic('GHES: Fatal hardware error', inNmi);
}

/** Looks at every section. Follows ghes_do_proc(). */
function ghesDoProc(kernel: Kernel, record: FirmwareRecord, synchronous: boolean, current: Thread | null): { readonly works: readonly Work[] } {
    const works: Work[] = [];
    let queued = false;
    for (const section of record.sections) {
        if (section.kind === 'memory' && section.address !== null && kernel.profile.arch.errorSource === 'machine-check') works.push(...apeiReportMemoryError(kernel, record.severity, section));
        const work = handleSection(kernel, record, section, synchronous, current);
        if (work !== null) {
            queued = true;
            works.push(work);
        }
    }
    if (synchronous && !queued && kernel.profile.has('ghesUnqueuedIsSilent')) {
        kernel.decide('ghes_do_proc.silent');
    } else if (synchronous && !queued && current !== null) {
        kernel.print('ghesNotQueued', { count: record.source, task: `${current.comm}:${current.tid}` });
        kernel.decide('ghes_do_proc.not-queued', undefined, current.label);
        forcePlainSigbus(kernel, current);
    }
    return { works };
}

/** By what the section describes. @returns what was queued; null: nothing */
function handleSection(kernel: Kernel, record: FirmwareRecord, section: FirmwareSection, synchronous: boolean, current: Thread | null): Work | null {
    if (section.kind === 'memory') return handleMemoryFailure(kernel, record, section, synchronous, current);
    if (section.kind === 'arm-processor') return handleArmHwError(kernel, record, section, synchronous, current);
    kernel.decide('ghes_defer_non_standard_event', undefined, section.guid);
    return null;
}

/** Older kernels ask for no more than of an error that nobody waits for. */
function isRequired(kernel: Kernel, synchronous: boolean): boolean {
    return synchronous && !kernel.profile.has('ghesSynchronousIsOptional');
}

/** A memory error section. @returns what was queued; null: nothing. Follows ghes_handle_memory_failure(). */
function handleMemoryFailure(kernel: Kernel, record: FirmwareRecord, section: FirmwareSection, synchronous: boolean, current: Thread | null): Work | null {
    const pfn = pfnOf(kernel, section);
    if (pfn === null) {
        kernel.decide('ghes_handle_memory_failure.no-address');
        return null;
    }
    if (section.severity === 'corrected') {
        kernel.decide(section.thresholdExceeded ? 'ghes_handle_memory_failure.threshold' : 'ghes_handle_memory_failure.corrected', pfn);
        return section.thresholdExceeded ? doMemoryFailure(kernel, section.address!, pfn, MF_SOFT_OFFLINE, null) : null;
    }
    if (record.severity !== 'recoverable' || section.severity !== 'recoverable') {
        kernel.decide('ghes_handle_memory_failure.other-severity', pfn, `record ${record.severity}, section ${section.severity}`);
        return null;
    }
    const required = isRequired(kernel, synchronous);
    kernel.decide('ghes_handle_memory_failure.recoverable', pfn, required ? 'synchronous: MF_ACTION_REQUIRED' : synchronous ? 'synchronous: no flags' : 'asynchronous: no flags');
    return doMemoryFailure(kernel, section.address!, pfn, required ? MF_ACTION_REQUIRED : 0, current);
}

const CACHE_ERROR = 0x02;

/** An ARM processor error section: only cache errors with an address are handled. Follows ghes_handle_arm_hw_error(). */
function handleArmHwError(kernel: Kernel, record: FirmwareRecord, section: FirmwareSection, synchronous: boolean, current: Thread | null): Work | null {
    const pfn = pfnOf(kernel, section);
    if (record.severity !== 'recoverable' || section.severity !== 'recoverable') {
        kernel.decide('ghes_handle_memory_failure.other-severity', pfn ?? undefined, `record ${record.severity}, section ${section.severity}`);
        return null;
    }
    if ((section.errorType & CACHE_ERROR) === 0 || pfn === null) {
        if (mayPrint(kernel, kernel.machine.firmwareErrors.limited.ghes_handle_arm_hw_error, 'ghes_handle_arm_hw_error')) kernel.print('ghesUnhandledProcessor', { errorType: section.errorType, reason: armErrorTypes(section.errorType) });
        kernel.decide('ghes_handle_arm_hw_error.unhandled', pfn ?? undefined);
        return null;
    }
    const required = isRequired(kernel, synchronous);
    kernel.decide('ghes_handle_arm_hw_error.cache', pfn, required ? 'synchronous: MF_ACTION_REQUIRED' : synchronous ? 'synchronous: no flags' : 'asynchronous: no flags');
    return doMemoryFailure(kernel, section.address!, pfn, required ? MF_ACTION_REQUIRED : 0, current);
}

/** Hands the page on. @returns the work; null: the address is refused. Follows ghes_do_memory_failure(). */
function doMemoryFailure(kernel: Kernel, address: PhysicalAddress, pfn: Pfn, flags: number, current: Thread | null): Work | null {
    if (kernel.profile.has('ghesNeedsStructPage') && !kernel.machine.memory.layout.hasStructPage(pfn)) {
        if (mayPrint(kernel, kernel.machine.firmwareErrors.limited.ghes_do_memory_failure, 'ghes_do_memory_failure')) kernel.print('ghesInvalidAddress', { phys: address });
        kernel.decide('ghes_do_memory_failure.invalid-address', pfn);
        return null;
    }
    // In older kernels a worker has run the queue before the task comes to it: nobody is current there.
    return flags === MF_ACTION_REQUIRED && current !== null && kernel.profile.has('ghesRunsHandlerInTask')
        ? () => { memoryFailureCb(kernel, pfn, flags, current); }
        : () => { memoryFailureQueue(kernel, pfn, flags, null); };
}

/** Task work of the task that took the abort. Follows memory_failure_cb(). */
function memoryFailureCb(kernel: Kernel, pfn: Pfn, flags: number, current: Thread): void {
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

function pfnOf(kernel: Kernel, { address }: FirmwareSection): Pfn | null {
    return address === null ? null : Math.floor(address / 2 ** kernel.machine.pageShift);
}

/** Two records are one when all their bytes are. */
function keyOf({ severity, sections }: FirmwareRecord): string {
    return [severity, ...sections.map((section) => Object.values(section).map(String).join(' '))].join(';');
}

function isCached(kernel: Kernel, record: FirmwareRecord): boolean {
    const { firmwareErrors, timeNs } = kernel.machine;
    const key = keyOf(record);
    const entry = firmwareErrors.cached.find((each) => each?.key === key);
    if (entry === undefined) return false;
    entry.count += 1;
    return timeNs - entry.sinceNs < CACHE_NS;
}

/** Takes a free place, or one that is out of date, else that of the record that came again most seldom. Follows ghes_estatus_cache_add(). */
function addToCache(kernel: Kernel, record: FirmwareRecord): void {
    const { firmwareErrors: { cached }, timeNs } = kernel.machine;
    const age = (each: (typeof cached)[number]): number => each === undefined ? Infinity : timeNs - each.sinceNs;
    const unused = cached.findIndex((each) => age(each) >= CACHE_NS);
    const periods = cached.map((each) => Math.floor(age(each) / ((each?.count ?? 0) + 1)));
    const seldom = Math.max(...periods);
    const slot = unused >= 0 ? unused : seldom > 0 ? periods.indexOf(seldom) : -1;
    if (slot >= 0) cached[slot] = { key: keyOf(record), sinceNs: timeNs, count: 0 };
}

/** Prints the record unless it repeats another or there were too many; a printed one is remembered. Follows ghes_print_estatus(). */
function reportRecord(kernel: Kernel, record: FirmwareRecord): void {
    if (isCached(kernel, record)) return;
    if (!mayPrint(kernel, kernel.machine.firmwareErrors.printed5s[isCorrected(record.severity) ? 'corrected' : 'uncorrected'], 'ghes_print_estatus')) {
        kernel.decide('ghes_print_estatus.limited', pfnOf(kernel, record.sections[0]!) ?? undefined);
        return;
    }
    printRecord(kernel, record);
    addToCache(kernel, record);
}

function printRecord(kernel: Kernel, record: FirmwareRecord): void {
    kernel.machine.firmwareErrors.printed += 1;
    printCper(kernel, record, `{${kernel.machine.firmwareErrors.printed}}`);
}
