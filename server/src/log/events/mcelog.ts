/** Records as mcelog prints them, whether by the daemon or from a console log. */
import type { LogLine } from '../formats/line.js';
import type { MachineCheckEvent } from './event.js';
import { severityOfStatus } from './machine-check.js';
import { baseOf, quoteOf, type EventSink } from './base.js';

const BEGIN = /^(?:Hardware event\. This is not a software error\.|HARDWARE ERROR\. This is \*?NOT\*? a software problem!?|MCE \d{1,9}$)/;
/** mcelog 0.x: `CPU 1 4 northbridge TSC ...`. */
const BANK = /^CPU (\d{1,5})(?:(?: \S+)? BANK (\d{1,3})\b| (\d{1,3}) [a-z])/;
const NUMBERS = /\b(MISC|ADDR|STATUS|MCGSTATUS) ([0-9a-f]{1,16})\b/g;
const TIME = /^TIME (\d{1,20})\b/;
const VENDOR = /^CPUID Vendor (\w+)/;
const WORDS = /^(?:MCA: |Corrected error|Uncorrected error|Transaction: |Processor context corrupt|MCi status|SRAO|SRAR|UCNA|M2M: |MemCtrl: )/;
const THERMAL = /^CPU \d{1,5} THERMAL EVENT\b/;
/** The line that says how bad it was. */
const TAIL = /^STATUS [0-9a-f]{8,16} MCGSTATUS [0-9a-f]{1,16}$/;
const MAX_GAP = 40;

export class McelogReader {
    readonly #sink: EventSink;
    #current: MachineCheckEvent | undefined;
    #last = 0;

    constructor(sink: EventSink) {
        this.#sink = sink;
    }

    get open(): boolean {
        return this.#current !== undefined;
    }

    line(line: LogLine): boolean {
        if (this.#current !== undefined && line.number - this.#last > MAX_GAP) this.flush();
        const { text } = line;
        if (BEGIN.test(text)) {
            if (this.#current === undefined || this.#current.bank !== undefined || this.#current.status !== undefined) {
                this.flush();
                this.#last = line.number;
                this.#current = { ...baseOf(line), kind: 'machine-check', from: 'mcelog', severity: 'unknown', decoded: [] };
            } else {
                this.#keep(line);
            }
            return true;
        }
        if (THERMAL.test(text)) {
            // Its status is none of a bank.
            this.#current = undefined;
            this.#sink({ ...baseOf(line), kind: 'events-logged', about: 'thermal' });
            return true;
        }
        // The log begins within a record: its own head was cut off.
        if (this.#current === undefined && TAIL.test(text)) {
            this.#last = line.number;
            this.#current = { ...baseOf(line), kind: 'machine-check', from: 'mcelog', severity: 'unknown', decoded: [] };
        }
        const current = this.#current as { -readonly [Key in keyof MachineCheckEvent]: MachineCheckEvent[Key] } | undefined;
        if (current === undefined) return false;
        const bank = BANK.exec(text);
        if (bank !== null) {
            current.cpu = Number(bank[1]);
            current.bank = Number(bank[2] ?? bank[3]);
        }
        const time = TIME.exec(text);
        if (time !== null) current.time = Number(time[1]);
        const vendor = VENDOR.exec(text);
        if (vendor !== null) current.vendor = vendor[1] === 'Intel' ? 'intel' : vendor[1] === 'AMD' ? 'amd' : 'other';
        NUMBERS.lastIndex = 0;
        let found = bank !== null || time !== null || vendor !== null;
        for (let number = NUMBERS.exec(text); number !== null; number = NUMBERS.exec(text)) {
            found = true;
            const value = BigInt(`0x${number[2]!}`);
            if (number[1] === 'ADDR') current.addr = value;
            else if (number[1] === 'MISC') current.misc = value;
            else if (number[1] === 'MCGSTATUS') current.mcgStatus = value;
            else {
                current.status = value;
                current.severity = severityOfStatus(value, current.vendor);
            }
        }
        if (WORDS.test(text)) {
            found = true;
            if (current.decoded.length < 12) current.decoded.push(text);
            if (text.startsWith('Corrected error') && current.severity === 'unknown') current.severity = 'corrected';
        }
        if (!found && !/^(?:MCG status:|Error (?:enabled|overflow)|MCi_|MCGCAP |SOCKET |RIP |Machine check|Large number|Threshold|PPIN|SYND)/.test(text)) return false;
        this.#keep(line);
        return true;
    }

    flush(): void {
        const event = this.#current;
        this.#current = undefined;
        if (event !== undefined) this.#sink(event);
    }

    #keep(line: LogLine): void {
        this.#last = line.number;
        if (this.#current!.lines.length < 30) this.#current!.lines.push(quoteOf(line));
    }
}
