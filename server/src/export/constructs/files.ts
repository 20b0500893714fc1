/** Files, by their file system: how the program comes to one. */
import type { FilesystemType } from '../../vocabulary/filesystems.js';
import { neither, onlyC, type Construct } from './construct.js';

const MOUNTED = 'a file in a folder of that file system, which a variable of the environment names';
const READ_ONLY = 'nothing can be written to it; its image would have to be made first';

const ROWS: Partial<Record<FilesystemType, Construct>> = {
    'tmpfs': onlyC('a file in a tmpfs that the program mounts'),
    'ramfs': onlyC('a file in a ramfs that the program mounts'),
    'hugetlbfs': onlyC('a file in a hugetlbfs that the program mounts'),
    'memfd': onlyC('memfd_create()'),
    'memfd-hugetlb': onlyC('memfd_create(MFD_HUGETLB)'),
    'shared-anon': onlyC('mmap(MAP_SHARED | MAP_ANONYMOUS)'),
    'sysv-shm': onlyC('shmget(), SHM_LOCK where it is locked'),
    'secretmem': onlyC('memfd_secret()', 'secretmem.enable=1 on the command line before 6.5'),
    'block-device': onlyC('a loop device'),
    'guest_memfd': neither('it belongs to a virtual machine of KVM'),
    'devdax': neither('a device of the machine that only its administrator can set up'),
    'iso9660': neither(READ_ONLY),
    'squashfs': neither(READ_ONLY),
    'erofs': neither(READ_ONLY),
};

export function fileConstruct(type: FilesystemType): Construct {
    return ROWS[type] ?? onlyC(MOUNTED);
}

/** What a declared file can be besides its type. */
export const FILE_STATES = {
    'cached absent': onlyC('ftruncate(), nothing written'),
    'cached clean': onlyC('written, fsync()ed'),
    'cached dirty': onlyC('written, fsync()ed, written again'),
    'cached writeback': neither('nothing holds a page under writeback'),
    'large folios': onlyC('written in one call; the program looks whether the folios are large, and gives up if not'),
    'held': neither('a mounted file system would have to hold the page'),
    'dax': onlyC('the folder must be one of a file system mounted -o dax'),
    'huge': onlyC('tmpfs mounted huge=always'),
} as const satisfies Record<string, Construct>;
