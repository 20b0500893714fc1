/** What can happen at the windows of memory_failure(). `between`: what stands after the word. `seen`: on 7.3.4, held there by force; 'From source.' where nothing was. */
export const RACE_WINDOW_WORDS = {
    W1: {
        between: 'marking the page and the test for memory of the kernel\'s own',
        competitor: 'An allocation as slab, page table or large kmalloc, or the freeing of such a page.',
        follows: 'The class seen at the test decides: KERNEL / Ignored, or on to the reference grab. Where pages are checked, the allocator drops the page: `unhandlable page.`, GET_HWPOISON / Ignored.',
        seen: 'Page table: KERNEL Ignored, with the sysctl a panic. User page: DIRTY_LRU Recovered on the LRU, else GET_HWPOISON Ignored. Checked: GET_HWPOISON Ignored. Unmapped, truncated or collapsed: GET_HWPOISON Ignored; a THP: BUDDY Recovered. Written back: CLEAN_LRU Recovered.',
    },
    W2: {
        between: 'the grab finding the reference count zero and reading it again',
        competitor: 'An allocation.',
        follows: 'The grab is tried again, three times at most with W2b and W2c; then -EBUSY: GET_HWPOISON / Ignored, without the line `unhandlable page.`.',
        seen: 'Taken: DIRTY_LRU Recovered; as a page table GET_HWPOISON Ignored; checked and dropped: GET_HWPOISON Ignored with `unhandlable page.` -EBUSY was not reached: a marked page that is freed does not come back.',
    },
    W2b: {
        between: 'the count being zero, outside the buddy allocator, and the next try',
        competitor: 'A freeing, or an allocation that has left the free list, in progress.',
        follows: 'The grab is tried again, three times at most; then -EIO: `unhandlable page.`, GET_HWPOISON / Ignored.',
        seen: 'Not forced: the handler waits for the CPU that is held in the freeing. Dropped by the check: GET_HWPOISON Ignored.',
    },
    W2c: {
        between: 'the grab being refused, because the page is not on the LRU, and the next try',
        competitor: 'Whoever has just allocated the page, holds it on an LRU batch, or has isolated it.',
        follows: 'LRU batches are drained and the grab is tried again, three times at most: the page becomes handlable, or GET_HWPOISON / Ignored.',
        seen: 'A page that is held on its way to the LRU: GET_HWPOISON Ignored, later accesses are fine.',
    },
    W3: {
        between: 'the grab returning "free" and the question whether the page is still in the buddy allocator',
        competitor: 'An allocation, the check that drops the page, or the refill of a per-CPU list for somebody else.',
        follows: 'KERNEL_HIGH_ORDER / Ignored. The fourth version of the panic series panics here, 7.3 does not.',
        seen: 'KERNEL_HIGH_ORDER Ignored, with and without page checks, with the frame taken, dropped or refilled; no panic with the sysctl.',
    },
    W4: {
        between: 'finding the page in the buddy allocator and taking it off',
        competitor: 'An allocation, the check that drops the page, or the refill of a per-CPU list for somebody else.',
        follows: 'The first time the mark is cleared and everything starts again, once; the second time BUDDY / Failed.',
        seen: 'Taken once: DIRTY_LRU Recovered, dropped: GET_HWPOISON Ignored, refilled: BUDDY Recovered. Taken, freed and taken again: BUDDY Failed; freed again: BUDDY Recovered. While the mark is cleared a checking allocator hands the page out, too.',
    },
    W5: {
        between: 'taking the reference and splitting the huge page',
        competitor: 'A pin or another extra reference; whoever unmaps the huge page or truncates the large folio.',
        follows: 'UNSPLIT_THP / Failed, with signals to those who map it; up to 6.6 Ignored without.',
        seen: 'Pinned: UNSPLIT_THP Failed, AO with lsb 21. Unmapped or its owner gone: UNSPLIT_THP Failed without signal. Half of it unmapped: DIRTY_LRU Recovered without signal. Large folio truncated: UNSPLIT_THP Failed.',
    },
    W6: {
        between: 'locking the folio and saving its flags, and the test of LRU and writeback',
        competitor: 'Reclaim, migration or compaction that has isolated the folio (PG_lru clear); whoever waits for the lock with a reference.',
        follows: 'Nothing is unmapped. The flags as they are at the classification decide, then the saved ones with the dirty bit: a row of the LRU, or UNKNOWN / Ignored (up to 6.6 Failed).',
        seen: 'Isolated, or MADV_PAGEOUT: anonymous memory CLEAN_LRU Recovered, and the process goes on using the page; ext4 Failed. Half of munlock(): CLEAN_MLOCKED_LRU Recovered. Truncated or written back: Failed, the page is still referenced.',
    },
    W7: {
        between: 'taking the reference and locking the folio, whose mapping is tested after the unmapping',
        competitor: 'A truncation that finishes before the lock is taken; reclaim, which unmaps the marked folio and leaves it off the LRU.',
        follows: 'TRUNCATED_LRU / Ignored; after reclaim UNKNOWN / Ignored.',
        seen: 'Truncated: TRUNCATED_LRU Ignored. MADV_PAGEOUT, whole or half: UNKNOWN Ignored, the next access gets AR. Unmapped: CLEAN_LRU Recovered, a THP that was split DIRTY_LRU Recovered, no signal. Half of munlock(): CLEAN_MLOCKED_LRU Recovered. A reference on a file page: Failed.',
    },
    W8: {
        between: 'reading the dirty bit, the unmapping and the action',
        competitor: 'PG_dirty set without the folio lock; whoever unmaps the page before or after its tasks were collected; a fault that waits for the lock with a reference.',
        follows: 'The clean or the dirty row; a process is signalled only if the dirty bit was seen before the kill decision, and also where it has unmapped the page since it was collected. A waiting fault makes the result Failed.',
        seen: 'Unmapped after the tasks were collected: anonymous CLEAN_LRU Recovered without signal; dirty ext4 and hugetlb with AO. Store to or load from a clean ext4 page: CLEAN_LRU Failed; pread() does not sleep: Recovered. Load once it is unmapped: AR at once, AO after it. Swap cache, stored to: DIRTY_SWAPCACHE Delayed with AO, once it is unmapped CLEAN_SWAPCACHE Failed, as after a load. KSM, unmapped by one of two: AO for the other.',
    },
    W9: {
        between: 'the action and the count of extra references',
        competitor: 'A short reference: reclaim, GUP, a batch drain.',
        follows: '`still referenced by %d users`: Failed.',
        seen: 'splice() of a page that is out of the cache already: Recovered. A reference that was taken before: Failed.',
    },
    W10: {
        between: 'looking at a hugetlb page under the hugetlb lock and acting on what was seen',
        competitor: 'An allocation, a dissolve or a demotion.',
        follows: 'Neither free nor migratable: one more try, then GET_HWPOISON / Ignored. Free and given up by the pool since: FREE_HUGE / Recovered, the mark has moved to the base page. Free but allocated since: FREE_HUGE / Failed. No longer hugetlb: the normal path.',
        seen: 'Before the look: unmapped FREE_HUGE Recovered, taken HUGE Recovered with AO, dissolved BUDDY Recovered. After it: unmapped HUGE Recovered without signal, dissolved FREE_HUGE Recovered.',
    },
    W11: {
        between: 'saving the flags of an mlocked page and the classification',
        competitor: 'munlock() by the owner.',
        follows: 'The MLOCKED rows appear only if neither the munlock batch nor the unmapping finished first.',
        seen: 'Half of munlock(): CLEAN_MLOCKED_LRU Recovered, page still mapped, no signal. The dirty row was not forced.',
    },
    W12: {
        between: 'one signal to a task and the next one to the same task, which maps the page more than once',
        competitor: 'The task itself, which runs on another CPU and takes the first signal.',
        follows: 'It gets the second one, too. While the first is pending, the second is dropped.',
        seen: 'Not forced. A memfd that one process maps twice: one signal in 12 of 14 runs, two in 2.',
    },
};
