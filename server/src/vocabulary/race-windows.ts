/**
 * Where memory_failure() can be raced: the places in the handler between two looks at the same page. From source,
 * Linux 7.3 unless said. The handler holds mf_mutex all the time, so two memory failures, soft offlines or unpoisons never
 * interleave.
 */

/** What the handler holds and a competitor may need. The zone and hugetlb locks are never held where a window is open. */
export type Held = 'mark' | 'reference' | 'folio lock';

export interface RaceWindow {
    /** `between A and B`, what stands after the word. */
    readonly between: string;
    readonly holds: readonly Held[];
    /** Who can make a difference here. */
    readonly competitor: string;
    readonly follows: string;
}

const ROWS = {
    W1: {
        between: 'marking the page and the test for memory of the kernel\'s own', holds: ['mark'],
        competitor: 'An allocation as slab, page table or large kmalloc, or the freeing of such a page.',
        follows: 'The class seen at the test decides: KERNEL / Ignored, or on to the reference grab.',
    },
    W2: {
        between: 'the grab finding the reference count zero and reading it again', holds: ['mark'],
        competitor: 'An allocation.',
        follows: 'The grab is tried again, three times at most with W2b and W2c; then -EBUSY: GET_HWPOISON / Ignored, without the line `unhandlable page.`.',
    },
    W2b: {
        between: 'the count being zero, outside the buddy allocator, and the next try', holds: ['mark'],
        competitor: 'A freeing, or an allocation that has left the free list, in progress.',
        follows: 'The grab is tried again, three times at most; then -EIO: `unhandlable page.`, GET_HWPOISON / Ignored.',
    },
    W2c: {
        between: 'the grab being refused, because the page is not on the LRU, and the next try', holds: ['mark'],
        competitor: 'Whoever has just allocated the page, holds it on an LRU batch, or has isolated it.',
        follows: 'LRU batches are drained and the grab is tried again, three times at most: the page becomes handlable, or GET_HWPOISON / Ignored.',
    },
    W3: {
        between: 'the grab returning "free" and the question whether the page is still in the buddy allocator', holds: ['mark'],
        competitor: 'An allocation.',
        follows: 'KERNEL_HIGH_ORDER / Ignored. The fourth version of the panic series panics here, 7.3 does not.',
    },
    W4: {
        between: 'finding the page in the buddy allocator and taking it off', holds: ['mark'],
        competitor: 'An allocation.',
        follows: 'The first time the mark is cleared and everything starts again, once; the second time BUDDY / Failed.',
    },
    W5: {
        between: 'taking the reference and splitting the huge page', holds: ['mark', 'reference'],
        competitor: 'A pin or another extra reference.',
        follows: 'UNSPLIT_THP / Failed with signals; up to 6.6 Ignored without.',
    },
    W6: {
        between: 'locking the folio and saving its flags, and the test of LRU and writeback', holds: ['mark', 'reference', 'folio lock'],
        competitor: 'Reclaim, migration or compaction that has isolated the folio (PG_lru clear).',
        follows: 'Nothing is unmapped. The flags as they are at the classification decide, then the saved ones with the dirty bit: a row of the LRU, or UNKNOWN / Ignored (up to 6.6 Failed).',
    },
    W7: {
        between: 'taking the reference and locking the folio, whose mapping is tested after the unmapping', holds: ['mark', 'reference'],
        competitor: 'A truncation that finishes before the lock is taken.',
        follows: 'TRUNCATED_LRU / Ignored.',
    },
    W8: {
        between: 'reading the dirty bit, the unmapping and the action', holds: ['mark', 'reference', 'folio lock'],
        competitor: 'PG_dirty set without the folio lock.',
        follows: 'The clean or the dirty row; a process is signalled only if the dirty bit was seen before the kill decision.',
    },
    W9: {
        between: 'the action and the count of extra references', holds: ['mark', 'reference'],
        competitor: 'A short reference: reclaim, GUP, a batch drain.',
        follows: '`still referenced by %d users`: Failed.',
    },
    W10: {
        between: 'looking at a hugetlb page under the hugetlb lock and acting on what was seen', holds: ['mark'],
        competitor: 'An allocation, a dissolve or a demotion.',
        follows: 'Neither free nor migratable: one more try, then GET_HWPOISON / Ignored. Free but not dissolvable any more: FREE_HUGE / Failed. No longer hugetlb: the normal path.',
    },
    W11: {
        between: 'saving the flags of an mlocked page and the classification', holds: ['mark', 'reference', 'folio lock'],
        competitor: 'munlock() by the owner.',
        follows: 'The MLOCKED rows appear only if neither the munlock batch nor the unmapping finished first.',
    },
} as const satisfies Record<string, RaceWindow>;

export type RaceWindowId = keyof typeof ROWS;

export const RACE_WINDOWS: Readonly<Record<RaceWindowId, RaceWindow>> = ROWS;
