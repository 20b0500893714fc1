/** Machine checks on x86: how severe one is, and how the machine ends where it must. */
import type { McaCode, McgStatusBit, MciStatusBit } from './mce-registers.js';

export { isMemoryController, MCACOD, MCG_STATUS, MCI_STATUS, type ErrorCode, type McaCode, type McgStatusBit, type MciStatusBit, type RegisterBit } from './mce-registers.js';

export interface SeverityDescription {
    /** Severities compare by it; DEFERRED and UCNA are the same. */
    readonly rank: number;
    readonly doc: string;
}

const SEVERITY_ROWS = {
    NO: { rank: 0, doc: 'Nothing to do: the record is not valid or not enabled.' },
    DEFERRED: { rank: 1, doc: 'Uncorrected data that nobody has consumed (AMD): logged, then memory_failure(pfn, 0) in a worker.' },
    UCNA: { rank: 1, doc: 'Uncorrected, no action required: logged, then memory_failure(pfn, 0) in a worker.' },
    KEEP: { rank: 2, doc: 'Left in the bank for the corrected-error handler.' },
    SOME: { rank: 3, doc: 'Logged; no recovery is known for it.' },
    AO: { rank: 4, doc: 'Action optional: logged, then memory_failure(pfn, 0) in a worker, which has no user memory of its own.' },
    UC: { rank: 5, doc: 'Uncorrected without software recovery.' },
    AR: { rank: 6, doc: 'Action required: the task that consumed the poison handles it before it returns to user mode; a recoverable kernel copy fails instead.' },
    PANIC: { rank: 7, doc: 'The machine panics; memory_failure() is never called.' },
} as const satisfies Record<string, SeverityDescription>;

export type MceSeverity = keyof typeof SEVERITY_ROWS;

export const MCE_SEVERITIES: Readonly<Record<MceSeverity, SeverityDescription>> = SEVERITY_ROWS;

/** Where the CPU was. `kernel-recoverable`: code with a fix-up for machine checks, copies from user space among it. */
export type MceContext = 'user' | 'kernel' | 'kernel-recoverable';

/** Holds when all that it names holds. */
export interface SeverityRow {
    readonly severity: MceSeverity;
    /** Printed as the reason when the machine panics; '' where the kernel has none. */
    readonly message: string;
    /** Bits of MCi_STATUS that must be set, or clear. */
    readonly status: { readonly set?: readonly MciStatusBit[]; readonly clear?: readonly MciStatusBit[] };
    readonly mcacod?: McaCode;
    /** Bits of MCG_STATUS that must be set, or clear. */
    readonly mcg?: { readonly set?: readonly McgStatusBit[]; readonly clear?: readonly McgStatusBit[] };
    readonly context?: readonly MceContext[];
    /** Only in the exception handler, not for records found by polling. */
    readonly exceptionOnly?: true;
    /** The low 32 bits of MCi_STATUS, masked, and the banks it is looked for in. */
    readonly code?: { readonly mask: number; readonly value: number; readonly banks: readonly [number, number] };
    /** Only on CPUs with software error recovery (Intel); false: only without. */
    readonly recovery?: boolean;
    /** Only on CPUs of that generation. */
    readonly generation?: string;
    /** A feature that the CPU must lack (AMD). */
    readonly without?: 'overflow-recovery' | 'succor';
}

const CONSUMED = { set: ['UC', 'S', 'AR', 'ADDRV', 'MISCV'], clear: ['OVER'] } as const;
const KERNEL = ['kernel', 'kernel-recoverable'] as const;

/** Intel and every other vendor that is not AMD. First match wins. */
export const INTEL_SEVERITIES: readonly SeverityRow[] = [
    { severity: 'NO', message: 'Invalid', status: { clear: ['VAL'] } },
    { severity: 'NO', message: 'Not enabled', status: { clear: ['EN'] }, exceptionOnly: true },
    { severity: 'PANIC', message: 'Processor context corrupt', status: { set: ['PCC'] } },
    { severity: 'PANIC', message: 'MCIP not set in MCA handler', status: {}, mcg: { clear: ['MCIP'] }, exceptionOnly: true },
    { severity: 'PANIC', message: 'Neither restart nor error IP', status: {}, mcg: { clear: ['RIPV', 'EIPV'] }, exceptionOnly: true },
    { severity: 'PANIC', message: 'In kernel and no restart IP', status: {}, mcg: { clear: ['RIPV'] }, context: KERNEL, exceptionOnly: true },
    { recovery: false, severity: 'KEEP', message: 'Corrected error', status: { clear: ['UC'] } },
    // Found in the background: signalled or polled, S does not matter.
    { recovery: true, severity: 'AO', message: 'Action optional: memory scrubbing error', status: { set: ['UC'], clear: ['AR'] }, mcacod: 'SCRUB' },
    { recovery: true, severity: 'AO', message: 'Action optional: last level cache writeback error', status: { set: ['UC'], clear: ['AR'] }, mcacod: 'L3WB' },
    // A scrubber that reports by CMCI, with a signature of its own: corrected by its bits, and not by what it means.
    { recovery: true, severity: 'AO', message: 'Uncorrected Patrol Scrub Error', status: { set: ['MISCV', 'ADDRV'], clear: ['UC'] }, code: { mask: 0xffff_eff0, value: 0x0010_00c0, banks: [13, 18] }, generation: 'skylake' },
    { recovery: true, severity: 'UCNA', message: 'Uncorrected no action required', status: { set: ['UC'], clear: ['S', 'AR'] } },
    { recovery: true, severity: 'PANIC', message: 'Illegal combination (UCNA with AR=1)', status: { set: ['UC', 'AR'], clear: ['S', 'OVER'] } },
    { recovery: true, severity: 'KEEP', message: 'Non signaled machine check', status: { clear: ['S'] } },
    { recovery: true, severity: 'PANIC', message: 'Action required with lost events', status: { set: ['OVER', 'UC', 'S', 'AR'] } },
    // Consumed, with a known address.
    { recovery: true, severity: 'KEEP', message: 'Action required but unaffected thread is continuable', status: CONSUMED, mcg: { set: ['RIPV'], clear: ['EIPV'] } },
    { recovery: true, severity: 'AR', message: 'Action required: data load in error recoverable area of kernel', status: CONSUMED, mcacod: 'DATA', context: ['kernel-recoverable'] },
    { recovery: true, severity: 'AR', message: 'Action required: data load error in a user process', status: CONSUMED, mcacod: 'DATA', context: ['user'] },
    { recovery: true, severity: 'AR', message: 'Action required: instruction fetch error in a user process', status: CONSUMED, mcacod: 'INSTR', context: ['user'] },
    { recovery: true, severity: 'PANIC', message: 'Data load in unrecoverable area of kernel', status: CONSUMED, mcacod: 'DATA', context: ['kernel'] },
    { recovery: true, severity: 'PANIC', message: 'Instruction fetch error in kernel', status: CONSUMED, mcacod: 'INSTR', context: ['kernel'] },
    // What is left.
    { recovery: true, severity: 'PANIC', message: 'Action required: unknown MCACOD', status: { set: ['UC', 'S', 'AR'], clear: ['OVER'] } },
    { recovery: true, severity: 'SOME', message: 'Action optional: unknown MCACOD', status: { set: ['UC', 'S'], clear: ['AR', 'OVER'] } },
    { recovery: true, severity: 'SOME', message: 'Action optional with lost events', status: { set: ['OVER', 'UC', 'S'], clear: ['AR'] } },
    { severity: 'PANIC', message: 'Overflowed uncorrected', status: { set: ['OVER', 'UC'] } },
    { severity: 'PANIC', message: 'Uncorrected in kernel', status: { set: ['UC'] }, context: ['kernel'] },
    { severity: 'UC', message: 'Uncorrected', status: { set: ['UC'] } },
    { severity: 'SOME', message: 'No match', status: {} },
];

/** AMD and Hygon. First match wins. */
export const AMD_SEVERITIES: readonly SeverityRow[] = [
    { severity: 'PANIC', message: 'Processor Context Corrupt', status: { set: ['PCC'] } },
    { severity: 'DEFERRED', message: '', status: { set: ['DEFERRED'] } },
    { severity: 'KEEP', message: '', status: { clear: ['UC'] } },
    { severity: 'PANIC', message: 'Overflowed uncorrected error without MCA Overflow Recovery', status: { set: ['OVER'] }, without: 'overflow-recovery' },
    { severity: 'PANIC', message: 'Uncorrected error without MCA Recovery', status: {}, without: 'succor' },
    { severity: 'PANIC', message: 'Uncorrected unrecoverable error in kernel context', status: {}, context: ['kernel'] },
    { severity: 'AR', message: '', status: {} },
];

export interface MachineCheckPanic {
    readonly text: string;
    readonly doc: string;
}

const PANIC_ROWS = {
    fatal: { text: 'Fatal machine check', doc: 'Broadcast machine check: the first CPU graded all records and found one that ends the machine.' },
    fatalLocal: { text: 'Fatal local machine check', doc: 'Machine check on one CPU (local, or AMD) that ends the machine.' },
    localFatal: { text: 'Local fatal machine check!', doc: 'Seen as fatal while the banks were first looked through.' },
    currentCpu: { text: 'Fatal machine check on current CPU', doc: 'Seen as fatal by a CPU for itself.' },
    unknownSource: { text: 'Fatal machine check from unknown source', doc: 'All CPUs arrived and no bank says why.' },
    failedRecovery: { text: 'Failed kernel mode recovery', doc: 'Recoverable by its severity, but the instruction has no fix-up.' },
    tooMany: { text: 'Too many consecutive machine checks while accessing user data', doc: 'More than ten before the task could handle the first.' },
    differentPages: { text: 'Consecutive machine checks to different user pages', doc: 'A second one, on another page, before the task could handle the first.' },
    timeoutEntered: { text: 'Timeout: Not all CPUs entered broadcast exception handler', doc: 'A machine check without LMCES reached fewer CPUs than there are.' },
    timeoutSubject: { text: 'Timeout: Subject CPUs unable to finish machine check processing', doc: 'A CPU waited in vain for its turn.' },
    timeoutMonarch: { text: 'Timeout: Monarch CPU unable to finish machine check processing', doc: 'The first CPU waited in vain for the others.' },
    timeoutMonarchDone: { text: 'Timeout: Monarch CPU did not finish machine check processing', doc: 'The others waited in vain for the first CPU.' },
    dying: { text: 'Panicing machine check CPU died', doc: 'Another CPU was to panic and did not.' },
} as const satisfies Record<string, MachineCheckPanic>;

export type MachineCheckPanicName = keyof typeof PANIC_ROWS;

export const MCE_PANICS: Readonly<Record<MachineCheckPanicName, MachineCheckPanic>> = PANIC_ROWS;

/** The corrected errors collector: pages it remembers, and corrected errors of a page before it is soft-offlined, by vendor. */
export const CEC: { readonly pages: number; readonly threshold: Readonly<Record<'intel' | 'amd', number>> } = { pages: 512, threshold: { intel: 2, amd: 1023 } };
