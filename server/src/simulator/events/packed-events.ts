/**
 * The events of a step as they are kept: one flat list of values. A trace of many failures is mostly events, and as objects of their own (each with its
 * changes and their texts) they cost more to keep than to come by.
 *
 * Each event is its kind and what its kind has:
 *
 *     decision  id, pfn, note, number of values of changes, and for each change: of, name, number, field, before, after
 *     log       message, release whose wording it has, cpu, pfn, further values
 *     result    pfn, type, result
 *     event     the event itself: signals, exits and other things of which a step has few
 */
import { SharedWords, unsplit, type SplitList } from './shared-words.js';
import { CHANGE_VALUES, type ChangedThing, type ChangedValue, type PendingChanges } from '../../kernel/pending-changes.js';
import { hex } from '../../machine/units.js';
import type { DecisionId } from '../../vocabulary/decisions.js';
import { MESSAGES, renderMessage, type MessageId, type MessageValues } from '../../vocabulary/messages.js';
import type { MfResult, MfType } from '../../vocabulary/mf-types.js';
import type { DecisionEvent, LogEvent, ResultEvent, StateChange, TraceEvent } from '../trace.js';

/** Values of an event with its kind; of a decision without its changes. */
const SIZES = { decision: 5, log: 6, result: 4, event: 2 } as const;

type Kind = keyof typeof SIZES;

/** A list that is long enough not to be used for another step. */
const LONG = 65_536;

/** An event that is neither decided nor printed: what a step comes to is made of these. */
export type RareEvent = Exclude<TraceEvent, DecisionEvent | LogEvent>;

/** Events that are written down, one after the other. */
export class PackedEvents {
    #values: unknown[] = [];
    #length = 0;
    readonly #shared = new SharedWords();

    /** Where the next event begins. */
    get length(): number {
        return this.#length;
    }

    decision(id: DecisionId, pfn: number | undefined, note: string | undefined, changes: PendingChanges): void {
        const values = this.#values;
        let at = this.#length;
        values[at++] = 'decision' satisfies Kind;
        values[at++] = id;
        values[at++] = pfn;
        values[at++] = note;
        values[at++] = changes.length;
        for (let each = 0; each < changes.length; each += 1) values[at++] = changes.values[each];
        this.#length = at;
    }

    log(id: MessageId, release: string, cpu: number | undefined, pfn: number | undefined, more: MessageValues | undefined): void {
        const values = this.#values;
        let at = this.#length;
        values[at++] = 'log' satisfies Kind;
        values[at++] = id;
        values[at++] = release;
        values[at++] = cpu;
        values[at++] = pfn;
        values[at++] = more;
        this.#length = at;
    }

    result(pfn: number, type: MfType, result: MfResult): void {
        const values = this.#values;
        let at = this.#length;
        values[at++] = 'result' satisfies Kind;
        values[at++] = pfn;
        values[at++] = type;
        values[at++] = result;
        this.#length = at;
    }

    event(event: TraceEvent): void {
        this.#values[this.#length++] = 'event' satisfies Kind;
        this.#values[this.#length++] = event;
    }

    /** An event that happened before all others of the step. */
    putFirst(event: TraceEvent): void {
        this.#values.splice(0, 0, 'event' satisfies Kind, event);
        this.#length += SIZES.event;
    }

    /** The event that begins there, the last of all, as an object. It is kept as that from here on. */
    unpackLast(from: number): TraceEvent {
        const event = eventAt(this.#values, from);
        this.#length = from;
        this.event(event);
        return event;
    }

    /** Results, signals, exits and so on, from an event on. */
    rare(from = 0): RareEvent[] {
        const found: RareEvent[] = [];
        for (let at = from; at < this.#length; at += sizeAt(this.#values, at)) {
            const event = this.#values[at] === 'result' || this.#values[at] === 'event' ? eventAt(this.#values, at) : null;
            if (event !== null && event.t !== 'decision' && event.t !== 'log') found.push(event);
        }
        return found;
    }

    /** The frame of the first result, if there is any. */
    firstResult(): number | undefined {
        for (let at = 0; at < this.#length; at += sizeAt(this.#values, at)) {
            if (this.#values[at] === 'result') return this.#values[at + 1] as number;
            if (this.#values[at] !== 'event') continue;
            const event = this.#values[at + 1] as TraceEvent;
            if (event.t === 'result') return event.pfn;
        }
        return undefined;
    }

    /** The first event of a kind that is kept as it is. */
    first<T extends 'signal' | 'oops'>(t: T): Extract<TraceEvent, { readonly t: T }> | undefined {
        for (let at = 0; at < this.#length; at += sizeAt(this.#values, at)) {
            if (this.#values[at] === 'event' && (this.#values[at + 1] as TraceEvent).t === t) return this.#values[at + 1] as Extract<TraceEvent, { readonly t: T }>;
        }
        return undefined;
    }

    /** A number that stands behind the events, for whoever takes them. */
    number(value: number): void {
        this.#values[this.#length++] = value;
    }

    /** Takes all of them. */
    take(): SplitList {
        const taken = this.#shared.split(this.#values, this.#length);
        this.clear();
        return taken;
    }

    clear(): void {
        this.#length = 0;
        if (this.#values.length > LONG) this.#values = [];
    }
}

function sizeAt(values: readonly unknown[], at: number): number {
    const kind = values[at] as Kind;
    return kind === 'decision' ? SIZES.decision + (values[at + 4] as number) : SIZES[kind];
}

/** The events of a step as objects. */
export function unpackEvents(split: SplitList): TraceEvent[] {
    return eventsIn(unsplit(split));
}

/** Events up to the value at `end`. */
export function eventsIn(values: readonly unknown[], end = values.length): TraceEvent[] {
    const events: TraceEvent[] = [];
    for (let at = 0; at < end; at += sizeAt(values, at)) events.push(eventAt(values, at));
    return events;
}

function eventAt(values: readonly unknown[], at: number): TraceEvent {
    switch (values[at]) {
        case 'decision': return decisionAt(values, at);
        case 'log': return logAt(values, at);
        case 'result': return { t: 'result', pfn: values[at + 1], type: values[at + 2], result: values[at + 3] } as ResultEvent;
        default: return values[at + 1] as TraceEvent;
    }
}

/** Written out, since objects that are made at once take less room and time than those that grow. */
function decisionAt(values: readonly unknown[], at: number): DecisionEvent {
    const id = values[at + 1] as DecisionId;
    const pfn = values[at + 2] as number | undefined;
    const note = values[at + 3] as string | undefined;
    const length = values[at + 4] as number;
    if (length === 0) {
        if (pfn === undefined) return note === undefined ? { t: 'decision', id } : { t: 'decision', id, note };
        return note === undefined ? { t: 'decision', id, pfn } : { t: 'decision', id, pfn, note };
    }
    const changes = changesAt(values, at + SIZES.decision, length);
    if (pfn === undefined) return note === undefined ? { t: 'decision', id, changes } : { t: 'decision', id, note, changes };
    return note === undefined ? { t: 'decision', id, pfn, changes } : { t: 'decision', id, pfn, note, changes };
}

function changesAt(values: readonly unknown[], from: number, length: number): StateChange[] {
    const changes: StateChange[] = [];
    for (let at = from; at < from + length; at += CHANGE_VALUES) {
        const of = values[at] as ChangedThing;
        changes.push({
            of, key: keyOf(of, values[at + 1] as string, values[at + 2] as number | undefined), field: values[at + 3] as string,
            before: changedText(of, values[at + 4] as ChangedValue), after: changedText(of, values[at + 5] as ChangedValue),
        });
    }
    return changes;
}

function keyOf(of: ChangedThing, name: string, number: number | undefined): string {
    if (number === undefined) return name;
    return of === 'page' ? hex(number) : `${name}[${number}]`;
}

/** What a page table holds is a word, or the frame that is present. */
function changedText(of: ChangedThing, value: ChangedValue): string {
    return of === 'mapping' && typeof value === 'number' ? `present ${hex(value)}` : String(value);
}

function logAt(values: readonly unknown[], at: number): LogEvent {
    const id = values[at + 1] as MessageId;
    const cpu = values[at + 3] as number | undefined;
    const pfn = values[at + 4] as number | undefined;
    const more = values[at + 5] as MessageValues | undefined;
    const { level } = MESSAGES[id];
    const text = renderMessage(id, values[at + 2] as string, pfn === undefined ? more : { pfn, ...more });
    return cpu === undefined ? { t: 'log', level, text } : { t: 'log', level, text, cpu };
}
