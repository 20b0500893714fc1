/** What every event takes from its line. */
import type { LogLine } from '../formats/line.js';
import type { EventBase, LogEvent, Quote } from './event.js';

export type EventSink = (event: LogEvent) => void;

/** Of a line no more is kept as evidence. */
export const MAX_QUOTE = 600;

export function quoteOf(line: LogLine): Quote {
    return { line: line.number, text: line.text.length > MAX_QUOTE ? `${line.text.slice(0, MAX_QUOTE)}…` : line.text };
}

export function baseOf(line: LogLine): EventBase {
    return {
        lines: [quoteOf(line)], speaker: line.speaker,
        ...(line.bootUs === undefined ? {} : { bootUs: line.bootUs }), ...(line.wallMs === undefined ? {} : { wallMs: line.wallMs }),
        ...(line.host === undefined ? {} : { host: line.host }), ...(line.caller === undefined ? {} : { caller: line.caller }),
    };
}

/** Negative where `a` was said before `b`: by the clock of the boot where both have it (parts of a dump come newest first), else by the line. */
export function inOrder(a: LogEvent, b: LogEvent): number {
    const byClock = a.bootUs === undefined || b.bootUs === undefined ? 0 : a.bootUs - b.bootUs;
    return byClock !== 0 ? byClock : (a.lines[0]?.line ?? 0) - (b.lines[0]?.line ?? 0);
}
