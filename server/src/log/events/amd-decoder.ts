/** Lines of AMD's decoder (drivers/edac/mce_amd.c): several for each record. Its `Error Addr` of a memory controller is no system address. */
import type { LogLine } from '../formats/line.js';
import type { MachineCheckEvent, Severity } from './event.js';
import { severityOfStatus } from './machine-check.js';
import { baseOf, quoteOf, type EventSink } from './base.js';

const TAGGED = /^(?:mce: )?\[Hardware Error\]: (.*)$/;
const STATUS = /^(?:CPU:(\d{1,5}) \([0-9a-f:]+\) )?MC(\d{1,3})_STATUS\[([^\]]*)\]: 0x([0-9a-f]{1,16})/;
const FIRST = /^(?:Corrected error, no action required\.|Deferred error, no action required\.|Uncorrected, software (?:restartable|containable) error\.|System Fatal error\.)/;
const ADDRESS = /^(?:(?:MC\d+ )?Error Addr(?:ess)?|MC\d+_ADDR): (?:0x)?([0-9a-f]{1,16})/i;
/** Up to 4.8: `MC4 Error (node 0): DRAM ECC error detected on the NB.` */
const OLD = /^(?:MC(\d{1,3}) Error|Northbridge Error)(?: \(node \d+\))?: (.*)$/;
const MORE = /^(?:IPID: |Syndrome: |PPIN: |cache level: |.*Ext(?:ended|\.) Error Code: |Transaction|TSC: )/;
const MAX_GAP = 40;

export class AmdDecoderReader {
    readonly #sink: EventSink;
    #current: MachineCheckEvent | undefined;
    #last = 0;

    constructor(sink: EventSink) {
        this.#sink = sink;
    }

    line(line: LogLine): boolean {
        if (this.#current !== undefined && line.number - this.#last > MAX_GAP) this.flush();
        const body = line.text.includes('[Hardware Error]: ') ? TAGGED.exec(line.text)?.[1] : undefined;
        if (body === undefined) return false;
        if (FIRST.test(body)) {
            this.#begin(line, severityOfWords(body));
            this.#current!.decoded.push(body);
            return true;
        }
        const status = STATUS.exec(body);
        const old = OLD.exec(body);
        if (status !== null) {
            if (this.#current === undefined || this.#current.status !== undefined) this.#begin(line, 'unknown');
            else this.#keep(line);
            const value = BigInt(`0x${status[4]!}`);
            const current = this.#current! as { -readonly [Key in keyof MachineCheckEvent]: MachineCheckEvent[Key] };
            current.status = value;
            // Up to 3.3 the line does not say whose bank it is.
            if (status[1] !== undefined) current.cpu = Number(status[1]);
            current.bank = Number(status[2]);
            // The words between the brackets tell deferred and corrected errors apart on parts whose status bits differ.
            const words = status[3]!.split('|');
            current.severity = words.includes('CE') ? 'corrected' : words.includes('Deferred') ? 'deferred' : words.includes('PCC') ? 'fatal' : severityOfStatus(value, 'amd');
            return true;
        }
        if (old !== null) {
            if (this.#current === undefined) this.#begin(line, 'unknown');
            else this.#keep(line);
            this.#current!.decoded.push(old[2]!);
            return true;
        }
        if (this.#current === undefined) return false;
        const address = ADDRESS.exec(body);
        if (address !== null) this.#current.addr = BigInt(`0x${address[1]!}`);
        else if (MORE.test(body)) this.#current.decoded.push(body);
        else return false;
        this.#keep(line);
        return true;
    }

    /** The driver of the memory controller says what it makes of a record between two of its lines: one error. */
    edac(controller: string): void {
        if (this.#current?.decoded.some((words) => words.startsWith('Unified Memory Controller')) === true) {
            this.#current = { ...this.#current, controller };
            this.flush();
        }
    }

    flush(): void {
        const event = this.#current;
        this.#current = undefined;
        if (event !== undefined) this.#sink(event);
    }

    #begin(line: LogLine, severity: Severity): void {
        this.flush();
        this.#last = line.number;
        this.#current = { ...baseOf(line), kind: 'machine-check', from: 'amd-decoder', vendor: 'amd', severity, decoded: [] };
    }

    #keep(line: LogLine): void {
        this.#last = line.number;
        if (this.#current!.lines.length < 12) this.#current!.lines.push(quoteOf(line));
    }
}

function severityOfWords(words: string): Severity {
    if (words.startsWith('Corrected')) return 'corrected';
    if (words.startsWith('Deferred')) return 'deferred';
    return words.startsWith('System Fatal') ? 'fatal' : 'recoverable';
}
