import { doMadvise, processMadvise } from '../kernel/mm/madvise.js';
import { hardOfflinePageStore, hwpoisonInject, hwpoisonUnpoison, softOfflinePageStore } from '../kernel/memory-failure/hwpoison-inject.js';
import type { Errno } from '../kernel/kernel.js';
import { SIMPLE_ATTR_BYTES, kstrtoull } from '../kernel/kstrtox.js';
import type { Operation } from './operation.js';
import { SILENT, type StepContext, called } from './step-context.js';

/** A write of text to a debugfs file. Follows simple_attr_write(): the number is read before anything else is looked at. */
function writeAttribute(context: StepContext, raw: string, write: (context: StepContext, pfn: number) => Errno): Errno {
    const parsed = kstrtoull(raw.slice(0, SIMPLE_ATTR_BYTES));
    return typeof parsed === 'string' ? parsed : write(context, Number(parsed));
}

/** A write of text to a sysfs file. Follows sysfs_kf_write(), hard_offline_page_store() and soft_offline_page_store(). */
function writeSysfs(context: StepContext, raw: string, write: (context: StepContext, pfn: number) => Errno): Errno {
    if (raw === '') {
        context.kernel.decide('sysfs_kf_write.empty');
        return '0';
    }
    const { thread, kernel } = context;
    if (thread !== null && !thread.capSysAdmin) return 'EPERM';
    const parsed = kstrtoull(raw);
    if (typeof parsed === 'string') return 'EINVAL';
    return write(context, Number(parsed >> BigInt(kernel.machine.pageShift)));
}

function byPfn(write: (context: StepContext, pfn: number) => Errno): Operation {
    return (context) => {
        const raw = context.text('raw');
        if (raw !== undefined) return called(writeAttribute(context, raw, write));
        const pfn = targetFrame(context);
        return pfn === null ? SILENT : called(write(context, pfn));
    };
}

/** The frame behind the target; null, and said, where there is none. */
function targetFrame(context: StepContext): number | null {
    const pfn = context.pfn();
    if (pfn === null) {
        context.kernel.recorder.notModelled(`no frame is mapped at the target of ${context.step.op}`);
        return null;
    }
    const place = context.place();
    if (place !== null) context.places.seen(place, pfn);
    return pfn;
}

function byAddress(write: (context: StepContext, pfn: number) => Errno): Operation {
    return (context) => {
        const raw = context.text('raw');
        if (raw !== undefined) return called(writeSysfs(context, raw, write));
        const pfn = targetFrame(context);
        return pfn === null ? SILENT : called(write(context, pfn));
    };
}

/** Byte address and length of the range an madvise() step names. */
function adviceRange(context: StepContext): { readonly address: bigint; readonly length: bigint } | null {
    const place = context.place();
    if (place === null) return null;
    const pageBytes = BigInt(2 ** context.kernel.machine.pageShift);
    const range = context.range();
    if (range === null && place.kind !== 'raw') return null;
    const address = place.kind === 'raw' ? BigInt(place.address) : BigInt(range!.page) * pageBytes + BigInt(range!.byteOffset);
    const given = context.step.args['length'];
    const length = given === undefined ? BigInt(range?.pageCount ?? 1) * pageBytes : BigInt(given as number | string);
    return { address, length };
}

export const INJECT_OPERATIONS: Readonly<Record<string, Operation>> = {
    'corrupt-pfn': byPfn((context, pfn) => hwpoisonInject(context.kernel, pfn, context.thread)),
    'unpoison-pfn': byPfn((context, pfn) => hwpoisonUnpoison(context.kernel, pfn, context.thread)),
    hard_offline_page: byAddress((context, pfn) => hardOfflinePageStore(context.kernel, pfn, context.thread)),
    soft_offline_page: byAddress((context, pfn) => softOfflinePageStore(context.kernel, pfn, context.thread)),
    'open-inject-file': () => called('0'),
    'read-inject-file': (context) => {
        context.kernel.decide('simple_attr_read.write-only');
        return called('EACCES');
    },
    madvise: (context) => {
        const range = adviceRange(context);
        if (range === null || context.thread === null) return SILENT;
        return called(doMadvise(context.kernel, context.thread, range.address, range.length, context.text('advice') ?? ''));
    },
    process_madvise: (context) => {
        const range = adviceRange(context);
        if (range === null || context.thread === null) return SILENT;
        const target = context.kernel.machine.process(context.text('process') ?? '') ?? context.thread.process;
        const { errno, bytes } = processMadvise(context.kernel, context.thread, target, range.address, range.length, context.text('advice') ?? '');
        return called(errno, errno === '0' ? { returned: bytes } : {});
    },
};
