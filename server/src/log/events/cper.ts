/** Records of firmware in the UEFI's Common Platform Error Record format, as drivers/firmware/efi/cper*.c print them. */
import type { LogLine } from '../formats/line.js';
import type { RecordEvent, Section, Severity } from './event.js';
import { baseOf, quoteOf, type EventSink } from './base.js';

/** Lines of other speakers that may come between two lines of a record. */
const MAX_GAP = 400;
const MAX_OPEN = 64;
/** A record has at most so many sections that are told apart. */
const MAX_SECTIONS = 64;

const TAGGED = /^(?:(?:GHES|APEI|BERT|ERST|CPER|ACPI): )?(?:\{(\d{1,10})\})?\[Hardware Error\]: ?(.*)$/;
const OLD_TAGGED = /^(?:\{(\d{1,10})\})?(Hardware error detected on CPU ?\d*|Hardware error from APEI .*)$/;
const SOURCE = /^Hardware error from APEI Generic Hardware Error Source: (\d{1,10})/;
const SECTION_TYPE = /^(?:section_type|section type): ?(.*)$/;
/** No processor has wider addresses: what is beyond is firmware's way to say that it knows none. */
const ADDRESS_BITS = 56n;
const HEX = /(0x[0-9a-f]{1,16})/i;

interface Open { readonly event: RecordEvent; section: Section | undefined; last: number; }

const SEVERITIES: readonly [RegExp, Severity][] = [
    [/(?<!un)corr/, 'corrected'], [/(?<!non-?)fatal|panic/, 'fatal'], [/recoverable|deferred|uncorrect|non-?fatal/, 'recoverable'], [/info/, 'informational'],
];

export function severityOf(words: string): Severity {
    return SEVERITIES.find(([pattern]) => pattern.test(words))?.[1] ?? 'unknown';
}

/** `3, multi-bit ECC` */
type Field = readonly [RegExp, (section: Section, value: string) => void];
const hex = (value: string): bigint | undefined => {
    const match = HEX.exec(value);
    return match === null ? undefined : BigInt(match[1]!);
};

const FIELDS: readonly Field[] = [
    [/^(?:physical_address|physical fault address): (.*)$/, (section, value) => { const phys = hex(value); if (phys !== undefined && phys >> ADDRESS_BITS === 0n) section.phys = phys; }],
    [/^physical_address_mask: (.*)$/, (section, value) => { const mask = hex(value); if (mask !== undefined) section.mask = mask; }],
    [/^error_status: (.*)$/, (section, value) => { const status = hex(value); if (status !== undefined) section.errorStatus = status; }],
    [/^error_type: (.*)$/, (section, value) => { section.errorType = value; }],
    [/^(?:Error Structure Type): (.*)$/, (section, value) => { section.errorType ??= value; }],
    [/^fru_text: (.*)$/, (section, value) => { section.fru = value.trim(); }],
    [/^DIMM location: (.*)$/, (section, value) => { if (!value.startsWith('not present')) section.dimm = value.trim(); }],
    [/^(node: ?\d.*|card: ?\d.*)$/, (section, value) => { section.location = value.trim().replace(/: +/g, ':'); }],
    [/^Processor Context Corrupt: (.*)$/, (section, value) => { if (value === 'true') section.contextCorrupt = true; }],
];

export class CperReader {
    readonly #sink: EventSink;
    readonly #open = new Map<string, Open>();
    /** Between `BERT: Error records from previous boot:` and the next line of something else. */
    #bert = false;

    constructor(sink: EventSink) {
        this.#sink = sink;
    }

    /** Whether the line belongs to a record. */
    line(line: LogLine): boolean {
        if (this.#open.size > 0) this.#age(line.number);
        if (line.text.startsWith('BERT: ')) {
            this.#bert = /^BERT: (?:\[Hardware Error\]: )?Error records from previous boot/.test(line.text);
            return true;
        }
        const match = TAGGED.exec(line.text) ?? OLD_TAGGED.exec(line.text);
        if (match === null) return false;
        const [, number, rest = ''] = match;
        if (number === undefined && !this.#bert && !SOURCE.test(rest) && !this.#continues(rest)) return false;
        this.#read(line, number, rest.trim());
        return true;
    }

    flush(): void {
        for (const { event } of this.#open.values()) this.#sink(event);
        this.#open.clear();
        this.#bert = false;
    }

    /** A line without a number, in a record without one. */
    #continues(rest: string): boolean {
        return this.#open.has('') && !/^(?:CPU[ :]?\d|TSC |RIP |PROCESSOR |Run the above|Machine check|MC\d|Error Addr|IPID|cache level|Corrected error|Deferred error|Uncorrected)/.test(rest);
    }

    #read(line: LogLine, number: string | undefined, body: string): void {
        const key = this.#bert ? 'bert' : number ?? '';
        const starts = SOURCE.exec(body);
        const found = this.#open.get(key);
        if (found !== undefined && (starts !== null || (body.startsWith('event severity:') && found.event.sections.length > 0))) this.#close(key);
        const open = this.#open.get(key) ?? this.#begin(key, line, number, starts);
        open.last = line.number;
        if (open.event.lines.length < 60 && open.event.lines.at(-1)!.line !== line.number) open.event.lines.push(quoteOf(line));
        this.#field(open, body);
    }

    #begin(key: string, line: LogLine, number: string | undefined, starts: RegExpExecArray | null): Open {
        if (this.#open.size >= MAX_OPEN) this.#close([...this.#open.keys()][0]!);
        const event: RecordEvent = {
            ...baseOf(line), kind: 'record', of: this.#bert ? 'previous-boot' : 'this-boot', severity: 'unknown', sections: [],
            ...(number === undefined ? {} : { number: Number(number) }), ...(starts === null ? {} : { source: Number(starts[1]) }),
        };
        const open = { event, section: undefined, last: line.number };
        this.#open.set(key, open);
        return open;
    }

    #field(open: Open, body: string): void {
        const { event } = open;
        const severity = /^(?:event severity|severity): (.*)$/.exec(body);
        if (severity !== null) {
            event.severity = severityOf(severity[1]!);
            return;
        }
        if (body.startsWith('It has been corrected')) {
            if (event.severity === 'unknown') event.severity = 'corrected';
            return;
        }
        const error = /^(?:Error \d+, type|section: ?\d+, severity): (.*)$/.exec(body);
        if (error !== null) {
            // What the kernel does goes by the lesser of both: a record that was corrected is not handled, whatever its sections say.
            const own = severityOf(error[1]!);
            open.section = this.#section(event, event.severity === 'corrected' && own !== 'informational' ? 'corrected' : own);
            return;
        }
        const type = SECTION_TYPE.exec(body);
        if (type !== null) {
            open.section ??= this.#section(event, event.severity);
            if (open.section.type !== '') open.section = this.#section(event, event.severity);
            open.section.type = type[1]!.trim();
            return;
        }
        for (const [pattern, read] of FIELDS) {
            const match = pattern.exec(body);
            if (match !== null) {
                open.section ??= this.#section(event, event.severity);
                read(open.section, match[1]!);
                return;
            }
        }
    }

    #section(event: RecordEvent, severity: Severity): Section {
        const section: Section = { severity, type: '' };
        if (event.sections.length < MAX_SECTIONS) event.sections.push(section);
        return section;
    }

    #age(number: number): void {
        for (const [key, { last }] of this.#open) {
            if (number - last > MAX_GAP) this.#close(key);
        }
    }

    #close(key: string): void {
        const open = this.#open.get(key);
        this.#open.delete(key);
        if (open !== undefined) this.#sink(open.event);
    }
}
