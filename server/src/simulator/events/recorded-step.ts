import type { Step } from '../program.js';
import type { Counters, NodeCounters, StepOutcome, StepTrace, TraceEvent } from '../trace.js';
import { unpackEvents } from './packed-events.js';

/** Counters of a node: the values of {@link NodeCounters}. */
const NODE_VALUES = 5;

/** Counters as the last values of a step's list: pages, then each node's, then how many nodes there are. */
export function packCounters(poisonedPages: number, nodes: readonly NodeCounters[]): number[] {
    const values = [poisonedPages];
    for (const { total, ignored, failed, delayed, recovered } of nodes) values.push(total, ignored, failed, delayed, recovered);
    values.push(nodes.length);
    return values;
}

/** Where the counters begin. */
function countersAt(values: readonly unknown[]): number {
    return values.length - 2 - NODE_VALUES * (values.at(-1) as number);
}

function unpackCounters(values: readonly unknown[]): Counters {
    const from = countersAt(values);
    const nodes: NodeCounters[] = [];
    for (let at = from + 1; at < values.length - 1; at += NODE_VALUES) {
        const [total, ignored, failed, delayed, recovered] = values.slice(at, at + NODE_VALUES) as [number, number, number, number, number];
        nodes.push({ total, ignored, failed, delayed, recovered });
    }
    return { poisonedPages: values[from] as number, nodes };
}

/**
 * The usual step of a trace. Its events and counters are made when somebody asks for them, and kept from then on. Both are properties of the object itself, so that a
 * copy of it, its JSON and a comparison have them like those of any other object.
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

    /** Events and counters, while nobody has asked for the events. */
    #packed: readonly unknown[];
    #events: readonly TraceEvent[] | null = null;
    #counters: Counters | null = null;

    static readonly #eventsProperty = { enumerable: true, get(this: RecordedStep): readonly TraceEvent[] { return this.#events ?? this.#unpack(); } };
    static readonly #countersProperty = { enumerable: true, get(this: RecordedStep): Counters { return this.#counters ??= unpackCounters(this.#packed); } };

    /** @param packed the events, and the counters as {@link packCounters} writes them */
    constructor({ source, timeNs, op, actor }: Step, index: number, phase: string, skipped: boolean, packed: readonly unknown[], outcome: StepOutcome) {
        this.#packed = packed;
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
        this.#events = unpackEvents(this.#packed, countersAt(this.#packed));
        this.#counters ??= unpackCounters(this.#packed);
        this.#packed = [];
        return this.#events;
    }
}
