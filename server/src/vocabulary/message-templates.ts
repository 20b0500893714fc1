/**
 * Every kernel log line that the model prints, as a template.
 *
 * Placeholders: {pfn} {phys} hex with `0x`; {pfnBare} {address} {mcg} hex without; {status} 16 hex digits; {task} comm:pid;
 * {comm}; {string} {result} of the MF type and result; {users} {count} {rc} {cpu} {bank} {cpus} decimal; {kind} page or
 * hugepage; {flags} as %pGp prints them; {reason} {text} free text.
 */
import type { MainlineRelease } from './kernels.js';

export interface MessageTemplate {
    readonly level: 'emerg' | 'err' | 'warn' | 'info';
    readonly text: string;
    /** `until` is the last version that prints the other wording. */
    readonly old?: { readonly until: MainlineRelease; readonly text: string };
    /** What the line says about the machine; for hovers over log text. */
    readonly doc: string;
}

export const MESSAGE_TEMPLATES = {
    // memory_failure()
    action: { level: 'err', text: 'Memory failure: {pfn}: recovery action for {string}: {result}', doc: 'action_result(): type and result of one handled frame.' },
    unhandlable: { level: 'err', text: 'Memory failure: {pfn}: unhandlable page.', doc: 'get_any_page() got no reference: the page is neither free nor on the LRU, or the kernel owns it. Soft offline prints it too, with this prefix.' },
    sigbus: { level: 'err', text: 'Memory failure: {pfn}: Sending SIGBUS to {task} due to hardware memory corruption', doc: 'kill_proc(): one line for each collected task and mapping, also where the signal is then ignored, blocked or merged with a pending one.' },
    sigkill: { level: 'err', text: 'Memory failure: {pfn}: forcibly killing {task} because of failure to unmap corrupted page', doc: 'kill_procs(): no address is known (DAX, PFN maps), or, up to 6.6, unmapping failed.' },
    outside: { level: 'err', text: 'Memory failure: {pfn}: memory outside kernel control', doc: 'A struct page that is neither online nor device memory (up to 6.18 also an address without struct page): ENXIO, no mark, not counted.' },
    keepSwap: { level: 'err', text: 'Memory failure: {pfn}: keeping poisoned page in swap cache', doc: 'hwpoison_user_mappings(): page table entries become swap entries instead of hwpoison entries.' },
    cleanDrop: { level: 'info', text: 'Memory failure: {pfn}: corrupted page was clean: dropped without side effects', doc: 'hwpoison_user_mappings(): no dirty bit anywhere, so the mappings are just removed and the next access reads the page again.' },
    unmapFail: { level: 'err', text: 'Memory failure: {pfn}: failed to unmap page (folio mapcount={count})', old: { until: '6.9', text: 'Memory failure: {pfn}: failed to unmap page (mapcount={count})' }, doc: 'hwpoison_user_mappings(): the page is still mapped.' },
    stillRef: { level: 'err', text: 'Memory failure: {pfn}: {string} still referenced by {users} users', doc: 'has_extra_refcount(): somebody besides the handler holds the page, which makes the result Failed.' },
    punch: { level: 'info', text: 'Memory failure: {pfn}: Failed to punch page: {rc}', doc: 'The error-remove hook of the file system returned that value. guest_memfd returns 2 (MF_DELAYED), which is taken for an error.' },
    release: { level: 'info', text: 'Memory failure: {pfn}: failed to release buffers', doc: 'The page left the file, but its private data could not be released.' },
    invalidate: { level: 'info', text: 'Memory failure: {pfn}: Failed to invalidate', doc: 'The file system has no error-remove hook, and the page is dirty, under writeback or held by somebody.' },
    unknownState: { level: 'err', text: 'Memory failure: {pfn}: Unknown page state', doc: 'me_unknown(): no row of the flag table but the last one matched.' },
    cannotCatch: { level: 'info', text: 'Memory failure: {pfn} cannot catch tail', doc: 'The page changed its folio while the reference was being taken; the grab is tried again.' },
    alreadyOld: { level: 'err', text: 'Memory failure: {pfn}: already hardware poisoned', doc: 'Up to 6.6: the page was poisoned before. Later kernels report `already poisoned page`.' },
    ksmOld: { level: 'err', text: 'Memory failure: {pfn}: can\'t handle KSM pages.', doc: 'Only 6.1: KSM pages stay mapped.' },
    hugetlbLock: { level: 'info', text: 'Memory failure: {pfn}: could not lock mapping for mapped hugetlb folio', old: { until: '6.9', text: 'Memory failure: {pfn}: could not lock mapping for mapped huge page' }, doc: 'Unmapping a hugetlb page needs the lock of its mapping, which was not to be had.' },
    sigErr: { level: 'info', text: 'Memory failure: Error sending signal to {task}: {rc}', doc: 'The task is exiting.' },
    sigAdvisory: { level: 'err', text: 'Memory failure: {pfn}: Cannot send advisory machine check signal to {task}', doc: 'Follows a failure to send an action-optional SIGBUS.' },
    noAddr: { level: 'info', text: 'Memory failure: Unable to find user space address {pfnBare} in {comm}', doc: 'The collected task maps the range, but no address of the page was found in it; the number is the PFN.' },
    noAddrPfn: { level: 'info', text: 'Memory failure: Unable to find address {address} in {comm}', doc: 'As above for a PFN map (7.0 and later); the number is the page offset in the file.' },
    oom: { level: 'err', text: 'Memory failure: Out of memory while machine check handling', doc: 'No memory for an entry of the list of tasks to kill: that task is not signalled.' },
    oomPfnMap: { level: 'err', text: 'Memory failure: Unable to kill proc {pid}', doc: 'No memory for an entry of the list of tasks to kill, for a PFN map.' },
    panicUnrecoverable: { level: 'emerg', text: 'Memory failure: {pfn}: unrecoverable page', doc: 'Panic text of `vm.panic_on_unrecoverable_memory_failure`; comes after the trace event, the counters and the recovery line.' },
    panicNoRecovery: { level: 'emerg', text: 'Memory failure on page {pfnBare}', doc: 'Panic text of `vm.memory_failure_recovery` = 0; nothing is marked, counted or logged before it.' },
    bufferOverflow: { level: 'err', text: 'Memory failure: buffer overflow when queuing memory failure at {pfn}', doc: 'memory_failure_queue(): the 16 entries of this CPU are taken; the error is lost.' },

    // Injection
    injectMadvise: { level: 'info', text: 'Injecting memory failure for pfn {pfn} at process virtual address 0x{address}', doc: 'madvise(MADV_HWPOISON), before memory_failure().' },
    softOfflinePfn: { level: 'info', text: 'Soft offlining pfn {pfn} at process virtual address 0x{address}', doc: 'madvise(MADV_SOFT_OFFLINE), before soft_offline_page().' },
    injectPfn: { level: 'info', text: 'Injecting memory failure at pfn {pfn}', doc: 'A write to corrupt-pfn, before memory_failure().' },
    hugeZeroSplit: { level: 'warn', text: 'huge_memory: Called split_huge_page for huge zero page', doc: '6.1: madvise() hit the huge zero page and the handler tried to split it.' },

    // Faults
    faultX86: { level: 'err', text: 'MCE: Killing {task} due to hardware memory corruption fault at {address}', doc: 'x86 page fault on a hwpoison entry: one line for each access, followed by a forced SIGBUS BUS_MCEERR_AR.' },
    hugetlbPoolInadequate: { level: 'warn', text: 'PID {count} killed due to inadequate hugepage pool', doc: 'A child touches a huge page that was taken away from it, because its parent needed a copy and the pool had none: SIGBUS BUS_ADRERR.' },
    oopsPageFault: { level: 'emerg', text: 'BUG: unable to handle page fault for address: {address}', doc: 'The kernel touched an address that is not mapped, such as a page that was taken out of the direct map after a hardware error.' },

    // Soft offline
    soDisabled: { level: 'info', text: 'Soft offline: disabled by /proc/sys/vm/enable_soft_offline', doc: 'Printed once per boot; the call returns EOPNOTSUPP.' },
    soAlready: { level: 'info', text: 'Soft offline: {pfn}: page already poisoned', old: { until: '6.10', text: 'soft_offline_page: {pfn} page already poisoned' }, doc: 'Found at the first check; the call returns 0.' },
    soAlreadyLate: { level: 'info', text: 'Soft offline: {pfn}: page already poisoned', old: { until: '6.10', text: 'soft offline: {pfn} page already poisoned' }, doc: 'The page was poisoned while soft offline waited for it; the call returns 0.' },
    soSplit: { level: 'info', text: 'Soft offline: {pfn}: thp split failed', old: { until: '6.10', text: 'soft offline: {pfn}: thp split failed' }, doc: 'A large folio could not be split; EBUSY.' },
    soInval: { level: 'info', text: 'Soft offline: {pfn}: invalidated', old: { until: '6.10', text: 'soft_offline: {pfn}: invalidated' }, doc: 'Clean, unmapped page cache was evicted; no migration needed.' },
    soMigrate: { level: 'info', text: 'Soft offline: {pfn}: {kind} migration failed {rc}, type {flags}', old: { until: '6.10', text: 'soft offline: {pfn}: {kind} migration failed {rc}, type {flags}' }, doc: 'The number is migrate_pages(): the pages left over (EBUSY) or a negative errno.' },
    soIsolate: { level: 'info', text: 'Soft offline: {pfn}: {kind} isolation failed, page count {count}, type {flags}', old: { until: '6.10', text: 'soft offline: {pfn}: {kind} isolation failed, page count {count}, type {flags}' }, doc: 'The page could not be taken off the LRU; EBUSY.' },

    // Unpoison
    unDisabled: { level: 'info', text: 'Unpoison: {pfn}: disabled after HW memory failure', old: { until: '6.10', text: 'Unpoison: Disabled after HW memory failure {pfn}' }, doc: 'Some event since boot was not simulated by software; EOPNOTSUPP from then on.' },
    callbacksSuppressed: { level: 'warn', text: '{reason}: {count} callbacks suppressed', doc: 'So many messages of the function were left out: unpoison prints 10 in 5 s.' },
    unHzp: { level: 'info', text: 'Unpoison: {pfn}: huge zero page is not supported', old: { until: '6.10', text: 'Unpoison: huge zero page is not supported {pfn}' }, doc: 'EOPNOTSUPP.' },
    unAlready: { level: 'info', text: 'Unpoison: {pfn}: page was already unpoisoned', old: { until: '6.10', text: 'Unpoison: Page was already unpoisoned {pfn}' }, doc: 'PG_hwpoison is not set on that very page (for hugetlb it is on the head page); EBUSY.' },
    unGrab: { level: 'info', text: 'Unpoison: {pfn}: someone grabs the hwpoison page', old: { until: '6.10', text: 'Unpoison: Someone grabs the hwpoison page {pfn}' }, doc: 'More than one reference; EBUSY.' },
    unMaps: { level: 'info', text: 'Unpoison: {pfn}: someone maps the hwpoison page', old: { until: '6.10', text: 'Unpoison: Someone maps the hwpoison page {pfn}' }, doc: 'Still mapped; EBUSY.' },
    unMapping: { level: 'info', text: 'Unpoison: {pfn}: the hwpoison page has non-NULL mapping', old: { until: '6.10', text: 'Unpoison: the hwpoison page has non-NULL mapping {pfn}' }, doc: 'Still in a file, the swap cache or an anon_vma; EBUSY.' },
    unFail: { level: 'info', text: 'Unpoison: {pfn}: failed to grab page', old: { until: '6.10', text: 'Unpoison: failed to grab page {pfn}' }, doc: 'In the source, but no page state of 7.3 leads to it.' },
    unOk: { level: 'info', text: 'Unpoison: {pfn}: software-unpoisoned page', old: { until: '6.10', text: 'Unpoison: Software-unpoisoned page {pfn}' }, doc: 'The mark is gone. Hwpoison entries in page tables stay.' },

    // Machine checks
    mceUserAccess: { level: 'err', text: 'mce: Uncorrected hardware memory error in user-access at {address}', doc: 'kill_me_maybe(): task work of the task that consumed the poison, before memory_failure().' },
    mceKernelAccess: { level: 'err', text: 'mce: Kernel accessed poison in user space at {address}', doc: 'kill_me_never(): poison met while copying from user space.' },
    mceNotRecovered: { level: 'err', text: 'mce: Memory error not recovered', doc: 'memory_failure() failed: the task gets a forced SIGBUS with si_code SI_KERNEL and no address.' },
    mceLogged: { level: 'info', text: 'mce: [Hardware Error]: Machine check events logged', doc: 'A record went to the machine check log.' },
    mceHeader: { level: 'emerg', text: 'mce: [Hardware Error]: CPU {cpu}: Machine Check Exception: {mcg} Bank {bank}: {status}', doc: 'First line of a record taken in an exception: MCG_STATUS and MCi_STATUS.' },
    mceHeaderPolled: { level: 'emerg', text: 'mce: [Hardware Error]: CPU {cpu}: Machine Check: {mcg} Bank {bank}: {status}', doc: 'First line of a record found by polling or a corrected-error interrupt.' },
    mceRunMcelog: { level: 'emerg', text: 'mce: [Hardware Error]: Run the above through \'mcelog --ascii\'', doc: 'Before a panic, not on AMD.' },
    mceReason: { level: 'emerg', text: 'mce: [Hardware Error]: Machine check: {reason}', doc: 'The severity row that led to the panic.' },
    cpusNotResponding: { level: 'emerg', text: 'mce: CPUs not responding to MCE broadcast (may include false positives): {cpus}', doc: 'The rendezvous of a broadcast machine check timed out.' },
    cecInvalidPfn: { level: 'warn', text: 'RAS: CEC: Invalid pfn: {pfn}', doc: 'The corrected errors collector reached its threshold for an address without struct page.' },
    mceDecodedAmd: { level: 'emerg', text: '[Hardware Error]: {reason}', doc: 'edac_mce_amd: what kind of error the record is; more lines with its registers follow.' },
    cecSoftOffline: { level: 'err', text: 'RAS: Soft-offlining pfn: {pfn}', doc: 'The corrected errors collector reached its threshold and queues a soft offline.' },

    // Firmware first and arm64
    cperSource: { level: 'err', text: '{event}[Hardware Error]: Hardware error from APEI Generic Hardware Error Source: {count}', doc: 'First line of a record that firmware handed over; the number in braces counts records, the last one names the source in the HEST table.' },
    cperCorrected: { level: 'err', text: '{event}[Hardware Error]: It has been corrected by h/w and requires no further action', doc: 'The record is one of a corrected error.' },
    cperSeverity: { level: 'err', text: '{event}[Hardware Error]: event severity: {reason}', doc: 'Severity of the record: corrected, recoverable or fatal.' },
    cperErrorType: { level: 'err', text: '{event}[Hardware Error]:  Error {count}, type: {reason}', doc: 'Severity of the section.' },
    cperSection: { level: 'err', text: '{event}[Hardware Error]:   section_type: memory error', doc: 'The section describes a memory error.' },
    cperAddress: { level: 'err', text: '{event}[Hardware Error]:   physical_address: {cperAddress}', doc: 'The address that is bad.' },
    cperMask: { level: 'err', text: '{event}[Hardware Error]:   physical_address_mask: {cperAddress}', doc: 'How much of the address is known.' },
    cperMemoryErrorType: { level: 'err', text: '{event}[Hardware Error]:   error_type: {reason}', doc: 'Kind of memory error, by its number in the UEFI specification.' },
    cperVendorSection: { level: 'err', text: '{event}[Hardware Error]:   section type: unknown, {reason}', doc: 'The section describes neither memory nor a processor; its length and bytes follow, which are left out here.' },
    cperArmSection: { level: 'err', text: '{event}[Hardware Error]:   section_type: ARM processor error', doc: 'The section describes an error of an ARM processor.' },
    cperArmMidr: { level: 'err', text: '{event}[Hardware Error]:   MIDR: 0x00000000413fd0c1', doc: 'Which processor it is; here the one that was recorded.' },
    cperArmMpidr: { level: 'err', text: '{event}[Hardware Error]:   Multiprocessor Affinity Register (MPIDR): 0x0000000080000000', doc: 'Which of the processors it is.' },
    cperArmRunning: { level: 'err', text: '{event}[Hardware Error]:   running state: 0x1', doc: 'Whether the processor runs.' },
    cperArmPsci: { level: 'err', text: '{event}[Hardware Error]:   Power State Coordination Interface state: 0', doc: 'Its power state.' },
    cperArmInfo: { level: 'err', text: '{event}[Hardware Error]:   Error info structure 0:', doc: 'The first error of the section.' },
    cperArmErrors: { level: 'err', text: '{event}[Hardware Error]:   num errors: 2', doc: 'Errors besides the first, and one.' },
    cperArmErrorType: { level: 'err', text: '{event}[Hardware Error]:    error_type: {errorType}: {reason}', doc: 'Bits of the error: cache 2, TLB 4, bus 8, micro-architectural 16.' },
    cperArmErrorInfo: { level: 'err', text: '{event}[Hardware Error]:    error_info: 0x0000000000000000', doc: 'What the processor says of the error.' },
    cperArmAddress: { level: 'err', text: '{event}[Hardware Error]:    physical fault address: {cperAddress}', doc: 'The address that is bad.' },
    ghesUnhandledProcessor: { level: 'warn', text: '[Firmware Warn]: GHES: Unhandled processor error type {errorType}: {reason}', doc: 'A processor error that is no cache error, or names no address: nothing is done about it.' },
    ghesSigbus: { level: 'err', text: '{pfn}: Sending SIGBUS to {task} due to hardware memory corruption', doc: 'Synchronous firmware error that memory_failure() could not handle (6.18 and later); the SIGBUS is forced.' },
    ghesNotQueued: { level: 'err', text: 'GHES GHES.{count}: [Hardware Error]: GHES: {task}: synchronous unrecoverable error (SIGBUS)', doc: 'Synchronous firmware error from which nothing could be queued; the SIGBUS is forced.' },
    ghesInvalidAddress: { level: 'warn', text: '[Firmware Warn]: GHES: Invalid address in generic error data: {phys}', doc: 'Up to 6.18: firmware named an address without struct page, and the record is dropped.' },
    armInternalError: { level: 'emerg', text: 'Internal error: {reason}: {esr} [#{count}]  SMP', old: { until: '6.12', text: 'Internal error: {reason}: {esr} [#{count}] SMP' }, doc: 'arm64: the kernel itself consumed the poison; panics with kernel.panic_on_oops.' },

    // The end
    panic: { level: 'emerg', text: 'Kernel panic - not syncing: {text}', doc: 'The machine stops.' },
    lmceUnlocked: { level: 'warn', text: 'WARNING: CPU: {cpu} PID: {pid} at arch/x86/kernel/cpu/mce/intel.c:124 lmce_supported+0x55/0x60', doc: '6.1 under an emulator: a CPU is stopped by a panic, and firmware had not locked IA32_FEAT_CTL.' },
    irqBegin: { level: 'warn', text: ' <IRQ>', doc: 'In a call trace: what follows ran in an interrupt.' },
    irqEnd: { level: 'warn', text: ' </IRQ>', doc: 'In a call trace: the end of what ran in the interrupt.' },
    stopCpusNmi: { level: 'emerg', text: 'Shutting down cpus with NMI', doc: 'The panicking CPU could not stop the others by ordinary interrupts.' },
    stopSecondaryCpus: { level: 'emerg', text: 'SMP: stopping secondary CPUs', doc: 'arm64: a panic stops the other CPUs.' },
    cpuFeatures: { level: 'emerg', text: 'CPU features: 0x0,50000000,00700028,01180a00,0802e20b', doc: 'arm64: the capabilities that the kernel has found; those of the CPU that was recorded.' },
    memoryLimit: { level: 'emerg', text: 'Memory Limit: none', doc: 'arm64: no `mem=` was given.' },
    efiFromNmi: { level: 'warn', text: 'Calling EFI runtime from NMI context', doc: 'The machine restarts through firmware out of a handler that must not call it.' },
    bootMemoryOffline: { level: 'info', text: 'Boot memory [{first} {last}] offlining attempted', doc: 'arm64: memory that was there at boot cannot be set offline.' },
    kernelOffset: { level: 'emerg', text: 'Kernel Offset: disabled', doc: 'Printed by a panic of a kernel without address randomisation.' },

    // The next kernel
    commandLine: { level: 'info', text: 'Kernel command line: {parameters}', doc: 'Early in the boot; only the parameters that keep bad frames out are shown.' },

    // Hand-over of poisoned pages over kexec (proposal)
    khoReplay: { level: 'info', text: 'hwpoison-kho: re-poisoning {count} pages from previous kernel', doc: 'The next kernel has read the list and calls memory_failure() for each entry.' },
    khoReplayFailed: { level: 'warn', text: 'hwpoison-kho: re-poison PFN {pfn} failed: {rc}', doc: 'An entry was not accepted; the replay goes on.' },
    khoNotPreserved: { level: 'warn', text: 'hwpoison-kho: PFN {pfn} not preserved: {stage} {rc}', doc: 'The list could not take the page; stage is one of hdr alloc, fdt alloc, grow, publish, and a negative errno follows.' },
    khoVersion: { level: 'warn', text: 'metadata version {count} not supported (expected {expected})', doc: 'The list has another layout and is ignored.' },
} as const satisfies Record<string, MessageTemplate>;

export type MessageId = keyof typeof MESSAGE_TEMPLATES;
