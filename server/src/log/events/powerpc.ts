/**
 * Machine checks of POWER, as machine_check_print_event_info() of arch/powerpc/kernel/mce.c prints them: `MCE: CPUn: ` on each line since 5.2, and
 * `Severe Machine check interrupt` with indented lines before that (OPAL's and RTAS's own printers, too).
 */
import type { LogLine } from '../formats/line.js';
import type { PowerMachineCheckEvent, Severity } from './event.js';
import { baseOf, quoteOf, type EventSink } from './base.js';

const HEADER = /^MCE: CPU(\d{1,5}): machine check \((\w*)\) +(?:(Guest|Host) +)?(\S.*?) *(?:DAR: [0-9a-f]{1,16} +)?(?:paddr: ([0-9a-f]{1,16}) +)?\[(Recovered|Not recovered)\]$/;
const OLD_HEADER = /^\s*(Harmless|Severe|Fatal|) ?Machine check interrupt \[{1,2}(Recovered|Not recovered)\]$/;
const DETAIL = /^MCE: CPU(\d{1,5}): (?:PID: (\d{1,10}) Comm: (.{1,32}?) )?(Guest )?(?:NIP: \[[0-9a-f]{1,16}\].*?(?: paddr: ([0-9a-f]{1,16}))?|Initiator .*|(Unknown|(?:Probable )?(?:Hardware|Software) error).*)$/;
const OLD_DETAIL = /^\s+(?:(Guest )?NIP:? .*|Initiator: .*|Error type: (\S.*?) \[(.*)\]|Effective address: .*|Physic?al address: +([0-9a-f]{1,16}))$/;
const OLD_TASK = / PID: (\d{1,10}) Comm: (.+)$/;
/** Lines that may come between two lines of a record. */
const MAX_GAP = 20;
/** So many lines further the rest of a record is expected: before 5.2 they name nothing by themselves. */
const UNNAMED_LINES = 8;
const MAX_LINES = 12;

const CAUSES: Readonly<Record<string, PowerMachineCheckEvent['cause']>> = {
    'Hardware error': 'hardware', 'Probable Hardware error': 'probably-hardware', 'Software error': 'software', 'Probable Software error': 'probably-software',
};

/** A UE is memory's (or a cache's); the rest are the processor's own tables, which the kernel empties, and with that they are right again. */
function severityOf(word: string, error: string, recovered: boolean): Severity {
    if (word === 'Harmless') return 'informational';
    if (!recovered) return 'fatal';
    return error.startsWith('UE') ? 'recoverable' : 'corrected';
}

export class PowerReader {
    readonly #sink: EventSink;
    #open: PowerMachineCheckEvent | undefined;
    #word = '';
    #old = false;
    #last = 0;

    constructor(sink: EventSink) {
        this.#sink = sink;
    }

    get wantsMore(): boolean {
        return this.#open !== undefined && this.#old;
    }

    line(line: LogLine): boolean {
        if (this.#open !== undefined && line.number - this.#last > (this.#old ? UNNAMED_LINES : MAX_GAP)) this.flush();
        return this.#begin(line) || (this.#open !== undefined && this.#goOn(line, this.#open));
    }

    flush(): void {
        const event = this.#open;
        this.#open = undefined;
        if (event !== undefined) this.#sink(event);
    }

    #begin(line: LogLine): boolean {
        const header = HEADER.exec(line.text);
        const old = header === null ? OLD_HEADER.exec(line.text) : null;
        if (header === null && old === null) return false;
        this.flush();
        const [, cpu, word = '', guest, error = 'unknown', phys] = header ?? [undefined, undefined, old![1]];
        const recovered = (header?.[6] ?? old![2]) === 'Recovered';
        this.#word = word;
        this.#old = old !== null;
        this.#last = line.number;
        this.#open = {
            ...baseOf(line), kind: 'power-machine-check', error, recovered, guest: guest === 'Guest', severity: severityOf(word, error, recovered),
            ...(cpu === undefined ? {} : { cpu: Number(cpu) }), ...(phys === undefined ? {} : { phys: BigInt(`0x${phys}`) }),
        };
        return true;
    }

    #goOn(line: LogLine, event: PowerMachineCheckEvent): boolean {
        return this.#old ? this.#oldDetail(line, event) : this.#detail(line, event);
    }

    #detail(line: LogLine, event: PowerMachineCheckEvent): boolean {
        const match = DETAIL.exec(line.text);
        if (match === null || Number(match[1]) !== event.cpu) return false;
        const [, , pid, comm, guest, phys, cause] = match;
        if (comm !== undefined) event.task = { comm, pid: Number(pid) };
        if (guest !== undefined) event.guest = true;
        if (phys !== undefined) event.phys = BigInt(`0x${phys}`);
        if (cause !== undefined && CAUSES[cause] !== undefined) event.cause = CAUSES[cause];
        return this.#keep(line, event);
    }

    #oldDetail(line: LogLine, event: PowerMachineCheckEvent): boolean {
        const match = OLD_DETAIL.exec(line.text);
        if (match === null) return false;
        const [text, guest, error, subtype, phys] = match;
        if (guest !== undefined) event.guest = true;
        const task = OLD_TASK.exec(text);
        if (task !== null) event.task = { comm: task[2]!, pid: Number(task[1]) };
        if (error !== undefined) {
            event.error = `${error} ${subtype!}`;
            event.severity = severityOf(this.#word, event.error, event.recovered);
        }
        if (phys !== undefined) event.phys = BigInt(`0x${phys}`);
        return this.#keep(line, event);
    }

    #keep(line: LogLine, event: PowerMachineCheckEvent): boolean {
        this.#last = line.number;
        if (event.lines.length < MAX_LINES) event.lines.push(quoteOf(line));
        return true;
    }
}
