// What the set-up program could put the target page into, by the name that it uses for it.
// Contents: it fills page i with 'A' + i, a THP with 'H', an mTHP folio with 'M', hugetlb pages with 'G', a tmpfs THP with 'S',
// files with 'a' + i (one write of a large folio: 'a' throughout), and what it dirties with the letter of the row.
import { diskFileSetup, file } from './file-setups.mts';
import type { Scene } from './scene.mts';

/** Declares the memory and who has it mapped, and makes one of its pages the target. */
export type MemorySetup = (scene: Scene, owner: string) => void;

/** A private anonymous mapping. */
function anon(attributes: string, page = 1, healthy = 2): MemorySetup {
    return (scene, owner) => {
        scene.process(owner).lines.push(`map heap = ${attributes}`);
        scene.target = { owner, name: 'heap', page, healthy };
    };
}

/** The set-up, and then something more. */
function also(make: MemorySetup, more: (scene: Scene, owner: string) => void): MemorySetup {
    return (scene, owner) => {
        make(scene, owner);
        more(scene, owner);
    };
}

const pinTarget = (by: string): ((scene: Scene, owner: string) => void) => (scene, owner) => {
    scene.process(owner).lines.push(`pin ${scene.page(scene.target!.page)} by ${by}`);
};
const pinAll = (scene: Scene, owner: string): void => {
    scene.process(owner).lines.push('pin heap by io_uring');
};

const HUGETLB_POOL = 'hugetlb 2 MiB 8 pages';
const SWAP = 'swap loop0 = device 64 MiB';
const ANON = anon('anon 16 KiB written');
const THP = anon('anon 2 MiB written thp content "H"', 5, 9);
const TMPFS_THP = file({ file: 'tmpfs on huge folio 2 MiB content "S"', size: '2 MiB', map: 'shared written thp', page: 5, healthy: 9, needs: ['filesystem huge = tmpfs huge'] });
const HUGETLB_ANON: MemorySetup = (scene, owner) => {
    scene.settings.add(HUGETLB_POOL);
    scene.process(owner).lines.push('map heap = hugetlb 2 MiB 2 pages written content "G"');
    scene.target = { owner, name: 'heap', page: 3, healthy: 7, second: 515, hugePages: 512 };
};
const HUGETLB_MEMFD = also(
    file({ file: 'memfd-hugetlb content "G"', size: '2 MiB 2 pages', map: 'shared written', page: 3, healthy: 7, hugePages: 512 }),
    (scene) => { scene.settings.add(HUGETLB_POOL); },
);
const MEMFD = file({ file: 'memfd absent', map: 'shared written content "ABCD"' });

/** Swap cache pages: written, paged out and read back. */
function swapped(more: readonly string[], map = 'anon 16 KiB written swapcache clean'): MemorySetup {
    return also(anon(map), (scene, owner) => {
        scene.declare(SWAP);
        scene.preparation.push(...more.map((step) => `${owner}: ${step}`));
    });
}
const SWAPCACHE_CLEAN = swapped([]);
const SWAPCACHE_DIRTY = swapped(['write heap[1] "D"']);

/** Rows by the name that `arg:` and "X plus ..." use. */
const SETUPS_BY_NAME: Readonly<Record<string, MemorySetup>> = {
    anon: ANON,
    'anon-mlocked': anon('anon 16 KiB written mlocked'),
    thp: THP,
    mthp64k: anon('anon 64 KiB written folio 64 KiB content "M"', 5, 9),
    'thp-pin-uring': also(THP, pinAll),
    'thp-pin-vmsplice': also(THP, pinTarget('vmsplice')),
    'anon-pin-uring': also(ANON, pinAll),
    'anon-pin-vmsplice': also(ANON, pinTarget('vmsplice')),
    'hugetlb-anon': HUGETLB_ANON,
    'hugetlb-memfd': HUGETLB_MEMFD,
    memfd: MEMFD,
    'shm-anon': anon('shared-anon 16 KiB written'),
    tmpfs: file({ file: 'tmpfs content "ABCD"', map: 'shared written' }),
    'tmpfs-readmapped': file({ file: 'tmpfs content "abcd"', map: 'shared read' }),
    'tmpfs-thp': TMPFS_THP,
    ramfs: file({ file: 'ramfs content "ABCD"', map: 'shared written' }),
    'swapcache-clean': SWAPCACHE_CLEAN,
    'swapcache-dirty': SWAPCACHE_DIRTY,
    'swapcache-unmapped': swapped([], 'anon 16 KiB written swapcache unmapped'),
    secretmem: file({ file: 'secretmem absent', map: 'shared written content "ABCD"', name: 'secret' }),
    'anon-zeropage': anon('anon 16 KiB read'),
    'anon-hugezero': anon('anon 2 MiB read thp', 5, 9),
};

/** The set-up of that name: `thp`, `ext4-dirty`, `memfd-pin`. */
export function namedSetup(name: string): MemorySetup | undefined {
    const known = SETUPS_BY_NAME[name];
    if (known !== undefined) {
        return known;
    }
    if (name.endsWith('-pin')) {
        const under = namedSetup(name.slice(0, -'-pin'.length));
        return under === undefined ? undefined : also(under, pinTarget('vmsplice'));
    }
    return diskFileSetup(name.replace(/^bdev\b/, 'raw block device').replaceAll('-', ' '));
}

/** Sentences that describe the whole state, and the set-up that they mean. */
const ROWS: readonly { readonly says: RegExp; readonly name: string }[] = [
    { says: /^anonymous private mapping of 4 base pages, all written/, name: 'anon' },
    { says: /^anonymous written page;/, name: 'anon' },
    { says: /^anonymous 4 pages, written, mlock\(\)ed/, name: 'anon-mlocked' },
    { says: /^anonymous 4 pages registered as io_uring fixed buffer/, name: 'anon-pin-uring' },
    { says: /^anonymous page 1 vmspliced into a pipe/, name: 'anon-pin-vmsplice' },
    { says: /^anonymous page after MADV_FREE/, name: 'anon' },
    { says: /^anonymous 64K mTHP folio/, name: 'mthp64k' },
    { says: /^anonymous PMD-mapped THP/, name: 'thp' },
    { says: /^THP with all 2M registered as io_uring fixed buffer/, name: 'thp-pin-uring' },
    { says: /^THP with subpage 5 vmspliced/, name: 'thp-pin-vmsplice' },
    { says: /^MAP_HUGETLB private anonymous/, name: 'hugetlb-anon' },
    { says: /^memfd_create\(MFD_HUGETLB\)/, name: 'hugetlb-memfd' },
    { says: /^memfd \(shmem\) MAP_SHARED/, name: 'memfd' },
    { says: /^memfd_secret page 1, written/, name: 'secretmem' },
    { says: /^MAP_SHARED\|MAP_ANONYMOUS \(shmem\)/, name: 'shm-anon' },
    { says: /^tmpfs file written with pwrite then through MAP_SHARED/, name: 'tmpfs' },
    { says: /^tmpfs file written with pwrite, MAP_SHARED, only read/, name: 'tmpfs-readmapped' },
    { says: /^tmpfs mounted huge=always, 2M file PMD-mapped/, name: 'tmpfs-thp' },
    { says: /^truncated tmpfs page kept alive by a pipe/, name: 'tmpfs' },
    { says: /^ramfs file written, MAP_SHARED written/, name: 'ramfs' },
    { says: /^anonymous page paged out .* and read back: mapped, in swap cache, clean/, name: 'swapcache-clean' },
    { says: /^as swapcache-clean, then written/, name: 'swapcache-dirty' },
    { says: /^anonymous dirty page in the swap cache, only a swap pte refers to it/, name: 'swapcache-unmapped' },
    { says: /^dirty swapcache page poisoned, then swapoff/, name: 'swapcache-dirty' },
    { says: /^anonymous private mapping only read: target pte maps the shared 4K zero page/, name: 'anon-zeropage' },
    { says: /^2M-aligned MADV_HUGEPAGE region only read: maps the huge zero folio/, name: 'anon-hugezero' },
];

const KIB: Readonly<Record<string, number>> = { K: 1, M: 1024, G: 1024 * 1024 };

/** A mapping of huge pages of a size that the sentence names. */
function hugetlbOfSize(count: number, unit: string, healthy: number): MemorySetup {
    return (scene, owner) => {
        const kib = count * KIB[unit]!;
        const pages = unit === 'G' ? 1 : 2;
        scene.settings.add(`hugetlb ${kib} KiB ${pages} pages`);
        if (unit === 'G') {
            scene.settings.add('memory 4 GiB at phys 1 GiB');
        }
        scene.process(owner).lines.push(`map heap = hugetlb ${kib} KiB ${pages} pages written content "G"`);
        const hugePages = kib * 1024 / Number(scene.pageBytes);
        scene.target = { owner, name: 'heap', page: 3, healthy, second: hugePages + 3, hugePages };
    };
}

/** The set-up that a sentence describes; undefined when it describes none. */
export function memorySetupOf(sentence: string): MemorySetup | undefined {
    const sized = /^MAP_HUGETLB private anonymous of (\d+)([KMG])\b.*healthy: subpage (\d+)/.exec(sentence);
    if (sized !== null) {
        return hugetlbOfSize(Number(sized[1]), sized[2]!, Number(sized[3]));
    }
    const under = /^(\S+) plus the target (?:sub)?page vmspliced into a pipe/.exec(sentence)?.[1];
    if (under !== undefined) {
        return namedSetup(`${under}-pin`);
    }
    const row = ROWS.find(({ says }) => says.test(sentence));
    return row === undefined ? diskFileSetup(sentence) : namedSetup(row.name);
}
