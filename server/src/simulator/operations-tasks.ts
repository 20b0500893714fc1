import { execve, swapoff } from '../kernel/mm/mm-calls.js';
import { reclaimFolio } from '../kernel/mm/vmscan.js';
import { freeFolio } from '../kernel/mm/page-alloc.js';
import { writebackFolio } from '../kernel/mm/page-cache.js';
import { swapInReadahead } from '../kernel/mm/page-fault.js';
import { PR_MCE_KILL_CLEAR, PR_MCE_KILL_DEFAULT, PR_MCE_KILL_EARLY, PR_MCE_KILL_LATE, PR_MCE_KILL_SET, prctlMceKill, prctlMceKillGet } from '../kernel/signal/prctl.js';
import { stablePageFlagNames } from '../kernel/memory-failure/hwpoison-filter.js';
import { offlinePages, onlinePages } from '../kernel/offline/memory-hotplug.js';
import { Folio } from '../machine/mm-types.js';
import { PG } from '../machine/page-flags.js';
import type { Machine } from '../machine/machine.js';
import type { SigbusDisposition } from '../machine/siginfo.js';
import type { Pfn } from '../machine/units.js';
import { mappingsOf } from '../machine/page-tables.js';
import { pmdShift } from '../vocabulary/architectures.js';
import { INJECT_FILTERS, type InjectFilterName } from '../vocabulary/inject-files.js';
import { PAGE_KINDS, type PageKind, type PageKindName } from '../vocabulary/page-kinds.js';
import { SYSCTLS } from '../vocabulary/sysctls.js';
import { findThread } from './build-processes.js';
import type { Operation } from './operation.js';
import { SILENT, type StepContext, called, noFrame } from './step-context.js';

const PRCTL_VALUES: Readonly<Record<string, number>> = { PR_MCE_KILL_SET, PR_MCE_KILL_CLEAR, PR_MCE_KILL_EARLY, PR_MCE_KILL_LATE, PR_MCE_KILL_DEFAULT };

/** A prctl argument by name or number. */
function prctlArgument(context: StepContext, name: string): number {
    const text = context.text(name);
    return text === undefined ? 0 : (PRCTL_VALUES[text] ?? Number(text));
}

function setFrameKind(context: StepContext): ReturnType<Operation> {
    const pfn = context.pfn();
    if (pfn === null) return noFrame(context);
    const { memory } = context.kernel.machine;
    const kindName = (context.text('kind') ?? 'driver') as PageKindName;
    const kind: PageKind = PAGE_KINDS[kindName] ?? PAGE_KINDS.driver;
    const place = context.place();
    const pageCount = place !== null && 'pageCount' in place ? place.pageCount : 1;
    for (let each = pfn; each < pfn + pageCount; each += 1) {
        if (memory.folio(each).free) continue;
        if (memory.isPoisoned(each)) context.kernel.decide('rmqueue.not-free', each);
        return called('EBUSY');
    }
    for (let each = pfn; each < pfn + pageCount; each += 1) {
        const folio = new Folio(each, 0, kindName, kind.pageType === 'hugetlb' ? 'none' : kind.pageType, kind.flags.includes('reserved') ? PG.reserved : 0, context.kernel.profile.has('frozenKernelPages') ? kind.refcount : kind.unfrozenRefcount ?? kind.refcount);
        folio.movableOps = kind.movableOps;
        memory.place(folio);
        context.kernel.decide('rmqueue', each, kindName);
    }
    return called('0');
}

function blockOf(context: StepContext): { readonly pfn: number; readonly pageCount: number } | null {
    const pfn = context.pfn();
    const { sectionPages } = context.kernel.machine.memory.layout.geometry;
    return pfn === null ? null : { pfn: Math.floor(pfn / sectionPages) * sectionPages, pageCount: sectionPages };
}

/** The siginfo of a pending SIGBUS, which nobody else gets then. Follows dequeue_signal(). */
function takePending(context: StepContext): ReturnType<Operation> {
    const { thread, kernel } = context;
    const info = thread?.pending ?? null;
    if (thread === null || info === null) return called('EAGAIN');
    thread.pending = null;
    kernel.decide('dequeue_signal', undefined, thread.label);
    const page = info.address === null ? null : Math.floor(info.address / 2 ** kernel.machine.pageShift);
    const at = page === null ? null : context.places.locate(thread.process, page);
    return { errno: '0', text: [info.signal, info.code, ...at === null ? [] : [`at ${at.mapping}[${page! - at.start}]`], ...info.addressLsbBits === null ? [] : [`lsb ${info.addressLsbBits}`]].join(' ') };
}

/** Every frame of the pages that the step names. */
function framesOf(context: StepContext): number[] {
    const place = context.place();
    if (place === null) return [];
    const count = 'pageCount' in place ? place.pageCount : 1;
    return Array.from({ length: count }, (_, offset) => context.places.pfn('pageCount' in place ? { ...place, page: place.page + offset, pageCount: 1 } : place, context.process)).filter((pfn) => pfn !== null);
}

/**
 * A page that was somebody's at the start goes to the list of a CPU when it is freed; so does a huge page of the pool, but for one that went because of
 * a bad page in it: the CPUs have no lists then (page_handle_poison()).
 */
function goesToListOfCpu({ memory }: Machine, pfn: Pfn): boolean {
    const extent = memory.extentAt(pfn);
    if (extent === null || extent.kind === 'free') return false;
    if (extent.order === 0) return true;
    const size = 2 ** extent.order;
    const head = extent.pfn + Math.floor((pfn - extent.pfn) / size) * size;
    return extent.pageType === 'hugetlb' && ![...memory.poisoned].some(([bad, { takenOff }]) => takenOff && bad >= head && bad < head + size);
}

export const TASK_OPERATIONS: Readonly<Record<string, Operation>> = {
    prctl: (context) => {
        if (context.thread === null) return SILENT;
        const values = (['arg2', 'arg3', 'arg4', 'arg5'] as const).map((name) => prctlArgument(context, name));
        if (context.text('option') === 'PR_MCE_KILL_GET') {
            const got = prctlMceKillGet(context.kernel, context.thread, values);
            return typeof got === 'number' ? { errno: '0', returned: got } : called(got);
        }
        return called(prctlMceKill(context.kernel, context.thread, values[0]!, values[1]!, values[2]!, values[3]!));
    },
    capset: (context) => {
        if (context.thread !== null) context.thread.capSysAdmin = context.text('change') === 'raise';
        return called('0');
    },
    sigaction: (context) => {
        if (context.process === null) return SILENT;
        context.kernel.changed('task', context.process.name, 'SIGBUS', context.process.sigbus, context.text('disposition') ?? 'default');
        context.process.sigbus = (context.text('disposition') ?? 'default') as SigbusDisposition;
        return called('0');
    },
    sigprocmask: (context) => {
        if (context.thread === null) return SILENT;
        context.thread.sigbusBlocked = context.text('how') === 'SIG_BLOCK';
        return called('0');
    },
    sigpending: (context) => ({ errno: '0', returned: context.thread?.pending === null || context.thread === null ? 0 : 1 }),
    sigtimedwait: takePending,
    'read-signalfd': takePending,
    kill: (context) => {
        const process = context.kernel.machine.process(context.text('process') ?? '');
        if (process === undefined || !process.alive) return called('ESRCH');
        const stopped = context.text('signal') === 'SIGSTOP';
        context.kernel.changed('task', process.name, 'stopped', process.stopped, stopped);
        process.stopped = stopped;
        context.kernel.decide(stopped ? 'do_signal_stop' : 'prepare_signal.continue', undefined, process.name);
        return called('0');
    },
    execve: (context) => {
        if (context.process !== null) execve(context.kernel, context.process);
        return called('0');
    },
    allocate: setFrameKind,
    free: (context) => {
        const place = context.place();
        const pfn = context.pfn();
        if (pfn === null || place === null) return noFrame(context);
        const count = 'pageCount' in place ? place.pageCount : 1;
        const { memory } = context.kernel.machine;
        const seen = new Set<Folio>();
        for (let each = pfn; each < pfn + count; each += 1) {
            const folio = memory.folio(each);
            if (seen.has(folio) || folio.free) continue;
            seen.add(folio);
            freeFolio(context.kernel, folio);
        }
        return called('0');
    },
    reclaim: (context) => {
        const frames = framesOf(context);
        if (frames.length === 0) return noFrame(context);
        for (const pfn of frames) reclaimFolio(context.kernel, context.kernel.machine.memory.folio(pfn), pfn);
        return called('0');
    },
    writeback: (context) => {
        const frames = framesOf(context);
        if (frames.length === 0) return noFrame(context);
        for (const pfn of frames) {
            const folio = context.kernel.machine.memory.folio(pfn);
            if (folio.owner?.kind === 'file') writebackFolio(context.kernel, folio.owner, folio);
        }
        return called('0');
    },
    'swap-in': (context) => {
        const range = context.range();
        const vma = range?.process.mm.find(range.page) ?? null;
        if (vma === null || range === null) return SILENT;
        for (let page = range.page; page < Math.min(range.page + range.pageCount, vma.end); page += 1) {
            const errno = swapInReadahead(context.kernel, vma, page);
            if (errno !== '0') return called(errno);
        }
        return called('0');
    },
    swapoff: (context) => called(swapoff(context.kernel, context.text('swap') ?? ''), {}),
    'offline-block': (context) => {
        const block = blockOf(context);
        return block === null ? SILENT : called(offlinePages(context.kernel, block));
    },
    'online-block': (context) => {
        const block = blockOf(context);
        return block === null ? SILENT : called(onlinePages(context.kernel, block));
    },
    kpageflags: (context) => {
        const pfn = context.pfn();
        if (pfn === null) return noFrame(context);
        const { machine, profile } = context.kernel;
        if (!machine.memory.layout.isOnline(pfn)) return { errno: '0', text: profile.has('offlineIsNoPage') || !machine.memory.layout.hasStructPage(pfn) ? 'NOPAGE' : '(none)' };
        const folio = machine.memory.folio(pfn);
        if (folio.pageType === 'buddy' && goesToListOfCpu(machine, pfn)) context.kernel.recorder.notModelled('kpageflags of a page that was given back: it waits on the list of a CPU, and the next who needs one has it');
        const users = mappingsOf(machine, folio, pfn).map(({ vma }) => vma.mm.process.name);
        return { errno: '0', text: [stablePageFlagNames(context.kernel, pfn).join(',') || '(none)', ...users.map((name) => `mapped by ${name}`)].join(' ') };
    },
    hugepages: (context) => {
        const pool = context.kernel.machine.pools.get(pmdShift(context.kernel.machine.pageShift)) ?? [...context.kernel.machine.pools.values()][0];
        const total = pool?.total ?? 0;
        const free = pool?.free.length ?? 0;
        const which = context.text('which');
        return { errno: '0', text: which === 'nr_hugepages' ? String(total) : which === 'free_hugepages' ? String(free) : `total=${total} free=${free}` };
    },
    sysctl: (context) => {
        const name = context.text('name') ?? '';
        const value = context.number('value') ?? 0;
        const row = SYSCTLS[name as keyof typeof SYSCTLS];
        if (row !== undefined && (value < row.min || value > row.max)) return called('EINVAL');
        context.kernel.changed('kernel', name, 'value', context.kernel.machine.sysctl(name), value);
        context.kernel.machine.sysctls.set(name, value);
        context.kernel.decide('proc_dointvec_minmax', undefined, `${name} = ${value}`);
        return called('0');
    },
    filter: (context) => {
        const name = context.text('name') ?? '';
        context.kernel.machine.filters.set(name, BigInt.asUintN(INJECT_FILTERS[name as InjectFilterName]?.bits ?? 64, BigInt(context.text('value') ?? '0')));
        return called('0');
    },
    run: (context) => {
        const cpu = context.number('cpu') ?? 0;
        const mode = (context.text('mode') ?? 'user') as 'user';
        context.kernel.machine.cpus[cpu] = { thread: findThread(context.kernel, context.text('task') ?? ''), mode, in: context.text('in') ?? null };
        return SILENT;
    },
    wait: () => SILENT,
    phase: () => SILENT,
};
