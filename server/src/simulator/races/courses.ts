/** What each kind of competitor does, stage by stage. Windows may lie between any two stages. */
import type { Kernel } from '../../kernel/kernel.js';
import { dequeueHugetlbFolio, freeHugetlbFolio, takeHugetlbFolio } from '../../kernel/hugetlb/hugetlb-pool.js';
import { folioIsolateLru, folioPutbackLru, lruAddDrainAll } from '../../kernel/mm/lru.js';
import { reclaimPoisonedFolio } from '../../kernel/memory-failure/user-mappings.js';
import { dropMarkedPage, folioPut, freeFolio, pagesAreChecked, takeFreePage } from '../../kernel/mm/page-alloc.js';
import { mappingEvictFolio, truncateFolio } from '../../kernel/mm/page-cache.js';
import { munlockFolio, zapPages } from '../../kernel/mm/page-table-changes.js';
import type { Folio } from '../../machine/mm-types.js';
import { folioMapcount, lookup, mappingsOf } from '../../machine/page-tables.js';
import type { Pfn } from '../../machine/units.js';
import { OPERATION_BY_ID } from '../../vocabulary/operations.js';
import type { CompetitorContext } from './competitor-context.js';
import { holds, type Course, type Opening, type Stage } from './competitor.js';

/** A frame can be freed in between and be taken again (W4), so an allocation may happen twice. */
const ALLOCATION_ROUNDS = 2;

/** The handler drains the lists before it looks, and may start again once. */
const REFILLS = 2;

/** Those that wait for the folio lock with a reference on the folio; others try the lock and go away. */
const WAITS_WITH_REFERENCE: ReadonlySet<string> = new Set(['pwrite', 'fallocate', 'ftruncate', 'fsync', 'msync', 'writeback']);
/** Of those: what looks for dirty pages alone. */
const WRITES_BACK: ReadonlySet<string> = new Set(['fsync', 'msync', 'writeback']);

/** Loads, stores and copies: whether they sleep on the folio lock depends on what the page tables hold. */
const ACCESSES: ReadonlySet<string> = new Set(['read', 'write', 'exec', 'write-from', 'read-into', 'process_vm_readv', 'process_vm_writev', 'read-proc-mem', 'futex', 'openat', 'clock_gettime', 'pin', 'vmsplice', 'mlock']);
const STORES: ReadonlySet<string> = new Set(['write', 'read-into', 'process_vm_writev', 'clock_gettime', 'pin']);

export function courseOf(context: CompetitorContext): Course {
    const { op } = context.step;
    if (context.competitor.from !== undefined) {
        const pfn = context.from;
        const hugetlb = pfn !== null && context.kernel.machine.memory.folio(pfn).hugetlb !== null;
        return hugetlb ? { stages: hugetlbAllocation, rounds: 1 } : { stages: userAllocation, rounds: ALLOCATION_ROUNDS };
    }
    switch (op) {
        case 'allocate': return { stages: kernelAllocation, rounds: ALLOCATION_ROUNDS };
        case 'free': return { stages: [kernelFreeing], rounds: 1 };
        case 'munlock': return { stages: munlock, rounds: 1 };
        case 'reclaim': return { stages: reclaim, rounds: 1 };
        case 'pcp-refill': return { stages: [refill], rounds: REFILLS };
        case 'madvise': return { stages: context.text('advice') === 'MADV_PAGEOUT' ? pageout : plain(op), rounds: 1 };
        default: return { stages: plain(op), rounds: 1 };
    }
}

/** The operation as a whole, and what ends it. */
function plain(op: string): readonly Stage[] {
    const undoneBy = OPERATION_BY_ID.get(op)?.undoneBy;
    // Asleep until the handler is done, with the reference that brought it to the lock.
    const asleep: Stage = {
        what: `${op} waits for the folio lock, with a reference`, possible: (context, at) => waitsForFolio(context, at),
        act: (context, at) => {
            const folio = at.kernel.machine.memory.folio(at.pfn);
            if (unmapsFirst(context)) unmapEverywhere(at.kernel, folio);
            folio.references += 1;
            at.kernel.decide('folio_get', at.pfn);
            return false;
        },
    };
    const whole: Stage = { what: op, possible: canRun, or: asleep, act: (context) => context.perform() };
    // It acts on the folio that was found first, wherever the target leads by then.
    const begin: Stage = { what: op, possible: (context, at) => canRun(context, at) && canBegin(context), act: (context) => {
        context.begun = context.folio;
        context.perform();
    } };
    return undoneBy === undefined ? [whole] : [begin, {
        what: undoneBy, possible: ({ begun }) => begun !== null, done: ({ begun }) => begun !== null && isOver(op, begun), act: (context) => undo(undoneBy, context, context.begun!),
    }];
}

/** unmap_mapping_range() comes before the folios are locked one by one: truncate_pagecache(), truncate_pagecache_range(), shmem. */
function unmapsFirst({ step: { op, args } }: CompetitorContext): boolean {
    return op === 'ftruncate' || op === 'fallocate' && args['mode'] === 'PUNCH_HOLE';
}

function unmapEverywhere(kernel: Kernel, folio: Folio): void {
    for (let pfn = folio.head; pfn < folio.head + folio.pageCount; pfn = (pfn + 1) as Pfn) {
        for (const { vma, page } of mappingsOf(kernel.machine, folio, pfn)) zapPages(kernel, vma, page, 1);
    }
}

function canBegin({ step: { op }, folio }: CompetitorContext): boolean {
    if (folio === null) return false;
    if (op === 'isolate' || op === 'lru-add') return folio.has('lru');
    if (op === 'get') return !folio.free && !folio.keptOut;
    return true;
}

/** What was begun has come to its end without the competitor. */
function isOver(op: string, folio: Folio): boolean {
    return op === 'lru-add' && !folio.lruBatch || op === 'start-writeback' && !folio.has('writeback');
}

function undo(op: string, context: CompetitorContext, folio: Folio): void {
    if (op === 'putback') folioPutbackLru(context.kernel, folio);
    else if (op === 'lru-drain') lruAddDrainAll(context.kernel, folio);
    else if (op === 'put') {
        folio.pins -= 1;
        context.kernel.decide('folio_put', folio.head);
        folioPut(context.kernel, folio);
    } else context.perform(op);
}

/** Does it get by without a lock that the handler holds? */
function canRun(context: CompetitorContext, at: Opening): boolean {
    return !holds(at, 'folio lock') || !sleepsOnFolioLock(context);
}

/** Does it sleep on the lock of the handler's folio, having found it in the page cache or in the swap cache? */
function waitsForFolio(context: CompetitorContext, at: Opening): boolean {
    if (!holds(at, 'folio lock') || !sleepsOnFolioLock(context)) return false;
    const folio = at.kernel.machine.memory.folio(at.pfn);
    const { op, args } = context.step;
    if (ACCESSES.has(op)) return faultFinds(context, folio);
    if (!WAITS_WITH_REFERENCE.has(op) || folio.owner?.kind !== 'file' || WRITES_BACK.has(op) && !folio.has('dirty')) return false;
    if (op === 'ftruncate') return args.file === folio.owner.name && folio.index + folio.pageCount > (context.number('length') ?? 0) / 2 ** at.kernel.machine.pageShift;
    if (op === 'fsync') return context.program.machine.files.some(({ name }) => name === args.description) ? args.description === folio.owner.name : true;
    return folio.owner === fileOf(context) && coversIndex(context, folio);
}

function fileOf(context: CompetitorContext): Folio['owner'] {
    const place = context.place();
    if (place?.kind === 'file') return context.kernel.machine.files.get(place.file) ?? null;
    const range = context.range();
    return range?.process.mm.find(range.page)?.file ?? null;
}

/** Do the pages that the competitor names hold any of the folio's indexes in its file? */
function coversIndex(context: CompetitorContext, folio: Folio): boolean {
    const place = context.place();
    if (place?.kind === 'file') return place.page < folio.index + folio.pageCount && folio.index < place.page + place.pageCount;
    const range = context.range();
    const vma = range?.process.mm.find(range.page) ?? null;
    if (range === null || vma === null) return false;
    const first = vma.indexAt(range.page);
    return first < folio.index + folio.pageCount && folio.index < first + range.pageCount;
}

/** A fault comes upon the folio in the page cache, or in the swap cache. */
function faultFinds(context: CompetitorContext, folio: Folio): boolean {
    if (folio.owner?.kind === 'file') return folio.owner === fileOf(context) && coversIndex(context, folio);
    const range = context.range();
    const vma = range?.process.mm.find(range.page) ?? null;
    const found = range === null || vma === null ? null : lookup(context.kernel.machine, vma, range.page);
    return found?.entry.kind === 'swap' && found.entry.slot === folio.swapSlot;
}

function sleepsOnFolioLock(context: CompetitorContext): boolean {
    const { op } = context.step;
    return ACCESSES.has(op) ? faultSleeps(context, STORES.has(op)) : OPERATION_BY_ID.get(op)?.needs === 'folio lock';
}

/** A fault on a file page or a swap entry locks the folio; so does the first store to a clean page of a shared file. */
function faultSleeps(context: CompetitorContext, store: boolean): boolean {
    const range = context.range();
    const vma = range?.process.mm.find(range.page) ?? null;
    if (range === null || vma === null) return false;
    const found = lookup(context.kernel.machine, vma, range.page);
    if (found === null) return vma.file !== null;
    return found.entry.kind === 'swap' || store && found.entry.kind === 'present' && !found.entry.writable && vma.file !== null;
}

/** Free, so that the allocator can hand it out. The frame is that of the handler or another one. */
function isFree({ kernel }: CompetitorContext, pfn: Pfn | null): pfn is Pfn {
    return pfn !== null && kernel.machine.memory.folio(pfn).free;
}

/** Does the allocator find the mark? */
function isRefused({ kernel }: CompetitorContext, pfn: Pfn): boolean {
    return pagesAreChecked(kernel) && kernel.machine.memory.isPoisoned(pfn);
}

function takeOrRefuse(frame: (context: CompetitorContext) => Pfn | null, take: (context: CompetitorContext, pfn: Pfn) => void): Stage {
    return {
        // An allocation that looked at the page before it was marked can finish at W1.
        what: (context) => isRefused(context, frame(context)!) ? 'the allocator, which had checked the page before it was marked, hands it out' : 'the allocator hands the page out',
        possible: (context, { window }) => {
            const pfn = frame(context);
            return isFree(context, pfn) && (window === 'W1' || !isRefused(context, pfn));
        },
        act: (context) => take(context, frame(context)!),
        or: {
            what: 'the allocator takes the page off the free list, checks it and drops it',
            possible: (context) => {
                const pfn = frame(context);
                return isFree(context, pfn) && isRefused(context, pfn);
            },
            act: (context) => {
                dropMarkedPage(context.kernel, frame(context)!);
                return false;
            },
        },
    };
}

/** A fault, read() or write() that needs a page: it gets the frame, maps or caches it and puts it on an LRU batch, and may give it back. */
const userAllocation: readonly Stage[] = [
    takeOrRefuse((context) => context.from, (context, pfn) => {
        takeFreePage(context.kernel, pfn, 'just allocated');
    }),
    {
        what: ({ step }) => `${step.op} puts the page to use and on an LRU batch`,
        act: (context) => {
            const { kernel } = context;
            const { memory } = kernel.machine;
            const pfn = context.from!;
            memory.handOut = pfn;
            context.perform();
            if (memory.handOut !== null) {
                memory.handOut = null;
                kernel.recorder.notModelled(`a race with an allocation for \`${context.step.op}\`, which needs no page here`);
                return false;
            }
            const folio = memory.folio(pfn);
            if (folio.has('lru')) {
                folio.clear('lru');
                folio.lruBatch = true;
                folio.references += 1;
            }
            return true;
        },
    },
    { what: 'the page is given back', possible: (context, at) => !holds(at, 'folio lock') || context.folio?.owner?.kind !== 'file', act: giveBack },
];

/** The owner unmaps the page, or the page cache drops it; it is freed unless somebody holds it. */
function giveBack(context: CompetitorContext): boolean {
    const { kernel } = context;
    const folio = kernel.machine.memory.folio(context.from!);
    lruAddDrainAll(kernel, folio);
    const range = context.range();
    const vma = range?.process.mm.find(range.page) ?? null;
    if (range !== null && vma !== null) zapPages(kernel, vma, range.page, 1);
    if (folio.owner?.kind === 'file') truncateFolio(kernel, folio.owner, folio);
    return true;
}

/** The allocator hands the frame out to the kernel itself, which may free it again. */
const kernelAllocation: readonly Stage[] = [
    takeOrRefuse((context) => context.pfn(), (context) => context.perform()),
    { what: 'the page is freed again', possible: (context) => context.folio?.free === false, act: (context) => freeOrPut(context, context.folio!) },
];

const kernelFreeing: Stage = {
    what: 'the page is freed', possible: (context) => context.folio !== null && !context.folio.free && !context.folio.keptOut,
    act: (context) => freeOrPut(context, context.folio!),
};

/** The owner's reference goes; somebody else's keeps the page. */
function freeOrPut({ kernel }: CompetitorContext, folio: Folio): void {
    kernel.pageChanged(folio.head, 'page type', folio.pageType, 'none');
    if (folio.references > 1) folio.references -= 1;
    else freeFolio(kernel, folio);
    kernel.decide('__free_pages', folio.head);
}

/** A huge page leaves the free list, is neither free nor migratable for a while, and is then mapped. */
const hugetlbAllocation: readonly Stage[] = [
    {
        what: 'the huge page leaves the free list', possible: ({ kernel, from }) => from !== null && kernel.machine.memory.folio(from).hugetlb?.state === 'free',
        act: ({ kernel, from }) => takeHugetlbFolio(kernel, kernel.machine.memory.folio(from!)),
    },
    {
        what: ({ step }) => `${step.op} maps the huge page`,
        act: (context) => {
            const { kernel, from } = context;
            const folio = kernel.machine.memory.folio(from!);
            const { pool } = folio.hugetlb!;
            pool.handOut = folio;
            context.perform();
            if (pool.handOut === null) return true;
            freeHugetlbFolio(kernel, dequeueHugetlbFolio(kernel, pool)!);
            kernel.recorder.notModelled(`a race with an allocation for \`${context.step.op}\`, which needs no huge page here`);
            return false;
        },
    },
];

/** __munlock_folio() takes the folio off the LRU while it clears PG_mlocked. */
const munlock: readonly Stage[] = [
    {
        what: 'munlock() takes the page off the LRU', possible: (context) => context.folio?.has('mlocked') === true && context.folio.has('lru'),
        act: (context) => {
            const folio = context.folio!;
            context.begun = folio;
            context.kernel.pageChanged(folio.head, 'PG_lru', true, false);
            folio.clear('lru');
            context.kernel.decide('__munlock_folio', folio.head);
        },
    },
    {
        what: 'munlock() clears PG_mlocked and puts the page back',
        act: (context) => {
            const folio = context.begun!;
            context.perform();
            context.kernel.pageChanged(folio.head, 'PG_mlocked', folio.has('mlocked'), false);
            context.kernel.pageChanged(folio.head, 'PG_lru', folio.has('lru'), true);
            munlockFolio(folio);
            folio.set('lru');
            context.kernel.decide('__munlock_folio', folio.head);
        },
    },
];

/** The list of a CPU is refilled. While the handler looks for a reference (W2 to W2c) the lists are switched off. */
const refill: Stage = {
    what: 'the list of a CPU is refilled, and takes the page along',
    possible: (context, { window }) => (window === 'W1' || window === 'W3' || window === 'W4') && context.folio?.pageType === 'buddy',
    act: (context) => context.perform(),
};

/** Reclaim isolates the page; then it takes it away if it can have the lock and nobody else holds a reference. What is marked is unmapped and left off the LRU. */
const reclaim: readonly Stage[] = [
    {
        what: 'reclaim isolates the page', possible: (context) => isReclaimable(context.folio),
        act: (context) => {
            context.begun = context.folio!;
            return folioIsolateLru(context.kernel, context.begun);
        },
    },
    shrinkFolio((context, folio) => {
        if (folio.owner?.kind === 'file') mappingEvictFolio(context.kernel, folio, 0);
        else context.perform();
    }),
];

function isReclaimable(folio: Folio | null): boolean {
    return folio !== null && folio.has('lru') && !folio.lruBatch;
}

/** MADV_PAGEOUT does the same with the pages of its range that nobody else maps. */
const pageout: readonly Stage[] = [
    {
        what: 'MADV_PAGEOUT isolates the page',
        possible: (context, at) => {
            const folio = at.kernel.machine.memory.folio(at.pfn);
            return isReclaimable(folio) && folio.hugetlb === null && mapsInRange(context, at) && folioMapcount(at.kernel.machine, folio, 2) === 1;
        },
        act: (context, at) => {
            context.begun = at.kernel.machine.memory.folio(at.pfn);
            return folioIsolateLru(context.kernel, context.begun);
        },
    },
    shrinkFolio((context) => context.perform()),
];

/** Does one of the competitor's pages map the handler's frame? */
function mapsInRange(context: CompetitorContext, { kernel, pfn }: Opening): boolean {
    const range = context.range();
    if (range === null) return false;
    return mappingsOf(kernel.machine, kernel.machine.memory.folio(pfn), pfn).some(({ vma, page }) => vma.mm === range.process.mm && page >= range.page && page < range.page + range.pageCount);
}

/** What reclaim makes of the folio that it has isolated. Follows shrink_folio_list(). */
function shrinkFolio(takeAway: (context: CompetitorContext, folio: Folio) => void): Stage {
    return {
        what: ({ kernel, begun }, at) => kernel.machine.memory.folioIsPoisoned(begun!) ? holds(at, 'folio lock') ? 'reclaim cannot have the lock: the page waits on an LRU batch' : 'reclaim unmaps the marked page and leaves it off the LRU'
            : holds(at, 'reference') ? 'reclaim puts the page back' : 'reclaim takes the page away',
        act: (context, at) => {
            const { kernel } = context;
            const folio = context.begun!;
            const marked = kernel.machine.memory.folioIsPoisoned(folio);
            if (marked && holds(at, 'folio lock')) {
                // The reference of the isolation becomes that of the batch.
                folio.lruBatch = true;
                kernel.decide('folio_add_lru', folio.head);
            } else if (marked && !folio.large) {
                reclaimPoisonedFolio(kernel, folio, folio.head);
                folioPut(kernel, folio);
            } else {
                folioPutbackLru(kernel, folio);
                if (!marked && !holds(at, 'reference')) takeAway(context, folio);
            }
        },
    };
}
