/** A log in, its incidents out: a line at a time, with bounded memory. */
import type { CrashEvent, LogEvent, MessageEvent, Quote, Severity } from './events/event.js';
import { inOrder } from './events/base.js';
import { EventReader } from './events/reader.js';
import { isTriggerLine } from './formats/triggers.js';
import type { LogLine, LogMark } from './formats/line.js';
import { isMark } from './formats/line.js';
import { LineReader } from './formats/line-reader.js';
import { isoTime } from './formats/wall-time.js';
import { addEvent, newBoot, saysAnything, type BootLog } from './joins/boot-log.js';
import { BootSplitter } from './joins/boot-splitter.js';
import { frameOf, namedFrames } from './joins/frames.js';
import { groupsOf } from './joins/group.js';
import { hex } from './joins/crashes.js';
import { machineOf, type MachineFacts } from './joins/machine.js';
import { judgeAbort } from './judgement/aborts.js';
import { TEST_PROGRAMS } from './judgement/known-faults.js';
import { VERDICTS, type Action, type BootSummary, type CrashSummary, type Followed, type Handling, type Incident, type LogTriage, type Moment, type OtherCrash, type Victim } from './judgement/incident.js';
import { signatureOf, crashSignature, functionOf } from './judgement/signature.js';
import { consumedInKernel, faultsAlone, faultsOf, machineChecksOf, messagesOf, type Group } from './judgement/signs.js';
import { titleOf } from './judgement/titles.js';
import { errorsOf, isMemory, judge, type Judged } from './judgement/verdict.js';

/** Boots that are told apart in one text. */
const MAX_BOOTS = 10_000;
const MAX_FRAMES = 64;
const MAX_LINES = 40;
/** `Machine check events logged` once says next to nothing: laptops print it for what firmware left in a bank, or for a CPU that was warm. */
const LOGGED = 2;

export interface TriageOptions {
    /** Called for every event, in the order in which they are whole. */
    readonly onEvent?: (event: LogEvent, boot: number) => void;
}

export class Triage {
    readonly #lines: LineReader;
    readonly #events: EventReader;
    readonly #splitter = new BootSplitter();
    readonly #boots: BootLog[] = [newBoot(0)];
    readonly #incidents: Incident[] = [];
    readonly #crashes: OtherCrash[] = [];
    readonly #summaries: BootSummary[] = [];
    readonly #options: TriageOptions;
    readonly #ahead: LogEvent[] = [];
    #lastEvent: LogEvent | undefined;
    #lastEventLine = 0;
    #suppressed = 0;
    #dropped = 0;
    #host: string | undefined;
    #boot = 0;

    constructor(options: TriageOptions = {}) {
        this.#options = options;
        this.#events = new EventReader((event) => this.#event(event));
        this.#lines = new LineReader((line) => this.#line(line));
    }

    /** Whether lines that follow are needed even if no word is in them that the reader looks for. */
    get wantsMore(): boolean {
        return this.#events.wantsMore || this.#lines.holds;
    }

    /** One line, without its end; `number` where lines before it were left out. */
    push(line: string, number?: number): void {
        this.#lines.push(line, number);
    }

    /** The end of the text. */
    finish(): LogTriage {
        this.#lines.end();
        this.#events.flush();
        this.#takeAhead();
        this.#close();
        const incidents = this.#incidents;
        const crashed = incidents.filter(({ followed }) => followed.length > 0);
        const gravest = VERDICTS.find((verdict) => crashed.some((incident) => incident.verdict === verdict)) ?? VERDICTS.find((verdict) => incidents.some((incident) => incident.verdict === verdict));
        return {
            verdict: gravest ?? 'none', host: this.#host ?? null, boots: this.#summaries, incidents, crashes: this.#crashes,
            left: { suppressed: this.#suppressed, dropped: this.#dropped },
        };
    }

    get #current(): BootLog {
        return this.#boots[0]!;
    }

    #line(line: LogLine | LogMark): void {
        if (isMark(line)) {
            if (line.mark === 'boot') {
                this.#splitter.mark();
                this.#nextBoot();
            } else if (this.#lastEvent !== undefined && this.#lastEventLine === line.number - 1 && line.count > 0) {
                addEvent(this.#current, this.#lastEvent, Math.min(line.count, 1_000_000_000));
            }
            return;
        }
        if (this.#splitter.line(line)) this.#nextBoot();
        if (line.speaker === 'kernel' && this.#ahead.length > 0) this.#takeAhead();
        this.#lastEvent = undefined;
        this.#events.line(line);
        this.#lastEventLine = line.number;
    }

    /** A monitor speaks before the kernel that it speaks of. */
    #takeAhead(): void {
        for (const event of this.#ahead.splice(0)) addEvent(this.#current, event);
    }

    #event(event: LogEvent): void {
        if (event.kind === 'other-speaker' && event.says === 'injected-into-guest' && this.#ahead.length < 1000) {
            this.#options.onEvent?.(event, this.#boot);
            this.#ahead.push(event);
            return;
        }
        if (this.#splitter.event(event, saysAnything(this.#current))) this.#nextBoot();
        this.#host ??= event.host;
        this.#lastEvent = event.kind === 'message' || event.kind === 'edac' ? event : undefined;
        this.#options.onEvent?.(event, this.#boot);
        addEvent(this.#current, event);
    }

    #nextBoot(): void {
        this.#events.flush();
        // A boot that says nothing of errors is not counted: its lines may have been passed over.
        const counts = saysAnything(this.#current) || this.#current.release !== undefined;
        this.#close();
        if (counts) this.#boot += 1;
        this.#boots[0] = newBoot(this.#boot);
    }

    /** Judges the boot that has ended. Its events are not kept. */
    #close(): void {
        const boot = this.#current;
        this.#suppressed += boot.suppressed;
        this.#dropped += boot.dropped;
        if (!saysAnything(boot) && boot.release === undefined) return;
        if (this.#summaries.length >= MAX_BOOTS) {
            this.#dropped += boot.events;
            return;
        }
        const machine = machineOf(boot);
        this.#summaries.push({
            index: boot.index, release: machine.release ?? null, arch: machine.arch ?? null, pageShift: machine.pageShift ?? null, pageShiftBy: machine.pageShiftBy ?? null,
            firstLine: boot.first?.lines[0]?.line ?? 0, guest: machine.guest ?? null,
        });
        const { groups, crashes } = groupsOf(boot, machine);
        const own: Incident[] = groups.map((group) => incidentOf(group, machine));
        for (const crash of crashes) {
            const judged = judgeAbort(crash, machine, boot.injectors.flatMap((event) => (event.kind === 'injector' ? [event] : [])));
            if (judged !== undefined) own.push(abortIncident(crash, machine, boot, judged));
            else if (crash.crash !== 'warning') this.#crashes.push({ ...crashOf(crash), boot: boot.index, signature: crashSignature(crash) });
        }
        if (boot.eventsLogged >= LOGGED && boot.thermal === 0 && groups.length === 0) own.push(loggedIncident(boot, machine));
        const faults = faultsAlone(boot);
        if (faults.length > 0 && groups.length === 0) own.push(faultIncident(faults, boot, machine));
        own.sort((a, b) => a.first.line - b.first.line || (a.signature < b.signature ? -1 : 1));
        own.forEach((incident, index) => this.#incidents.push({ ...incident, id: `${boot.index + 1}.${index + 1}` }));
    }
}

/** The whole text at once, for tests and editors. */
export function triageText(text: string, options: TriageOptions = {}): LogTriage {
    const triage = new Triage(options);
    let number = 0;
    for (const line of text.split('\n')) {
        number += 1;
        const clean = line.endsWith('\r') ? line.slice(0, -1) : line;
        if (triage.wantsMore || isTriggerLine(clean)) triage.push(clean, number);
    }
    return triage.finish();
}

function momentOf(event: LogEvent | undefined): Moment {
    return { line: event?.lines[0]?.line ?? 0, bootUs: event?.bootUs ?? null, wall: event?.wallMs === undefined ? null : isoTime(event.wallMs) };
}

function eventsOf(group: Group): LogEvent[] {
    const events: LogEvent[] = [...group.frames.flatMap(({ messages, last }) => [...messages, last]), ...group.reports.flatMap(({ first, last }) => [first, last])];
    return [...new Set(events)].sort(inOrder);
}

function incidentOf(group: Group, machine: MachineFacts): Incident {
    const { boot } = group;
    const judged = judge(group);
    const events = eventsOf(group);
    const messages = messagesOf(group);
    const frames = framesOf(group, machine);
    const addresses = [...new Set(group.reports.flatMap(({ phys }) => phys ?? []))].sort((a, b) => (a < b ? -1 : 1));
    const actions = messages.flatMap((event): Action[] => (event.id === 'action' ? [{ pfn: hex(event.pfn!), type: event.type ?? null, words: event.values['string'] ?? '', result: event.result ?? null, line: event.lines[0]!.line }] : []));
    const followed = followedOf(group, events);
    const last = new Map(actions.map((action) => [action.pfn, action]));
    const unhandled = messages.some(({ id }) => id === 'unhandlable');
    const parts = [...new Set(group.reports.flatMap(({ part, first }) => (part !== undefined ? [part] : first.kind === 'machine-check' ? [bankName(first)] : [])))];
    const what = group.reports.length === 0 ? 'memory' : group.reports.some(isMemory) || group.frames.length > 0 ? 'memory' : group.reports.some(({ section, channel }) => channel === 'machine-check' || channel === 'power' || /processor/i.test(section?.type ?? '')) ? 'processor'
        : group.reports.some(({ section }) => /PCI|bus/i.test(section?.type ?? '')) ? 'bus' : 'unknown';
    const severity = worst(group);
    const incident: Omit<Incident, 'title'> = {
        id: '', boot: boot.index, verdict: judged.verdict, certainty: judged.certainty, reasons: judged.reasons, knownFault: judged.knownFault?.id ?? null, wouldDecide: judged.wouldDecide ?? null,
        signature: signatureOf(group, judged, severity, what), what, severity, frames: frames.slice(0, MAX_FRAMES).map(hex), frameCount: frames.length, addresses: addresses.slice(0, 16).map(hex),
        pageShift: machine.pageShift ?? null, parts: parts.slice(0, 16), errors: errorsOf(group), actions: actions.slice(0, 200), handling: handlingOf(group), victims: victimsOf(group).slice(0, 100), followed,
        inUse: [...last.values()].some(({ result, type }) => type !== 'MF_MSG_ALREADY_POISONED' && (result === 'MF_IGNORED' || result === 'MF_FAILED')) || (unhandled && actions.length === 0),
        previousBoot: group.reports.some(({ previousBoot }) => previousBoot), first: momentOf(events[0]), last: momentOf(events.at(-1)), lines: linesOf(group, events, followed),
    };
    return { ...incident, title: titleOf(incident, judged.knownFault) };
}

function bankName({ bank, socket, cpu }: { bank?: number; socket?: number; cpu?: number }): string {
    return `${socket === undefined ? cpu === undefined ? '' : `CPU ${cpu} ` : `socket ${socket} `}bank ${bank ?? '?'}`;
}

function framesOf(group: Group, machine: MachineFacts): bigint[] {
    const found = new Set(group.frames.map(({ pfn }) => pfn));
    for (const report of group.reports) {
        const pfn = frameOf(report, group.boot, machine.pageShift);
        if (pfn !== undefined) found.add(pfn);
    }
    return [...found].sort((a, b) => (a < b ? -1 : 1));
}

const RANK: readonly Severity[] = ['fatal', 'recoverable', 'deferred', 'unknown', 'corrected', 'informational'];

function worst(group: Group): Severity {
    if (group.reports.length === 0) return 'unknown';
    return RANK.find((severity) => group.reports.some((report) => report.severity === severity)) ?? 'unknown';
}

function handlingOf({ frames }: Group): Handling[] {
    return [...frames].sort((a, b) => (a.pfn < b.pfn ? -1 : 1)).slice(0, 8).map(({ pfn, messages }) => ({ pfn: hex(pfn), lines: messages.slice(0, 12).flatMap(({ lines }) => lines.slice(0, 1)) }));
}

function victimsOf(group: Group): Victim[] {
    const found: Victim[] = [];
    for (const { id, task, lines } of messagesOf(group)) {
        if (task === undefined) continue;
        if (id === 'sigbus' || id === 'ghesSigbus') found.push({ ...task, what: 'SIGBUS', line: lines[0]!.line });
        if (id === 'sigkill') found.push({ ...task, what: 'SIGKILL', line: lines[0]!.line });
    }
    for (const { task, lines } of faultsOf(group)) found.push({ ...task!, what: 'fault', line: lines[0]!.line });
    return found.sort((a, b) => a.line - b.line);
}

function crashOf(crash: CrashEvent): CrashSummary {
    return { title: crash.title, kind: crash.crash, function: functionOf(crash) ?? null, comm: crash.comm ?? null, pid: crash.pid ?? null, line: crash.lines[0]!.line, bootUs: crash.bootUs ?? null };
}

function followedOf(group: Group, events: readonly LogEvent[]): Followed[] {
    const from = [...events].reverse().find((event) => event.bootUs !== undefined && group.crashes.every(({ crash }) => inOrder(crash, event) > 0))?.bootUs ?? events[0]?.bootUs;
    const joined = group.crashes.map(({ crash, evidence }): Followed => ({ crash: crashOf(crash), evidence, afterUs: from === undefined || crash.bootUs === undefined ? null : crash.bootUs - from }));
    const consumed = consumedInKernel(group);
    if (joined.length > 0 || consumed === undefined || group.boot.reasons.length === 0) return joined;
    // The excerpt ends before the panic: the reason line is printed on the way to it.
    const [reason] = group.boot.reasons;
    return [{
        crash: { title: `Machine check: ${reason!.reason}`, kind: 'panic', function: consumed.ipFunction ?? null, comm: null, pid: null, line: reason!.lines[0]!.line, bootUs: reason!.bootUs ?? null },
        evidence: [{ kind: 'machine-check-record', text: `the record before it names the address ${consumed.addr === undefined ? 'of no memory' : hex(consumed.addr)}`, pfn: null, chance: 0 }], afterUs: null,
    }];
}

/** Lines of a record that say what failed. */
const TELLING = /severity|physical.*address: |error_type|node: ?\d|DIMM location: (?!not)|fru_text|section.type/;

function linesOf(group: Group, events: readonly LogEvent[], followed: readonly Followed[]): Quote[] {
    const quotes = new Map<number, Quote>();
    const take = (lines: readonly Quote[], most: number): void => lines.slice(0, most).forEach((quote) => quotes.size < MAX_LINES && quotes.set(quote.line, quote));
    for (const { crash, evidence } of group.crashes) {
        // The line with the register that ties it.
        const registers = evidence.flatMap(({ text, kind }) => (kind === 'linear-map' ? [text.split(' ')[0]!] : []));
        take(crash.lines.filter(({ text }) => registers.some((name) => new RegExp(`\\b${name} ?: ?[0-9a-f]{8}`).test(text))), 1);
        take(crash.lines, 6);
    }
    for (const event of machineChecksOf(group).slice(0, 3)) take(event.lines, 4);
    for (const event of events) take(event.kind === 'record' ? event.lines.filter(({ text }) => TELLING.test(text)) : event.lines, event.kind === 'record' ? 6 : 2);
    for (const reason of group.boot.reasons.slice(0, 2)) if (followed.length > 0) take(reason.lines, 1);
    return [...quotes.values()].sort((a, b) => a.line - b.line);
}

function abortIncident(crash: CrashEvent, machine: MachineFacts, boot: BootLog, judged: Judged): Incident {
    const summary = crashOf(crash);
    const moment = momentOf(crash);
    const named = crash.crash === 'panic' ? namedFrames(crash).map(hex) : [];
    const signature = `abort:${judged.verdict}:${crash.crash}@${crash.trace[0] ?? '?'}`;
    const base: Omit<Incident, 'title'> = {
        id: '', boot: boot.index, verdict: judged.verdict, certainty: judged.certainty, signature, reasons: judged.reasons, knownFault: null, wouldDecide: judged.wouldDecide ?? null, what: named.length > 0 ? 'memory' : 'unknown',
        severity: 'unknown', frames: named, frameCount: named.length, addresses: [], pageShift: machine.pageShift ?? null, parts: [], errors: 0, actions: [], handling: [], victims: [],
        followed: [{ crash: summary, evidence: [], afterUs: null }], inUse: false, previousBoot: false, first: moment, last: moment, lines: crash.lines.slice(0, 12),
    };
    return { ...base, title: `${summary.title.slice(0, 120)}${summary.function === null ? '' : ` in ${summary.function}()`}` };
}

function loggedIncident(boot: BootLog, machine: MachineFacts): Incident {
    const [first] = boot.logged;
    const moment = momentOf(first);
    return {
        id: '', boot: boot.index, verdict: 'undecided', certainty: 'likely', signature: 'machine-check:logged', title: 'machine checks were logged, but their records are not in this log',
        reasons: [{ text: 'the kernel says that records went to the machine check log', quotes: first?.lines ?? [] }], knownFault: null, wouldDecide: 'The records: mcelog, rasdaemon, an EDAC driver, or the boot parameter mce=print_all.',
        what: 'unknown', severity: 'unknown', frames: [], frameCount: 0, addresses: [], pageShift: machine.pageShift ?? null, parts: [], errors: boot.eventsLogged, actions: [], handling: [], victims: [], followed: [], inUse: false,
        previousBoot: false, first: moment, last: momentOf(boot.logged.at(-1)), lines: boot.logged.flatMap(({ lines }) => lines).slice(0, MAX_LINES),
    };
}

/** Somebody met a page that had been taken for bad, and the log does not say by whom. */
function faultIncident(faults: readonly MessageEvent[], boot: BootLog, machine: MachineFacts): Incident {
    const [first] = faults;
    const victims = faults.flatMap(({ task, lines }): Victim[] => (task === undefined ? [] : [{ ...task, what: 'fault', line: lines[0]!.line }]));
    const names = [...new Set(victims.map(({ comm }) => comm))];
    const verdict = names.length > 0 && names.every((name) => TEST_PROGRAMS.has(name)) ? 'injected' : 'undecided';
    return {
        id: '', boot: boot.index, verdict, certainty: 'likely', signature: `${verdict} memory/unknown ${[...new Set(faults.map(({ id }) => id))].sort().join(' ')}`,
        title: victims.length === 0 ? 'a memory error was not recovered, and what reported it is not in this log' : `${names.slice(0, 3).join(', ')} hit, on a page that was taken for bad; what reported it is not in this log`,
        reasons: [{ text: verdict === 'injected' ? `${names.join(', ')} is a program that has errors injected and meets them` : 'the log says that a bad page was met, and nothing of the page itself', quotes: first!.lines }], knownFault: null,
        wouldDecide: verdict === 'injected' ? null : 'What reported the page: lines before these, or the logs before. A page that was marked with userfaultfd (UFFDIO_POISON) is met with the same words, and no memory is bad.',
        what: 'memory', severity: 'unknown', frames: [], frameCount: 0, addresses: [], pageShift: machine.pageShift ?? null, parts: [], errors: 1, actions: [], handling: [], victims: victims.slice(0, 100), followed: [], inUse: false,
        previousBoot: false, first: momentOf(first), last: momentOf(faults.at(-1)), lines: faults.flatMap(({ lines }) => lines).slice(0, MAX_LINES),
    };
}
