/** Files of a scenario: where each kind lies in the guest, and how its pages get into the declared state. */
import type { FileSpec, SourceId } from '../../simulator/program.js';
import { HUGE_SHIFT, MFD_HUGETLB, O } from './constants.js';
import { word, type PlanWriter, type Taker } from './plan-writer.js';

/** Where files of a type are made; `create` is for those that have no path. */
interface Kind {
    readonly folder?: string;
    readonly create?: 'memfd' | 'memfd-secret' | 'memfd-hugetlb' | 'segment';
    /** Where it is, of a type of which the guest has one. */
    readonly path?: string;
    /** Is there a disk below it? */
    readonly disk?: true;
    /** The agent's machine has it only where the host could make it. */
    readonly alone?: string;
}

const KINDS: Readonly<Record<string, Kind>> = {
    tmpfs: { folder: '/mnt/tmpfs' }, ramfs: { folder: '/mnt/ramfs' }, ext4: { folder: '/mnt/ext4', disk: true },
    hugetlbfs: { folder: '/mnt/huge', alone: 'huge pages that went bad stay in the pool' }, 'block-device': { path: '/dev/ram1', disk: true, alone: 'the disk is the whole machine\'s' },
    'sysv-shm': { create: 'segment' }, memfd: { create: 'memfd' }, secretmem: { create: 'memfd-secret' }, 'memfd-hugetlb': { create: 'memfd-hugetlb', alone: 'huge pages that went bad stay in the pool' },
};

export const MADE_FILES: readonly string[] = Object.keys(KINDS);

function pathOf(file: FileSpec): string | undefined {
    const kind = KINDS[file.type];
    if (kind?.path !== undefined) {
        return kind.path;
    }
    const folder = file.folioBytes >= 2 ** 21 && file.type === 'tmpfs' ? '/mnt/tmpfs-huge' : kind?.folder;
    return folder === undefined ? undefined : `${folder}/${file.name}`;
}

/** Makes the declared files, before any process is started: those without a path are inherited. */
export function makeFile(writer: PlanWriter, file: FileSpec): void {
    const kind = KINDS[file.type];
    if (kind === undefined) {
        writer.cannot(`file on ${file.type}`, `the guest has files on ${MADE_FILES.join(', ')}`, file.source);
        return;
    }
    if (file.filesystem !== undefined || file.held || file.locked && file.type !== 'sysv-shm' || file.cached === 'writeback') {
        writer.cannot(file.held ? 'file held' : file.locked ? 'file locked' : file.cached === 'writeback' ? 'file under writeback' : 'filesystem', 'the guest cannot bring a file into that state', file.source);
        return;
    }
    if (file.folioBytes > writer.guest.pageBytes && file.type !== 'memfd-hugetlb' && file.type !== 'hugetlbfs' && !(file.type === 'tmpfs' && file.folioBytes === writer.guest.thpBytes)) {
        writer.cannot(`${file.type} file in large folios`, 'the page cache chooses the size of its folios', file.source);
        return;
    }
    if (kind.path !== undefined && writer.isTaken(kind.path)) {
        writer.cannot(`second file on ${file.type}`, 'the guest has one such disk', file.source);
        return;
    }
    if (kind.alone !== undefined) {
        writer.alone(kind.alone);
    }
    if (kind.disk === true) {
        writer.needs('ext4', 'file on ext4', file.source);
    }
    const slot = `#${writer.slot(descriptorKey('', file.name))}`;
    if (kind.create === 'segment') {
        makeSegmentFile(writer, file, slot);
        return;
    }
    openFile(writer, 'r', file, slot);
    if (kind.path === undefined) {
        writer.line('r', 'ftruncate', slot, file.bytes);
    }
    if (file.cached !== 'absent' || kind.disk === true) {
        fillFile(writer, file, slot, kind.disk === true);
    }
}

/** A System V segment, known by its number; the pages come with faults. */
function makeSegmentFile(writer: PlanWriter, file: FileSpec, slot: string): void {
    if (file.cached !== 'absent' && file.content !== '') {
        writer.cannot(`contents of a ${file.type} file`, 'it has no write(): its pages are written through a mapping', file.source);
    }
    writer.line('r', 'shm-make', slot, file.bytes, ...file.locked ? ['locked'] : []);
}

function fillFile(writer: PlanWriter, file: FileSpec, slot: string, disk: boolean): void {
    if (file.type === 'secretmem' || file.type === 'memfd-hugetlb' || file.type === 'hugetlbfs') {
        // There is no write(): the pages come with faults.
        if (file.content !== '') {
            writer.cannot(`contents of a ${file.type} file`, 'it has no write(): its pages are written through a mapping', file.source);
        }
        return;
    }
    const content = file.content === '' ? '\0' : file.content;
    const write = (): void => {
        if (content !== '\0') {
            writer.line('r', 'fill-file', slot, file.bytes, writer.guest.pageBytes, word(content));
        } else if (disk) {
            writer.line('r', 'fill-file', slot, file.bytes, writer.guest.pageBytes, '%00');
        }
    };
    write();
    if (disk) {
        writer.line('r', 'fsync', slot);
        if (file.cached === 'dirty') {
            write();
        }
        if (file.cached === 'absent') {
            writer.line('r', 'file', '/proc/sys/vm/drop_caches', '1');
        }
    }
}

/** Opens it, or makes what has no name. */
function openFile(writer: PlanWriter, taker: Taker, file: FileSpec, slot: string): void {
    const path = pathOf(file);
    if (path !== undefined) {
        writer.line(taker, 'open', slot, word(path), O.readWrite | O.create);
    } else if (KINDS[file.type]?.create === 'memfd-secret') {
        writer.line(taker, 'memfd-secret', slot);
    } else {
        writer.line(taker, 'memfd', slot, word(file.name), memfdFlags(file));
    }
}

function memfdFlags(file: FileSpec): number {
    return file.type === 'memfd-hugetlb' ? MFD_HUGETLB + 2 ** HUGE_SHIFT * Math.log2(Math.max(file.folioBytes, 2 ** 21)) : 0;
}

export function descriptorKey(process: string, file: string): string {
    return `#${process}:${file}`;
}

/** The process opens the file for itself; what has no path it has from the runner. */
export function openInProcess(writer: PlanWriter, task: number, process: string, file: FileSpec): void {
    const path = pathOf(file);
    if (path !== undefined && (!writer.hasSlot(descriptorKey(process, file.name)) || writer.hasClosed(process, file.name))) {
        writer.setClosed(process, file.name, false);
        writer.line(task, 'open', `#${writer.slot(descriptorKey(process, file.name))}`, word(path), O.readWrite);
    }
}

/** A further description of the file, in a step; under the name of the file it takes the place of the process's own. */
export function openAgain(writer: PlanWriter, taker: Taker, process: string, file: FileSpec, name: string): void {
    const path = pathOf(file);
    const runners = descriptorOf(writer, '', file);
    const slot = `#${writer.slot(name === file.name ? descriptorKey(process, name) : namedKey(name))}`;
    writer.setClosed(process, name, false);
    if (name !== file.name) {
        writer.opened.set(name, { taker, process, file: file.name });
    }
    if (path === undefined) {
        writer.line(taker, 'reopen', slot, runners!);
    } else {
        writer.line(taker, 'open', slot, word(path), O.readWrite);
    }
}

/** Descriptors that steps name. */
function namedKey(name: string): string {
    return `#as:${name}`;
}

/** Where copy_file_range() copies to: it asks for the same file system. */
export function copyTarget(file: FileSpec): string {
    const path = pathOf(file);
    return path !== undefined ? word(`${path}.copy`) : KINDS[file.type]?.create === 'memfd-secret' ? '-secret' : `-${memfdFlags(file)}`;
}

/** The descriptor that a process, or the runner (''), has of the file: its own, that of a parent, the runner's of what has no path. */
export function descriptorOf(writer: PlanWriter, process: string, file: FileSpec): string | undefined {
    const owners = [...writer.lineage(process), ...pathOf(file) === undefined ? [''] : []];
    const key = owners.map((owner) => descriptorKey(owner, file.name)).find((each) => writer.hasSlot(each));
    return key === undefined ? undefined : `#${writer.slot(key)}`;
}

/** The descriptor that a step of the process calls so: one that a step has opened under that name, or of the file. */
export function descriptorNamed(writer: PlanWriter, process: string, name: string, file: FileSpec | undefined): string | undefined {
    if (writer.opened.has(name)) {
        return `#${writer.slot(namedKey(name))}`;
    }
    return file === undefined || file.type === 'sysv-shm' ? undefined : descriptorOf(writer, process, file);
}

/** A descriptor that the process has of the file, whatever its name; a closed one where it has no other. */
export function descriptorToUse(writer: PlanWriter, process: string, file: FileSpec | undefined): string | undefined {
    if (file === undefined) {
        return undefined;
    }
    const owners = writer.lineage(process);
    const other = writer.hasClosed(process, file.name)
        ? [...writer.opened].find(([name, opened]) => opened.file === file.name && owners.includes(opened.process) && !writer.hasClosed(process, name)) : undefined;
    return descriptorNamed(writer, process, other?.[0] ?? file.name, file);
}

/** What has no name, or loses it, goes with its last user: the runner lets go of it, and so do the processes that have nothing to do with it. */
export function letGo(writer: PlanWriter, taker: Taker, file: FileSpec, losesName: boolean): void {
    if ((losesName || pathOf(file) === undefined) && KINDS[file.type]?.create !== 'segment') {
        writer.line(taker, 'close', `#${writer.slot(descriptorKey('', file.name))}`);
    }
}

export function pathWord(file: FileSpec): string | undefined {
    const path = pathOf(file);
    return path === undefined ? undefined : word(path);
}

/** The declared file of that name. */
export function fileNamed(files: readonly FileSpec[], name: string): FileSpec | undefined {
    return files.find((each) => each.name === name);
}

export function notAFile(writer: PlanWriter, name: string, source: SourceId): void {
    writer.cannot(`file ${name}`, 'it is no declared file', source);
}
