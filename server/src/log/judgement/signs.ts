/** What is to be seen of an incident before it is judged. */
import type { CrashEvent, MachineCheckEvent, MessageEvent } from '../events/event.js';
import { bit } from '../events/machine-check.js';
import type { BootLog, FrameLog, ReportLog } from '../joins/boot-log.js';
import type { MachineFacts } from '../joins/machine.js';
import type { Evidence } from './incident.js';
import { KNOWN_FAULTS, type KnownFault, type Need } from './known-faults.js';

export interface JoinedCrash { readonly crash: CrashEvent; readonly evidence: readonly Evidence[]; }

/** What belongs together: frames, reports, machine checks and crashes of one incident. */
export interface Group {
    readonly boot: BootLog;
    readonly machine: MachineFacts;
    readonly frames: FrameLog[];
    readonly reports: ReportLog[];
    readonly crashes: JoinedCrash[];
    /** Somebody set it off on purpose. */
    injectedBy?: string;
    readonly injectedLines: (readonly [number, string])[];
}

export function machineChecksOf(group: Group): readonly MachineCheckEvent[] {
    const keys = group.reports.flatMap(({ channel, first, last }) => (channel === 'machine-check' ? [first, last] : []));
    return group.boot.machineChecks.filter((event) => keys.includes(event));
}

export function messagesOf(group: Group): readonly MessageEvent[] {
    return group.frames.flatMap(({ messages, last }) => (messages.includes(last) ? messages : [...messages, last]));
}

const FAULTS: ReadonlySet<string> = new Set(['faultX86', 'armHugetlb', 'ghesNotQueued']);

/** Faults on the entry that the handler left name no frame: they belong where their task was told, or to the only bad frame of the boot. */
export function faultsOf(group: Group): readonly MessageEvent[] {
    const told = new Set(messagesOf(group).flatMap(({ id, task }) => (task !== undefined && (id === 'sigbus' || id === 'ghesSigbus' || id === 'sigkill') ? [task.pid] : [])));
    return group.boot.loose.filter(({ id, task }) => FAULTS.has(id) && task !== undefined && (told.has(task.pid) || (group.boot.frames.size === 1 && group.frames.length === 1)));
}

/** Lines that say that somebody met a bad page, in a boot that says nothing of the page itself. */
export function faultsAlone({ frames, loose }: BootLog): readonly MessageEvent[] {
    return frames.size > 0 ? [] : loose.filter(({ id }) => FAULTS.has(id) || id === 'mceNotRecovered');
}

/** The machine check that was met in kernel mode, and with it the function. */
export function consumedInKernel(group: Group): MachineCheckEvent | undefined {
    return machineChecksOf(group).find(({ from, inKernel, severity }) => from === 'exception' && inKernel === true && severity !== 'corrected');
}

const SIGNS: Readonly<Record<Need, (group: Group) => boolean>> = {
    'consumed-in-kernel': (group) => consumedInKernel(group) !== undefined || group.crashes.some(({ crash }) => crash.crash === 'external-abort'),
    'oops': ({ crashes }) => crashes.some(({ crash }) => ['oops', 'page-fault', 'general-protection', 'bug'].includes(crash.crash)),
    'bug': ({ crashes }) => crashes.some(({ crash }) => crash.crash === 'bug'),
    'file-page': (group) => messagesOf(group).some(({ id, type }) => id === 'action' && type !== undefined && /LRU/.test(type)),
    'unsplit-thp': (group) => messagesOf(group).some(({ id, type }) => (id === 'action' && type === 'MF_MSG_UNSPLIT_THP') || id === 'mfThpSplit'),
    // One reference for each tail page of 2 MiB, 32 MiB or 512 MiB, and so on: one less than a power of two, and too many for users.
    'tail-references': (group) => messagesOf(group).some(({ id, values }) => id === 'stillRef' && /huge/.test(values['string'] ?? '') && Number(values['users']) >= 15 && Number.isInteger(Math.log2(Number(values['users']) + 1))),
    'killed-and-signalled': (group) => {
        const messages = messagesOf(group);
        return messages.some(({ id, task, pfn }) => id === 'sigkill' && messages.some((other) => other.id === 'sigbus' && other.task?.pid === task?.pid && other.pfn === pfn));
    },
    // The frame was known, it was reported again and again, and every time memory_failure() found it poisoned already.
    'repeated-abort': (group) => group.machine.arch === 'arm64'
        && group.frames.some(({ counts, messages }) => (counts.get('alreadyOld') ?? 0) + messages.filter(({ id, type }) => id === 'action' && type === 'MF_MSG_ALREADY_POISONED').length >= 2)
        && group.reports.some(({ channel, section, count }) => (channel === 'record' && /^ARM processor/.test(section?.type ?? '') && count >= 2) || (channel === 'other-speaker' && count >= 2)),
    'amd-guest-panic': (group) => group.machine.vendor === 'amd' && group.machine.guest !== undefined && fromMonitor(group) && (group.boot.reasons.length > 0 || group.crashes.length > 0),
    'tdx-private': ({ boot }) => boot.loose.some(({ id }) => id === 'tdxPrivate'),
};

/** The monitor says that it injected the error, or the bank is the one that QEMU makes up: bank 9, no error code. */
export function fromMonitor({ boot }: Group): boolean {
    return boot.others.some(({ says }) => says === 'injected-into-guest')
        || boot.machineChecks.some(({ bank, status }) => bank === 9 && status !== undefined && (status & 0xffffn) === 0n && bit(status, 63));
}

export function knownFaultOf(group: Group): KnownFault | undefined {
    const functions = [consumedInKernel(group)?.ipFunction, ...group.crashes.map(({ crash }) => crash.trace[0])].filter((each) => each !== undefined);
    const traces = [...functions, ...group.crashes.flatMap(({ crash }) => crash.trace)];
    return KNOWN_FAULTS.find(({ function: own, trace, needs }) => needs.every((need) => SIGNS[need](group))
        && (own === undefined || functions.some((each) => own.test(each))) && (trace === undefined || traces.some((each) => trace.test(each))));
}
