/** What one boot said, gathered by frame, address, part and crash: memory is bounded however long the log is. */
import type {
    AestEvent, CrashEvent, EdacEvent, FactEvent, LogEvent, MachineCheckEvent, MachineCheckReasonEvent, MessageEvent, OtherSpeakerEvent, PowerMachineCheckEvent, RecordEvent, Section, Severity,
} from '../events/event.js';
import { ERROR_ADDRESS, placeOf } from '../events/edac.js';
import { bit, memoryCode, ofMemoryController } from '../events/machine-check.js';

/** Frames, reports and crashes that are told apart; more are counted. */
export const LIMITS = { frames: 50_000, reports: 20_000, crashes: 500, perFrame: 24, machineChecks: 2000, facts: 200 } as const;

/** All lines of memory_failure() and its neighbours about one frame. */
export interface FrameLog {
    readonly pfn: bigint;
    /** The first ones, and the latest. */
    readonly messages: MessageEvent[];
    count: number;
    readonly counts: Map<string, number>;
    last: MessageEvent;
}

/** One thing that reports errors: where it was, how bad. The same error may come through several channels. */
export interface ReportLog {
    readonly key: string;
    readonly severity: Severity;
    readonly channel: 'record' | 'edac' | 'machine-check' | 'power' | 'aest' | 'other-speaker' | 'user-access';
    readonly first: LogEvent;
    last: LogEvent;
    count: number;
    readonly phys?: bigint;
    /** EDAC: its own page number, by the kernel's page size. */
    page?: bigint;
    readonly offset?: bigint;
    part?: string;
    readonly section?: Section;
    previousBoot: boolean;
}

export interface BootLog {
    readonly index: number;
    release?: string;
    readonly facts: FactEvent[];
    readonly frames: Map<bigint, FrameLog>;
    readonly reports: Map<string, ReportLog>;
    readonly machineChecks: MachineCheckEvent[];
    readonly reasons: MachineCheckReasonEvent[];
    readonly crashes: CrashEvent[];
    /** Messages without a frame: SIGBUS by fault, panics, limits. */
    readonly loose: MessageEvent[];
    readonly others: OtherSpeakerEvent[];
    readonly injectors: LogEvent[];
    storms: number;
    eventsLogged: number;
    readonly logged: LogEvent[];
    thermal: number;
    suppressed: number;
    /** Events beyond the limits. */
    dropped: number;
    events: number;
    /** The latest machine check. */
    lastCheck?: ReportLog;
    /** What AMD's driver said last of an address alone. */
    lastAddress?: ReportLog;
    first?: LogEvent;
    last?: LogEvent;
    host?: string;
}

export function newBoot(index: number): BootLog {
    return {
        index, facts: [], frames: new Map(), reports: new Map(), machineChecks: [], reasons: [], crashes: [], loose: [], others: [], injectors: [], storms: 0, eventsLogged: 0, logged: [], thermal: 0,
        suppressed: 0, dropped: 0, events: 0,
    };
}

/** Whether something of memory errors was said. */
export function saysAnything(boot: BootLog): boolean {
    return boot.frames.size > 0 || boot.reports.size > 0 || boot.crashes.length > 0 || boot.machineChecks.length > 0 || boot.loose.length > 0 || boot.eventsLogged > 0 || boot.reasons.length > 0 || boot.others.length > 0;
}

export function addEvent(boot: BootLog, event: LogEvent, times = 1): void {
    boot.events += times;
    boot.first ??= event;
    boot.last = event;
    if (event.host !== undefined) boot.host ??= event.host;
    switch (event.kind) {
        case 'message': return addMessage(boot, event, times);
        case 'record': return addRecord(boot, event, times);
        case 'edac': return addEdac(boot, event, times);
        case 'aest': return addAest(boot, event, times);
        case 'machine-check': return addMachineCheck(boot, event, times);
        case 'power-machine-check': return addPower(boot, event, times);
        case 'machine-check-reason': return void push(boot, boot.reasons, event, 200);
        case 'crash': return void push(boot, boot.crashes, event, LIMITS.crashes);
        case 'other-speaker': return addOther(boot, event, times);
        case 'fact': return void push(boot, boot.facts, event, LIMITS.facts);
        case 'injector': return void push(boot, boot.injectors, event, 50);
        case 'storm': boot.storms += event.state === 'began' ? 1 : 0; return;
        case 'suppressed': boot.suppressed += event.count; return;
        case 'events-logged': boot.thermal += 1; return;
        case 'boot': if (event.release !== undefined) boot.release = event.release; return;
    }
}

function push<Item>(boot: BootLog, list: Item[], item: Item, limit: number): void {
    if (list.length < limit) list.push(item);
    else boot.dropped += 1;
}

function addMessage(boot: BootLog, event: MessageEvent, times: number): void {
    if (event.id === 'mceLogged') {
        boot.eventsLogged += times;
        push(boot, boot.logged, event, 20);
        return;
    }
    if (event.id === 'mceUserAccess' || event.id === 'mceKernelAccess') {
        addReport(boot, { key: `user-access ${event.phys!}`, severity: 'recoverable', channel: 'user-access', event, phys: event.phys!, times });
        push(boot, boot.loose, event, 200);
        return;
    }
    if (event.pfn === undefined) {
        push(boot, boot.loose, event, 200);
        return;
    }
    const frame = boot.frames.get(event.pfn);
    if (frame === undefined) {
        if (boot.frames.size >= LIMITS.frames) {
            boot.dropped += times;
            return;
        }
        boot.frames.set(event.pfn, { pfn: event.pfn, messages: [event], count: times, counts: new Map([[event.id, times]]), last: event });
        return;
    }
    frame.count += times;
    frame.counts.set(event.id, (frame.counts.get(event.id) ?? 0) + times);
    frame.last = event;
    if (frame.messages.length < LIMITS.perFrame) frame.messages.push(event);
}

interface NewReport {
    readonly key: string; readonly severity: Severity; readonly channel: ReportLog['channel']; readonly event: LogEvent; readonly times: number;
    readonly phys?: bigint; readonly page?: bigint; readonly offset?: bigint; readonly part?: string; readonly section?: Section; readonly previousBoot?: boolean;
}

/** The report that the event is part of; undefined where there are too many to keep it. */
function addReport(boot: BootLog, { key, severity, channel, event, times, phys, page, offset, part, section, previousBoot = false }: NewReport): ReportLog | undefined {
    const id = `${channel} ${severity} ${key}`;
    const known = boot.reports.get(id);
    if (known !== undefined) {
        known.count += times;
        known.last = event;
        return known;
    }
    if (boot.reports.size >= LIMITS.reports) {
        boot.dropped += times;
        return undefined;
    }
    const report: ReportLog = {
        key: id, severity, channel, first: event, last: event, count: times, previousBoot,
        ...(phys === undefined ? {} : { phys }), ...(page === undefined ? {} : { page }), ...(offset === undefined ? {} : { offset }), ...(part === undefined ? {} : { part }), ...(section === undefined ? {} : { section }),
    };
    boot.reports.set(id, report);
    return report;
}

function addRecord(boot: BootLog, event: RecordEvent, times: number): void {
    const sections = event.sections.length > 0 ? event.sections : [{ severity: event.severity, type: '' }];
    // The beginning of a record, cut off before it says anything.
    if (event.sections.length === 0 && event.severity === 'unknown' && boot.reports.size > 0) return;
    for (const section of sections) {
        // A section that was cut off before it said what it is, beside one that did.
        if (section.type === '' && section.phys === undefined && sections.some(({ type }) => type !== '')) continue;
        // The section says how bad its own error is; the record, how bad the worst one.
        const severity = section.severity === 'unknown' ? event.severity : section.severity;
        const part = section.dimm ?? (section.location === undefined ? undefined : placeOf(section.location)) ?? section.fru;
        addReport(boot, {
            key: `${section.type} ${section.phys?.toString(16) ?? ''} ${part ?? ''}`, severity, channel: 'record', event, times, section, previousBoot: event.of === 'previous-boot',
            ...(section.phys === undefined ? {} : { phys: section.phys }), ...(part === undefined ? {} : { part }),
        });
    }
}

function addEdac(boot: BootLog, event: EdacEvent, times: number): void {
    // AMD's driver says the address on a line of its own, then what it makes of it: one error.
    const before = boot.lastAddress;
    delete boot.lastAddress;
    if (before !== undefined && before.count === 1 && before.page === event.page && before.offset === event.offset && event.what !== ERROR_ADDRESS) boot.reports.delete(before.key);
    // The driver prints the bank that it read, then its own line: one error.
    const check = boot.lastCheck;
    if (check !== undefined && check.part === undefined && check.first.kind === 'machine-check' && check.first.controller === event.controller && sameSeverity(check.severity, event.severity)) {
        check.part = event.part.name;
        if (event.page !== undefined && check.phys === undefined) check.page = event.page;
    }
    const report = addReport(boot, {
        key: `${event.part.name} ${event.page?.toString(16) ?? ''} ${event.offset?.toString(16) ?? ''}`, severity: event.severity, channel: 'edac', event, times: times * Math.min(Math.max(event.count, 1), 1_000_000), part: event.part.name,
        ...(event.page === undefined ? {} : { page: event.page }), ...(event.offset === undefined ? {} : { offset: event.offset }),
    });
    if (report !== undefined && event.what === ERROR_ADDRESS) boot.lastAddress = report;
}

/** The EDAC core prints a deferred error, which AMD's driver hands it, as an uncorrected one. */
function sameSeverity(check: Severity, edac: Severity): boolean {
    return check === edac || (check === 'deferred' && edac === 'recoverable');
}

function addAest(boot: BootLog, event: AestEvent, times: number): void {
    addReport(boot, { key: event.addr?.toString(16) ?? event.source, severity: event.severity, channel: 'aest', event, times, part: event.source, ...(event.addr === undefined ? {} : { phys: event.addr }) });
}

function addPower(boot: BootLog, event: PowerMachineCheckEvent, times: number): void {
    addReport(boot, { key: `${event.error} ${event.phys?.toString(16) ?? ''}`, severity: event.severity, channel: 'power', event, times, ...(event.phys === undefined ? {} : { phys: event.phys }) });
}

function addOther(boot: BootLog, event: OtherSpeakerEvent, times: number): void {
    push(boot, boot.others, event, 200);
    if (event.says === 'firmware-abort' || event.says === 'injected-into-guest' || event.says === 'threshold' || event.says === 'reset-reason') {
        addReport(boot, { key: event.phys?.toString(16) ?? event.says, severity: event.severity ?? 'recoverable', channel: 'other-speaker', event, times, previousBoot: event.says === 'reset-reason', ...(event.phys === undefined ? {} : { phys: event.phys }) });
    }
}

function addMachineCheck(boot: BootLog, event: MachineCheckEvent, times: number): void {
    push(boot, boot.machineChecks, event, LIMITS.machineChecks);
    const phys = physicalAddress(event);
    const report = addReport(boot, {
        // Nobody polls for an error that took the processor's context with it: it is from before the reset.
        key: machineCheckKey(event), severity: event.severity, channel: 'machine-check', event, times, previousBoot: event.from === 'poll' && event.severity === 'fatal',
        ...(phys === undefined ? {} : { phys }),
    });
    if (report !== undefined) boot.lastCheck = report;
}

/** Records that say the same are one report, however often it comes. */
export function machineCheckKey(event: MachineCheckEvent): string {
    return `${event.bank ?? '?'} ${event.socket ?? ''} ${event.status?.toString(16) ?? ''} ${physicalAddress(event)?.toString(16) ?? ''}`;
}

const POISON = 43;
const PCC = 57;
const ADDRV = 58;
const MISCV = 59;

/** MCACOD `0000 1PPT RRRR IILL`, an error of the bus, with I/O for II: a register of a device was addressed. */
function ofDevice(status: bigint): boolean {
    return (status & 0xe80cn) === 0x0808n;
}

/**
 * The system physical address of a bank, as mce_usable_address() takes it: ADDRV, and on Intel a MISC that says how many low
 * bits are no address and that it is a physical one. AMD's decoder prints what the memory controller calls the address
 * (normalised): not used. An AMD bank from the exception handler counts where the record is not the memory controller's (bank type unknown, XEC 0).
 */
export function physicalAddress(event: MachineCheckEvent): bigint | undefined {
    const { status, addr, misc, vendor, from } = event;
    if (addr === undefined || addr === 0n) return undefined;
    if (status !== undefined && !bit(status, ADDRV)) return undefined;
    if (status !== undefined && ofDevice(status)) return undefined;
    // What a decoder printed of an AMD bank is an address of the system's where poison was met, which a core does.
    if (from === 'amd-decoder') return status !== undefined && bit(status, POISON) && !event.decoded.some((words) => words.startsWith('Unified Memory Controller')) ? addr : undefined;
    // A lost context without an error of memory: the address may be one of an instruction, or of nothing.
    if (status !== undefined && bit(status, PCC) && !memoryCode(status)) return undefined;
    if (vendor === 'amd' && (ofMemoryController(event) || status !== undefined && (status & 0xffffn) === 0x011bn)) return undefined;
    if (misc !== undefined && status !== undefined && bit(status, MISCV) && vendor !== 'amd') {
        const mode = (misc >> 6n) & 7n;
        // MCI_MISC_ADDR_MODE: 2 is physical; the fields are defined for memory and cache errors only.
        if (mode !== 2n) return undefined;
        const lsb = misc & 0x3fn;
        return lsb > 12n ? (addr >> 12n) << 12n : (addr >> lsb) << lsb;
    }
    return addr;
}
