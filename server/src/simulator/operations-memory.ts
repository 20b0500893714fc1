import { firstByte } from '../kernel/mm/file-calls.js';
import type { Errno } from '../kernel/kernel.js';
import { kernelLoad, kernelStore, type KernelContext } from '../kernel/ras/consumption.js';
import { fork, ksmMerge, mlock, mprotect, mremap, munlock, pagesBeforeHole, pinPages, unpinPages } from '../kernel/mm/mm-calls.js';
import { mincore } from '../kernel/mm/mincore.js';
import { gatherSurplusPages } from '../kernel/hugetlb/hugetlb-pool.js';
import { munmap } from '../kernel/mm/mmap.js';
import { removeVma } from '../kernel/mm/page-table-changes.js';
import { cloneVm, createThread } from '../kernel/mm/clone.js';
import { getFutexKey, getUserPage } from '../kernel/mm/gup.js';
import { uffdioPoison } from '../kernel/mm/madvise.js';
import { storeContent, userAccess } from '../kernel/mm/page-fault.js';
import type { AccessKind } from '../kernel/mm/fault-result.js';
import { movePage } from '../kernel/mm/move-pages.js';
import { lookup, mappedPfn } from '../machine/page-tables.js';
import { contentAt } from '../machine/contents.js';
import { dropPin } from '../kernel/mm/pins.js';
import type { PinnedFolio, Vma } from '../machine/mm-types.js';
import type { Pfn, VirtualPage } from '../machine/units.js';
import type { Protection } from '../machine/page-table-entries.js';
import { buildMapping } from './build-processes.js';
import { copyUser, DEFAULT_TRANSFER, isUnknown, transferLength } from './copy-user.js';
import type { Operation } from './operation.js';
import { SILENT, type StepContext, called, noFrame, transferred } from './step-context.js';
import { ERRNOS } from '../vocabulary/errnos.js';

function access(kind: AccessKind): Operation {
    return (context) => {
        const range = context.range();
        if (context.thread === null) return kernelAccess(context, kind);
        if (range === null) return byFrame(context);
        const content = context.text('content') ?? 'Z';
        let first: string | undefined;
        for (let page = range.page; page < range.page + range.pageCount; page += 1) {
            const result = userAccess(context.kernel, context.thread, page, page === range.page ? range.byteOffset : 0, kind, contentAt(content, page - range.page));
            // A handler that jumps out leaves the rest of the range.
            if (result.kind === 'signal') return SILENT;
            if (page === range.page) first = kind === 'write' ? contentAt(content, 0) : isUnknown(context.thread, page, range.byteOffset) ? undefined : firstByte(context.kernel, result.pfn, range.byteOffset, result.value);
        }
        return { errno: '', ...(first === undefined ? {} : { value: first }) };
    };
}

/** A task cannot name a frame that it does not map. */
function byFrame(context: StepContext): ReturnType<Operation> {
    context.kernel.recorder.notModelled('a task reaches memory through its mappings only');
    return SILENT;
}

/** The kernel touches a page. */
function kernelAccess(context: StepContext, kind: AccessKind): ReturnType<Operation> {
    const pfn = context.pfn();
    const { kernel } = context;
    if (pfn === null) return noFrame(context);
    const where: KernelContext = { in: context.text('in') ?? null, interrupt: context.text('from') === 'interrupt', thread: null };
    const place = context.place();
    if (kind === 'write' && place !== null && context.places.byteOffset(place) > 0 && kernel.machine.memory.bad.has(pfn)) {
        // Read-modify-write of a line: whether it is the bad one, and what the memory says of it, is not known.
        kernel.recorder.notModelled('a store to a part of a page whose memory is bad');
        return SILENT;
    }
    if (kind === 'write') {
        if (!kernelStore(kernel, pfn, where)) return SILENT;
        storeContent(kernel, pfn, context.text('content') ?? 'Z');
    } else if (kernelLoad(kernel, pfn, where) === 'stopped') {
        return SILENT;
    }
    return { errno: '0', returned: 2 ** kernel.machine.pageShift, value: kernel.machine.memory.content(pfn) };
}

/** A pipe takes and gives whole buffers, a page each: of one that faults halfway nothing counts. Follows pipe_write() and pipe_read(). */
function throughPipe(context: StepContext, end: 'to' | 'from', copied: number, bytes: number): number {
    if (copied === bytes || (context.text(end) ?? 'pipe') !== 'pipe') return copied;
    return copied - copied % 2 ** context.kernel.machine.pageShift;
}

/** A call that copies a few bytes to or from the page and has nothing else to report. */
function touching(write: boolean, success: { readonly errno?: Errno; readonly returned?: number }, failure: Errno = 'EFAULT'): Operation {
    return (context) => {
        const { copied } = copyUser(context, DEFAULT_TRANSFER, write, context.thread, 'fault', '\0');
        if (copied === 0) return called(failure);
        return { errno: success.errno ?? '0', ...(success.returned === undefined ? {} : { returned: success.returned }) };
    };
}

/** A driver maps its pages when the mapping is made; those of the kernel's own mappings have been touched as those of any other, and count where they are ordinary pages. */
function driverPage({ special, start }: Vma, page: VirtualPage): Pfn | null {
    return special === null || special.pfn === null || special.ofKernel === true && !special.gup ? null : special.pfn + (page - start);
}

function isZeroPage({ kernel: { machine } }: StepContext, pfn: number): boolean {
    return pfn === machine.zeroPage || pfn >= 0 && machine.memory.folio(pfn).kind === 'huge-zero';
}

const PROTECTIONS: Readonly<Record<string, Protection>> = { PROT_NONE: 'none', PROT_READ: 'read', PROT_WRITE: 'write' };

/** O_DIRECT: every page of the buffer is pinned before anything moves. Follows iov_iter_extract_pages(). */
function directIo(context: StepContext, bytes: number, write: boolean): ReturnType<Operation> {
    const range = context.range();
    const { kernel, thread } = context;
    if (range === null || thread === null) return SILENT;
    const pages = Math.ceil((range.byteOffset + bytes) / 2 ** kernel.machine.pageShift);
    for (let page = range.page; page < range.page + pages; page += 1) {
        const got = getUserPage(kernel, thread, page, write, { pins: kernel.profile.has('directIoPins') });
        if ('errno' in got) return called(got.errno);
        if (!write) continue;
        storeContent(kernel, got.pfn, kernel.machine.pipeContent);
        // Follows bio_set_pages_dirty().
        if (got.pfn >= 0) kernel.machine.memory.folio(got.pfn).set('dirty');
    }
    return transferred('0', bytes);
}

/** A process in the same address space. */
function cloning(vfork: boolean): Operation {
    return (context) => {
        if (context.thread === null) return SILENT;
        const twin = cloneVm(context.kernel, context.thread, context.text('as') ?? 'twin', vfork);
        context.places.remember(twin);
        return called('0', { returned: twin.pid });
    };
}

/** The pipe gives up the page that it holds: the one that is named, else the one that it has held longest. Follows pipe_read() and generic_pipe_buf_release(). */
function readPipe(context: StepContext): ReturnType<Operation> {
    const { kernel, process } = context;
    const held = (each: PinnedFolio): boolean => !each.longterm;
    const wanted = context.place() === null ? null : context.pfn();
    const owner = process !== null && process.pinned.some(held) ? process : kernel.machine.processes.find(({ pinned }) => pinned.some(held)) ?? null;
    const pinned = owner?.pinned.find((each) => held(each) && (wanted === null || each.pfn === wanted)) ?? null;
    const room = 2 ** kernel.machine.pageShift;
    if (owner === null || pinned === null) {
        // A region may be a page that somebody's pipe holds.
        if (context.place() !== null) return transferred('0', room);
        kernel.recorder.notModelled('a read of a pipe that holds nothing, which waits');
        return SILENT;
    }
    let done = 0;
    let value: string | undefined;
    for (let next: PinnedFolio | undefined = pinned; next !== undefined && done < room; next = owner.pinned.find(held)) {
        if (kernelLoad(kernel, next.pfn, { in: 'pipe_read', interrupt: false, thread: process?.main ?? null }) === 'stopped') return SILENT;
        value ??= kernel.machine.memory.content(next.pfn);
        const part = Math.min(next.bytes, room - done);
        done += part;
        next.bytes -= part;
        if (next.bytes > 0) break;
        owner.pinned.splice(owner.pinned.indexOf(next), 1);
        dropPin(kernel, next);
        kernel.decide('generic_pipe_buf_release', next.pfn);
    }
    return transferred('0', done, value);
}

export const MEMORY_OPERATIONS: Readonly<Record<string, Operation>> = {
    read: access('read'),
    write: access('write'),
    exec: access('exec'),
    'write-from': (context) => {
        const bytes = transferLength(context);
        if (context.text('direct') !== undefined) return directIo(context, bytes, false);
        const { copied, value } = copyUser(context, bytes, false);
        const taken = throughPipe(context, 'to', copied, bytes);
        if (taken === 0) return called('EFAULT');
        context.kernel.machine.pipeContent = value;
        return transferred('0', taken);
    },
    'read-into': (context) => {
        const bytes = transferLength(context);
        if (context.text('direct') !== undefined) return directIo(context, bytes, true);
        const given = throughPipe(context, 'from', copyUser(context, bytes, true).copied, bytes);
        return given === 0 ? called('EFAULT') : transferred('0', given);
    },
    futex: (context) => {
        const range = context.range();
        if (range === null || context.thread === null) return SILENT;
        if (context.text('operation') === 'FUTEX_WAIT') return touching(false, { returned: 0 })(context);
        const errno = getFutexKey(context.kernel, context.thread, range.page);
        return errno === '0' ? { errno, returned: 0 } : called(errno);
    },
    openat: (context) => {
        const { copied, value } = copyUser(context, DEFAULT_TRANSFER, false);
        if (copied === 0) return called('EFAULT');
        const pfn = context.pfn();
        if (value !== '\0' && pfn !== null && context.kernel.machine.memory.partlyWritten.has(pfn)) context.kernel.recorder.notModelled('a path that begins in a page of which only a part is known');
        // The header of the vdso ends as a name after seven bytes.
        if (context.process?.mm.find(context.range()?.page ?? 0)?.special?.protection?.exec === true) return called('ENOENT');
        // A page of one letter is no name, but a page of zeroes is an empty one.
        return called(value === '\0' ? 'ENOENT' : 'ENAMETOOLONG');
    },
    clock_gettime: touching(true, {}),
    'uffdio-poison': (context) => {
        const range = context.range();
        return range === null ? SILENT : called(uffdioPoison(context.kernel, range.process, range.page, range.pageCount));
    },
    vmsplice: (context) => {
        const range = context.range();
        if (range === null || context.thread === null) return SILENT;
        const errno = pinPages(context.kernel, context.thread, range.page, range.pageCount, false);
        return errno === '0' ? transferred('0', range.pageCount * 2 ** context.kernel.machine.pageShift) : called(errno);
    },
    'read-pipe': readPipe,
    mincore: (context) => {
        const range = context.range();
        if (range === null) return SILENT;
        const process = context.owner() ?? range.process;
        if (pagesBeforeHole(process, range.page, range.pageCount) < range.pageCount) return called('ENOMEM');
        return { errno: '0', text: mincore(context.kernel, process, range.page, range.pageCount) };
    },
    move_pages: (context) => {
        const range = context.range();
        if (range === null) return SILENT;
        const vma = (context.owner() ?? range.process).mm.find(range.page);
        const { machine } = context.kernel;
        const pfn = vma === null ? null : mappedPfn(machine, vma, range.page) ?? driverPage(vma, range.page);
        const id = context.number('node');
        const node = machine.nodeStarts.find((each) => each.id === id) ?? null;
        if (id !== undefined && node === null && (id !== 0 || machine.nodeStarts.length > 0)) return called('ENODEV');
        // Follows do_pages_stat_array(): -EFAULT where nothing is mapped, and for a page of zeroes; -ENOENT where a mapping has no page.
        const isNothing = vma !== null && pfn === null && vma.file === null && vma.special === null && vma.hugetlbShift === null && lookup(machine, vma, range.page) === null && !vma.mm.markers.has(range.page);
        const status = vma === null || pfn !== null && isZeroPage(context, pfn) || isNothing && context.kernel.profile.has('statOfNothingFaults') ? -ERRNOS.EFAULT.value : pfn === null ? -ERRNOS.ENOENT.value : machine.nodeOf(pfn);
        if (pfn !== null && status >= 0 && node !== null) {
            const moved = movePage(context.kernel, pfn, node);
            return { errno: moved.errno, returned: moved.returned, text: moved.status === null ? 'no status' : `status=${moved.status}` };
        }
        return { errno: '0', returned: 0, text: `status=${status}` };
    },
    mlock: (context) => {
        const range = context.range();
        return range === null || context.thread === null ? SILENT : called(mlock(context.kernel, context.thread, range.page, range.pageCount));
    },
    mlockall: (context) => {
        if (context.thread === null) return SILENT;
        // What cannot be populated is passed over.
        for (const vma of [...context.thread.process.mm.vmas]) if (vma.special === null) mlock(context.kernel, context.thread, vma.start, vma.pageCount);
        return called('0');
    },
    munlock: (context) => {
        const range = context.range();
        return range === null ? SILENT : called(munlock(context.kernel, range.process, range.page, range.pageCount));
    },
    mprotect: (context) => {
        const range = context.range();
        if (range === null) return SILENT;
        return called(mprotect(context.kernel, range.process, range.page, range.pageCount, PROTECTIONS[context.text('protection') ?? ''] ?? 'read'));
    },
    mremap: (context) => {
        const from = context.range();
        const to = context.range('to');
        if (from === null || to === null) return SILENT;
        const name = context.places.locate(from.process, to.page);
        return called(mremap(context.kernel, from.process, from.page, from.pageCount, { page: to.page, name, dontUnmap: context.text('flag') === 'MREMAP_DONTUNMAP' }));
    },
    munmap: (context) => {
        const range = context.range();
        return range === null ? SILENT : called(munmap(context.kernel, range.process, range.page, range.pageCount));
    },
    pin: (context) => {
        const range = context.range();
        if (range === null || context.thread === null) return SILENT;
        return called(pinPages(context.kernel, context.thread, range.page, range.pageCount, context.text('by') !== 'vmsplice'));
    },
    unpin: (context) => {
        const process = context.process;
        if (process === null) return SILENT;
        const range = context.range();
        const pfns = new Set<number>();
        if (range !== null) {
            for (const pinned of process.pinned) pfns.add(pinned.pfn);
            for (let page = range.page; page < range.page + range.pageCount; page += 1) {
                const vma = process.mm.find(page);
                const pfn = vma === null ? null : mappedPfn(context.kernel.machine, vma, page);
                if (pfn !== null) pfns.add(pfn);
            }
        }
        unpinPages(context.kernel, process, range === null ? null : pfns);
        return called('0');
    },
    mmap: (context) => {
        const mapping = context.mapping();
        if (mapping === null || context.process === null) return SILENT;
        const file = mapping.from.kind === 'file' ? context.kernel.machine.files.get(mapping.from.file) : undefined;
        const reservation = file?.hugetlbReservation ?? null;
        const vma = buildMapping(context.kernel, context.process, mapping);
        const pool = context.kernel.machine.pools.get(vma?.hugetlbShift ?? 0);
        if (vma !== null && pool !== undefined && !gatherSurplusPages(context.kernel, pool)) {
            removeVma(context.kernel, vma);
            if (file !== undefined && reservation === null) {
                file.hugetlbReservation?.drop(0, Infinity);
                file.hugetlbReservation = null;
            }
            return called('ENOMEM');
        }
        context.places.remember(context.process);
        return called(vma === null ? 'ENOMEM' : '0');
    },
    fork: (context) => {
        if (context.thread === null) return SILENT;
        const name = context.text('as') ?? 'child';
        const child = fork(context.kernel, context.thread, name, context.thread.comm);
        context.places.remember(child);
        return called('0', { returned: child.pid });
    },
    pthread_create: (context) => {
        if (context.thread === null) return SILENT;
        return called('0', { returned: createThread(context.kernel, context.thread, context.text('as') ?? 'thread').tid });
    },
    clone: cloning(false),
    vfork: cloning(true),
    merge: (context) => {
        const first = context.range();
        const second = context.range('with');
        if (first === null || second === null) return SILENT;
        const a = first.process.mm.find(first.page);
        const b = second.process.mm.find(second.page);
        if (a === null || b === null) return SILENT;
        return called(ksmMerge(context.kernel, { vma: a, page: first.page }, { vma: b, page: second.page }));
    },
    pagemap: (context) => {
        const range = context.range();
        const vma = range === null ? null : (context.owner() ?? range.process).mm.find(range.page);
        const pfn = vma === null || range === null ? null : vma.special === null ? mappedPfn(context.kernel.machine, vma, range.page) : context.pfn();
        return { errno: '0', pfn, text: pfn === null ? 'not present' : 'present' };
    },
};

