import type { Step } from '../program.js';
import type { Counters, NodeCounters, StepOutcome, StepTrace, TraceEvent } from '../trace.js';
import { eventsIn, type PackedEvents } from './packed-events.js';
import { unsplit, type SplitList } from './shared-words.js';

/** Counters of a node: the values of {@link NodeCounters}. */
const NODE_VALUES = 5;

/** Counters as the last values of a step's list: pages, then each node's, then how many nodes there are. */
export function packCounters(to: PackedEvents, poisonedPages: number, nodes: readonly NodeCounters[]): void {
    to.number(poisonedPages);
    for (const { total, ignored, failed, delayed, recovered } of nodes) {
        to.number(total);
        to.number(ignored);
        to.number(failed);
        to.number(delayed);
        to.number(recovered);
    }
    to.number(nodes.length);
}

/** Where the counters begin. */
function countersAt(values: readonly unknown[]): number {
    return values.length - 2 - NODE_VALUES * (values.at(-1) as number);
}

function unpackCounters(values: readonly number[]): Counters {
    const from = countersAt(values);
    const nodes: NodeCounters[] = [];
    for (let at = from + 1; at < values.length - 1; at += NODE_VALUES) {
        const [total, ignored, failed, delayed, recovered] = values.slice(at, at + NODE_VALUES) as [number, number, number, number, number];
        nodes.push({ total, ignored, failed, delayed, recovered });
    }
    return { poisonedPages: values[from]!, nodes };
}

/** A list of so many values is kept as events once somebody has read it: making it again would be felt. */
const LONG = 4096;

/** Steps whose events were read last, with them: every kind of finding goes through all steps of a trace, and the usual trace has fewer than these. A power of two. */
const RECENT = 64;
const recent: ({ readonly step: RecordedStep; readonly events: readonly TraceEvent[] } | undefined)[] = new Array(RECENT);

/**
 * The usual step of a trace. Its events and counters are made when somebody asks for them, and made again when somebody has asked many others meanwhile: most are read
 * once or twice in passing, and as objects that stay they would cost more than the run. Both are properties of the object itself, so that a copy of it, its JSON and a
 * comparison have them like those of any other object.
 */
export class RecordedStep implements StepTrace {
    declare readonly index: number;
    declare readonly source: number;
    declare readonly phase: string;
    declare readonly timeNs: number;
    declare readonly op: string;
    declare readonly actor: string;
    declare readonly skipped: boolean;
    declare readonly events: readonly TraceEvent[];
    declare readonly outcome: StepOutcome;
    declare readonly counters: Counters;

    /** Events and counters. */
    readonly #words: SplitList['words'];
    readonly #numbers: SplitList['numbers'];
    /** Of a long step. */
    #events: readonly TraceEvent[] | null = null;

    static readonly #eventsProperty = { enumerable: true, get(this: RecordedStep): readonly TraceEvent[] {
        if (this.#events !== null) return this.#events;
        const known = recent[this.index & (RECENT - 1)];
        return known?.step === this ? known.events : this.#unpack();
    } };
    static readonly #countersProperty = { enumerable: true, get(this: RecordedStep): Counters { return unpackCounters(this.#numbers); } };

    /** @param split the events, and the counters as {@link packCounters} writes them */
    constructor({ source, timeNs, op, actor }: Step, index: number, phase: string, skipped: boolean, { words, numbers }: SplitList, outcome: StepOutcome) {
        this.#words = words;
        this.#numbers = numbers;
        this.index = index;
        this.source = source;
        this.phase = phase;
        this.timeNs = timeNs;
        this.op = op;
        this.actor = actor;
        this.skipped = skipped;
        Object.defineProperty(this, 'events', RecordedStep.#eventsProperty);
        this.outcome = outcome;
        Object.defineProperty(this, 'counters', RecordedStep.#countersProperty);
    }

    #unpack(): readonly TraceEvent[] {
        const values = unsplit({ words: this.#words, numbers: this.#numbers });
        const events = eventsIn(values, countersAt(values));
        if (values.length >= LONG) this.#events = events;
        else recent[this.index & (RECENT - 1)] = { step: this, events };
        return events;
    }
}
