import { fsyncFile, openFile, punchHole, readFile, truncateFile, writeFile } from '../kernel/mm/file-calls.js';
import { exitProcess } from '../kernel/mm/exit.js';
import type { OpenDescription, AddressSpace } from '../machine/mm-types.js';
import { buildFile } from './build-machine.js';
import type { Operation } from './operation.js';
import { SILENT, type StepContext, called, transferred } from './step-context.js';

const SMALL_READ = 64;

/** The file a page of it, its name, or an open description of it stands for. */
function fileAt(context: StepContext, name = 'target'): { readonly file: AddressSpace; readonly page: number; readonly pageCount: number } | null {
    const place = context.place(name);
    const { machine } = context.kernel;
    if (place === null) {
        const file = machine.files.get(context.text(name) ?? context.text('file') ?? '');
        return file === undefined ? null : { file, page: 0, pageCount: 1 };
    }
    if (place.kind === 'file') {
        const file = machine.files.get(place.file);
        return file === undefined ? null : { file, page: place.page, pageCount: place.pageCount };
    }
    if (place.kind === 'region') {
        // The superblock page of a mounted file system: its block device's page cache.
        const region = machine.regions.get(place.region);
        const owner = region === undefined ? null : machine.memory.folio(region.pfn).owner;
        return owner?.kind === 'file' ? { file: owner, page: place.page, pageCount: place.pageCount } : null;
    }
    return null;
}

function description(context: StepContext): OpenDescription | null {
    return context.kernel.machine.descriptions.get(context.text('description') ?? '') ?? null;
}

export const FILE_OPERATIONS: Readonly<Record<string, Operation>> = {
    open: (context) => {
        const found = fileAt(context, 'file');
        if (found === null) return called('ENOENT');
        context.kernel.machine.descriptions.set(context.text('as') ?? found.file.name, openFile(found.file));
        if (context.process !== null) context.process.holds.add(found.file);
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
    pread: (context) => {
        const found = fileAt(context);
        if (found === null) return SILENT;
        const bytes = found.pageCount > 1 ? found.pageCount * 2 ** context.kernel.machine.pageShift : SMALL_READ;
        const { errno, bytes: done, value } = readFile(context.kernel, found.file, found.page, bytes);
        return transferred(errno, done, value);
    },
    pwrite: (context) => {
        const found = fileAt(context);
        if (found === null) return SILENT;
        const bytes = context.number('length') ?? found.pageCount * 2 ** context.kernel.machine.pageShift;
        const { errno, bytes: done } = writeFile(context.kernel, found.file, found.page, found.pageCount, context.text('content') ?? 'n', bytes);
        return transferred(errno, done);
    },
    fsync: (context) => {
        const open = description(context);
        return open === null ? called('EINVAL') : called(fsyncFile(context.kernel, open), {});
    },
    msync: (context) => {
        const range = context.range();
        const vma = range?.process.mm.find(range.page) ?? null;
        if (range === null || vma === null) return called('ENOMEM');
        if (vma.file === null || !vma.shared) return called('0');
        const open = context.kernel.machine.descriptions.get(vma.file.name);
        return open === undefined ? called('0') : called(fsyncFile(context.kernel, open, vma.indexAt(range.page), Math.min(range.pageCount, vma.end - range.page)));
    },
    fallocate: (context) => {
        const found = fileAt(context);
        return found === null ? SILENT : called(punchHole(context.kernel, found.file, found.page, found.pageCount));
    },
    ftruncate: (context) => {
        const found = fileAt(context, 'file');
        return found === null ? SILENT : called(truncateFile(context.kernel, found.file, context.number('length') ?? 0));
    },
    unlink: (context) => {
        const found = fileAt(context, 'file');
        if (found === null) return called('ENOENT');
        found.file.linked = false;
        return called('0');
    },
    exit: (context) => {
        if (context.process !== null) exitProcess(context.kernel, context.process, null);
        return SILENT;
    },
};
