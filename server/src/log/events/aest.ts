/** Records of the AEST driver: arm64 error nodes read by the kernel itself, without firmware (series of 2025 and 2026). */
import type { LogLine } from '../formats/line.js';
import type { AestEvent, Severity } from './event.js';
import { baseOf, quoteOf, type EventSink } from './base.js';

const LINE = /^AEST: (?:\{(\d{1,10})\})?\[Hardware Error\]: ?(.*)$/;
const REGISTER = /^\s*ERR\d{1,3}(STATUS|ADDR): (0x[0-9a-f]{1,16})/;

/** ERR<n>STATUS: bit 29 UE, 25:24 CE, 23 DE. */
export function severityOfArmStatus(status: bigint): Severity {
    const set = (index: number): boolean => ((status >> BigInt(index)) & 1n) === 1n;
    if (set(29)) return 'recoverable';
    if (set(23)) return 'deferred';
    return set(24) || set(25) ? 'corrected' : 'unknown';
}

export class AestReader {
    readonly #sink: EventSink;
    #open: AestEvent | undefined;

    constructor(sink: EventSink) {
        this.#sink = sink;
    }

    line(line: LogLine): boolean {
        if (!line.text.startsWith('AEST: ')) {
            if (this.#open !== undefined && line.number - this.#open.lines.at(-1)!.line > 40) this.flush();
            return false;
        }
        const body = LINE.exec(line.text)?.[2];
        const header = body === undefined ? null : /^\s*Hardware error from AEST (.*)$/.exec(body);
        if (header !== null) {
            this.flush();
            this.#open = { ...baseOf(line), kind: 'aest', source: header[1]!, severity: 'unknown' };
            return true;
        }
        if (body === undefined || this.#open === undefined) return true;
        if (this.#open.lines.length < 20) this.#open.lines.push(quoteOf(line));
        const register = REGISTER.exec(body);
        if (register === null) return true;
        const value = BigInt(register[2]!);
        if (register[1] === 'STATUS') {
            this.#open.status = value;
            this.#open.severity = severityOfArmStatus(value);
        } else {
            // ERR<n>ADDR: the address in bits 55:0, flags (NS, SI, AI, VA) above.
            this.#open.addr = value & 0x00ff_ffff_ffff_ffffn;
        }
        return true;
    }

    flush(): void {
        const event = this.#open;
        this.#open = undefined;
        if (event !== undefined) this.#sink(event);
    }
}
