/** Faults of kernels and monitors that a memory error sets off, as data. What a row names is looked for in functions and lines; the reader's mind is not. */

export interface KnownFault {
    readonly id: string;
    readonly title: string;
    /** Kernels that have it, as a person would say it. */
    readonly affected: string;
    readonly mend: string;
    /** The function that consumed poison, or that crashed. */
    readonly function?: RegExp;
    /** Any function of the call trace. */
    readonly trace?: RegExp;
    /** What has to be there besides: see {@link Needs}. */
    readonly needs: readonly Need[];
    /** The incident is software's doing: no memory is bad. */
    readonly noBadMemory?: true;
}

/**
 * `consumed-in-kernel`: a machine check in kernel mode, or an abort. `oops`: a crash of another kind. `bug`: BUG_ON. `file-page`: memory_failure() took a page out of a file.
 * `unsplit-thp`, `tail-references`, `killed-and-signalled`, `repeated-abort`, `guest-of-amd`: see signs.ts.
 */
export type Need = 'consumed-in-kernel' | 'oops' | 'bug' | 'file-page' | 'unsplit-thp' | 'tail-references' | 'killed-and-signalled' | 'repeated-abort' | 'amd-guest-panic' | 'tdx-private';

export const KNOWN_FAULTS: readonly KnownFault[] = [
    {
        id: 'tdx-partial-write', title: 'a partial write to private memory of a TDX guest', affected: 'CPUs with the TDX partial write erratum', noBadMemory: true,
        mend: 'Look for who wrote to the guest\'s private memory; the memory itself is good.', needs: ['tdx-private'],
    },
    {
        id: 'amd-guest-injection', title: 'the VMM tells an AMD guest of a memory error in a way that the guest must take for fatal', affected: 'QEMU before 9.0 with AMD guests', noBadMemory: true,
        mend: 'Update the VMM; the log of the host says whether its memory is bad.', needs: ['amd-guest-panic'],
    },
    {
        id: 'thp-split-reads-poison', title: 'memory_failure() itself reads the bad page while it splits a huge page', affected: '6.12 to 6.17', mend: 'Fixed in 6.18: the split no longer looks for zero-filled pages in a poisoned folio.',
        function: /^(?:memchr_inv|try_to_map_unused_to_zeropage|pages_identical|memcmp_pages)$/, needs: ['consumed-in-kernel'],
    },
    {
        id: 'get-user-fixup', title: 'a get_user() that met poison was not taken for recoverable', affected: '6.4 to 6.7', mend: 'Fixed in 6.8: the fix-up type of get_user() counts as a copy from user space again.',
        function: /^__(?:get|put)_user(?:_nocheck)?_[1248]$/, needs: ['consumed-in-kernel'],
    },
    {
        id: 'clear-inode-after-truncation', title: 'BUG_ON in clear_inode() after memory_failure() took a page under writeback out of its file', affected: 'before 5.13', mend: 'Fixed in 5.13: memory_failure() waits for the writeback of every page.',
        trace: /^clear_inode$/, needs: ['bug', 'file-page'],
    },
    {
        id: 'unsplit-thp-unmapped', title: 'a huge page that could not be split is unmapped page by page all the same', affected: '6.12 to 6.15', mend: 'Fixed in 6.16: a folio that is still large is not handed to reclaim or unmapped.',
        trace: /^(?:try_to_unmap_one|try_to_unmap|unmap_poisoned_folio|rmap_walk_anon|page_vma_mapped_walk|shrink_folio_list)$/, needs: ['oops', 'unsplit-thp'],
    },
    {
        id: 'reclaim-of-poisoned-page', title: 'reclaim puts a page into swap that is known to be bad', affected: 'before 6.15', mend: 'Fixed in 6.15: reclaim passes over a poisoned folio.',
        function: /^(?:add_to_swap|folio_alloc_swap)$/, needs: ['bug'],
    },
    {
        id: 'hugetlb-tail-references', title: 'a huge page keeps a reference for each of its tail pages', affected: 'release candidates of 6.7', mend: 'Fixed before 6.7.', needs: ['tail-references'],
    },
    {
        id: 'sigkill-when-mapped-twice', title: 'SIGKILL instead of SIGBUS for a task that maps the page more than once', affected: 'before 5.4', mend: 'Fixed in 5.4: a mapping without an address no longer makes the whole task one.', needs: ['killed-and-signalled'],
    },
    {
        id: 'arm64-abort-not-signalled', title: 'a synchronous error is handled later and nobody is signalled, so that the task meets it again and again', affected: 'arm64 before 6.18',
        mend: 'Fixed in 6.18: synchronous errors are handled before the task goes on, and what cannot be handled is a SIGBUS.', needs: ['repeated-abort'],
    },
];

/** Modules that exist to inject errors. */
export const INJECTOR_MODULES = /^(?:\w*_inject(?:or|_kern)?|einj)$/;

/** Programs that exist to meet injected errors: ras-tools, mce-test, the kernel's own tests. As a task's name is kept: 15 characters. */
export const TEST_PROGRAMS: ReadonlySet<string> = new Set(['einj_mem_uc', 'mca-recover', 'tinjpage', 'thugetlb', 'thugetlb_overco', 'uffd-unit-tests', 'uffd-stress', 'memory-failure']);

/** Functions of the handling of memory errors: a crash in one of them that is not its own panic is a fault of the handler. */
export const HANDLER_FUNCTIONS = /^(?:memory_failure|__memory_failure|hwpoison_user_mappings|me_pagecache_\w+|me_swapcache_\w+|me_huge_page|identify_page_state|try_memory_failure_hugetlb|soft_offline_\w+|__soft_offline_page|unpoison_memory|get_hwpoison_page|__get_hwpoison_page|shake_page|shake_folio|kill_procs|collect_procs\w*|add_to_kill\w*|mf_dax_kill_procs|folio_set_hugetlb_hwpoison|hugetlb_(?:clear|set)_page_hwpoison|page_handle_poison|take_page_off_buddy|truncate_error_folio|truncate_error_page)$/;

/** A trace that shows that a person or a test asked for the error. */
export const INJECTOR_FUNCTIONS = /^(?:hwpoison_inject|hwpoison_unpoison|madvise_inject_error|hard_offline_page_store|soft_offline_page_store|madvise_hwpoison|einj_\w+|__einj_error_inject|inject_mce|mce_inject\w*|raise_mce|raise_local)$/;
