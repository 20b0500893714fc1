/** What an editor shows of a log: hints, hovers, links and an outline. */
import { MCI_STATUS } from '../../vocabulary/mce-registers.js';
import { MESSAGE_TEMPLATES } from '../../vocabulary/message-templates.js';
import { READ_ONLY_MESSAGES } from '../../vocabulary/message-wordings.js';
import { MF_RESULTS } from '../../vocabulary/mf-results.js';
import { MF_TYPES } from '../../vocabulary/mf-types.js';
import type { FactEvent, LogEvent } from '../events/event.js';
import { isTriggerLine } from '../formats/triggers.js';
import { VERDICT_WORDS, type Incident, type LogTriage } from '../judgement/incident.js';
import { Triage } from '../triage.js';
import { incidentLines } from './text.js';

/** Lines with a hover; more are not told apart in an editor. */
const MAX_LINES = 20_000;
const MAX_HINT = 160;

export interface ViewLine { readonly line: number; readonly hover: string; readonly incident?: string; }
export interface ViewHint { readonly line: number; readonly text: string; readonly grave: boolean; readonly tooltip: string; }
export interface ViewLink { readonly line: number; readonly target: number; readonly tooltip: string; }
export interface ViewIncident { readonly id: string; readonly title: string; readonly verdict: string; readonly firstLine: number; readonly lastLine: number; readonly reproducible: boolean; }
export interface ViewBoot { readonly name: string; readonly firstLine: number; readonly lastLine: number; readonly incidents: readonly ViewIncident[]; }
/** Lines count from 0. */
export interface View { readonly verdict: string; readonly boots: readonly ViewBoot[]; readonly lines: readonly ViewLine[]; readonly hints: readonly ViewHint[]; readonly links: readonly ViewLink[]; }

export class LogViewer {
    readonly #text: string;
    readonly #hovers = new Map<number, string>();
    /** What is shown where a line says nothing else. */
    readonly #facts = new Map<number, string>();
    readonly #triage: Triage;
    #at = 0;
    #line = 0;
    #result: LogTriage | undefined;

    constructor(text: string) {
        this.#text = text;
        this.#triage = new Triage({ onEvent: (event) => this.#hover(event) });
    }

    /** Reads so many lines more; true when all are read. */
    run(lines: number): boolean {
        for (let count = 0; count < lines && this.#at <= this.#text.length; count += 1) {
            const end = this.#text.indexOf('\n', this.#at);
            const stop = end < 0 ? this.#text.length : end;
            const line = this.#text.slice(this.#at, stop > this.#at && this.#text.charCodeAt(stop - 1) === 13 ? stop - 1 : stop);
            this.#line += 1;
            if (this.#triage.wantsMore || isTriggerLine(line)) this.#triage.push(line, this.#line);
            this.#at = stop + 1;
        }
        if (this.#at <= this.#text.length) return false;
        this.#result ??= this.#triage.finish();
        return true;
    }

    /** When all is read. */
    triage(): LogTriage {
        this.#result ??= this.#triage.finish();
        return this.#result;
    }

    view(): View {
        const { verdict, boots, incidents } = this.triage();
        const owners = new Map<number, string>();
        for (const incident of incidents) for (const { line } of incident.lines) if (!owners.has(line)) owners.set(line, incident.id);
        return {
            verdict,
            boots: boots.map((boot, index): ViewBoot => {
                const next = boots[index + 1];
                const own = incidents.filter((incident) => incident.boot === boot.index);
                return {
                    name: `boot ${boot.index + 1}${boot.release === null ? '' : `: Linux ${boot.release}`}`, firstLine: Math.max(0, boot.firstLine - 1), lastLine: Math.max(boot.firstLine, next === undefined ? this.#line : next.firstLine - 1) - 1,
                    incidents: own.map((incident) => ({
                        id: incident.id, title: incident.title, verdict: VERDICT_WORDS[incident.verdict], firstLine: incident.first.line - 1,
                        lastLine: Math.max(incident.last.line, incident.first.line, ...incident.lines.map(({ line }) => line)) - 1, reproducible: incident.handling.length > 0,
                    })),
                };
            }),
            lines: [...new Map([...this.#facts, ...this.#hovers])].map(([line, hover]): ViewLine => {
                const owner = owners.get(line);
                const incident = incidents.find(({ id }) => id === owner);
                return { line: line - 1, hover: incident === undefined ? hover : `${hover}\n\n---\n${paragraph(incident)}`, ...(owner === undefined ? {} : { incident: owner }) };
            }),
            hints: incidents.flatMap(hintsOf), links: incidents.flatMap(linksOf),
        };
    }

    #hover(event: LogEvent): void {
        const hovers = event.kind === 'fact' ? this.#facts : this.#hovers;
        if (hovers.size >= MAX_LINES) return;
        const words = meaningOf(event);
        for (const { line } of event.lines) if (!hovers.has(line)) hovers.set(line, words);
    }
}

/** Text of a log in markdown: it quotes, and runs nothing. */
function code(text: string): string {
    return `\`${text.replaceAll('`', '\'')}\``;
}

function plainText(text: string): string {
    return text.replace(/[\\`*_{}[\]<>()#+!|~-]/g, '\\$&');
}

function paragraph(incident: Incident): string {
    return `**${VERDICT_WORDS[incident.verdict]}**: ${plainText(incident.title)}\n\n${incident.reasons.map(({ text }) => `- ${plainText(text)}`).join('\n')}${incident.wouldDecide === null ? '' : `\n\nWould decide: ${plainText(incident.wouldDecide)}`}`;
}

/** What a line about the machine is good for. */
const FACTS: Readonly<Record<FactEvent['fact'], string>> = {
    'release': 'The kernel: what it was going to do is asked of this version.', 'arch': 'The architecture.', 'ram': 'RAM: where it begins, addresses of a crash are counted from.', 'hypervisor': 'A guest: whether memory is bad, its host knows.',
    'hardware': 'The machine.', 'page-shift': 'The size of a page: it says which frame a physical address lies in.', 'kaslr': 'How far the kernel was moved (KASLR).', 'command-line': 'The command line of the kernel.',
};

function meaningOf(event: LogEvent): string {
    switch (event.kind) {
        case 'message': {
            const doc = event.id in MESSAGE_TEMPLATES ? MESSAGE_TEMPLATES[event.id as keyof typeof MESSAGE_TEMPLATES].doc : READ_ONLY_MESSAGES[event.id as keyof typeof READ_ONLY_MESSAGES].doc;
            const type = event.type === undefined ? '' : `\n\n**${event.type}** ${MF_TYPES[event.type].doc}`;
            const result = event.result === undefined ? '' : `\n\n**${event.result}** ${MF_RESULTS[event.result].doc}`;
            return `${doc}${type}${result}`;
        }
        case 'record': return `A record of firmware${event.of === 'previous-boot' ? ' about the boot before this one (BERT)' : ' (GHES)'}: ${event.severity}. ${event.sections.map(({ type, severity, errorType }) => `${plainText(type)}, ${severity}${errorType === undefined ? '' : `, ${plainText(errorType)}`}`).join('; ')}`;
        case 'edac': return `EDAC: ${event.count} ${event.severity} error${event.count === 1 ? '' : 's'} on ${code(event.part.name)}${event.page === undefined ? '' : `, page 0x${event.page.toString(16)}`}.`;
        case 'machine-check': {
            const { status } = event;
            const bits = status === undefined ? [] : Object.entries(MCI_STATUS).filter(([, { bit }]) => ((status >> BigInt(bit)) & 1n) === 1n).filter(([name]) => event.vendor === 'amd' || (name !== 'DEFERRED' && name !== 'POISON'));
            return `A machine check record of bank ${event.bank ?? '?'}: ${event.severity}.\n\n${bits.map(([name, { doc }]) => `- **${name}** ${doc}`).join('\n')}`;
        }
        case 'machine-check-reason': return `The row of the severity table that led to the panic: ${plainText(event.reason)}.`;
        case 'aest': return `A record of an arm64 error node, read by the kernel itself (AEST): ${event.severity}.`;
        case 'power-machine-check': return `A machine check of POWER: ${plainText(event.error)}, ${event.recovered ? 'recovered' : 'not recovered'}${event.guest ? ', in a guest' : ''}.`;
        case 'crash': return `A crash (${event.crash})${event.trace[0] === undefined ? '' : ` in ${code(`${event.trace[0]}()`)}`}.`;
        case 'storm': return event.state === 'began' ? 'So many corrected errors that their interrupts are switched off: they are polled for.' : 'The storm of corrected errors is over.';
        case 'suppressed': return `${event.count} messages of ${code(event.function)} were left out here.`;
        case 'events-logged': return 'A thermal event: it is logged as a machine check, and no memory is bad.';
        case 'other-speaker': return 'Not the kernel: firmware, a daemon or a monitor speaks of the error.';
        case 'injector': return `The error may be made up: ${plainText(event.how)}.`;
        case 'boot': return event.kexec ? 'Another kernel is started without a reset: poisoned pages are forgotten unless they are handed over.' : 'A boot.';
        case 'fact': return FACTS[event.fact];
    }
}

function cut(text: string): string {
    return text.length > MAX_HINT ? `${text.slice(0, MAX_HINT)}…` : text;
}

function hintsOf(incident: Incident): ViewHint[] {
    const tooltip = incidentLines(incident).slice(0, 14).join('\n');
    const grave = incident.verdict !== 'corrected-only' && incident.verdict !== 'injected';
    const first: ViewHint = { line: incident.first.line - 1, text: cut(`${VERDICT_WORDS[incident.verdict]}: ${incident.title}`), grave, tooltip };
    return [first, ...incident.followed.flatMap(({ crash, evidence }): ViewHint[] => (evidence.length === 0 || crash.line === incident.first.line ? [] : [{
        line: crash.line - 1, grave, tooltip, text: cut(`belongs to ${incident.frames.length === 1 ? `frame ${incident.frames[0]!}` : 'the error'} of line ${incident.first.line}: ${evidence[0]!.text}`),
    }]))];
}

function linksOf({ first, followed, actions }: Incident): ViewLink[] {
    const cause = (actions.at(-1)?.line ?? first.line) - 1;
    return followed.flatMap(({ crash, evidence }): ViewLink[] => (evidence.length === 0 || crash.line - 1 === cause ? [] : [
        { line: crash.line - 1, target: cause, tooltip: `To the error that it belongs to (${evidence[0]!.kind})` }, { line: cause, target: crash.line - 1, tooltip: 'To the crash that belongs to it' },
    ]));
}
