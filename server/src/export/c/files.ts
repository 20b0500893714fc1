/** Declared files: how the program comes to each, and where its descriptors are. */
import { FILESYSTEMS, type FilesystemType } from '../../vocabulary/filesystems.js';
import type { FileSpec, FilesystemSpec } from '../../simulator/program.js';
import { FILE_STATES, fileConstruct } from '../constructs/files.js';
import { CannotMake, wanted, type CSource } from './source.js';
import { bytes, pages, quoted } from './text.js';

/** statfs.f_type of the file systems that a folder can be on. */
const MAGIC: Partial<Record<FilesystemType, number>> = {
    'ext2': 0xef53, 'ext4': 0xef53, 'xfs': 0x5846_5342, 'btrfs': 0x9123_683e, 'f2fs': 0xf2f5_2010, 'vfat': 0x4d44, 'exfat': 0x2011_bab0, 'overlayfs': 0x794c_7630,
    'nfs': 0x6969, 'fuse': 0x6573_5546, 'cifs': 0xff53_4d42, 'ceph': 0x00c3_6400, '9p': 0x0102_1997, 'gfs2': 0x0116_1970, 'ocfs2': 0x7461_636f, 'udf': 0x1501_3346, 'zonefs': 0x5a4f_4653,
};

/** Made by a call of their own: they have no name in any folder. */
const NAMELESS: ReadonlySet<string> = new Set(['memfd', 'memfd-hugetlb', 'shared-anon', 'secretmem', 'sysv-shm', 'block-device']);

function specOf(c: CSource, name: string): FileSpec {
    const spec = c.program.machine.files.find((each) => each.name === name);
    if (spec === undefined) throw new CannotMake('file', `there is no file ${name}`);
    return spec;
}

/** The variable with the descriptor of a file, or of an open description of one. Makes the file when it is the first to ask. */
export function fileDescriptor(c: CSource, name: string, actor?: string): string {
    const open = c.descriptors.get(name);
    if (open !== undefined) {
        if (actor !== undefined && open.owner !== '' && open.owner !== actor) throw new CannotMake('open', 'the descriptor belongs to another task of the program');
        return open.variable;
    }
    return makeFile(c, specOf(c, name));
}

/** The folder, or the mount, that a file system of memory or of a disk stands for: a C expression. */
function folder(c: CSource, spec: FileSpec): string {
    const filesystem: FilesystemSpec | undefined = c.program.machine.filesystems.find(({ name }) => name === spec.filesystem);
    const type = spec.type as FilesystemType;
    const huge = filesystem?.huge === true || (type === 'tmpfs' && spec.folioBytes > c.pageBytes);
    const key = `folder ${spec.filesystem ?? type}${huge ? ' huge' : ''}`;
    const known = c.paths.get(key);
    if (known !== undefined) return known;
    const variable = c.named('', `${spec.filesystem ?? type}_dir`);
    c.globals.add(`static const char *${variable};`);
    c.paths.set(key, variable);
    if (filesystem?.dax !== undefined) {
        c.use('folder_of');
        c.includes.add('stdlib.h');
        c.use('skip_all');
        c.setup.push(`\tif (!getenv("DAX_DIR"))\n\t\tskip_all("set DAX_DIR to a folder on ${type}, mounted -o dax");\n\t${variable} = folder("DAX_DIR", ${quoted(type)}, ${magic(type)});`);
    } else if (type === 'tmpfs' || type === 'ramfs' || type === 'hugetlbfs') {
        c.use('mount_memory');
        const options = type === 'hugetlbfs' ? `pagesize=${(spec.folioBytes > c.pageBytes ? spec.folioBytes : 2 ** 21) / 1024}K` : huge ? 'huge=always' : '';
        c.setup.push(`\t${variable} = mount_memory(${quoted(type)}, ${quoted(options)});`);
    } else if (c.program.machine.filesystems.filter((each) => each.type === type).length > 1) {
        // Each has a device of its own.
        const own = `${(spec.filesystem ?? type).toUpperCase().replaceAll(/\W/g, '_')}_DIR`;
        c.use('folder_of', 'skip_all');
        c.includes.add('stdlib.h');
        c.setup.push(`\tif (!getenv(${quoted(own)}))\n\t\tskip_all("set ${own} to a folder on ${type}: one for each file system of the scenario");`, `\t${variable} = folder(${quoted(own)}, ${quoted(type)}, ${magic(type)});`);
    } else {
        c.use('folder_of');
        c.setup.push(`\t${variable} = folder(${quoted(`${type.toUpperCase().replaceAll(/\W/g, '_')}_DIR`)}, ${quoted(type)}, ${magic(type)});`);
    }
    return variable;
}

function magic(type: FilesystemType): string {
    return `0x${(MAGIC[type] ?? 0).toString(16)}`;
}

/** The path of a file that has one: a variable. */
export function filePath(c: CSource, name: string): string {
    const path = c.paths.get(name);
    if (path === undefined) throw new CannotMake('unlink', 'a file without a name');
    return path;
}

/** A file that a step creates. */
export function createPath(c: CSource, name: string, filesystem: string): string {
    const type = c.program.machine.filesystems.find((each) => each.name === filesystem)?.type ?? 'ext4';
    wanted(`file ${type}`, fileConstruct(type as FilesystemType));
    const path = c.named('', `${name}_path`);
    c.globals.add(`static char ${path}[256];`);
    c.paths.set(name, path);
    const spec: FileSpec = { name, source: 0, type, filesystem, bytes: 0, cached: 'absent', folioBytes: c.pageBytes, content: '', locked: false, held: false };
    c.setup.push(`\tsnprintf(${path}, sizeof(${path}), "%s/%s", ${folder(c, spec)}, ${quoted(`test-${name}`)});`);
    c.includes.add('stdio.h');
    return path;
}

function makeFile(c: CSource, spec: FileSpec): string {
    const type = spec.type as FilesystemType;
    wanted(`file ${type}`, fileConstruct(type));
    if (spec.held) throw new CannotMake('file held', FILE_STATES.held.limit ?? '');
    if (spec.cached === 'writeback') throw new CannotMake('file cached writeback', FILE_STATES['cached writeback'].limit ?? '');
    const variable = c.named('', `${spec.name}_fd`);
    c.globals.add(`static int ${variable};`);
    c.descriptors.set(spec.name, { variable, owner: '', file: spec.name });
    c.setup.push(...opening(c, spec, type, variable), ...filling(c, spec, type, variable));
    return variable;
}

function opening(c: CSource, spec: FileSpec, type: FilesystemType, variable: string): string[] {
    const size = bytes(spec.bytes, c.pageBytes);
    const or = (call: string): string => `\tif (${variable} < 0${spec.bytes === 0 || type === 'sysv-shm' ? '' : ` || ftruncate(${variable}, ${size})`})\n\t\tskip_all(${quoted(`${call}: %m`)});`;
    if (NAMELESS.has(type)) c.use('skip_all');
    c.includes.add('unistd.h');
    switch (type) {
        case 'memfd':
        case 'shared-anon':
            c.includes.add('sys/mman.h');
            return [`\t${variable} = memfd_create(${quoted(spec.name)}, 0);`, or('memfd_create')];
        case 'memfd-hugetlb':
            c.includes.add('sys/mman.h');
            c.defines.add('#ifndef MFD_HUGETLB\n#define MFD_HUGETLB\t4U\n#endif');
            return [`\t${variable} = memfd_create(${quoted(spec.name)}, MFD_HUGETLB | ${Math.log2(hugeBytes(c, spec))}U << 26);`, or('memfd_create')];
        case 'secretmem':
            c.includes.add('sys/syscall.h');
            c.defines.add('#ifndef SYS_memfd_secret\n#define SYS_memfd_secret\t447\n#endif');
            return [`\t${variable} = syscall(SYS_memfd_secret, 0);`, or('memfd_secret')];
        case 'sysv-shm':
            c.includes.add('sys/shm.h');
            return [`\t${variable} = shmget(IPC_PRIVATE, ${size}, IPC_CREAT | 0600);`, or('shmget'), ...spec.locked ? [`\tif (shmctl(${variable}, SHM_LOCK, NULL))\n\t\tskip_all("SHM_LOCK: %m");`] : []];
        case 'block-device':
            c.use('loop_device');
            return [`\t${variable} = loop_device(${bytes(Math.max(spec.bytes, 2 ** 20), c.pageBytes)});`];
        default: {
            c.use('file_in', 'skip_all');
            const path = c.named('', `${spec.name}_path`);
            c.globals.add(`static char ${path}[256];`);
            c.paths.set(spec.name, path);
            const dir = folder(c, spec);
            return [`\t${variable} = new_file(${path}, sizeof(${path}), ${dir}, ${quoted(`test-${spec.name}`)});`, ...spec.bytes === 0 ? [] : [`\tif (ftruncate(${variable}, ${size}))\n\t\tskip_all("ftruncate: %m");`]];
        }
    }
}

function hugeBytes(c: CSource, spec: FileSpec): number {
    return spec.folioBytes > c.pageBytes ? spec.folioBytes : 2 ** 21;
}

/** The letters of a file, or one that stands for zeroes nobody reads. */
function filling(c: CSource, spec: FileSpec, type: FilesystemType, variable: string): string[] {
    if (spec.cached === 'absent' || spec.bytes < c.pageBytes || type === 'sysv-shm') return [];
    const count = Math.floor(spec.bytes / c.pageBytes);
    const letters = quoted(trimmed(spec.content === '' ? 'a' : spec.content));
    const row = FILESYSTEMS[type];
    if (row.hugetlb) {
        c.use('touch_file');
        const unit = hugeBytes(c, spec);
        return [`\tfill_by_mapping(${variable}, ${spec.bytes / unit}, ${unit}UL, ${letters});`];
    }
    if (row.writeErrno !== undefined) {
        c.use('touch_file');
        return [`\tfill_by_mapping(${variable}, ${count}, page_size, ${letters});`];
    }
    c.use('write_pages');
    const write = `\twrite_pages(${variable}, ${count}, ${spec.folioBytes > c.pageBytes ? count : 1}, ${letters});`;
    if (row.swapBacked || row.unevictable) return [write];
    return [write, `\tfsync(${variable});`, ...spec.cached === 'dirty' ? [write] : []];
}

/** Contents without what the last letter repeats. */
export function trimmed(content: string): string {
    return content.replace(/(.)\1+$/s, '$1');
}

export { pages };
