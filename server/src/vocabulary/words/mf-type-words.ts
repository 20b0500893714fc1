/** What the types of memory_failure() mean, and how often one meets them. */
const MLOCKED_REACHABLE = 'By a race only: unmapping munlocks the page before it is classified, so mlocked pages report as plain LRU pages.';
const UNEVICTABLE_REACHABLE = 'Common for ramfs, secretmem, guest_memfd and SHM_LOCKed segments.';

export const MF_TYPE_WORDS = {
    MF_MSG_KERNEL: {
        reachable: 'Common in 7.3. Up to 6.18 only by madvise() on a reserved page such as the zero page or the vDSO; never in 7.0 to 7.2.',
        doc: 'A page that the kernel owns and that cannot be recovered. In 7.3: PG_reserved, slab, page table or large kmalloc. The string kept the word "reserved" although the type covers more. With `vm.panic_on_unrecoverable_memory_failure` this type with result Ignored panics.',
    },
    MF_MSG_KERNEL_HIGH_ORDER: {
        reachable: 'By a race only: the page is allocated between the reference grab and the second look at the buddy allocator.',
        doc: 'The reference grab found a free page, but it is no longer in the buddy allocator. Despite the name it says nothing about high-order allocations: a tail page of one reports `get hwpoison page`.',
    },
    MF_MSG_SLAB: {
        reachable: 'Practically never: slab pages do not get past the reference grab.',
        doc: 'Row of the flag table for slab pages, removed after 6.6.',
    },
    MF_MSG_DIFFERENT_COMPOUND: {
        reachable: 'By a race only, and only up to 6.6; later kernels have the number but neither produce it nor have a string for it.',
        doc: 'The page had become part of another compound page by the time its lock was taken, twice.',
    },
    MF_MSG_HUGE: {
        reachable: 'Common with hugetlb.',
        doc: 'A hugetlb page in use. Anonymous: dissolved, only the raw page is lost to the system. File: kept in the page cache, marked. Since 6.12 also, always Failed, for a second raw page of a hugetlb page that is already poisoned. Not used for THPs.',
    },
    MF_MSG_FREE_HUGE: {
        reachable: 'Common with hugetlb pools.',
        doc: 'A hugetlb page on the free list of its pool. Recovered: it was dissolved and the raw page taken out. Failed: it could not be dissolved, for example because every free page of the pool is reserved.',
    },
    MF_MSG_GET_HWPOISON: {
        reachable: 'Common: vmalloc, kernel stacks, modules, driver and balloon pages, pages off the LRU; up to 7.2 also slab, page tables and reserved pages.',
        doc: 'No reference on the page could be had, and it is not known to be the kernel\'s. User pages that are isolated from the LRU for a moment land here too, which is why it is no reason to panic.',
    },
    MF_MSG_UNMAP_FAILED: {
        reachable: 'Uncommon: a swap-cache page with a long-term pin, a hugetlb mapping whose lock cannot be taken; in 6.1 every KSM page.',
        doc: 'The page is still mapped after the unmap step. Since 6.12 Failed, with SIGBUS to the collected tasks; up to 6.6 Ignored, with SIGKILL.',
    },
    MF_MSG_DIRTY_SWAPCACHE: {
        reachable: 'Common for pages that were just swapped in or are on their way out.',
        doc: 'A swap-cache page whose copy on the swap device is stale. It stays in the swap cache, unmapped and not up to date: the next swap-in fault gets SIGBUS.',
    },
    MF_MSG_CLEAN_SWAPCACHE: {
        reachable: 'Common for pages read back from swap and not written since.',
        doc: 'A swap-cache page whose copy on the swap device is good. It leaves the swap cache and the next fault reads it again; nobody is signalled.',
    },
    MF_MSG_DIRTY_MLOCKED_LRU: {
        reachable: MLOCKED_REACHABLE,
        doc: 'PG_mlocked was still set at classification, and the page is dirty.',
    },
    MF_MSG_CLEAN_MLOCKED_LRU: {
        reachable: MLOCKED_REACHABLE,
        doc: 'PG_mlocked was still set at classification, and the page is clean.',
    },
    MF_MSG_DIRTY_UNEVICTABLE_LRU: {
        reachable: UNEVICTABLE_REACHABLE,
        doc: 'PG_unevictable was still set after unmapping, and the page is dirty. Recovered for shmem, Failed for memory that has no other way to let the page go.',
    },
    MF_MSG_CLEAN_UNEVICTABLE_LRU: {
        reachable: UNEVICTABLE_REACHABLE,
        doc: 'PG_unevictable was still set after unmapping, and the page is clean.',
    },
    MF_MSG_DIRTY_LRU: {
        reachable: 'Common: anonymous memory, shmem, KSM, written file pages.',
        doc: 'A user page with data that exists nowhere else (the dirty bits of the page tables are counted in). Mapped tasks are signalled by their kill policy; a file gets EIO recorded on its mapping.',
    },
    MF_MSG_CLEAN_LRU: {
        reachable: 'Common: file pages as they are on disk, lazily freed anonymous pages.',
        doc: 'A page whose contents can be had again or are not wanted. A file page is dropped without any signal and read again at the next access.',
    },
    MF_MSG_TRUNCATED_LRU: {
        reachable: 'Uncommon: the page was truncated while something else still pins it, such as a pipe.',
        doc: 'On the LRU, not in the swap cache, and without a mapping: truncation got there first.',
    },
    MF_MSG_BUDDY: {
        reachable: 'Common: free memory, also on per-CPU lists, which are drained first.',
        doc: 'A free page. Recovered: taken off the free list for good. Failed: it slipped away twice.',
    },
    MF_MSG_DAX: {
        reachable: 'Common on persistent memory (fsdax, devdax).',
        doc: 'Device memory with struct pages. Mappings are torn down and tasks signalled whether clean or dirty; the page may be faulted in again, and every repeat is handled and counted afresh.',
    },
    MF_MSG_UNSPLIT_THP: {
        reachable: 'Uncommon: a pin or another extra reference, a dirty large folio of ext4, a file system with blocks larger than a page.',
        doc: 'A large folio that could not be split to single pages. It stays mapped. Since 6.12 Failed, returning EHWPOISON, with signals to all collected tasks; up to 6.6 Ignored and nobody is told.',
    },
    MF_MSG_ALREADY_POISONED: {
        reachable: 'Common.',
        doc: 'PG_hwpoison was set before, or this raw page of a hugetlb page was already recorded; returns EHWPOISON. With action required, the current task is signalled if its page tables still refer to the frame. Not counted. Up to 6.6 a plain log line and no event.',
    },
    MF_MSG_PFN_MAP: {
        reachable: 'Uncommon: hard_offline_page or hardware errors on device memory and addresses beyond RAM.',
        doc: 'A physical address without struct page. Recovered: a driver registered the range and the tasks that map it were killed. Ignored: nobody knows it. Not counted.',
    },
    MF_MSG_UNKNOWN: {
        reachable: 'Up to 6.6 every page whose reference grab failed. Up to 6.18 also madvise() on a page that a driver maps; later by a race only.',
        doc: 'Last row of the flag table: no flag says what the page is. That row gave Failed up to 6.6 and gives Ignored since 6.12.',
    },
};
