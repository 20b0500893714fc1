/** What the kernel, root or nobody in particular does: allocation, settings, time, boots. */
import type { OperationWords } from './step-words.js';

export const MACHINE_WORDS: Readonly<Record<string, OperationWords>> = {
    allocate: {
        doc: 'The allocator hands the frame out for that use.',
        parameters: {
            target: 'The frame.',
            kind: 'Page kind; default driver.',
        },
    },
    free: {
        doc: 'The owner frees the pages.',
        parameters: {
            target: 'The pages.',
        },
    },
    reclaim: {
        doc: 'Reclaim visits the page, or every page of the range.',
        parameters: {
            target: 'The page or range.',
        },
    },
    writeback: {
        doc: 'Write the dirty page back, or every page of the range.',
        parameters: {
            target: 'The page or range.',
        },
    },
    isolate: {
        doc: 'Take the page off the LRU, with a reference, as reclaim, migration and compaction do: folio_isolate_lru().',
        parameters: {
            target: 'The page.',
        },
    },
    putback: {
        doc: 'Put an isolated page back on the LRU: folio_putback_lru().',
        parameters: {
            target: 'The page.',
        },
    },
    'lru-add': {
        doc: 'Put the page on a per-CPU batch of pages that wait for the LRU: folio_add_lru().',
        parameters: {
            target: 'The page.',
        },
    },
    'lru-drain': {
        doc: 'Drain the LRU batches: lru_add_drain_all().',
        parameters: {
            target: 'The page that waits on one.',
        },
    },
    'pcp-refill': {
        doc: 'Somebody needs another page, and the list of its CPU is refilled: a batch of free pages leaves the buddy lists, the page among them. rmqueue_bulk().',
        parameters: {
            target: 'The free page.',
        },
    },
    'mark-dirty': {
        doc: 'Set PG_dirty without the folio lock, as the zapping of a dirty page-table entry or the release of a DMA pin does: folio_mark_dirty().',
        parameters: {
            target: 'The page.',
        },
    },
    get: {
        doc: 'Take a reference on the page that nothing in the scenario accounts for, as GUP, reclaim or a batch drain does for a moment: folio_get().',
        parameters: {
            target: 'The page.',
        },
    },
    put: {
        doc: 'Drop a reference taken with `get`: folio_put().',
        parameters: {
            target: 'The page.',
        },
    },
    'start-writeback': {
        doc: 'Begin to write the dirty page back: folio_start_writeback().',
        parameters: {
            target: 'The page.',
        },
    },
    'end-writeback': {
        doc: 'The page has reached the disk: folio_end_writeback().',
        parameters: {
            target: 'The page.',
        },
    },
    split: {
        doc: 'Split a large folio into base pages, as memory pressure or a partial unmap does: split_huge_page().',
        parameters: {
            target: 'Any page of it.',
        },
    },
    collapse: {
        doc: 'khugepaged copies 2 MiB of base pages into a huge page and frees them: collapse_huge_page().',
        parameters: {
            target: 'Any page of the range.',
        },
    },
    dissolve: {
        doc: 'The hugetlb pool gives up a free huge page, as a smaller nr_hugepages asks for.',
        parameters: {
            target: 'Any page of it.',
        },
    },
    demote: {
        doc: 'A free huge page of 1 GiB becomes free huge pages of 2 MiB, as a write to /sys/kernel/mm/hugepages/*/demote asks for.',
        parameters: {
            target: 'Any page of it.',
        },
    },
    'swap-in': {
        doc: 'Read the page, or every page of the range, back from swap into the swap cache.',
        parameters: {
            target: 'The page or range.',
        },
    },
    merge: {
        doc: 'KSM merges two pages with the same contents.',
        parameters: {
            target: 'First page.',
            with: 'Second page.',
        },
    },
    drop_caches: { doc: 'Write to /proc/sys/vm/drop_caches: clean pages of files that nobody maps leave the page cache.', parameters: {} },
    swapoff: {
        doc: 'swapoff().',
        parameters: {
            swap: 'The swap area.',
        },
    },
    'offline-block': {
        doc: 'Set the memory block of the frame offline: what is in use in it moves elsewhere, bad pages stay. With a page of the kernel\'s in it, or a huge page in use with a bad page, that fails with EBUSY; with a page that cannot be moved now, such as a pinned one, the kernel tries until a signal comes: EINTR.',
        parameters: {
            target: 'Any frame of it.',
        },
    },
    'online-block': {
        doc: 'Set the memory block of the frame online again.',
        parameters: {
            target: 'Any frame of it.',
        },
    },
    kpageflags: {
        doc: 'Read /proc/kpageflags of the frame.',
        parameters: {
            target: 'The frame.',
        },
    },
    hugepages: {
        doc: 'Read nr_hugepages and free_hugepages of the default size.',
        parameters: {
            which: 'One of them; default both.',
        },
    },
    sysctl: {
        doc: 'Write a sysctl. Written `sysctl NAME = VALUE`.',
        parameters: {
            name: 'Its name.',
            value: 'The value.',
        },
    },
    filter: {
        doc: 'Write a corrupt-filter file of hwpoison-inject. Written `filter NAME = VALUE`.',
        parameters: {
            name: 'Its name.',
            value: 'The value.',
        },
    },
    run: { doc: 'From now on the CPU runs that task. Written `cpu N runs TASK in user mode`.', parameters: {} },
    phase: {
        doc: 'Label the steps that follow; output and outline show it.',
        parameters: {
            label: 'The label (a word or a string).',
        },
    },
    wait: {
        doc: 'Let time pass.',
        parameters: {
            duration: 'How long.',
        },
    },
    kexec: { doc: 'Boot the next kernel over this one.', parameters: {} },
    reboot: { doc: 'Warm reboot through firmware.', parameters: {} },
    'power-cycle': { doc: 'Power off and on.', parameters: {} },
};
