// What the set-up program could put the target page into, by the name that it uses for it.
// Contents: it fills page i with 'A' + i, a THP with 'H', an mTHP folio with 'M', hugetlb pages with 'G', a tmpfs THP with 'S',
// files with 'a' + i (one write of a large folio: 'a' throughout), and what it dirties with the letter of the row.
import type { Scene } from './scene.mts';

export interface MemorySetup {
    /** What a sentence says when it means this set-up; the first row that matches counts. */
    readonly says: RegExp;
    readonly make: (scene: Scene, owner: string) => void;
}

/** A private anonymous mapping. */
function anon(attributes: string, page = 1, healthy = 2): MemorySetup['make'] {
    return (scene, owner) => {
        scene.process(owner).lines.push(`map heap = ${attributes}`);
        scene.target = { owner, name: 'heap', page, healthy };
    };
}

interface FileSetup {
    /** Type, size and attributes of the file. */
    readonly file: string;
    readonly size: string;
    /** Attributes of the mapping. */
    readonly map: string;
    readonly page?: number;
    readonly healthy?: number;
    /** Declarations that come before the file. */
    readonly needs?: readonly string[];
    /** Steps of the owner that follow. */
    readonly then?: readonly string[];
    readonly hugePages?: number;
    readonly name?: string;
}

/** A mapping of a file. */
function file(setup: FileSetup): MemorySetup['make'] {
    const name = setup.name ?? 'data';
    return (scene, owner) => {
        setup.needs?.forEach((line) => scene.declare(line));
        const [type = '', ...rest] = setup.file.split(' ');
        scene.declare(`file ${name} = ${[type, setup.size, ...rest].join(' ')}`);
        scene.process(owner).lines.push(`map view = ${name} ${setup.map}`);
        scene.target = {
            owner, name: 'view', page: setup.page ?? 1, healthy: setup.healthy ?? 2,
            ...(setup.hugePages === undefined ? {} : { hugePages: setup.hugePages, second: setup.hugePages + (setup.page ?? 1) }),
        };
        scene.file = { name, size: setup.size };
        for (const step of setup.then ?? []) {
            scene.preparation.push(`${owner}: ${step}`);
        }
    };
}

/** The set-up, and then something more. */
function also(make: MemorySetup['make'], more: (scene: Scene, owner: string) => void): MemorySetup['make'] {
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
const HUGETLB_ANON: MemorySetup['make'] = (scene, owner) => {
    scene.settings.add(HUGETLB_POOL);
    scene.process(owner).lines.push('map heap = hugetlb 2 MiB 2 pages written content "G"');
    scene.target = { owner, name: 'heap', page: 3, healthy: 7, second: 515, hugePages: 512 };
};
const HUGETLB_MEMFD = also(
    file({ file: 'memfd-hugetlb content "G"', size: '2 MiB 2 pages', map: 'shared written', page: 3, healthy: 7, hugePages: 512 }),
    (scene) => { scene.settings.add(HUGETLB_POOL); },
);
const MEMFD = file({ file: 'memfd content "ABCD"', size: '16 KiB', map: 'shared written' });

/** Swap cache pages: written, paged out and read back. */
function swapped(more: readonly string[], map = 'anon 16 KiB written swapcache clean'): MemorySetup['make'] {
    return also(anon(map), (scene, owner) => {
        scene.declare(SWAP);
        scene.preparation.push(...more.map((step) => `${owner}: ${step}`));
    });
}
const SWAPCACHE_CLEAN = swapped([]);
const SWAPCACHE_DIRTY = swapped(['write heap[1] "D"']);

/** Files of a disk file system, whichever it is. */
const DISK = '(?<type>ext4|ext2|xfs|vfat|btrfs|f2fs|exfat|gfs2|ocfs2|udf|iso9660|squashfs|erofs|nfs|fuse|cifs|ceph|9p)';
function disk(setup: (type: string) => FileSetup): (match: RegExpMatchArray) => MemorySetup['make'] {
    return (match) => file(setup(match.groups?.['type'] ?? 'ext4'));
}
const CLEAN_SHARED: FileSetup = { file: '', size: '16 KiB', map: 'shared read' };
const clean = (more: Partial<FileSetup> = {}): ((type: string) => FileSetup) => (type) => ({ ...CLEAN_SHARED, file: `${type} clean`, ...more });

/** Rows by the name that `arg:` and "X plus ..." use. */
export const NAMED_SETUPS: Readonly<Record<string, MemorySetup['make']>> = {
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
    tmpfs: file({ file: 'tmpfs content "ABCD"', size: '16 KiB', map: 'shared written' }),
    'tmpfs-readmapped': file({ file: 'tmpfs content "abcd"', size: '16 KiB', map: 'shared read' }),
    'tmpfs-thp': TMPFS_THP,
    'tmpfs-thp-pin': also(TMPFS_THP, pinTarget('vmsplice')),
    'ext4-clean': file(clean()('ext4')),
    'ext4-dirty': file(clean({ then: ['write view[1]'] })('ext4')),
    ramfs: file({ file: 'ramfs content "ABCD"', size: '16 KiB', map: 'shared written' }),
    'swapcache-clean': SWAPCACHE_CLEAN,
    'swapcache-dirty': SWAPCACHE_DIRTY,
    secretmem: file({ file: 'secretmem content "ABCD"', size: '16 KiB', map: 'shared written', name: 'secret' }),
    'anon-zeropage': anon('anon 16 KiB read'),
    'anon-hugezero': anon('anon 2 MiB read thp', 5, 9),
};

interface Row { readonly says: RegExp; readonly make: MemorySetup['make'] | ((match: RegExpMatchArray) => MemorySetup['make']); readonly ofMatch?: true }
const row = (says: RegExp, make: MemorySetup['make']): Row => ({ says, make });
const onDisk = (says: string, setup: (type: string) => FileSetup): Row => ({ says: new RegExp(says.replace('DISK', DISK)), make: disk(setup), ofMatch: true });

/** Sentences that describe the whole state, the more particular first. */
const ROWS: readonly Row[] = [
    row(/^(?<base>\S+) plus the target (sub)?page vmspliced into a pipe/, (_scene) => undefined),
    row(/^anonymous private mapping of 4 base pages, all written/, ANON),
    row(/^anonymous written page;/, ANON),
    row(/^anonymous 4 pages, written, mlock\(\)ed/, NAMED_SETUPS['anon-mlocked']!),
    row(/^anonymous 4 pages registered as io_uring fixed buffer/, NAMED_SETUPS['anon-pin-uring']!),
    row(/^anonymous page 1 vmspliced into a pipe/, NAMED_SETUPS['anon-pin-vmsplice']!),
    row(/^anonymous page after MADV_FREE/, ANON),
    row(/^anonymous 64K mTHP folio/, NAMED_SETUPS['mthp64k']!),
    row(/^anonymous PMD-mapped THP/, THP),
    row(/^THP with all 2M registered as io_uring fixed buffer/, NAMED_SETUPS['thp-pin-uring']!),
    row(/^THP with subpage 5 vmspliced/, NAMED_SETUPS['thp-pin-vmsplice']!),
    row(/^MAP_HUGETLB private anonymous/, HUGETLB_ANON),
    row(/^memfd_create\(MFD_HUGETLB\)/, HUGETLB_MEMFD),
    row(/^memfd \(shmem\) MAP_SHARED/, MEMFD),
    row(/^memfd_secret page 1, written/, NAMED_SETUPS['secretmem']!),
    row(/^MAP_SHARED\|MAP_ANONYMOUS \(shmem\)/, NAMED_SETUPS['shm-anon']!),
    row(/^tmpfs file written with pwrite then through MAP_SHARED/, NAMED_SETUPS['tmpfs']!),
    row(/^tmpfs file written with pwrite, MAP_SHARED, only read/, NAMED_SETUPS['tmpfs-readmapped']!),
    row(/^tmpfs mounted huge=always, 2M file PMD-mapped/, TMPFS_THP),
    row(/^ramfs file written, MAP_SHARED written/, NAMED_SETUPS['ramfs']!),
    row(/^raw block device \S+ page cache, fsynced, MAP_SHARED read/, file({ ...CLEAN_SHARED, file: 'block-device clean', name: 'disk' })),
    row(/^raw block device \S+ page 1 dirtied through MAP_SHARED/, file({ ...CLEAN_SHARED, file: 'block-device clean', name: 'disk', then: ['write view[1]'] })),
    row(/^anonymous page paged out .* and read back: mapped, in swap cache, clean/, SWAPCACHE_CLEAN),
    row(/^as swapcache-clean, then written/, SWAPCACHE_DIRTY),
    row(/^anonymous dirty page in the swap cache, only a swap pte refers to it/, swapped([], 'anon 16 KiB written swapcache unmapped')),
    row(/^dirty swapcache page poisoned, then swapoff/, SWAPCACHE_DIRTY),
    row(/^anonymous private mapping only read: target pte maps the shared 4K zero page/, NAMED_SETUPS['anon-zeropage']!),
    row(/^2M-aligned MADV_HUGEPAGE region only read: maps the huge zero folio/, NAMED_SETUPS['anon-hugezero']!),
    onDisk('^DISK -o dax on \\S+ \\(memmap=64M!768M\\), MAP_SHARED written', (type) => ({
        file: `${type} on pmemfs content "abcd"`, size: '16 KiB', map: 'shared read', then: ['write view[1] "X"'],
        needs: ['pmem pm0 = 64 MiB at phys 0x30000000 fsdax', `filesystem pmemfs = ${type} dax on pm0`],
    })),
    onDisk('^DISK 256K file written by one pwrite', (type) => ({ file: `${type} clean folio 256 KiB content "a"`, size: '256 KiB', map: 'shared read', page: 5, healthy: 9 })),
    onDisk('^DISK 256K file in large folios, fsynced, page 5 then written', (type) => ({ file: `${type} clean folio 256 KiB content "a"`, size: '256 KiB', map: 'shared read', page: 5, healthy: 9, then: ['write view[5]'] })),
    onDisk('^DISK file fsynced, MAP_PRIVATE, only read', clean({ map: 'private read' })),
    onDisk('^DISK file MAP_PRIVATE, page 1 written', clean({ map: 'private read', then: ['write view[1]'] })),
    onDisk('^DISK file clean MAP_SHARED, process mlockall', clean({ map: 'shared read mlocked' })),
    onDisk('^DISK file page 1 dirtied through MAP_SHARED and mlock\\(\\)ed', clean({ map: 'shared read mlocked', then: ['write view[1]'] })),
    onDisk('^DISK file.*page 1 dirtied by pwrite\\(\\), then read-mapped', clean({ map: 'shared untouched', then: ['pwrite data[1] "W"', 'read view[1]', 'read view[2]'] })),
    onDisk('^DISK file.*page 1 (then )?(written|dirtied) through (MAP_SHARED|the mapping)', clean({ then: ['write view[1]'] })),
    onDisk('^DISK (\\(on brd\\) )?file.*MAP_SHARED.*(read only: clean|, only read|read)', clean()),
    onDisk('^DISK dirty page poisoned by corrupt-pfn', clean({ then: ['write view[1]'] })),
    onDisk('^truncated DISK page kept alive by a pipe', clean()),
    row(/^truncated tmpfs page kept alive by a pipe/, NAMED_SETUPS['tmpfs']!),
];

/** The set-up that a sentence describes; undefined when it describes none. */
export function memorySetupOf(sentence: string): MemorySetup['make'] | undefined {
    for (const { says, make, ofMatch } of ROWS) {
        const match = says.exec(sentence);
        if (match === null) {
            continue;
        }
        const base = match.groups?.['base'];
        if (base !== undefined) {
            const under = NAMED_SETUPS[base];
            return under === undefined ? undefined : also(under, pinTarget('vmsplice'));
        }
        return ofMatch === true ? (make as (match: RegExpMatchArray) => MemorySetup['make'])(match) : make as MemorySetup['make'];
    }
    return undefined;
}
