import type { FilesystemTraits } from '../../machine/filesystem.js';
import { FILESYSTEMS, type Filesystem, type FilesystemType } from '../../vocabulary/filesystems.js';

/** ramfs has no migrate_folio operation, secretmem_migrate_folio() refuses. */
const MIGRATABLE: Readonly<Record<string, FilesystemTraits['migratable']>> = { ramfs: 'clean', secretmem: 'none' };

/** Files of memory alone that are mapped by generic_file_mmap(), whose filemap_page_mkwrite() wants to know of stores. */
const TRACKED: ReadonlySet<string> = new Set(['ramfs']);

/** What the model reads of a row of the file-system table. */
export function traitsOf(type: string): FilesystemTraits {
    const row: Filesystem = FILESYSTEMS[type as FilesystemType] ?? FILESYSTEMS.tmpfs;
    return {
        errorRemoveFolio: row.errorRemoveFolio, writeback: row.writeback, tracksStores: row.writeback || TRACKED.has(type), swapBacked: row.swapBacked, unevictable: row.unevictable,
        punchHole: row.punchHole, buffers: row.buffers, buffersBy: row.buffersBy ?? [], migratable: MIGRATABLE[type] ?? 'all',
        readErrno: row.readErrno ?? null, writeErrno: row.writeErrno ?? null, fsyncErrno: row.fsyncErrno ?? null, unpositioned: row.unpositioned === true,
        resizable: row.fixedSize !== true, allocatesRange: row.allocatesRange ?? row.punchHole,
        mapsAround: row.mapsAround ?? true,
    };
}
