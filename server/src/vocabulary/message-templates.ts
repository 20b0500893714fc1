/**
 * Every kernel log line that the model prints, as a template.
 *
 * Placeholders: {pfn} {phys} hex with `0x`; {pfnBare} {address} {mcg} hex without; {status} 16 hex digits; {task} comm:pid;
 * {comm}; {string} {result} of the MF type and result; {users} {count} {rc} {cpu} {bank} {cpus} decimal; {kind} page or
 * hugepage; {flags} as %pGp prints them; {reason} {text} free text.
 */
import type { MainlineRelease } from './kernels.js';
import { withWords } from './with-words.js';
import { MESSAGE_WORDS } from './words/message-words.js';

export interface MessageTemplate {
    readonly level: 'emerg' | 'err' | 'warn' | 'info';
    readonly text: string;
    /** `until` is the last version that prints the other wording. */
    readonly old?: { readonly until: MainlineRelease; readonly text: string };
    /** What the line says about the machine; for hovers over log text. */
    readonly doc: string;
}

const ROWS = {
    // memory_failure()
    action: { level: 'err', text: 'Memory failure: {pfn}: recovery action for {string}: {result}' },
    unhandlable: { level: 'err', text: 'Memory failure: {pfn}: unhandlable page.' },
    sigbus: { level: 'err', text: 'Memory failure: {pfn}: Sending SIGBUS to {task} due to hardware memory corruption' },
    sigkill: { level: 'err', text: 'Memory failure: {pfn}: forcibly killing {task} because of failure to unmap corrupted page' },
    outside: { level: 'err', text: 'Memory failure: {pfn}: memory outside kernel control' },
    keepSwap: { level: 'err', text: 'Memory failure: {pfn}: keeping poisoned page in swap cache' },
    cleanDrop: { level: 'info', text: 'Memory failure: {pfn}: corrupted page was clean: dropped without side effects' },
    unmapFail: { level: 'err', text: 'Memory failure: {pfn}: failed to unmap page (folio mapcount={count})', old: { until: '6.9', text: 'Memory failure: {pfn}: failed to unmap page (mapcount={count})' } },
    stillRef: { level: 'err', text: 'Memory failure: {pfn}: {string} still referenced by {users} users' },
    punch: { level: 'info', text: 'Memory failure: {pfn}: Failed to punch page: {rc}' },
    release: { level: 'info', text: 'Memory failure: {pfn}: failed to release buffers' },
    invalidate: { level: 'info', text: 'Memory failure: {pfn}: Failed to invalidate' },
    unknownState: { level: 'err', text: 'Memory failure: {pfn}: Unknown page state' },
    cannotCatch: { level: 'info', text: 'Memory failure: {pfn} cannot catch tail' },
    alreadyOld: { level: 'err', text: 'Memory failure: {pfn}: already hardware poisoned' },
    ksmOld: { level: 'err', text: 'Memory failure: {pfn}: can\'t handle KSM pages.' },
    hugetlbLock: { level: 'info', text: 'Memory failure: {pfn}: could not lock mapping for mapped hugetlb folio', old: { until: '6.9', text: 'Memory failure: {pfn}: could not lock mapping for mapped huge page' } },
    sigErr: { level: 'info', text: 'Memory failure: Error sending signal to {task}: {rc}' },
    sigAdvisory: { level: 'err', text: 'Memory failure: {pfn}: Cannot send advisory machine check signal to {task}' },
    noAddr: { level: 'info', text: 'Memory failure: Unable to find user space address {pfnBare} in {comm}' },
    noAddrPfn: { level: 'info', text: 'Memory failure: Unable to find address {address} in {comm}' },
    oom: { level: 'err', text: 'Memory failure: Out of memory while machine check handling' },
    oomPfnMap: { level: 'err', text: 'Memory failure: Unable to kill proc {pid}' },
    panicUnrecoverable: { level: 'emerg', text: 'Memory failure: {pfn}: unrecoverable page' },
    panicNoRecovery: { level: 'emerg', text: 'Memory failure on page {pfnBare}' },
    bufferOverflow: { level: 'err', text: 'Memory failure: buffer overflow when queuing memory failure at {pfn}' },

    // Injection
    injectMadvise: { level: 'info', text: 'Injecting memory failure for pfn {pfn} at process virtual address 0x{address}' },
    softOfflinePfn: { level: 'info', text: 'Soft offlining pfn {pfn} at process virtual address 0x{address}' },
    injectPfn: { level: 'info', text: 'Injecting memory failure at pfn {pfn}' },
    hugeZeroSplit: { level: 'warn', text: 'huge_memory: Called split_huge_page for huge zero page' },

    // Faults
    faultX86: { level: 'err', text: 'MCE: Killing {task} due to hardware memory corruption fault at {address}' },
    hugetlbPoolInadequate: { level: 'warn', text: 'PID {count} killed due to inadequate hugepage pool' },
    oopsPageFault: { level: 'emerg', text: 'BUG: unable to handle page fault for address: {address}' },

    // Soft offline
    soDisabled: { level: 'info', text: 'Soft offline: disabled by /proc/sys/vm/enable_soft_offline' },
    soAlready: { level: 'info', text: 'Soft offline: {pfn}: page already poisoned', old: { until: '6.10', text: 'soft_offline_page: {pfn} page already poisoned' } },
    soAlreadyLate: { level: 'info', text: 'Soft offline: {pfn}: page already poisoned', old: { until: '6.10', text: 'soft offline: {pfn} page already poisoned' } },
    soSplit: { level: 'info', text: 'Soft offline: {pfn}: thp split failed', old: { until: '6.10', text: 'soft offline: {pfn}: thp split failed' } },
    soInval: { level: 'info', text: 'Soft offline: {pfn}: invalidated', old: { until: '6.10', text: 'soft_offline: {pfn}: invalidated' } },
    soMigrate: { level: 'info', text: 'Soft offline: {pfn}: {kind} migration failed {rc}, type {flags}', old: { until: '6.10', text: 'soft offline: {pfn}: {kind} migration failed {rc}, type {flags}' } },
    soIsolate: { level: 'info', text: 'Soft offline: {pfn}: {kind} isolation failed, page count {count}, type {flags}', old: { until: '6.10', text: 'soft offline: {pfn}: {kind} isolation failed, page count {count}, type {flags}' } },

    // Unpoison
    unDisabled: { level: 'info', text: 'Unpoison: {pfn}: disabled after HW memory failure', old: { until: '6.10', text: 'Unpoison: Disabled after HW memory failure {pfn}' } },
    callbacksSuppressed: { level: 'warn', text: '{reason}: {count} callbacks suppressed' },
    unHzp: { level: 'info', text: 'Unpoison: {pfn}: huge zero page is not supported', old: { until: '6.10', text: 'Unpoison: huge zero page is not supported {pfn}' } },
    unAlready: { level: 'info', text: 'Unpoison: {pfn}: page was already unpoisoned', old: { until: '6.10', text: 'Unpoison: Page was already unpoisoned {pfn}' } },
    unGrab: { level: 'info', text: 'Unpoison: {pfn}: someone grabs the hwpoison page', old: { until: '6.10', text: 'Unpoison: Someone grabs the hwpoison page {pfn}' } },
    unMaps: { level: 'info', text: 'Unpoison: {pfn}: someone maps the hwpoison page', old: { until: '6.10', text: 'Unpoison: Someone maps the hwpoison page {pfn}' } },
    unMapping: { level: 'info', text: 'Unpoison: {pfn}: the hwpoison page has non-NULL mapping', old: { until: '6.10', text: 'Unpoison: the hwpoison page has non-NULL mapping {pfn}' } },
    unFail: { level: 'info', text: 'Unpoison: {pfn}: failed to grab page', old: { until: '6.10', text: 'Unpoison: failed to grab page {pfn}' } },
    unOk: { level: 'info', text: 'Unpoison: {pfn}: software-unpoisoned page', old: { until: '6.10', text: 'Unpoison: Software-unpoisoned page {pfn}' } },

    // Machine checks
    mceUserAccess: { level: 'err', text: 'mce: Uncorrected hardware memory error in user-access at {address}' },
    mceKernelAccess: { level: 'err', text: 'mce: Kernel accessed poison in user space at {address}' },
    mceNotRecovered: { level: 'err', text: 'mce: Memory error not recovered' },
    mceLogged: { level: 'info', text: 'mce: [Hardware Error]: Machine check events logged' },
    mceHeader: { level: 'emerg', text: 'mce: [Hardware Error]: CPU {cpu}: Machine Check Exception: {mcg} Bank {bank}: {status}' },
    mceHeaderPolled: { level: 'emerg', text: 'mce: [Hardware Error]: CPU {cpu}: Machine Check: {mcg} Bank {bank}: {status}' },
    mceRunMcelog: { level: 'emerg', text: 'mce: [Hardware Error]: Run the above through \'mcelog --ascii\'' },
    mceReason: { level: 'emerg', text: 'mce: [Hardware Error]: Machine check: {reason}' },
    cpusNotResponding: { level: 'emerg', text: 'mce: CPUs not responding to MCE broadcast (may include false positives): {cpus}' },
    mceErratum: { level: 'err', text: 'mce: Erratum detected, disable fast string copy instructions.' },
    cmciStormDetected: { level: 'info', text: 'CPU{cpu} BANK{bank} CMCI storm detected' },
    cmciStormSubsided: { level: 'info', text: 'CPU{cpu} BANK{bank} CMCI storm subsided' },
    cmciPollMode: { level: 'info', text: 'mce: CMCI storm detected: switching to poll mode' },
    cmciInterruptMode: { level: 'info', text: 'mce: CMCI storm subsided: switching to interrupt mode' },
    cecInvalidPfn: { level: 'warn', text: 'RAS: CEC: Invalid pfn: {pfn}' },
    mceDecodedAmd: { level: 'emerg', text: '[Hardware Error]: {reason}' },
    cecSoftOffline: { level: 'err', text: 'RAS: Soft-offlining pfn: {pfn}' },

    // Firmware first and arm64
    cperSource: { level: 'err', text: '{event}[Hardware Error]: Hardware error from APEI Generic Hardware Error Source: {count}' },
    cperCorrected: { level: 'err', text: '{event}[Hardware Error]: It has been corrected by h/w and requires no further action' },
    cperSeverity: { level: 'err', text: '{event}[Hardware Error]: event severity: {reason}' },
    cperErrorType: { level: 'err', text: '{event}[Hardware Error]:  Error {count}, type: {reason}' },
    cperSection: { level: 'err', text: '{event}[Hardware Error]:   section_type: memory error' },
    cperAddress: { level: 'err', text: '{event}[Hardware Error]:   physical_address: {cperAddress}' },
    cperMask: { level: 'err', text: '{event}[Hardware Error]:   physical_address_mask: {cperAddress}' },
    cperMemoryErrorType: { level: 'err', text: '{event}[Hardware Error]:   error_type: {reason}' },
    cperVendorSection: { level: 'err', text: '{event}[Hardware Error]:   section type: unknown, {reason}' },
    cperArmSection: { level: 'err', text: '{event}[Hardware Error]:   section_type: ARM processor error' },
    cperArmMidr: { level: 'err', text: '{event}[Hardware Error]:   MIDR: 0x00000000413fd0c1' },
    cperArmMpidr: { level: 'err', text: '{event}[Hardware Error]:   Multiprocessor Affinity Register (MPIDR): 0x0000000080000000' },
    cperArmRunning: { level: 'err', text: '{event}[Hardware Error]:   running state: 0x1' },
    cperArmPsci: { level: 'err', text: '{event}[Hardware Error]:   Power State Coordination Interface state: 0' },
    cperArmInfo: { level: 'err', text: '{event}[Hardware Error]:   Error info structure 0:' },
    cperArmErrors: { level: 'err', text: '{event}[Hardware Error]:   num errors: 2' },
    cperArmErrorType: { level: 'err', text: '{event}[Hardware Error]:    error_type: {errorType}: {reason}' },
    cperArmErrorInfo: { level: 'err', text: '{event}[Hardware Error]:    error_info: 0x0000000000000000' },
    cperArmAddress: { level: 'err', text: '{event}[Hardware Error]:    physical fault address: {cperAddress}' },
    ghesUnhandledProcessor: { level: 'warn', text: '[Firmware Warn]: GHES: Unhandled processor error type {errorType}: {reason}' },
    ghesSigbus: { level: 'err', text: '{pfn}: Sending SIGBUS to {task} due to hardware memory corruption' },
    ghesNotQueued: { level: 'err', text: 'GHES GHES.{count}: [Hardware Error]: GHES: {task}: synchronous unrecoverable error (SIGBUS)' },
    ghesPanicDisabled: { level: 'emerg', text: 'GHES: Fatal hardware error but panic disabled' },
    ghesInvalidAddress: { level: 'warn', text: '[Firmware Warn]: GHES: Invalid address in generic error data: {phys}' },
    armInternalError: { level: 'emerg', text: 'Internal error: {reason}: {esr} [#{count}]  SMP', old: { until: '6.12', text: 'Internal error: {reason}: {esr} [#{count}] SMP' } },

    // The end
    panic: { level: 'emerg', text: 'Kernel panic - not syncing: {text}' },
    lmceUnlocked: { level: 'warn', text: 'WARNING: CPU: {cpu} PID: {pid} at arch/x86/kernel/cpu/mce/intel.c:124 lmce_supported+0x55/0x60' },
    irqBegin: { level: 'warn', text: ' <IRQ>' },
    irqEnd: { level: 'warn', text: ' </IRQ>' },
    stopCpusNmi: { level: 'emerg', text: 'Shutting down cpus with NMI' },
    stopSecondaryCpus: { level: 'emerg', text: 'SMP: stopping secondary CPUs' },
    cpuFeatures: { level: 'emerg', text: 'CPU features: 0x0,50000000,00700028,01180a00,0802e20b' },
    memoryLimit: { level: 'emerg', text: 'Memory Limit: none' },
    efiFromNmi: { level: 'warn', text: 'Calling EFI runtime from NMI context' },
    bootMemoryOffline: { level: 'info', text: 'Boot memory [{first} {last}] offlining attempted' },
    kernelOffset: { level: 'emerg', text: 'Kernel Offset: disabled' },

    // The next kernel
    commandLine: { level: 'info', text: 'Kernel command line: {parameters}' },

    // Hand-over of poisoned pages over kexec (proposal)
    khoReplay: { level: 'info', text: 'hwpoison-kho: re-poisoning {count} pages from previous kernel' },
    khoReplayFailed: { level: 'warn', text: 'hwpoison-kho: re-poison PFN {pfn} failed: {rc}' },
    khoNotPreserved: { level: 'warn', text: 'hwpoison-kho: PFN {pfn} not preserved: {stage} {rc}' },
    khoVersion: { level: 'warn', text: 'metadata version {count} not supported (expected {expected})' },
} as const satisfies Record<string, Omit<MessageTemplate, 'doc'>>;

export type MessageId = keyof typeof ROWS;

export const MESSAGE_TEMPLATES = /* @__PURE__ */ withWords(ROWS, () => MESSAGE_WORDS);
