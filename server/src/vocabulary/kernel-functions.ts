/**
 * The kernel functions that take decisions: who calls them, and when each of their decisions is taken. Debuggers and outlines read this.
 * Follows mm/memory-failure.c, mm/madvise.c, mm/memory.c, arch/x86/kernel/cpu/mce/core.c, drivers/acpi/apei/ghes.c and their neighbours.
 */
import { decisions, type DecisionId } from './decisions.js';

/**
 * Callers by what they call, the usual one first. Functions on the way that take no decision of their own are named too; a function that is
 * no key is entered from outside: a system call, an exception, a file of debugfs, a worker.
 */
const CALLERS: Readonly<Record<string, readonly string[]>> = {
    memory_failure: ['hwpoison_inject', 'madvise_inject_error', 'kill_me_maybe', 'kill_me_never', 'uc_decode_notifier', 'memory_failure_work_func', 'memory_failure_cb', 'memory_failure_queue_kick', 'hard_offline_page_store', 'kho_replay'],
    memory_failure_work_func: ['memory_failure_queue'],
    get_any_page: ['get_hwpoison_page'],
    get_hwpoison_page: ['memory_failure', 'soft_offline_page', 'unpoison_memory'],
    try_memory_failure_hugetlb: ['memory_failure'],
    get_huge_page_for_hwpoison: ['try_memory_failure_hugetlb'],
    kill_accessing_process: ['memory_failure', 'try_memory_failure_hugetlb'],
    hwpoison_user_mappings: ['memory_failure', 'try_memory_failure_hugetlb'],
    collect_procs: ['hwpoison_user_mappings', 'kill_procs_now', 'mf_generic_kill_procs', 'mf_dax_kill_procs', 'memory_failure_pfn'],
    kill_procs_now: ['memory_failure'],
    add_to_kill: ['collect_procs'],
    task_early_kill: ['collect_procs'],
    kill_procs: ['hwpoison_user_mappings', 'kill_procs_now', 'unmap_and_kill', 'memory_failure_pfn'],
    unmap_and_kill: ['mf_generic_kill_procs', 'mf_dax_kill_procs'],
    kill_proc: ['kill_procs', 'kill_accessing_process'],
    identify_page_state: ['memory_failure', 'try_memory_failure_hugetlb'],
    page_action: ['identify_page_state'],
    me_pagecache_clean: ['page_action'],
    me_huge_page: ['page_action'],
    truncate_error_folio: ['me_pagecache_clean', 'me_huge_page'],
    has_extra_refcount: ['me_pagecache_clean', 'page_action', 'me_huge_page'],
    action_result: ['memory_failure', 'page_action', 'try_memory_failure_hugetlb', 'memory_failure_dev_pagemap', 'memory_failure_pfn'],
    take_page_off_buddy: ['memory_failure', 'page_handle_poison'],
    try_to_split_thp_page: ['memory_failure', 'soft_offline_in_use_page'],
    try_to_map_unused_to_zeropage: ['try_to_split_thp_page'],
    memory_failure_dev_pagemap: ['memory_failure'],
    mf_generic_kill_procs: ['memory_failure_dev_pagemap'],
    mf_dax_kill_procs: ['xfs_dax_notify_failure'],
    xfs_dax_notify_failure: ['memory_failure_dev_pagemap'],
    memory_failure_pfn: ['memory_failure'],
    arch_memory_failure: ['memory_failure'],
    zone_pcp_disable: ['get_hwpoison_page', 'take_page_off_buddy'],
    page_handle_poison: ['soft_offline_page', 'soft_offline_in_use_page'],
    soft_offline_page: ['madvise_inject_error', 'soft_offline_page_store', 'memory_failure_work_func', 'cec_add_elem'],
    soft_offline_in_use_page: ['soft_offline_page'],
    migrate_pages: ['soft_offline_in_use_page'],
    unpoison_memory: ['hwpoison_unpoison'],
    madvise_inject_error: ['madvise'],
    madvise_free: ['madvise'],
    madvise_cold_or_pageout: ['madvise'],
    capable: ['madvise_inject_error', 'hwpoison_inject', 'hwpoison_unpoison', 'hard_offline_page_store', 'soft_offline_page_store'],
    get_user_pages: ['madvise_inject_error', 'pin_user_pages', 'copy_user', 'get_futex_key'],
    handle_mm_fault: ['do_user_addr_fault', 'do_page_fault', 'copy_user', 'get_user_pages', 'get_futex_key'],
    __do_fault: ['handle_mm_fault'],
    do_swap_page: ['handle_mm_fault'],
    do_wp_page: ['handle_mm_fault'],
    __wp_page_copy_user: ['do_wp_page'],
    wp_can_reuse_anon_folio: ['do_wp_page'],
    hugetlb_fault: ['handle_mm_fault'],
    hugetlb_no_page: ['hugetlb_fault'],
    hugetlb_wp: ['hugetlb_fault'],
    unmap_ref_private: ['hugetlb_wp'],
    do_huge_pmd_anonymous_page: ['handle_mm_fault'],
    do_huge_zero_wp_pmd: ['do_wp_page'],
    do_user_addr_fault: ['exc_page_fault'],
    do_sigbus: ['do_user_addr_fault'],
    page_fault_oops: ['exc_page_fault'],
    kvm_handle_error_pfn: ['kvm_mmu_page_fault'],
    kvm_send_hwpoison_signal: ['kvm_handle_error_pfn'],
    mce_severity: ['do_machine_check', 'machine_check_poll'],
    mce_panic: ['do_machine_check'],
    quirk_skylake_repmov: ['do_machine_check'],
    cmci_storm_detect: ['machine_check_poll'],
    mce_track_storm: ['machine_check_poll'],
    mce_start: ['do_machine_check'],
    mce_reign: ['do_machine_check'],
    fixup_exception: ['do_machine_check', 'do_sea'],
    kill_me_maybe: ['do_machine_check'],
    kill_me_never: ['do_machine_check'],
    kill_me_now: ['do_machine_check', 'kill_me_maybe'],
    uc_decode_notifier: ['mce_decode'],
    mce_decode: ['do_machine_check', 'machine_check_poll'],
    cec_add_elem: ['mce_decode'],
    set_mce_nospec: ['kill_me_maybe', 'kill_me_never', 'uc_decode_notifier'],
    apei_mce_report_mem_error: ['ghes_do_proc'],
    ghes_do_proc: ['ghes_proc', 'do_sea'],
    __ghes_panic: ['ghes_proc', 'do_sea'],
    ghes_print_estatus: ['ghes_proc', 'do_sea'],
    ghes_in_nmi_queue_one_entry: ['do_sea'],
    ghes_handle_memory_failure: ['ghes_do_proc'],
    ghes_handle_arm_hw_error: ['ghes_do_proc'],
    ghes_do_memory_failure: ['ghes_handle_memory_failure', 'ghes_handle_arm_hw_error'],
    memory_failure_queue: ['ghes_do_memory_failure', 'cec_add_elem'],
    memory_failure_queue_kick: ['ghes_do_proc'],
    memory_failure_cb: ['ghes_do_memory_failure'],
    die: ['do_sea', 'page_fault_oops'],
    make_task_dead: ['die'],
    __free_pages: [],
    free_pages_prepare: ['__free_pages'],
    check_new_pages: ['rmqueue'],
    hwpoison_kho: ['action_result', 'unpoison_memory', 'soft_offline_in_use_page', 'page_handle_poison', 'kho_replay'],
};

/** What a step may enter the kernel by, the usual one first. By the word of the operation. */
const ENTRIES: Readonly<Record<string, readonly string[]>> = {
    'corrupt-pfn': ['hwpoison_inject'], 'unpoison-pfn': ['hwpoison_unpoison'], hard_offline_page: ['hard_offline_page_store'], soft_offline_page: ['soft_offline_page_store'],
    madvise: ['madvise'], process_madvise: ['madvise'], 'machine-check': ['do_machine_check', 'machine_check_poll', 'ghes_proc', 'do_sea'],
    'machine-check-registers': ['do_machine_check', 'machine_check_poll'], ghes: ['ghes_proc'],
    futex: ['copy_user', 'get_futex_key'], process_vm_readv: ['copy_user'], process_vm_writev: ['copy_user'], 'read-proc-mem': ['copy_user'], 'write-proc-mem': ['copy_user'], ptrace: ['copy_user'],
    kexec: ['kho_replay'], reboot: ['kho_replay'], 'power-cycle': ['kho_replay'],
};

/** Functions that one architecture has and the other lacks. */
const ONLY_ON: Readonly<Record<string, string>> = { do_page_fault: 'arm64', do_sea: 'arm64', exc_page_fault: 'x86-64', do_user_addr_fault: 'x86-64', do_machine_check: 'x86-64' };

/** Functions that are called from wherever a page is let go or a task ends; '' is what others do meanwhile. */
const FROM_ANYWHERE: ReadonlySet<string> = new Set(['', '__free_pages', 'free_pages_prepare', 'folio_put', 'lru_add_drain_all', 'rmqueue', 'check_new_pages', 'do_exit', 'update_and_free_hugetlb_folio', 'alloc_surplus_hugetlb_folio', 'dequeue_hugetlb_folio', 'sigbus']);

/** Functions that take no decision: whether they were called shows in what they called only. */
const SPEAKING: ReadonlySet<string> = new Set(Object.values(decisions()).map((row) => row.function));

function callersOf(kernelFunction: string, arch: string): readonly string[] {
    return (CALLERS[kernelFunction] ?? []).filter((caller) => (ONLY_ON[caller] ?? arch) === arch);
}

/** The cheapest way up from a function to one that `isGoal`, outermost first; usual callers are cheap, and those that say nothing. Null: there is none. */
function wayUp(from: string, arch: string, isGoal: (name: string) => boolean, hint: ReadonlySet<string>): readonly string[] | null {
    const costs = new Map<string, number>([[from, 0]]);
    const next = new Map<string, string>();
    const open = new Set([from]);
    while (open.size > 0) {
        const at = [...open].reduce((left, right) => costs.get(right)! < costs.get(left)! ? right : left);
        open.delete(at);
        if (isGoal(at)) {
            const path = [at];
            while (path.at(-1) !== from) path.push(next.get(path.at(-1)!)!);
            return path;
        }
        for (const [index, caller] of callersOf(at, arch).entries()) {
            const total = costs.get(at)! + (hint.has(caller) ? 0.3 : (SPEAKING.has(caller) ? 1 : 0.5) + index);
            if (total >= (costs.get(caller) ?? Infinity)) continue;
            costs.set(caller, total);
            next.set(caller, at);
            open.add(caller);
        }
    }
    return null;
}

/** A call that has not returned yet. */
export interface Call {
    readonly function: string;
    /** Who made it; null for the outermost. */
    readonly caller: Call | null;
    readonly depth: number;
    /** The functions from the outermost on. */
    readonly path: string;
}

/** Functions that a step is known to go through, whether or not they take a decision in it. */
export function functionsOf(step: { readonly op: string; readonly advice?: unknown; readonly decisions: readonly DecisionId[] }): ReadonlySet<string> {
    const softly = step.op === 'soft_offline_page' || step.advice === 'MADV_SOFT_OFFLINE';
    const functions = step.decisions.map((id) => decisions()[id].function);
    // A private futex is found by its address alone.
    const byPage = step.op === 'futex' && functions.includes('get_user_pages');
    return new Set([...functions, ...softly ? ['soft_offline_page'] : [], ...byPage ? ['get_futex_key'] : []]);
}

/**
 * The call that takes a decision, when `last` was the one that took the decision before it in the same step. The innermost function that is
 * still running and can have called makes the call: a function that has called something else since cannot return to less.
 * @param hint functions that the step goes through
 */
export function nextCall(kernelFunction: string, last: Call | null, op: string, arch: string, hint: ReadonlySet<string>, known = new Map<string, Turn>()): Call {
    const key = `${kernelFunction} ${last?.path ?? ''}`;
    const turn = known.get(key) ?? turnTo(kernelFunction, last, op, arch, hint);
    known.set(key, turn);
    let call = last;
    while (call !== null && call.depth > turn.kept) call = call.caller;
    for (const name of turn.enters) call = called(name, call);
    return call!;
}

/** What becomes of the calls that run: the outermost of them go on, and functions are entered from there. */
export interface Turn { readonly kept: number; readonly enters: readonly string[] }

function turnTo(kernelFunction: string, last: Call | null, op: string, arch: string, hint: ReadonlySet<string>): Turn {
    if (last !== null && FROM_ANYWHERE.has(kernelFunction)) return { kept: last.depth, enters: last.function === kernelFunction ? [] : [kernelFunction] };
    for (let call = last; call !== null; call = call.caller) {
        if (call.function === kernelFunction) return { kept: call.depth, enters: [] };
        const { function: caller } = call;
        const way = wayUp(kernelFunction, arch, (name) => name === caller, withImplied(hint, call));
        if (way !== null) return { kept: call.depth, enters: way.slice(1) };
    }
    // Nobody who runs can have called it: whoever acts meanwhile has, or it is entered anew.
    for (let call = last; call !== null; call = call.caller) if (call.function === '') return { kept: call.depth, enters: [kernelFunction] };
    const entries = ENTRIES[op] ?? [];
    const entry = [...entries.filter((name) => hint.has(name)), ...entries].find((name) => wayUp(kernelFunction, arch, (each) => each === name, hint) !== null);
    return { kept: 0, enters: wayUp(kernelFunction, arch, entry === undefined ? (name) => callersOf(name, arch).length === 0 : (name) => name === entry, hint) ?? [kernelFunction] };
}

/** Functions that are on the way whenever another one is. */
const IMPLIED: Readonly<Record<string, string>> = { try_memory_failure_hugetlb: 'me_huge_page' };

function withImplied(hint: ReadonlySet<string>, last: Call): ReadonlySet<string> {
    const more = new Set(hint);
    for (let call: Call | null = last; call !== null; call = call.caller) if (IMPLIED[call.function] !== undefined) more.add(IMPLIED[call.function]!);
    return more;
}

function called(kernelFunction: string, caller: Call | null): Call {
    return { function: kernelFunction, caller, depth: (caller?.depth ?? 0) + 1, path: caller === null ? kernelFunction : `${caller.path} > ${kernelFunction}` };
}

/** A decision of a function, and when it is taken. */
export interface OutlineRow { readonly id: DecisionId; readonly when: string }

/** When the decisions of a function are taken, in the order in which the function comes to them. */
const OUTLINES: Readonly<Record<string, Readonly<Partial<Record<DecisionId, string>>>>> = {
    memory_failure: {
        'memory_failure.recovery-disabled': 'vm.memory_failure_recovery is 0',
        'memory_failure.hardware-event': 'the event was not made up by software (no MF_SW_SIMULATED), and is the first such one',
        'memory_failure.outside-kernel-control': 'no online page stands behind the PFN, nor a device, nor a registered range',
        'memory_failure.already-poisoned': 'PG_hwpoison was set',
        'memory_failure.marked': 'PG_hwpoison was clear',
        'memory_failure.no-longer-free': 'the grab found the page free, and it is not any more',
        'memory_failure.starts-again': 'the page left the free lists before it could be taken off them, for the first time',
        'memory_failure.filtered': 'a filter of hwpoison-inject does not match the page',
        'memory_failure.not-on-lru': 'neither PG_lru nor PG_writeback is set under the folio lock',
        'memory_failure.waited-for-writeback': 'PG_writeback is set',
        'memory_failure.truncated': 'the page is on the LRU and its file has let it go',
    },
    get_any_page: {
        'get_any_page.kernel-owned': 'the kernel looks for its own pages first, and the page is reserved, slab, a page table or a large kmalloc',
        'get_any_page.caller-reference': 'the caller came with a reference (MF_COUNT_INCREASED), and the page can be handled',
        'get_any_page.in-use': 'the page can be handled (on the LRU, movable, or free in the buddy), and its count was above zero',
        'get_any_page.raced-with-allocation': 'no reference could be taken, and the count is above zero now',
        'get_any_page.free': 'the count is zero and the page is free in the buddy allocator',
        'get_any_page.raced-with-freeing': 'the count is zero and the page is not in the buddy allocator',
        'get_any_page.unhandlable': 'the page could not be handled, and three retries have not changed that',
    },
    hwpoison_user_mappings: {
        'hwpoison_user_mappings.not-mapped': 'no page table maps the page',
        'hwpoison_user_mappings.ksm': 'the page is a KSM page and the kernel does not handle those',
        'hwpoison_user_mappings.swapcache': 'PG_swapcache is set',
        'hwpoison_user_mappings.pte-dirty': 'a clean page of a file system with writeback, and a page-table entry was dirty',
        'hwpoison_user_mappings.clean': 'a clean page of a file system with writeback, and no page-table entry was dirty',
        'hwpoison_user_mappings.unmap-failed': 'a page table still maps the page after the unmapping',
        'hwpoison_user_mappings.unmapped': 'no page table maps the page after the unmapping',
        'hwpoison_user_mappings.not-killed': 'the page is clean and unmapped, and tasks were collected',
    },
    action_result: {
        action_result: 'always',
        'action_result.panic': 'vm.panic_on_unrecoverable_memory_failure is 1 and type and result are among those that it asks for',
    },
    kill_proc: {
        'kill_proc.action-required': 'MF_ACTION_REQUIRED is set and the task is the current one',
        'kill_proc.action-optional': 'otherwise',
    },
    take_page_off_buddy: {
        take_page_off_buddy: 'the page is still free',
        'take_page_off_buddy.failed': 'the page was allocated meanwhile, for the second time',
    },
    truncate_error_folio: {
        'truncate_error_folio.kept': 'the error-remove hook of the file system keeps pages (shmem, hugetlbfs)',
        'truncate_error_folio.punch-failed': 'the hook returned an error (guest_memfd)',
        'truncate_error_folio.buffers': 'the hook is the generic one, and the buffers of the page are busy',
        'truncate_error_folio.removed': 'the hook is the generic one, and the page could be released',
        'truncate_error_folio.invalidated': 'the file system has no hook, and the page is clean and unused',
        'truncate_error_folio.invalidate-failed': 'the file system has no hook, and the page is dirty or in use',
    },
    me_huge_page: {
        'me_huge_page.kept': 'the huge page belongs to a file, and nobody else holds it',
        'me_huge_page.still-in-use': 'an anonymous huge page, and its count is not zero without the handler',
        'me_huge_page.dissolved': 'nobody holds it and the pool can spare it',
        'me_huge_page.not-dissolved': 'nobody holds it, and the pool has promised all its free pages',
    },
    try_memory_failure_hugetlb: {
        'try_memory_failure_hugetlb.dissolved': 'the huge page was free and the pool can spare it',
        'try_memory_failure_hugetlb.not-dissolved': 'the huge page was free and the pool has promised all its free pages',
    },
    try_to_split_thp_page: {
        'try_to_split_thp_page.split': 'nobody but the mappings, the page cache and the handler holds the folio',
        'try_to_split_thp_page.failed': 'somebody else holds the folio (a pin, writeback), or its kind cannot be split',
    },
    kill_accessing_process: {
        'kill_accessing_process.found': 'a page table of the current task leads to the page',
        'kill_accessing_process.not-mapped': 'none does, or there is no current task',
    },
    memory_failure_dev_pagemap: {
        'memory_failure_dev_pagemap.device-private': 'the memory is device-private',
        'memory_failure_dev_pagemap.metadata': 'the page lies in the device\'s own struct pages',
        'memory_failure_dev_pagemap.no-entry': 'no file maps the page',
    },
    memory_failure_pfn: {
        'memory_failure_pfn.unregistered': 'no driver has registered the range',
        'memory_failure_pfn.registered': 'a driver has registered the range',
    },
    mf_generic_kill_procs: { 'mf_generic_kill_procs.marked': 'always', mf_generic_kill_procs: 'a file maps the page' },
    mf_dax_kill_procs: { 'mf_dax_kill_procs.marked': 'for each page of the block', mf_dax_kill_procs: 'a file maps the page' },
    soft_offline_page: {
        'soft_offline_page.no-struct-page': 'the PFN has no struct page',
        'soft_offline_page.not-online': 'a device page, or a memory block that is offline',
        'soft_offline_page.disabled': 'vm.enable_soft_offline is 0',
        'soft_offline_page.already-poisoned': 'PG_hwpoison is set',
        'soft_offline_page.not-dissolved': 'a free huge page that the pool cannot spare',
    },
    soft_offline_in_use_page: {
        'soft_offline_in_use_page.invalidated': 'a clean page of the page cache that nobody uses',
        'soft_offline_in_use_page.not-isolated': 'the page cannot be taken off the LRU',
    },
    migrate_pages: {
        'migrate_pages.moved': 'a free page was had and nobody else holds the old one',
        'migrate_pages.relocated': 'the page is good, a free one was had where it is wanted, and nobody else holds the old one',
        'migrate_pages.not-put-back': 'the pool had no free huge page, and the fresh one lies on the same node',
        'migrate_pages.failed': 'somebody holds the page, or there is no memory for a copy',
    },
    unpoison_memory: {
        'unpoison_memory.not-online': 'no online page stands behind the PFN',
        'unpoison_memory.disabled': 'a hardware failure was seen since boot',
        'unpoison_memory.huge-zero': 'the page belongs to the huge zero folio',
        'unpoison_memory.not-poisoned': 'PG_hwpoison is clear',
        'unpoison_memory.grabbed': 'the count is above one',
        'unpoison_memory.page-type': 'slab, page table, reserved or offline',
        'unpoison_memory.mapped': 'a page table maps the page',
        'unpoison_memory.has-mapping': 'the page belongs to a file',
        'unpoison_memory.raw-list-lost': 'a huge page whose list of raw pages was lost',
        'unpoison_memory.tail': 'a large folio, and the PFN is not its head',
        'unpoison_memory.not-printed': 'ten messages were printed within 5 s',
        'unpoison_memory.done': 'nothing of the above',
    },
    hwpoison_inject: { 'hwpoison_inject.no-struct-page': 'the PFN has no struct page', 'hwpoison_inject.filtered': 'a filter does not match the page' },
    do_truncate: { 'do_truncate.refused': 'the size of the file is given once, or it is no whole number of huge pages' },
    fdget: { 'fdget.closed': 'the process has no such descriptor', 'fdget.no-position': 'the file was made without FMODE_PREAD, FMODE_PWRITE and FMODE_LSEEK (memfd_secret, guest_memfd)' },
    get_futex_key: { 'get_futex_key.no-object': 'the page is of no file, and may not be written or belongs to nobody' },
    get_user_pages: {
        'get_user_pages.no-access': 'no mapping covers the address, or it forbids the access',
        'get_user_pages.special': 'the mapping has no pages that can be had (a device, VM_PFNMAP)',
        'get_user_pages.secretmem': 'the mapping is memfd_secret',
        'get_user_pages.hwpoison': 'a hwpoison entry stands for the address',
        'get_user_pages.no-page': 'the fault gave no page',
        'get_user_pages.no-reference': 'the page has no reference left',
    },
    do_sigbus: { 'do_sigbus.hwpoison': 'the fault ended in VM_FAULT_HWPOISON', 'do_sigbus.no-page': 'the fault ended in VM_FAULT_SIGBUS' },
    do_page_fault: {
        'do_page_fault.no-vma': 'no mapping covers the address', 'do_page_fault.protection': 'the mapping forbids the access',
        'do_page_fault.hwpoison': 'the fault ended in VM_FAULT_HWPOISON', 'do_page_fault.no-page': 'the fault ended in VM_FAULT_SIGBUS',
    },
    do_user_addr_fault: { 'do_user_addr_fault.no-vma': 'no mapping covers the address', 'do_user_addr_fault.protection': 'the mapping forbids the access' },
    __do_fault: { '__do_fault.poisoned-page-dropped': 'the cached page is poisoned, and clean and unused', '__do_fault.poisoned-page': 'the cached page is poisoned, and cannot be dropped' },
    hugetlb_no_page: {
        'hugetlb_no_page.taken-away': 'the huge page was given to the process that made the mapping',
        'hugetlb_no_page.poisoned': 'the huge page in the page cache is poisoned',
        'hugetlb_no_page.pool-empty': 'the pool has no healthy free huge page',
    },
    kill_me_maybe: { kill_me_maybe: 'always', 'kill_me_maybe.not-recovered': 'memory_failure() returned an error that leaves the page in place' },
    memory_failure_cb: { memory_failure_cb: 'always', 'memory_failure_cb.not-recovered': 'memory_failure() returned an error that leaves the page in place' },
    ghes_handle_memory_failure: {
        'ghes_handle_memory_failure.no-address': 'the section has no physical address',
        'ghes_handle_memory_failure.threshold': 'corrected, and the record says that the threshold is exceeded',
        'ghes_handle_memory_failure.corrected': 'corrected, below the threshold',
        'ghes_handle_memory_failure.recoverable': 'record and section are recoverable',
        'ghes_handle_memory_failure.other-severity': 'otherwise',
    },
    machine_check_poll: {
        'machine_check_poll.off': 'a boot parameter keeps the kernel from the banks',
        'machine_check_poll.left': 'the error is uncorrected and signalled',
        machine_check_poll: 'the bank holds a valid record',
        'machine_check_poll.not-logged': 'mce=dont_log_ce, and the record has no usable address',
        'machine_check_poll.normalised': 'the address is one of the memory controller\'s own',
    },
};

/** The decisions of a function in order, each with what makes the function take it. Empty for a function that takes none. */
export function outlineOf(kernelFunction: string): readonly OutlineRow[] {
    const known = OUTLINES[kernelFunction] ?? {};
    const ids = (Object.keys(decisions()) as DecisionId[]).filter((id) => decisions()[id].function === kernelFunction);
    const ordered = Object.keys(known) as DecisionId[];
    return [...ordered, ...ids.filter((id) => !ordered.includes(id))].map((id) => ({ id, when: known[id] ?? decisions()[id].text.replace(/\.$/, '') }));
}

/** Functions that can be named in a breakpoint: those that take decisions, and those on the way to them. */
export function knownFunctions(): ReadonlySet<string> {
    return new Set([...Object.values(decisions()).map((row) => row.function).filter((name) => name !== ''), ...Object.keys(CALLERS), ...Object.values(CALLERS).flat(), ...Object.values(ENTRIES).flat()]);
}
