import { doMadvise, processMadvise } from '../kernel/mm/madvise.js';
import { hardOfflinePageStore, hwpoisonInject, hwpoisonUnpoison, softOfflinePageStore } from '../kernel/memory-failure/hwpoison-inject.js';
import { cecAddElem, cecThreshold } from '../kernel/ras/corrected-errors.js';
import { doSea } from '../kernel/ras/external-abort.js';
import { ghesProc } from '../kernel/ras/ghes.js';
import { doMachineCheck, type MachineCheck } from '../kernel/ras/machine-check.js';
import type { Errno } from '../kernel/kernel.js';
import { memoryGoesBad } from '../kernel/memory-failure/poison.js';
import { MCACOD, MCG_STATUS, MCI_STATUS } from '../vocabulary/mce.js';
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
    if (thread !== null && !thread.process.capSysAdmin) return 'EPERM';
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

function bits(...positions: readonly { readonly bit: number }[]): bigint {
    return positions.reduce((sum, { bit }) => sum | (1n << BigInt(bit)), 0n);
}

const COMMON = bits(MCI_STATUS.VAL, MCI_STATUS.UC, MCI_STATUS.EN);
const ADDRESS = bits(MCI_STATUS.MISCV, MCI_STATUS.ADDRV);

/** MCi_STATUS of a machine check named by its meaning, on an Intel CPU with software error recovery; without a place it carries no address. */
function statusOf(severity: string, fetch: boolean, hasAddress: boolean): bigint {
    const common = COMMON | (hasAddress ? ADDRESS : 0n);
    switch (severity) {
        case 'AR':
            return common | bits(MCI_STATUS.S, MCI_STATUS.AR) | BigInt(fetch ? MCACOD.INSTR.value : MCACOD.DATA.value);
        case 'UCNA':
            return common | 0x9fn;
        case 'fatal':
            return common | bits(MCI_STATUS.PCC);
        default:
            return common | bits(MCI_STATUS.S) | BigInt(MCACOD.SCRUB.value);
    }
}

/** CPU that takes it: the one named, else the first that runs a task. */
function cpuOf(context: StepContext): number {
    const busy = context.kernel.machine.cpus.findIndex((cpu) => cpu.thread !== null);
    return context.number('cpu') ?? Math.max(0, busy);
}

function addressOf(context: StepContext): number | null {
    const place = context.place();
    if (place === null) return 0;
    const pfn = context.pfn();
    return pfn === null ? null : pfn * 2 ** context.kernel.machine.pageShift + context.places.byteOffset(place);
}

function deliver(context: StepContext, mce: Omit<MachineCheck, 'address'>): ReturnType<Operation> {
    const address = addressOf(context);
    if (address === null) {
        context.kernel.recorder.notModelled('no frame is mapped at the address of the machine check');
        return SILENT;
    }
    doMachineCheck(context.kernel, { ...mce, address });
    return SILENT;
}

/** The checker refuses it before; where the architecture is varied it can be met. */
function notOnArch({ kernel, program, step }: StepContext): ReturnType<Operation> {
    kernel.recorder.notModelled(`${step.op}: there is no such thing on ${program.arch}`);
    return SILENT;
}

/** The error by its meaning where firmware reports it: GHES, or with an external abort where a CPU consumed it. */
function firmwareFirst(context: StepContext, severity: string): ReturnType<Operation> {
    const address = addressOf(context);
    if (address === null || context.place() === null) {
        context.kernel.recorder.notModelled(address === null ? 'no frame is mapped at the address of the machine check' : 'a firmware record without an address');
        return SILENT;
    }
    const { kernel } = context;
    const threshold = context.text('threshold') === 'threshold';
    if (severity !== 'CE') memoryGoesBad(kernel, Math.floor(address / 2 ** kernel.machine.pageShift), address % 2 ** kernel.machine.pageShift);
    if (severity !== 'AR') {
        ghesProc(kernel, { severity: severity === 'CE' ? 'corrected' : severity === 'fatal' ? 'fatal' : 'recoverable', thresholdExceeded: threshold, address });
        return SILENT;
    }
    const cpu = kernel.machine.cpus[cpuOf(context)];
    if (cpu === undefined || cpu.thread === null) {
        kernel.recorder.notModelled('an external abort on a CPU that runs no task: say `cpu N runs TASK in user mode`');
        return SILENT;
    }
    const range = context.range();
    const faultAddress = range !== null && range.process === cpu.thread.process ? range.page * 2 ** kernel.machine.pageShift + range.byteOffset : null;
    doSea(kernel, { mode: cpu.mode, thread: cpu.thread, address, faultAddress, fetch: context.text('fetch') === 'fetch', firmware: context.text('firmware') === 'unclaimed' ? null : 'recoverable', in: cpu.in });
    return SILENT;
}

function correctedError(context: StepContext): ReturnType<Operation> {
    if (context.place() === null) {
        context.kernel.print('mceLogged');
        return SILENT;
    }
    const pfn = context.pfn();
    if (pfn === null) context.kernel.recorder.notModelled('no frame is mapped at the address of the machine check');
    else cecAddElem(context.kernel, pfn);
    return SILENT;
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
    'machine-check': (context) => {
        const severity = context.text('severity') ?? 'AO';
        if (context.kernel.profile.arch.errorSource === 'firmware') return firmwareFirst(context, severity);
        if (severity === 'CE') {
            return correctedError(context);
        }
        const how = context.text('broadcast');
        const restart = context.text('restart') ?? '';
        const local = how !== 'broadcast' && how !== 'single';
        let mcgStatus = (1 << MCG_STATUS.MCIP.bit) | (local ? 1 << MCG_STATUS.LMCES.bit : 0);
        if (!restart.includes('no-ripv')) mcgStatus |= 1 << MCG_STATUS.RIPV.bit;
        if (severity === 'AR' && !restart.includes('no-eipv')) mcgStatus |= 1 << MCG_STATUS.EIPV.bit;
        const delivery = severity === 'UCNA' ? 'poll' : how === 'broadcast' ? 'all' : 'one';
        return deliver(context, { cpu: cpuOf(context), bank: 9, status: statusOf(severity, context.text('fetch') === 'fetch', context.place() !== null), mcgStatus, misc: 0x8c, delivery });
    },
    'machine-check-registers': (context) => {
        if (context.kernel.profile.arch.errorSource === 'firmware') return notOnArch(context);
        const how = context.text('broadcast');
        return deliver(context, {
            cpu: cpuOf(context), bank: context.number('bank') ?? 9, status: BigInt(context.text('status') ?? '0'), mcgStatus: context.number('mcgStatus') ?? 0,
            misc: context.number('misc') ?? 0x8c, delivery: how === 'broadcast' ? 'all' : how === 'poll' ? 'poll' : 'one',
        });
    },
    'cec-threshold': (context) => {
        if (context.kernel.profile.arch.errorSource === 'firmware') return notOnArch(context);
        const pfn = context.pfn();
        if (pfn !== null) cecThreshold(context.kernel, pfn);
        return SILENT;
    },
};
