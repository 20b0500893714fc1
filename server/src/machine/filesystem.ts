/** What the model needs to know of a file system; rows of vocabulary/filesystems have this shape. */
export interface FilesystemTraits {
    /** Which error_remove_folio() it has. */
    readonly errorRemoveFolio: 'generic' | 'shmem' | 'hugetlbfs' | 'guest_memfd' | 'none';
    /** Its backing device supports writeback (mapping_can_writeback()). */
    readonly writeback: boolean;
    /** It is told of the first store through a shared mapping, so that no pin that lasts may write there (vma_needs_dirty_tracking()). */
    readonly tracksStores: boolean;
    readonly swapBacked: boolean;
    readonly unevictable: boolean;
    readonly punchHole: boolean;
    /** Pages that were written carry buffer heads: PG_private and one reference. */
    readonly buffers: boolean;
    /** What else makes them, besides write(). */
    readonly buffersBy: readonly ('page_mkwrite' | 'writeback')[];
    /** Which of its pages can be moved: those that are clean where it has no migrate_folio operation, none where that refuses. */
    readonly migratable: 'all' | 'clean' | 'none';
    /** What read() and write() fail with where it has no such operation, else null. */
    readonly readErrno: 'EINVAL' | null;
    readonly writeErrno: 'EINVAL' | 'EROFS' | null;
    /** ftruncate() works after the size was given; a device has none to give. */
    readonly resizable: boolean;
    /** fallocate() of mode 0 works. */
    readonly allocatesRange: boolean;
    /** Its descriptors take no offsets (no FMODE_PREAD). */
    readonly unpositioned: boolean;
    readonly fsyncErrno: 'EINVAL' | null;
    /** A read fault maps what is cached around it (vm_ops->map_pages). */
    readonly mapsAround: boolean;
}

/** Device of the file system that a page belongs to. */
export interface DeviceNumber { readonly major: number; readonly minor: number; }
