/**
 * Wordings of kernel log lines that the model does not print but that a reader meets: those of kernels from 2.6.32 to 6.0
 * beside the templates of message-templates.ts (same ids, same placeholders), and lines of memory error handling outside the
 * model. Read from mm/memory-failure.c, mm/madvise.c, arch/*\/mm/fault.c, arch/x86/kernel/cpu/mce and drivers/acpi/apei.
 */
import type { MessageId } from './message-templates.js';

/** Wordings that no described kernel has any more, newest first. */
export const EARLIER_WORDINGS: Readonly<Partial<Record<MessageId, readonly string[]>>> = {
    // "Memory failure:" came with 4.6 in place of "MCE", "recovery action" with 4.1.
    action: ['MCE {pfn}: recovery action for {string}: {result}', 'MCE {pfn}: {string} page recovery: {result}'],
    sigbus: ['Memory failure: {pfn}: Killing {task} due to hardware memory corruption', 'MCE {pfn}: Killing {task} due to hardware memory corruption'],
    sigkill: ['MCE {pfn}: forcibly killing {task} because of failure to unmap corrupted page'],
    outside: ['MCE {pfn}: memory outside kernel control'],
    keepSwap: ['MCE {pfn}: keeping poisoned page in swap cache'],
    cleanDrop: ['MCE {pfn}: corrupted page was clean: dropped without side effects'],
    unmapFail: ['MCE {pfn}: failed to unmap page (mapcount={count})'],
    stillRef: ['MCE {pfn}: {string} still referenced by {users} users'],
    punch: ['MCE {pfn}: Failed to punch page: {rc}'],
    release: ['MCE {pfn}: failed to release buffers'],
    invalidate: ['MCE {pfn}: Failed to invalidate'],
    unknownState: ['MCE {pfn}: Unknown page state'],
    cannotCatch: ['MCE {pfn}: cannot catch tail'],
    alreadyOld: ['MCE {pfn}: already hardware poisoned'],
    sigErr: ['MCE: Error sending signal to {task}: {rc}'],
    sigAdvisory: ['MCE {pfn}: Cannot send advisory machine check signal to {task}'],
    noAddr: ['MCE: Unable to find user space address {pfnBare} in {comm}'],
    oom: ['MCE: Out of memory while machine check handling'],
    panicNoRecovery: ['Memory failure from trap {count} on page {pfnBare}'],
    bufferOverflow: ['buffer overflow when queuing memory failure at {pfn}'],
    injectMadvise: ['Injecting memory failure for page {pfn} at {address}', 'Injecting memory failure for page {pfnBare} at {address}'],
    softOfflinePfn: ['Soft offlining page {pfn} at {address}', 'Soft offlining page {pfnBare} at {address}'],
    injectPfn: ['Injecting memory failure at pfn {pfnBare}'],
    soAlready: ['soft_offline_page: {pfn}: page already poisoned', 'soft offline: {pfn} hugepage already poisoned'],
    soSplit: ['soft offline: {pfn}: failed to split THP', 'soft offline: {pfn}: non anonymous thp', 'soft offline: failed to split THP'],
    soInval: ['soft offline: {pfn}: invalidated'],
    soMigrate: ['soft offline: {pfn}: {kind} migration failed {rc}, type {flags}', 'soft offline: {pfn}: {kind} migration failed {rc}', 'soft offline: {pfn}: migration failed {rc}, type {flags}'],
    soIsolate: ['soft offline: {pfn}: {kind} isolation failed: {rc}, page count {count}, type {flags}', 'soft offline: {pfn}: isolation failed: {rc}, page count {count}, type {flags}'],
    unAlready: ['MCE: Page was already unpoisoned {pfn}'],
    unGrab: ['MCE: Someone grabs the hwpoison page {pfn}'],
    unMaps: ['MCE: Someone maps the hwpoison page {pfn}'],
    unMapping: ['MCE: the hwpoison page has non-NULL mapping {pfn}'],
    unOk: ['Unpoison: Software-unpoisoned free page {pfn}', 'MCE: Software-unpoisoned page {pfn}', 'MCE: Software-unpoisoned free page {pfn}'],
    mceUserAccess: ['MCE: Uncorrected hardware memory error in user-access at {address}', 'Uncorrected hardware memory error in user-access at {address}'],
    mceNotRecovered: ['Memory error not recovered', 'MCE: Memory error not recovered'],
    mceKernelAccess: ['Kernel accessed poison in user space at {address}'],
    mceLogged: ['[Hardware Error]: Machine check events logged', 'Machine check events logged'],
    cecSoftOffline: ['Soft-offlining pfn: {pfn}'],
    ghesUnhandledProcessor: ['[Firmware Warn]: GHES: Unhandled processor error type: {reason}'],
    ghesInvalidAddress: ['[Firmware Warn]: GHES: Invalid address in generic error data: {phys}'],
};

export interface ReadOnlyMessage { readonly texts: readonly string[]; readonly doc: string; }

/** Lines of the same code that the model has no use for. */
export const READ_ONLY_MESSAGES = {
    mfThpSplit: { texts: ['Memory failure: {pfn}: thp split failed', 'MCE: {pfn}: thp split failed', 'MCE {pfn}: thp split failed', 'Memory failure: {pfn}: non anonymous thp', 'MCE: {pfn}: non anonymous thp'], doc: 'A transparent huge page could not be split to single pages.' },
    unRunning: { texts: ['Unpoison: Memory failure is now running on {pfn}', 'MCE: Memory failure is now running on {pfn}'], doc: 'Unpoison came while the page was being handled.' },
    mfJustUnpoisoned: { texts: ['Memory failure: {pfn}: just unpoisoned', 'MCE {pfn}: just unpoisoned'], doc: 'Unpoison came between two looks at the page.' },
    mfNotHandled: { texts: ['Memory failure: {pfn}: can\'t handle non-pmd-sized huge page', 'Memory failure: {pfn}: non-pmd-sized huge page'], doc: 'Up to 5.18: huge pages of 1 GiB were left alone.' },
    mfShakeFailed: { texts: ['Memory failure: {pfn}: failed to get reference count', 'Memory failure: {pfn}: unknown refcount state'], doc: 'No reference could be had.' },
    mfVma: { texts: ['Memory failure: {pfn}: Unable to handle DAX page', 'Memory failure: {pfn}: file system does not support memory failure'], doc: 'Device memory.' },
    soUnknown: { texts: ['soft_offline: {pfn}: unknown page type: {flags}', 'soft_offline: {pfn}: unknown non LRU page type {flags}', 'soft offline: {pfn}: unknown non LRU page type {flags}', 'soft_offline_page: {pfn}: unknown page type: {flags}', 'Soft offline: {pfn}: unhandlable page.', 'soft_offline_page: {pfn}: unhandlable page.'], doc: 'Soft offline does not know what to do with the page.' },
    soGetFailed: { texts: ['soft offline: {pfn}: get_any_page failed, {flags}', 'soft_offline: {pfn}: get page failed', 'soft_offline: {pfn} failed to isolate', 'soft offline: {pfn} hugepage failed to isolate'], doc: 'Soft offline got no reference.' },
    getAnyPage: { texts: ['get_any_page: {pfn} free huge page', 'get_any_page: {pfn} free buddy page', 'get_any_page: {pfn}: unknown zero refcount page type {flags}'], doc: 'What soft offline found, up to 5.9.' },
    soDone: { texts: ['Soft offline: {pfn}: page offlined'], doc: 'Some kernels of distributions say that soft offline succeeded.' },
    armHugetlb: { texts: ['ARM64: Killing {task} due to hardware memory corruption fault at {address}'], doc: 'A fault on a poisoned entry.' },
    ghesEnqueue: { texts: ['GHES: Failed to queue memory failure for {pfn}', 'Failed to queue memory failure for {pfn}'], doc: 'The queue of deferred memory failures was full.' },
    tdxPrivate: { texts: ['mce: [Hardware Error]: Machine Check: TDX private memory error. Possible kernel bug.', 'mce: [Hardware Error]: Machine Check: TDX private memory error. Possible kernel bug'], doc: 'The kernel wrote part of a line of memory that belongs to a TDX guest; reading it is a machine check, and no memory is bad.' },
} as const satisfies Record<string, ReadOnlyMessage>;

export type ReadOnlyMessageId = keyof typeof READ_ONLY_MESSAGES;
/** Every line that a log is searched for. */
export type LogMessageId = MessageId | ReadOnlyMessageId;

/** Words for a page type that kernels before 6.1 had, without the trailing "page" of 2.6.32 to 4.0. */
export const EARLIER_TYPE_WORDS: Readonly<Record<string, 'MF_MSG_BUDDY' | 'MF_MSG_UNKNOWN' | 'MF_MSG_HUGE' | 'MF_MSG_KERNEL_HIGH_ORDER'>> = {
    'free buddy page, 2nd try': 'MF_MSG_BUDDY',
    'free buddy, 2nd try': 'MF_MSG_BUDDY',
    'high order kernel': 'MF_MSG_KERNEL_HIGH_ORDER',
    'non-pmd-sized huge page': 'MF_MSG_HUGE',
    'LRU': 'MF_MSG_UNKNOWN',
    'non LRU': 'MF_MSG_UNKNOWN',
};
