import { at, mapping } from '../../simulator/programs.js';
import { HUGE_PAGE, earlyProcess, mapped, pinned, type PageState, type PageStates } from './page-state.js';

const THP = { pageCount: 512, folioBytes: HUGE_PAGE };
const SWAP = { swaps: [{ name: 'swap', source: 0, backing: 'device' as const, bytes: 2 ** 26 }] };

const ksm: PageState = {
    machine: {
        processes: [
            earlyProcess('db', [mapping('m', { pageCount: 2, content: 'AAAA', ksm: 'same' })]),
            earlyProcess('web', [mapping('m', { pageCount: 2, content: 'AAAA', ksm: 'same' })]),
        ],
    },
    target: at('db', 'm', 1), owner: 'db',
};

const copyOnWrite: PageState = {
    machine: { processes: [earlyProcess('db', [mapping('m')]), earlyProcess('child', [], { forkedFrom: 'db' })] },
    target: at('db', 'm', 1), owner: 'db',
};

const thp = mapped(THP, {}, 5);
const swapCacheClean = mapped({ swap: 'cache-clean' }, SWAP);
const swapCacheDirty = mapped({ swap: 'cache-dirty' }, SWAP);

/** Anonymous memory, in and out of the swap cache. */
export const USER_MEMORY = {
    'anon': mapped({}),
    'anon lazily freed': mapped({ lazyFree: true }),
    'anon mlocked': mapped({ mlocked: true }),
    'anon pinned by io_uring': pinned(mapped({}), 'io_uring'),
    'anon pinned by a pipe': pinned(mapped({}), 'vmsplice'),
    'anon read-only': mapped({ protection: 'read' }),
    'anon PROT_NONE': mapped({ protection: 'none' }),
    'anon shared copy-on-write': copyOnWrite,
    'anon never touched': { ...mapped({ touched: 'untouched' }), virtualOnly: true as const },
    'zero page': mapped({ touched: 'read' }),
    'huge zero page': mapped({ ...THP, touched: 'read' }, {}, 5),
    'ksm': ksm,
    'thp': thp,
    'thp pinned': pinned(thp, 'io_uring'),
    'thp pinned by a pipe': pinned(thp, 'vmsplice'),
    'mthp': mapped({ pageCount: 16, folioBytes: 65536 }, {}, 5),
    'mthp pinned': pinned(mapped({ pageCount: 16, folioBytes: 65536 }, {}, 5), 'longterm'),
    'thp mlocked': mapped({ ...THP, mlocked: true }, {}, 5),
    'uffd poison': { ...mapped({ touched: 'untouched', uffdPoison: true }), virtualOnly: true as const },
    'swapped out': { ...mapped({ swap: 'entry' }, SWAP), virtualOnly: true as const },
    'swap cache clean': swapCacheClean,
    'swap cache dirty': swapCacheDirty,
    'swap cache unmapped': mapped({ swap: 'cache-unmapped' }, SWAP),
    'swap cache clean pinned': pinned(swapCacheClean, 'longterm'),
    'swap cache dirty pinned': pinned(swapCacheDirty, 'longterm'),
} satisfies PageStates;
