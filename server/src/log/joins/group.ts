/** Which frames, reports and crashes of a boot are one incident. Addresses decide, never nearness in time. */
import type { CrashEvent, MachineCheckEvent } from '../events/event.js';
import { INJECTOR_FUNCTIONS } from '../judgement/known-faults.js';
import type { Group } from '../judgement/signs.js';
import type { BootLog, ReportLog } from './boot-log.js';
import { crashesWithEvidence } from './crashes.js';
import { frameOf, namedFrames } from './frames.js';
import { ofMemory } from '../events/machine-check.js';
import type { MachineFacts } from './machine.js';

/** Frames that are so near, without any report of hardware, were given up by one driver. */
const RUN_GAP = 512n;

export interface Grouped {
    readonly groups: readonly Group[];
    /** Crashes that belong to none. */
    readonly crashes: readonly CrashEvent[];
}

const UNCORRECTED: ReadonlySet<string> = new Set(['recoverable', 'fatal', 'deferred']);

export function groupsOf(boot: BootLog, machine: MachineFacts): Grouped {
    markBefore(boot);
    const newGroup = (): Group => ({ boot, machine, frames: [], reports: [], crashes: [], injectedLines: [] });
    const byFrame = new Map<bigint, Group>();
    const groups: Group[] = [];
    const add = (group: Group): Group => {
        groups.push(group);
        return group;
    };
    const reported = reportsByFrame(boot, machine);

    // Frames that somebody injected into are one test.
    const injected = injectedFrames(boot);
    const test = newGroup();
    for (const frame of boot.frames.values()) {
        const by = injected.get(frame.pfn);
        if (by === undefined) continue;
        test.frames.push(frame);
        test.injectedBy ??= by;
        byFrame.set(frame.pfn, test);
        for (const report of reported.get(frame.pfn) ?? []) test.reports.push(report);
    }
    if (test.frames.length > 0) add(test);

    // Frames that hardware reported: an incident each.
    for (const [pfn, reports] of reported) {
        if (byFrame.has(pfn)) continue;
        const frame = boot.frames.get(pfn);
        const bad = reports.some(({ severity }) => UNCORRECTED.has(severity));
        if (frame === undefined && !bad) continue;
        const group = add(newGroup());
        if (frame !== undefined) group.frames.push(frame);
        group.reports.push(...reports);
        byFrame.set(pfn, group);
    }

    // Frames that nobody reported: runs of neighbours.
    const alone = [...boot.frames.values()].filter(({ pfn }) => !byFrame.has(pfn)).sort((a, b) => (a.pfn < b.pfn ? -1 : 1));
    let run: Group | undefined;
    let before = 0n;
    for (const frame of alone) {
        if (run === undefined || frame.pfn - before > RUN_GAP) run = add(newGroup());
        run.frames.push(frame);
        byFrame.set(frame.pfn, run);
        before = frame.pfn;
    }

    // What has no frame: by the part, or by what the bank says.
    const placed = new Set(groups.flatMap(({ reports }) => reports));
    const rest = new Map<string, Group>();
    for (const report of boot.reports.values()) {
        if (placed.has(report)) continue;
        const key = restKey(report);
        const group = rest.get(key) ?? add(newGroup());
        rest.set(key, group);
        group.reports.push(report);
    }
    mergeRecords(boot, machine, groups, rest);
    mergeSections(groups);
    mergeMonitor(groups);
    mergeResetReason(groups);
    for (const group of groups) group.frames.forEach(({ pfn }) => byFrame.set(pfn, group));

    const crashes = crashesWithEvidence(boot, machine, groups, byFrame);
    for (const { crash, evidence, group } of crashes) {
        if (group !== undefined) group.crashes.push({ crash, evidence });
    }
    const loose = crashes.filter(({ group }) => group === undefined).map(({ crash }) => crash);
    return { groups, crashes: loose };
}

/** So early in a boot what took the processor's context with it was read from a bank that kept it over the reset. Microseconds. */
const EARLY_US = 60_000_000;

/** AMD's decoder does not say whether it was called from an exception: no kernel goes on after an error of this kind, so that one that did was told of it at its start. */
function markBefore(boot: BootLog): void {
    if (boot.crashes.some(({ panicText }) => panicText !== undefined)) return;
    const reset = boot.others.some(({ says }) => says === 'reset-reason');
    for (const report of boot.reports.values()) {
        const { first, severity } = report;
        if (first.kind === 'machine-check' && first.from === 'amd-decoder' && severity === 'fatal' && (reset || (first.bootUs !== undefined && first.bootUs < EARLY_US))) report.previousBoot = true;
    }
}

/** A record of firmware with a section about memory and one about the processor that met it tells of one error: the first has the record and its lines. */
function mergeSections(groups: Group[]): void {
    const isOfProcessor = ({ section, phys }: ReportLog): boolean => phys === undefined && section?.type.endsWith('processor error') === true;
    for (const group of [...groups]) {
        if (group.frames.length > 0 || group.reports.length === 0 || !group.reports.every(isOfProcessor)) continue;
        const isTold = ({ first }: ReportLog): boolean => groups.some(({ reports }) => reports.some((report) => report.first === first && !isOfProcessor(report)));
        if (group.reports.every(isTold)) groups.splice(groups.indexOf(group), 1);
    }
}

/** A monitor names the page, the guest's bank does not: one error where there is one of each. */
function mergeMonitor(groups: Group[]): void {
    const told = groups.filter(({ reports, frames }) => frames.length === 0 && reports.length > 0 && reports.every(({ first }) => first.kind === 'other-speaker' && first.says === 'injected-into-guest'));
    const banks = groups.filter(({ reports, frames }) => frames.length === 0 && reports.length > 0 && reports.every(({ channel, phys, severity }) => channel === 'machine-check' && phys === undefined && UNCORRECTED.has(severity)));
    mergeOnly(groups, told, banks);
}

/** Firmware or a bank tells of the error that ended the boot before, the kernel prints the bank that firmware kept, and the reset says that there was one: one error where there is one of each. */
function mergeResetReason(groups: Group[]): void {
    const before = (): Group[] => groups.filter(({ reports }) => reports.length > 0 && reports.every(({ previousBoot, severity }) => previousBoot && UNCORRECTED.has(severity)));
    const isReset = ({ reports }: Group): boolean => reports.every(({ first }) => first.kind === 'other-speaker');
    mergeOnly(groups, before().filter(({ reports }) => reports.every(({ channel }) => channel === 'machine-check')), before().filter(({ reports }) => reports.every(({ section }) => section?.type.startsWith('IA32') === true)));
    const ofBefore = before();
    mergeOnly(groups, ofBefore.filter(isReset), ofBefore.filter((group) => !isReset(group)));
}

/** Of more than one nobody knows which belongs to which. */
function mergeOnly(groups: Group[], [told, ...moreTold]: readonly Group[], [into, ...moreInto]: readonly Group[]): void {
    if (told === undefined || into === undefined || moreTold.length > 0 || moreInto.length > 0) return;
    into.reports.push(...told.reports);
    groups.splice(groups.indexOf(told), 1);
}

/** Reports by the frame that they name; where the page size is unknown, by the frame of memory_failure() that one of the sizes gives. */
function reportsByFrame(boot: BootLog, { pageShift }: MachineFacts): Map<bigint, ReportLog[]> {
    const found = new Map<bigint, ReportLog[]>();
    for (const report of boot.reports.values()) {
        const pfn = frameOf(report, boot, pageShift);
        if (pfn === undefined) continue;
        const list = found.get(pfn);
        if (list === undefined) found.set(pfn, [report]);
        else list.push(report);
    }
    return found;
}

/** Frames with an injector's line, or with a SIGBUS or an action whose task asked for it. */
function injectedFrames(boot: BootLog): Map<bigint, string> {
    const found = new Map<bigint, string>();
    for (const { pfn, messages } of boot.frames.values()) {
        const line = messages.find(({ id }) => id === 'injectMadvise' || id === 'injectPfn' || id === 'softOfflinePfn');
        if (line !== undefined) found.set(pfn, line.id === 'injectPfn' ? 'hwpoison-inject' : 'madvise()');
    }
    for (const crash of boot.crashes) {
        const by = crash.trace.find((name) => INJECTOR_FUNCTIONS.test(name));
        if (by === undefined) continue;
        for (const pfn of namedFrames(crash)) {
            if (boot.frames.has(pfn)) found.set(pfn, by);
        }
    }
    return found;
}

/** Corrected errors count by the part that had them; machine checks without an address by what the bank says. */
function restKey(report: ReportLog): string {
    const corrected = report.severity === 'corrected' || report.severity === 'informational' ? 'corrected' : 'uncorrected';
    if (report.channel === 'machine-check') {
        const event = report.first as MachineCheckEvent;
        const codes = event.status === undefined ? '' : (event.status & 0xefffn).toString(16);
        return corrected === 'corrected' ? `mce corrected ${event.bank} ${ofMemory(event) ? 'memory' : 'other'}` : `mce ${event.bank} ${codes} ${event.addr?.toString(16) ?? ''}`;
    }
    if (report.first.kind === 'power-machine-check') return `power ${corrected} ${report.first.error}`;
    return `${report.previousBoot ? 'previous ' : ''}${corrected} ${report.section?.type ?? 'memory error'} ${report.part ?? ''}`;
}

/** The address that AMD's decoder printed of a northbridge is one of the system's where EDAC gives the same: they are one error. */
function northbridgeFrame({ first }: ReportLog, edac: ReadonlyMap<bigint, bigint>): bigint | undefined {
    return first.kind === 'machine-check' && first.from === 'amd-decoder' && first.addr !== undefined ? edac.get(first.addr) : undefined;
}

/**
 * Two reports of one error are one error: an EDAC line and the machine check or record that it was made from share their address; a record without an address that
 * stands right beside an EDAC line of the same firmware record is joined by the number of records.
 */
function mergeRecords(boot: BootLog, machine: MachineFacts, groups: Group[], rest: Map<string, Group>): void {
    const corrected = [...rest.values()].filter(({ reports }) => reports.every(({ severity }) => !UNCORRECTED.has(severity)));
    const byFrame = new Map<bigint, Group>();
    const edac = new Map(corrected.flatMap(({ reports }) => reports.flatMap(({ channel, page, offset = 0n }): [bigint, bigint][] => (channel === 'edac' && page !== undefined ? [[(page << 12n) | offset, page]] : []))));
    for (const group of corrected) {
        for (const report of group.reports) {
            const pfn = frameOf(report, boot, machine.pageShift) ?? northbridgeFrame(report, edac);
            if (pfn === undefined) continue;
            const other = byFrame.get(pfn);
            if (other === undefined || other === group) {
                byFrame.set(pfn, group);
                continue;
            }
            // The group that knows the part takes the other.
            const [kept, gone] = other.reports.some(({ part }) => part !== undefined) ? [other, group] : [group, other];
            kept.reports.push(...gone.reports);
            gone.reports.length = 0;
            byFrame.set(pfn, kept);
        }
    }
    // One part with corrected errors is one incident, however many of its frames they hit.
    const byPart = new Map<string, Group>();
    for (const group of groups) {
        if (group.injectedBy !== undefined || group.reports.length === 0 || group.reports.some(({ severity }) => UNCORRECTED.has(severity))) continue;
        const part = group.reports.find((report) => report.part !== undefined)?.part;
        if (part === undefined) continue;
        const first = byPart.get(part);
        if (first === undefined) {
            byPart.set(part, group);
            continue;
        }
        first.reports.push(...group.reports);
        first.frames.push(...group.frames);
        group.reports.length = 0;
        group.frames.length = 0;
    }
    for (let index = groups.length - 1; index >= 0; index -= 1) {
        if (groups[index]!.frames.length === 0 && groups[index]!.reports.length === 0) groups.splice(index, 1);
    }
}
