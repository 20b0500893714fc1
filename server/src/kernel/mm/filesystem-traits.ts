import type { FilesystemTraits } from '../../machine/filesystem.js';
import { FILESYSTEMS, type Filesystem, type FilesystemType } from '../../vocabulary/filesystems.js';

/** File systems whose dirty pages no migrate_folio operation can move. */
const NOT_MIGRATABLE: ReadonlySet<string> = new Set(['ramfs', 'secretmem']);

/** What the model reads of a row of the file-system table. */
export function traitsOf(type: string): FilesystemTraits {
    const row: Filesystem = FILESYSTEMS[type as FilesystemType] ?? FILESYSTEMS.tmpfs;
    return {
        errorRemoveFolio: row.errorRemoveFolio, writeback: row.writeback, swapBacked: row.swapBacked, unevictable: row.unevictable,
        punchHole: row.punchHole, buffers: row.buffers, buffersBy: row.buffersBy ?? [], migratable: !NOT_MIGRATABLE.has(type),
        readErrno: row.readErrno ?? null, writeErrno: row.writeErrno ?? null, fsyncErrno: row.fsyncErrno ?? null,
    };
}
