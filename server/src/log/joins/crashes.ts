/** Which crash belongs to which frame, and why. */
import { inOrder } from '../events/base.js';
import type { CrashEvent, LogEvent, Severity } from '../events/event.js';
import { HANDLER_FUNCTIONS, KNOWN_FAULTS } from '../judgement/known-faults.js';
import type { Evidence } from '../judgement/incident.js';
import type { Group } from '../judgement/signs.js';
import { machineCheckKey, type BootLog, type FrameLog, type ReportLog } from './boot-log.js';
import { frameOf, namedFrames } from './frames.js';
import { matchFrames, type BadFrame } from './linear-map.js';
import type { MachineFacts } from './machine.js';

export interface Joined { readonly crash: CrashEvent; readonly group: Group | undefined; readonly evidence: readonly Evidence[]; }

export function hex(value: bigint): string {
    return `0x${value.toString(16)}`;
}

const lineOf = (event: LogEvent): number => event.lines[0]?.line ?? 0;

/** Panics that a machine check ends in print its record just before. */
const MACHINE_CHECK_PANIC = /machine check|Machine check|MCE|Memory error|Uncorrected|CPU context corrupt/;

export function crashesWithEvidence(boot: BootLog, machine: MachineFacts, groups: readonly Group[], byFrame: ReadonlyMap<bigint, Group>): readonly Joined[] {
    return boot.crashes.map((crash) => {
        const named = namedEvidence(crash, byFrame) ?? machineCheckEvidence(boot, crash, groups) ?? recordEvidence(crash, groups) ?? mapEvidence(boot, crash, machine, byFrame) ?? handlerEvidence(crash, groups);
        return named === undefined ? { crash, group: undefined, evidence: [] } : { crash, group: named.group, evidence: [named.evidence] };
    });
}

interface Found { readonly group: Group; readonly evidence: Evidence; }

function namedEvidence(crash: CrashEvent, byFrame: ReadonlyMap<bigint, Group>): Found | undefined {
    for (const pfn of namedFrames(crash)) {
        const group = byFrame.get(pfn);
        if (group !== undefined) return { group, evidence: { kind: 'names-frame', text: `the crash names frame ${hex(pfn)}`, pfn: hex(pfn), chance: 0 } };
    }
    return undefined;
}

function machineCheckEvidence(boot: BootLog, crash: CrashEvent, groups: readonly Group[]): Found | undefined {
    if (crash.crash !== 'panic' || crash.panicText === undefined || !MACHINE_CHECK_PANIC.test(crash.panicText)) return undefined;
    const line = crash.lines.find(({ text }) => text.includes('Kernel panic'))?.line ?? lineOf(crash);
    const before = boot.machineChecks.filter((event) => lineOf(event) < line && event.severity !== 'corrected').at(-1);
    if (before === undefined) return undefined;
    const key = `machine-check ${before.severity} ${machineCheckKey(before)}`;
    const group = groups.find(({ reports }) => reports.some((report) => report.key === key));
    return group === undefined ? undefined : { group, evidence: { kind: 'machine-check-record', text: `the panic prints the record of bank ${before.bank ?? '?'} on CPU ${before.cpu ?? '?'}`, pfn: null, chance: 0 } };
}

/** Panics of those who report errors themselves, right after they have printed what they know. */
const REPORTED: readonly { readonly panic: RegExp; readonly channel: ReportLog['channel']; readonly severities: ReadonlySet<Severity>; readonly words: string }[] = [
    { panic: /^Fatal hardware error/, channel: 'record', severities: new Set<Severity>(['fatal']), words: 'follows the record of firmware' },
    // edac_mc_panic_on_ue.
    { panic: /^(?:EDAC MC\d{1,3}: )?UE\b/, channel: 'edac', severities: new Set<Severity>(['recoverable', 'fatal']), words: 'repeats the report of EDAC' },
];

function recordEvidence(crash: CrashEvent, groups: readonly Group[]): Found | undefined {
    const reported = REPORTED.find(({ panic }) => crash.panicText !== undefined && panic.test(crash.panicText));
    if (reported === undefined) return undefined;
    const line = crash.lines.find(({ text }) => text.includes('Kernel panic'))?.line ?? lineOf(crash);
    const before = groups.flatMap((group) => group.reports.filter(({ channel, severity, last, previousBoot }) => channel === reported.channel && reported.severities.has(severity) && !previousBoot && lineOf(last) < line).map((report) => ({ group, line: lineOf(report.last) })));
    const found = before.sort((a, b) => a.line - b.line).at(-1);
    return found === undefined ? undefined : { group: found.group, evidence: { kind: 'machine-check-record', text: `the panic ${reported.words} of line ${found.line}`, pfn: null, chance: 0 } };
}

function mapEvidence(boot: BootLog, crash: CrashEvent, machine: MachineFacts, byFrame: ReadonlyMap<bigint, Group>): Found | undefined {
    const consumed = crash.crash === 'external-abort' || crash.crash === 'serror';
    const earlier = [...byFrame].filter(([pfn, group]) => eventsOf(pfn, group).some((event) => inOrder(event, crash) < 0));
    const ranked = [0, 1, 2].map((rank) => earlier.filter(([pfn, group]) => rankOf(boot.frames.get(pfn), group) === rank));
    // A frame that was Recovered is not the cause while an Ignored one fits.
    for (const candidates of ranked) {
        const bad = candidates.map(([pfn, group]): BadFrame => {
            const phys = group.reports.find((report) => report.phys !== undefined && frameOf(report, boot, machine.pageShift) === pfn)?.phys;
            return phys === undefined ? { pfn } : { pfn, phys };
        });
        const match = matchFrames(crash, bad, machine, consumed);
        if (match === undefined) continue;
        const group = byFrame.get(match.pfn)!;
        const how = match.exact ? 'is' : `agrees in ${match.bits} bits with`;
        return {
            group,
            evidence: {
                kind: match.where === 'fault address' ? 'fault-address' : 'linear-map', pfn: hex(match.pfn), chance: match.chance,
                text: `${match.where} ${hex(match.address)} ${how} physical address ${hex(match.phys)} in the linear map (${match.base}), which lies in frame ${hex(match.pfn)}`,
            },
        };
    }
    return undefined;
}

function eventsOf(pfn: bigint, group: Group): readonly LogEvent[] {
    const frame = group.frames.find((each) => each.pfn === pfn);
    return [...(frame === undefined ? [] : [frame.messages[0]!]), ...group.reports.map(({ first }) => first)];
}

/** 0: the frame stayed in use; 1: somebody may still reach it; 2: it was taken out of use. */
function rankOf(frame: FrameLog | undefined, group: Group): number {
    if (frame === undefined) return group.reports.length > 0 ? 0 : 1;
    const result = frame.messages.filter(({ id }) => id === 'action').at(-1)?.result;
    if (result === 'MF_RECOVERED') return 2;
    return result === 'MF_DELAYED' ? 1 : 0;
}

/** A crash inside the handling of a memory error belongs to the error that was being handled: the one of the same caller, or the only one. */
function handlerEvidence(crash: CrashEvent, groups: readonly Group[]): Found | undefined {
    if (crash.crash === 'warning' || crash.crash === 'lockup' || crash.crash === 'stall' || crash.crash === 'hung-task') return undefined;
    const inHandler = crash.trace.find((name) => HANDLER_FUNCTIONS.test(name));
    const earlier = groups.filter(({ frames }) => frames.some(({ messages }) => inOrder(messages[0]!, crash) < 0));
    if (inHandler !== undefined) {
        const own = earlier.find(({ frames }) => frames.some(({ last }) => last.caller !== undefined && last.caller === crash.caller)) ?? (earlier.length === 1 ? earlier[0] : undefined);
        if (own !== undefined) return { group: own, evidence: { kind: 'handler-in-trace', text: `${inHandler}() is in the call trace`, pfn: null, chance: 0 } };
    }
    // A fault that is known to crash somewhere else than in the handler.
    for (const fault of KNOWN_FAULTS) {
        if (fault.trace === undefined || !crash.trace.some((name) => fault.trace!.test(name))) continue;
        const own = earlier.find((group) => fault.needs.includes('unsplit-thp')
            ? group.frames.some(({ messages }) => messages.some(({ type, id }) => type === 'MF_MSG_UNSPLIT_THP' || id === 'mfThpSplit'))
            : fault.needs.includes('file-page') && group.frames.some(({ messages }) => messages.some(({ id, type }) => id === 'action' && type !== undefined && /LRU/.test(type))));
        if (own !== undefined) return { group: own, evidence: { kind: 'handler-in-trace', text: `${crash.trace.find((name) => fault.trace!.test(name))!}() is where ${fault.title} shows`, pfn: null, chance: 0 } };
    }
    return undefined;
}
