/** File systems and file types: what memory_failure() needs to know of the mapping behind a page. */
import type { Availability } from './availability.js';
import type { MainlineRelease } from './kernels.js';

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
    /** What fsync() and msync(MS_SYNC) give where the file has no such operation. Follows vfs_fsync_range(). */
    readonly fsyncErrno?: 'EINVAL';
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
const NOTHING = 'No error-remove hook: a clean page that nobody else holds is evicted; a dirty one stays in the page cache, poisoned (`Failed to invalidate`), and read() still returns it.';

const ROWS = {
    // Local disks.
    ext2: { ...DISK, buffers: true, defaultMajor: 8, defaultMinor: 1, doc: 'Generic error-remove hook. Pages that were written carry buffer heads. Does not claim memory errors on DAX.' },
    ext4: { ...DISK, buffers: true, buffersBy: ['page_mkwrite'], largeFolios: true, largeFoliosSince: '6.16', punchHole: true, defaultMajor: 8, defaultMinor: 2, doc: 'Generic error-remove hook; single pages carry buffer heads. Large folios on recent kernels: a dirty one cannot be split, which gives `unsplit thp`. Does not claim memory errors on DAX.' },
    xfs: { ...DISK, claimsDaxFailures: true, largeFolios: true, punchHole: true, defaultMajor: 8, defaultMinor: 3, doc: 'Generic error-remove hook, large folios. On DAX it claims the error: every file that shares the block is handled, and damaged metadata shuts the file system down.' },
    overlayfs: { ...DISK, buffers: true, buffersBy: ['page_mkwrite'], punchHole: true, defaultMajor: 8, defaultMinor: 2, doc: 'A file of an overlay whose upper layer is ext4: its page cache is that of the upper file, so everything is as there.' },
    btrfs: { ...DISK, largeFolios: true, largeFoliosSince: '7.0', punchHole: true, defaultMajor: 0, defaultMinor: 40, doc: 'Generic error-remove hook. Anonymous device number, so the device filter sees major 0.' },
    gfs2: { ...DISK, punchHole: true, defaultMajor: 8, defaultMinor: 4, doc: 'Generic error-remove hook.' },
    ocfs2: { ...DISK, buffers: true, buffersBy: ['page_mkwrite'], punchHole: true, defaultMajor: 8, defaultMinor: 5, doc: 'Generic error-remove hook; pages carry buffer heads.' },
    exfat: { ...DISK, buffers: true, defaultMajor: 8, defaultMinor: 6, doc: 'Generic error-remove hook; pages carry buffer heads.' },
    zonefs: { ...DISK, defaultMajor: 8, defaultMinor: 7, doc: 'Generic error-remove hook.' },
    ntfs: { ...DISK, buffers: true, defaultMajor: 8, defaultMinor: 8, since: '7.0', doc: 'The driver of 7.x: generic error-remove hook.' },
    vfat: { ...DISK, errorRemoveFolio: 'none', buffers: true, defaultMajor: 8, defaultMinor: 9, doc: NOTHING },
    f2fs: { ...DISK, errorRemoveFolio: 'none', punchHole: true, defaultMajor: 8, defaultMinor: 10, doc: NOTHING },
    udf: { ...DISK, errorRemoveFolio: 'none', buffers: true, defaultMajor: 11, defaultMinor: 0, doc: NOTHING },
    iso9660: { ...DISK, fsyncErrno: 'EINVAL', errorRemoveFolio: 'none', writeErrno: 'EROFS', defaultMajor: 11, defaultMinor: 1, doc: 'Read-only, so never dirty. No error-remove hook: a page that nobody else holds is evicted.' },
    squashfs: { ...DISK, fsyncErrno: 'EINVAL', errorRemoveFolio: 'none', writeErrno: 'EROFS', defaultMajor: 7, defaultMinor: 0, doc: 'Read-only, so never dirty. No error-remove hook: a page that nobody else holds is evicted.' },
    erofs: { ...DISK, fsyncErrno: 'EINVAL', errorRemoveFolio: 'none', writeErrno: 'EROFS', largeFolios: true, largeFoliosSince: '6.6', defaultMajor: 7, defaultMinor: 1, doc: 'Read-only, so never dirty. No error-remove hook: a page that nobody else holds is evicted.' },

    // Network and user space.
    nfs: { ...DISK, largeFolios: true, largeFoliosSince: '6.6', punchHole: true, defaultMajor: 0, defaultMinor: 50, doc: 'Generic error-remove hook.' },
    fuse: { ...DISK, errorRemoveFolio: 'none', punchHole: true, defaultMajor: 0, defaultMinor: 51, doc: `FUSE and virtiofs. ${NOTHING} virtiofs on DAX does not claim memory errors.` },
    cifs: { ...DISK, errorRemoveFolio: 'none', largeFolios: true, largeFoliosSince: '6.6', punchHole: true, defaultMajor: 0, defaultMinor: 52, doc: `SMB. ${NOTHING}` },
    ceph: { ...DISK, errorRemoveFolio: 'none', punchHole: true, defaultMajor: 0, defaultMinor: 53, doc: NOTHING },
    '9p': { ...DISK, errorRemoveFolio: 'none', largeFolios: true, largeFoliosSince: '6.12', defaultMajor: 0, defaultMinor: 54, doc: NOTHING },

    // Memory.
    tmpfs: { ...SHMEM, defaultMajor: 0, defaultMinor: 30, doc: 'shmem. The poisoned page stays in the file: read() and write() return EIO, faults get SIGBUS, fsync() does nothing and returns 0. Truncation or a punched hole makes room for a fresh page. mount -o huge= gives THPs.' },
    memfd: { ...SHMEM, defaultMajor: 0, defaultMinor: 1, doc: 'memfd_create(): a shmem file on the kernel\'s internal mount.' },
    'shared-anon': { ...SHMEM, defaultMajor: 0, defaultMinor: 1, doc: 'mmap(MAP_SHARED | MAP_ANONYMOUS): an unnamed shmem file on the kernel\'s internal mount.' },
    'sysv-shm': { ...SHMEM, defaultMajor: 0, defaultMinor: 1, doc: 'shmget() segment: a shmem file on the kernel\'s internal mount. shmctl(SHM_LOCK) makes its pages unevictable, which they still are when memory_failure() classifies them.' },
    ramfs: { ...DISK, errorRemoveFolio: 'none', writeback: false, unevictable: true, defaultMajor: 0, defaultMinor: 31, doc: 'Memory without swap: pages are unevictable and cannot be dropped (`Failed to invalidate`). read() does not check for poison.' },
    secretmem: { ...DISK, fsyncErrno: 'EINVAL', readErrno: 'EINVAL', writeErrno: 'EINVAL', errorRemoveFolio: 'none', writeback: false, unevictable: true, directMapHidden: true, defaultMajor: 0, defaultMinor: 32, doc: 'memfd_secret(): out of the direct map, unevictable, locked. get_user_pages() refuses it, so madvise() returns EFAULT; by PFN the page is Failed.' },
    guest_memfd: { ...DISK, fsyncErrno: 'EINVAL', readErrno: 'EINVAL', writeErrno: 'EINVAL', errorRemoveFolio: 'guest_memfd', writeback: false, unevictable: true, punchHole: true, defaultMajor: 0, defaultMinor: 33, since: '6.8', doc: 'KVM private guest memory. Its hook zaps the guest\'s mappings and returns 2, which the caller takes for an error: Failed. A later guest access makes the vCPU run return EHWPOISON.' },
    hugetlbfs: { ...HUGETLB, defaultMajor: 0, defaultMinor: 34, doc: 'File of huge pages. A poisoned one stays in the page cache; read() stops at the bad base page (since 6.6), faults anywhere in it get SIGBUS. It never goes back to the buddy allocator.' },
    'memfd-hugetlb': { ...HUGETLB, defaultMajor: 0, defaultMinor: 35, doc: 'memfd_create(MFD_HUGETLB): a hugetlbfs file on the kernel\'s internal mount.' },

    // Devices.
    'block-device': { ...DISK, errorRemoveFolio: 'none', buffers: true, buffersBy: ['writeback'], punchHole: true, defaultMajor: 0, defaultMinor: 3, doc: `Page cache of a device node, where file system metadata lives; pages carry buffer heads. ${NOTHING} The device filter compares the internal block-device file system, not the number of the device.` },
    fsdax: { ...DISK, errorRemoveFolio: 'none', punchHole: true, dax: true, defaultMajor: 259, defaultMinor: 0, doc: 'File on a file system mounted -o dax: its pages are persistent memory, reported as `dax page`. They are unmapped and may be faulted in again.' },
    devdax: { ...DISK, readErrno: 'EINVAL', writeErrno: 'EINVAL', errorRemoveFolio: 'none', writeback: false, dax: true, defaultMajor: 0, defaultMinor: 36, doc: 'Device-DAX character device: persistent memory mapped in units of its alignment; si_addr_lsb is that unit.' },
} as const satisfies Record<string, Filesystem>;

export type FilesystemType = keyof typeof ROWS;

export const FILESYSTEMS: Readonly<Record<FilesystemType, Filesystem>> = ROWS;
