/** File systems and file types: what memory_failure() needs to know of the mapping behind a page. */
import type { Availability } from './availability.js';
import type { MainlineRelease } from './kernels.js';
import { withWords } from './with-words.js';
import { FILESYSTEM_WORDS } from './words/filesystem-words.js';

/** How mapping->a_ops takes a poisoned page out of the file; `none` falls back to evicting it if it is clean and unused. */
export type ErrorRemoveFolio = 'generic' | 'shmem' | 'hugetlbfs' | 'guest_memfd' | 'none';

export interface Filesystem extends Availability {
    readonly errorRemoveFolio: ErrorRemoveFolio;
    /** The backing device has writeback, so a clean mapped page can be dropped and read again. */
    readonly writeback: boolean;
    /** Pages carry PG_swapbacked. */
    readonly swapBacked: boolean;
    /** Pages carry PG_unevictable from the start. */
    readonly unevictable: boolean;
    /** Can have page-cache folios above order 0; they are single pages unless asked for. */
    readonly largeFolios: boolean;
    /** First kernel with large folios, where it is not the oldest described one. */
    readonly largeFoliosSince?: MainlineRelease;
    /** fallocate(FALLOC_FL_PUNCH_HOLE) works. */
    readonly punchHole: boolean;
    /** Single-page folios that were written with write() carry buffer heads: PG_private, and one reference more. Those that were only read, or written through a mapping, do without, unless `buffersBy` says so. */
    readonly buffers: boolean;
    readonly buffersBy?: readonly ('page_mkwrite' | 'writeback')[];
    /** Pages are taken out of the kernel's direct map; get_user_pages() refuses them. */
    readonly directMapHidden: boolean;
    /** Pages are hugetlb pages. */
    readonly hugetlb: boolean;
    /** Pages are device memory (ZONE_DEVICE), not page cache. */
    readonly dax: boolean;
    /** On DAX, the file system takes memory failures itself (dax_holder_operations), past the generic handler and its filter. */
    readonly claimsDaxFailures: boolean;
    /** What read() and write() give where the file has no such operation (it is mapped, or used by KVM, only) or the file system is read-only (EROFS). */
    readonly readErrno?: 'EINVAL';
    readonly writeErrno?: 'EINVAL' | 'EROFS';
    /** ftruncate() is refused: the size is given once (memfd_secret), when it is made (guest_memfd), or is that of a device. */
    readonly fixedSize?: true;
    /** fallocate() of mode 0 works; default: where holes can be punched. */
    readonly allocatesRange?: boolean;
    /** Descriptors take no offsets: calls that give one fail (ESPIPE) before the file is asked. Made by alloc_file_pseudo(), without FMODE_PREAD. */
    readonly unpositioned?: true;
    /** What fsync() and msync(MS_SYNC) give where the file has no such operation. Follows vfs_fsync_range(). */
    readonly fsyncErrno?: 'EINVAL';
    /** Its mappings have no map_pages operation: a read fault maps its own page only. */
    readonly mapsAround?: false;
    /** st_dev, for the device filter of hwpoison-inject. */
    readonly defaultMajor: number;
    readonly defaultMinor: number;
    readonly doc: string;
}

const DISK: Omit<Filesystem, 'doc' | 'defaultMajor' | 'defaultMinor'> = {
    errorRemoveFolio: 'generic', writeback: true, swapBacked: false, unevictable: false, largeFolios: false,
    punchHole: false, buffers: false, directMapHidden: false, hugetlb: false, dax: false, claimsDaxFailures: false,
};
const SHMEM: Omit<Filesystem, 'doc' | 'defaultMajor' | 'defaultMinor'> = {
    ...DISK, errorRemoveFolio: 'shmem', writeback: false, swapBacked: true, largeFolios: true, punchHole: true,
};
const HUGETLB: Omit<Filesystem, 'doc' | 'defaultMajor' | 'defaultMinor'> = {
    ...DISK, errorRemoveFolio: 'hugetlbfs', writeback: false, largeFolios: true, punchHole: true, hugetlb: true, writeErrno: 'EINVAL',
};

const ROWS = {
    // Local disks.
    ext2: { ...DISK, buffers: true, defaultMajor: 8, defaultMinor: 1 },
    ext4: { ...DISK, buffers: true, buffersBy: ['page_mkwrite'], largeFolios: true, largeFoliosSince: '6.16', punchHole: true, defaultMajor: 8, defaultMinor: 2 },
    xfs: { ...DISK, claimsDaxFailures: true, largeFolios: true, punchHole: true, defaultMajor: 8, defaultMinor: 3 },
    overlayfs: { ...DISK, buffers: true, buffersBy: ['page_mkwrite'], punchHole: true, defaultMajor: 8, defaultMinor: 2 },
    btrfs: { ...DISK, largeFolios: true, largeFoliosSince: '7.0', punchHole: true, defaultMajor: 0, defaultMinor: 40 },
    gfs2: { ...DISK, punchHole: true, defaultMajor: 8, defaultMinor: 4 },
    ocfs2: { ...DISK, mapsAround: false, buffers: true, buffersBy: ['page_mkwrite'], punchHole: true, defaultMajor: 8, defaultMinor: 5 },
    exfat: { ...DISK, buffers: true, defaultMajor: 8, defaultMinor: 6 },
    zonefs: { ...DISK, defaultMajor: 8, defaultMinor: 7 },
    ntfs: { ...DISK, buffers: true, defaultMajor: 8, defaultMinor: 8, since: '7.0' },
    vfat: { ...DISK, allocatesRange: true, errorRemoveFolio: 'none', buffers: true, defaultMajor: 8, defaultMinor: 9 },
    f2fs: { ...DISK, errorRemoveFolio: 'none', punchHole: true, defaultMajor: 8, defaultMinor: 10 },
    udf: { ...DISK, errorRemoveFolio: 'none', buffers: true, defaultMajor: 11, defaultMinor: 0 },
    iso9660: { ...DISK, fsyncErrno: 'EINVAL', errorRemoveFolio: 'none', writeErrno: 'EROFS', defaultMajor: 11, defaultMinor: 1 },
    squashfs: { ...DISK, fsyncErrno: 'EINVAL', errorRemoveFolio: 'none', writeErrno: 'EROFS', defaultMajor: 7, defaultMinor: 0 },
    erofs: { ...DISK, fsyncErrno: 'EINVAL', errorRemoveFolio: 'none', writeErrno: 'EROFS', largeFolios: true, largeFoliosSince: '6.6', defaultMajor: 7, defaultMinor: 1 },

    // Network and user space.
    nfs: { ...DISK, largeFolios: true, largeFoliosSince: '6.6', punchHole: true, defaultMajor: 0, defaultMinor: 50 },
    fuse: { ...DISK, errorRemoveFolio: 'none', punchHole: true, defaultMajor: 0, defaultMinor: 51 },
    cifs: { ...DISK, errorRemoveFolio: 'none', largeFolios: true, largeFoliosSince: '6.6', punchHole: true, defaultMajor: 0, defaultMinor: 52 },
    ceph: { ...DISK, mapsAround: false, errorRemoveFolio: 'none', punchHole: true, defaultMajor: 0, defaultMinor: 53 },
    '9p': { ...DISK, errorRemoveFolio: 'none', largeFolios: true, largeFoliosSince: '6.12', defaultMajor: 0, defaultMinor: 54 },

    // Memory.
    tmpfs: { ...SHMEM, defaultMajor: 0, defaultMinor: 30 },
    memfd: { ...SHMEM, defaultMajor: 0, defaultMinor: 1 },
    'shared-anon': { ...SHMEM, defaultMajor: 0, defaultMinor: 1 },
    'sysv-shm': { ...SHMEM, mapsAround: false, defaultMajor: 0, defaultMinor: 1 },
    ramfs: { ...DISK, errorRemoveFolio: 'none', writeback: false, unevictable: true, defaultMajor: 0, defaultMinor: 31 },
    secretmem: { ...DISK, mapsAround: false, unpositioned: true, fixedSize: true, fsyncErrno: 'EINVAL', readErrno: 'EINVAL', writeErrno: 'EINVAL', errorRemoveFolio: 'none', writeback: false, unevictable: true, directMapHidden: true, defaultMajor: 0, defaultMinor: 32 },
    guest_memfd: { ...DISK, mapsAround: false, unpositioned: true, fixedSize: true, fsyncErrno: 'EINVAL', readErrno: 'EINVAL', writeErrno: 'EINVAL', errorRemoveFolio: 'guest_memfd', writeback: false, unevictable: true, punchHole: true, defaultMajor: 0, defaultMinor: 33, since: '6.8' },
    hugetlbfs: { ...HUGETLB, defaultMajor: 0, defaultMinor: 34 },
    'memfd-hugetlb': { ...HUGETLB, defaultMajor: 0, defaultMinor: 35 },

    // Devices.
    'block-device': { ...DISK, fixedSize: true, allocatesRange: false, errorRemoveFolio: 'none', buffers: true, buffersBy: ['writeback'], punchHole: true, defaultMajor: 0, defaultMinor: 3 },
    fsdax: { ...DISK, errorRemoveFolio: 'none', punchHole: true, dax: true, defaultMajor: 259, defaultMinor: 0 },
    devdax: { ...DISK, mapsAround: false, fixedSize: true, readErrno: 'EINVAL', writeErrno: 'EINVAL', errorRemoveFolio: 'none', writeback: false, dax: true, defaultMajor: 0, defaultMinor: 36 },
} as const satisfies Record<string, Omit<Filesystem, 'doc'>>;

export type FilesystemType = keyof typeof ROWS;

export const FILESYSTEMS: Readonly<Record<FilesystemType, Filesystem>> = /* @__PURE__ */ withWords<FilesystemType, Omit<Filesystem, 'doc'>>(ROWS, () => FILESYSTEM_WORDS);
