/** Turns the lines of a text, whatever wrote it, into messages: one at a time, with a bounded memory. */
import type { LogLine, LogMark } from './line.js';
import { stripPrefixes, type Said } from './prefixes.js';

/** More of a line is not looked at. EDAC writes up to a kilobyte, no kernel more than a page. */
export const MAX_LINE = 8192;
/** Lines that are held back to put parts of a pstore dump in order. */
const MAX_HELD = 100_000;

type Sink = (line: LogLine | LogMark) => void;

/* eslint-disable no-control-regex -- consoles write them */
const DIRT = /[\x00-\x08\x0b-\x1f\x7f\u009b\ufffd]/;
const ANSI = /(?:\x1b\[|\u009b)[0-?]*[ -/]*[@-~]|\x1b[()][AB012]|\x1b[@-Z\\-_=>78]/g;
const CONTROLS = /[\x00-\x08\x0b-\x1f\x7f]/g;
/* eslint-enable no-control-regex */
/** A second stamp inside a line: two CPUs wrote to one console, or a line end was lost. */
const INNER_STAMP = /\[ {0,4}\d{1,7}\.\d{6}\](?:\[ *[TC]\d+\]| \[ *[TC]\d+\])? /g;
const PSTORE = /^(Panic|Oops|Emergency|Shutdown|Unknown|KMSG Dump \w+|Restart|Halt|Poweroff)#(\d{1,6}) Part(\d{1,6})$/;
const REPEATED = /^(?:last message repeated|message repeated) (\d{1,9}) times(?:: \[ ?(.*?)\]?)?$/;
const FIRMWARE = /^(?:(?:NOTICE|INFO|WARNING|ERROR|VERBOSE): {2}|(?:BL[123]\w*|MM|UEFI firmware|U-Boot|OpenSBI|SeaBIOS)[: ])/;
const VMM = /^(?:qemu(?:-system-\w+|-kvm)?|kvm|cloud-hypervisor|crosvm)(?:\[\d+\])?: /;
const SYSTEMD = /^\[ {1,2}(?:OK|FAILED|DEPEND|TIME|INFO|\*+ *) ?\*? *\] /;

interface Entry { message?: string; speaker?: string; host?: string; wallMs?: number; bootUs?: number; level?: number; bootId?: string; number: number; binary?: 'MESSAGE' | 'other'; }

export class LineReader {
    readonly #sink: Sink;
    #number = 0;
    /** An entry of `journalctl -o export`, being read. */
    #entry: Entry | undefined;
    #bootId: string | undefined;
    /** Parts of a pstore dump by number, newest first as they are read. */
    #parts: { readonly series: string; readonly lines: Map<number, [number, string][]>; part: number; held: number } | undefined;

    constructor(sink: Sink) {
        this.#sink = sink;
    }

    /** Whether the lines that follow belong to something that is being read, whatever is in them. */
    get holds(): boolean {
        return this.#entry !== undefined || this.#parts !== undefined;
    }

    /** One line without its end. `number` where lines were left out before it. */
    push(raw: string, number = this.#number + 1): void {
        this.#number = number;
        const cut = raw.length > MAX_LINE ? raw.slice(0, MAX_LINE) : raw;
        const text = DIRT.test(cut) ? cut.replace(ANSI, '').replace(CONTROLS, '') : cut;
        if (this.#held(text, number)) return;
        this.#line(text, number);
    }

    /** Nothing follows. */
    end(): void {
        this.#release();
        this.#finishEntry();
    }

    #held(text: string, number: number): boolean {
        const header = text.length < 64 && text.includes('#') ? PSTORE.exec(text) : null;
        if (header !== null) {
            const series = `${header[1]}#${header[2]}`;
            const part = Number(header[3]);
            if (this.#parts !== undefined && (this.#parts.series !== series || this.#parts.lines.has(part))) this.#release();
            this.#parts ??= { series, lines: new Map(), part, held: 0 };
            this.#parts.part = part;
            this.#parts.lines.set(part, []);
            return true;
        }
        if (this.#parts === undefined) return false;
        this.#parts.lines.get(this.#parts.part)!.push([number, text]);
        this.#parts.held += 1;
        if (this.#parts.held > MAX_HELD) this.#release();
        return true;
    }

    /** Part 1 is the end of the log: the highest number comes first. */
    #release(): void {
        const parts = this.#parts;
        this.#parts = undefined;
        if (parts === undefined) return;
        for (const part of [...parts.lines.keys()].sort((a, b) => b - a)) {
            for (const [number, text] of parts.lines.get(part)!) this.#line(text, number);
        }
    }

    #line(text: string, number: number): void {
        if (this.#entry !== undefined || text.startsWith('__CURSOR=')) {
            if (this.#exported(text, number)) return;
        }
        // journalctl -o json-sse puts a word before each entry.
        const entry = text.startsWith('data: {') ? text.slice('data: '.length) : text;
        if (entry.charCodeAt(0) === 0x7b && entry.charCodeAt(1) === 0x22 && this.#json(entry, number)) return;
        if (text.includes('"MESSAGE"') && this.#field(text, number)) return;
        this.#message(text, number, {});
    }

    #message(text: string, number: number, said: Said): void {
        const whole = stripPrefixes(text, said);
        if (whole === '') return;
        if (whole.startsWith('-- ') && /^-- (?:Boot [0-9a-f]+ --|Reboot --)$/.test(whole)) {
            this.#sink({ mark: 'boot', number });
            return;
        }
        const repeated = whole.includes('repeated') ? REPEATED.exec(whole) : null;
        if (repeated !== null) {
            if (repeated[2] !== undefined && repeated[2] !== '') this.#message(repeated[2], number, { ...said });
            this.#sink({ mark: 'repeated', number, count: Math.max(0, Number(repeated[1]) - (repeated[2] === undefined || repeated[2] === '' ? 0 : 1)) });
            return;
        }
        if (whole.includes('[') && whole.length > 16) {
            INNER_STAMP.lastIndex = 1;
            const inner = INNER_STAMP.exec(whole);
            if (inner !== null) {
                this.#emit(whole.slice(0, inner.index).trimEnd(), number, said);
                this.#message(whole.slice(inner.index), number, said.host === undefined ? {} : { host: said.host });
                return;
            }
        }
        this.#emit(whole, number, said);
    }

    #emit(text: string, number: number, said: Said): void {
        if (text === '') return;
        const speaker = said.speaker ?? (said.bootUs !== undefined ? 'kernel'
            : FIRMWARE.test(text) ? 'firmware' : VMM.test(text) ? 'vmm' : SYSTEMD.test(text) ? 'systemd' : 'kernel');
        this.#sink({
            number, text, speaker,
            ...(said.bootUs === undefined ? {} : { bootUs: said.bootUs }), ...(said.wallMs === undefined ? {} : { wallMs: said.wallMs }),
            ...(said.caller === undefined ? {} : { caller: said.caller }), ...(said.host === undefined ? {} : { host: said.host }), ...(said.level === undefined ? {} : { level: said.level }),
        });
    }

    /** `journalctl -o json`: an entry a line. False where the line is something else. */
    #json(text: string, number: number): boolean {
        if (!text.includes('"MESSAGE"')) return false;
        let fields: Record<string, unknown>;
        try {
            fields = JSON.parse(text) as Record<string, unknown>;
        } catch {
            return false;
        }
        const entry: Entry = { number };
        for (const [name, value] of Object.entries(fields)) field(entry, name, Array.isArray(value) ? String.fromCharCode(...value.slice(0, MAX_LINE).map(Number)) : String(value));
        this.#finish(entry);
        return true;
    }

    /** `journalctl -o json-pretty`: a field a line, of which only the message is looked at. */
    #field(text: string, number: number): boolean {
        const value = /^\s*"MESSAGE"\s*:\s*("(?:[^"\\]|\\.)*"),?\s*$/.exec(text)?.[1];
        if (value === undefined) return false;
        try {
            for (const line of String(JSON.parse(value)).split('\n')) this.#message(line, number, {});
        } catch {
            return false;
        }
        return true;
    }

    /** `journalctl -o export`: fields a line, an empty line after each entry. */
    #exported(text: string, number: number): boolean {
        if (text === '' || text.startsWith('__CURSOR=')) {
            this.#finishEntry();
            if (text === '') return true;
        }
        this.#entry ??= { number };
        const entry = this.#entry;
        if (entry.binary !== undefined) {
            // A field with bytes that are no text: its length in eight bytes, then itself. The lengths' control characters are gone already.
            if (entry.binary === 'MESSAGE') entry.message = text.replace(/^[^\x20-\x7e]+/, '');
            delete entry.binary;
            return true;
        }
        const match = /^([A-Z_][A-Z0-9_]*)(?:=(.*))?$/s.exec(text);
        if (match === null) {
            return false;
        }
        if (match[2] === undefined) {
            entry.binary = match[1] === 'MESSAGE' ? 'MESSAGE' : 'other';
            return true;
        }
        if (match[1] === 'MESSAGE') entry.number = number;
        field(entry, match[1]!, match[2]);
        return true;
    }

    #finishEntry(): void {
        const entry = this.#entry;
        this.#entry = undefined;
        if (entry !== undefined) this.#finish(entry);
    }

    #finish(entry: Entry): void {
        if (entry.bootId !== undefined) {
            if (this.#bootId !== undefined && this.#bootId !== entry.bootId) this.#sink({ mark: 'boot', number: entry.number });
            this.#bootId = entry.bootId;
        }
        if (entry.message === undefined) return;
        const said: Said = {};
        if (entry.speaker !== undefined) said.speaker = entry.speaker;
        if (entry.host !== undefined) said.host = entry.host;
        if (entry.wallMs !== undefined && Number.isFinite(entry.wallMs)) said.wallMs = entry.wallMs;
        if (entry.bootUs !== undefined && Number.isFinite(entry.bootUs)) said.bootUs = entry.bootUs;
        if (entry.level !== undefined) said.level = entry.level;
        for (const line of entry.message.split('\n')) this.#message(line, entry.number, { ...said });
    }
}

function field(entry: Entry, name: string, value: string): void {
    switch (name) {
        case 'MESSAGE': entry.message = value; break;
        case 'SYSLOG_IDENTIFIER': entry.speaker = value; break;
        case '_TRANSPORT': if (value === 'kernel') entry.speaker = 'kernel'; break;
        case '_HOSTNAME': entry.host = value; break;
        case '_BOOT_ID': entry.bootId = value; break;
        case 'PRIORITY': entry.level = Number(value) & 7; break;
        case '__REALTIME_TIMESTAMP': entry.wallMs = Math.floor(Number(value) / 1000); break;
        case '_SOURCE_MONOTONIC_TIMESTAMP': entry.bootUs = Number(value); break;
        default: break;
    }
}
