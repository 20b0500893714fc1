import { dropPagecache, fsyncFile, msync, openFile, punchHole, readFile, seekData, syncFs, truncateFile, writeFile } from '../kernel/mm/file-calls.js';
import type { Errno } from '../kernel/kernel.js';
import { takePin } from '../kernel/mm/pins.js';
import { exitProcess, exitThread, releaseFiles } from '../kernel/mm/exit.js';
import { OpenDescription, type AddressSpace } from '../machine/mm-types.js';
import { buildFile } from './build-machine.js';
import type { Operation } from './operation.js';
import { SILENT, type StepContext, called, transferred } from './step-context.js';

const SMALL_READ = 64;

const NO_ERRORS = { errorSequence: 0, errorSeen: true };

/** The file a page of it, its name, or an open description of it stands for. */
function fileAt(context: StepContext, name = 'target'): { readonly file: AddressSpace; readonly page: number; readonly pageCount: number; readonly byteOffset: number } | null {
    const place = context.place(name);
    const { machine } = context.kernel;
    if (place === null) {
        const file = machine.files.get(context.text(name) ?? context.text('file') ?? '');
        return file === undefined ? null : { file, page: 0, pageCount: 1, byteOffset: 0 };
    }
    if (place.kind === 'file') {
        const file = machine.files.get(place.file);
        return file === undefined ? null : { file, page: place.page, pageCount: place.pageCount, byteOffset: place.byteOffset };
    }
    if (place.kind === 'region') {
        // The superblock page of a mounted file system: its block device's page cache.
        const region = machine.regions.get(place.region);
        const owner = region === undefined ? null : machine.memory.folio(region.pfn).owner;
        return owner?.kind === 'file' ? { file: owner, page: place.page, pageCount: place.pageCount, byteOffset: place.byteOffset } : null;
    }
    return null;
}

/** What the actor has open under the name; null: nothing. Root may name what processes have opened under a name of its own, as long as they live. */
function description(context: StepContext): OpenDescription | null {
    const { kernel: { machine }, process } = context;
    const name = context.text('description') ?? '';
    if (process === null) {
        const open = machine.descriptors.get(name) ?? null;
        return open?.openedBy?.alive === false ? null : open;
    }
    const file = machine.files.get(name);
    // Whoever uses a file has had it open since before the first error.
    if (file !== undefined && !process.descriptors.has(name)) process.descriptors.set(name, new OpenDescription(file, NO_ERRORS, NO_ERRORS));
    return process.descriptors.get(name) ?? null;
}

/** Has the actor closed the file, and has nothing else open of it? */
function isClosed({ kernel: { machine }, process }: StepContext, file: AddressSpace): boolean {
    const { descriptors } = process ?? machine;
    return descriptors.get(file.name) === null && ![...descriptors.values()].some((open) => open?.file === file);
}

/** A read of the file, by whatever call. */
function reading(context: StepContext, visit?: (pfn: number, bytes: number) => void): ReturnType<Operation> {
    const found = fileAt(context);
    if (found === null) return SILENT;
    const pageBytes = 2 ** context.kernel.machine.pageShift;
    const bytes = context.number('length') ?? (found.pageCount > 1 ? found.pageCount * pageBytes : SMALL_READ);
    const { errno, bytes: done, value } = readFile(context.kernel, found.file, found.page * pageBytes + found.byteOffset, bytes, visit);
    return transferred(errno, done, value);
}

/** A file whose descriptor has no FMODE_PREAD: calls that give an offset are refused before anything else. */
function noPosition(context: StepContext, errno: Errno): ReturnType<Operation> | null {
    const found = fileAt(context);
    if (found === null || !found.file.traits.unpositioned) return null;
    context.kernel.decide('fdget.no-position', undefined, found.file.type);
    return called(errno);
}

/** Files of huge pages are read by read() only. Follows warn_unsupported() of splice_file_to_pipe(). */
function noSplice(context: StepContext): ReturnType<Operation> | null {
    return (fileAt(context)?.file.hugetlbShift ?? null) === null ? null : called('EINVAL');
}

function notOpen(context: StepContext, name = context.text('description')): ReturnType<Operation> {
    context.kernel.decide('fdget.closed', undefined, name);
    return called('EBADF');
}

/** A call on a descriptor of the file, which may have been closed. */
function onDescriptor(operation: Operation): Operation {
    return (context) => {
        const found = fileAt(context) ?? fileAt(context, 'file');
        if (found === null || !isClosed(context, found.file)) return operation(context);
        return notOpen(context, found.file.name);
    };
}

export const FILE_OPERATIONS: Readonly<Record<string, Operation>> = {
    open: (context) => {
        const found = fileAt(context, 'file');
        if (found === null) return called('ENOENT');
        // Its inode can be had by the call that made it only.
        if (found.file.traits.unpositioned) return called('ENXIO');
        const opened = openFile(found.file);
        opened.openedBy = context.process;
        const name = context.text('as') ?? found.file.name;
        context.process?.descriptors.set(name, opened);
        if (context.process === null || name !== found.file.name) context.kernel.machine.descriptors.set(name, opened);
        return called('0');
    },
    creat: (context) => {
        const { machine } = context.program;
        const filesystem = machine.filesystems.find((each) => each.name === context.text('filesystem'));
        const name = context.text('as') ?? 'new file';
        buildFile(context.kernel.machine, context.kernel.profile, machine, {
            name, source: context.step.source, type: filesystem?.type ?? 'ext4', bytes: 0, cached: 'absent', folioBytes: 2 ** context.program.pageShift, content: '', locked: false, held: false,
            ...(filesystem === undefined ? {} : { filesystem: filesystem.name }),
        });
        return called('0', { returned: 0 });
    },
    close: (context) => {
        const { kernel: { machine }, process } = context;
        const name = context.text('description') ?? '';
        const open = description(context);
        if (open === null) return notOpen(context);
        process?.descriptors.set(name, null);
        if (open.openedBy === process && machine.descriptors.get(name) === open) machine.descriptors.set(name, null);
        // Mappings keep the file, other descriptors of the process too.
        releaseFiles(context.kernel);
        context.kernel.decide('filp_close', undefined, name);
        return called('0');
    },
    pread: onDescriptor((context) => noPosition(context, 'ESPIPE') ?? reading(context)),
    sendfile: onDescriptor((context) => noPosition(context, 'ESPIPE') ?? noSplice(context) ?? reading(context)),
    // Follows generic_file_rw_checks(): regular files only.
    copy_file_range: onDescriptor((context) => noSplice(context) ?? (fileAt(context)?.file.type === 'block-device' ? called('EINVAL') : reading(context))),
    splice: onDescriptor((context) => {
        const { kernel } = context;
        const refused = noPosition(context, 'EINVAL') ?? noSplice(context);
        if (refused !== null) return refused;
        const process = context.process ?? kernel.machine.processes[0];
        // What is in the pipe nobody has seen yet.
        const { value: _unseen, ...moved } = reading(context, process === undefined ? undefined : (pfn, bytes) => takePin(kernel, process, kernel.machine.memory.folio(pfn), pfn, 1, false, bytes));
        return moved;
    }),
    pwrite: onDescriptor((context) => {
        const found = fileAt(context);
        if (found === null) return SILENT;
        const refused = noPosition(context, 'ESPIPE');
        if (refused !== null) return refused;
        const text = context.text('content') ?? 'n';
        const pageBytes = 2 ** context.kernel.machine.pageShift;
        const { errno, bytes: done } = writeFile(context.kernel, found.file, found.page * pageBytes + found.byteOffset, text, context.number('length') ?? (text.length > 1 ? text.length : found.pageCount * pageBytes - found.byteOffset));
        return transferred(errno, done);
    }),
    lseek: onDescriptor((context) => {
        const found = fileAt(context);
        if (found === null) return SILENT;
        const refused = noPosition(context, 'ESPIPE');
        if (refused !== null) return refused;
        // Follows fixed_size_llseek().
        if (found.file.type === 'block-device') return called('EINVAL');
        const at = seekData(context.kernel, found.file, found.page * 2 ** context.kernel.machine.pageShift + found.byteOffset, context.text('whence') === 'SEEK_HOLE');
        return at === null ? called('ENXIO') : { errno: '0', returned: at };
    }),
    syncfs: (context) => {
        const open = description(context);
        return open === null ? notOpen(context) : called(syncFs(context.kernel, open));
    },
    drop_caches: (context) => {
        dropPagecache(context.kernel);
        return called('0');
    },
    fsync: (context) => {
        const open = description(context);
        return open === null ? notOpen(context) : called(fsyncFile(context.kernel, open), {});
    },
    msync: (context) => {
        const range = context.range();
        return range === null ? called('ENOMEM') : called(msync(context.kernel, range.process, range.page, range.pageCount));
    },
    fallocate: onDescriptor((context) => {
        const found = fileAt(context);
        if (found === null) return SILENT;
        if (context.text('mode') === 'ALLOCATE_RANGE') {
            if (!found.file.traits.allocatesRange) return called('EOPNOTSUPP');
            found.file.size = Math.max(found.file.size, (found.page + found.pageCount) * 2 ** context.kernel.machine.pageShift);
            return called('0');
        }
        return called(punchHole(context.kernel, found.file, found.page, found.pageCount));
    }),
    ftruncate: onDescriptor((context) => {
        const found = fileAt(context, 'file');
        return found === null ? SILENT : called(truncateFile(context.kernel, found.file, context.number('length') ?? 0));
    }),
    unlink: (context) => {
        const found = fileAt(context, 'file');
        if (found === null) return called('ENOENT');
        found.file.linked = false;
        releaseFiles(context.kernel);
        return called('0');
    },
    pthread_exit: (context) => {
        if (context.thread !== null) exitThread(context.kernel, context.thread);
        return SILENT;
    },
    exit: (context) => {
        // A named thread ends by itself; the main one takes the process along, as return from main() does.
        if (context.thread !== null && context.thread.name !== '') exitThread(context.kernel, context.thread);
        else if (context.process !== null) exitProcess(context.kernel, context.process, null);
        return SILENT;
    },
};
