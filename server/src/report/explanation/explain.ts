/** A step taken apart for reading: the result, the decisions by kernel function, what was logged, sent, counted and changed. */
import { decisions, type DecisionDescription } from '../../vocabulary/decisions.js';
import type { Counters, DecisionEvent, LogEvent, ResultEvent, SignalEvent, StateChange, StepTrace, Trace } from '../../simulator/trace.js';
import { stepEvents } from '../step/step-events.js';
import { summarize } from '../step/summary.js';
import { bytesWords } from '../step/wording.js';

export interface Explanation {
    /** The one-line summary. */
    readonly summary: string;
    readonly results: readonly ResultEvent[];
    /** The decision path: neighbours taken by the same kernel function stand together. */
    readonly path: readonly PathPart[];
    readonly log: readonly LogEvent[];
    readonly signals: readonly SignalEvent[];
    readonly counters: readonly CounterChange[];
    /** Every property that the step changed, from its first value to its last. */
    readonly changes: readonly StateChange[];
    /** Text of the panic or oops, '' without one. */
    readonly panic: string;
    readonly oops: string;
}

export interface PathPart {
    /** Kernel function; '' for what others do meanwhile. */
    readonly function: string;
    readonly decisions: readonly ExplainedDecision[];
}

export interface ExplainedDecision {
    readonly id: string;
    /** What the decision means. */
    readonly text: string;
    readonly pfn?: number;
    readonly note?: string;
    readonly changes: readonly StateChange[];
    /** Index in `StepTrace.events`. */
    readonly event: number;
    /** As many more of the same decision follow, which are not listed. */
    readonly more?: number;
}

export interface CounterChange {
    readonly name: string;
    readonly before: string;
    readonly after: string;
}

/** Explains the step at an index of `trace.steps`. */
export function explain(trace: Trace, index: number): Explanation | null {
    const step = trace.steps[index];
    if (step === undefined) {
        return null;
    }
    const before = trace.steps[index - 1]?.counters ?? null;
    return {
        summary: summarize(step),
        results: stepEvents(step, 'result'),
        path: decisionPath(step),
        log: stepEvents(step, 'log'),
        signals: stepEvents(step, 'signal'),
        counters: counterChanges(before, step.counters, trace.pageShift),
        changes: netChanges(stepEvents(step, 'decision')),
        panic: stepEvents(step, 'panic')[0]?.text ?? '',
        oops: stepEvents(step, 'oops')[0]?.text ?? '',
    };
}

/** What a decision means; an id without a row explains itself. */
export function describeDecision(id: string): DecisionDescription {
    return (decisions() as Readonly<Record<string, DecisionDescription>>)[id] ?? { function: '', text: id };
}

function decisionPath(step: StepTrace): PathPart[] {
    const parts: { function: string; decisions: ExplainedDecision[] }[] = [];
    step.events.forEach((event, index) => {
        if (event.t !== 'decision') {
            return;
        }
        const description = describeDecision(event.id);
        let part = parts.at(-1);
        if (part === undefined || part.function !== description.function) {
            part = { function: description.function, decisions: [] };
            parts.push(part);
        }
        part.decisions.push({
            id: event.id, text: description.text, changes: event.changes ?? [], event: index,
            ...(event.pfn === undefined ? {} : { pfn: event.pfn }),
            ...(event.note === undefined ? {} : { note: event.note }),
        });
    });
    return parts.map((part) => ({ ...part, decisions: folded(part.decisions) }));
}

/** The same decision taken for page after page is listed that often; a longer run keeps its first ones and its last. */
const LISTED = 4;

function folded(decisions: readonly ExplainedDecision[]): ExplainedDecision[] {
    const kept: ExplainedDecision[] = [];
    for (let at = 0; at < decisions.length;) {
        const { id } = decisions[at]!;
        let end = at + 1;
        while (decisions[end]?.id === id) end += 1;
        const run = decisions.slice(at, end);
        const left = run.length - LISTED - 1;
        if (left > 1) kept.push(...run.slice(0, LISTED - 1), { ...run[LISTED - 1]!, more: left }, run.at(-1)!);
        else kept.push(...run);
        at = end;
    }
    return kept;
}

/** One change for each property: what it was before the step, what it is after; none where both are the same. */
function netChanges(decisions: readonly DecisionEvent[]): StateChange[] {
    const net = new Map<string, StateChange>();
    for (const change of decisions.flatMap(({ changes }) => changes ?? [])) {
        const key = `${change.of} ${change.key} ${change.field}`;
        const first = net.get(key);
        net.set(key, first === undefined ? change : { ...first, after: change.after });
    }
    return [...net.values()].filter(({ before, after }) => before !== after);
}

function counterChanges(before: Counters | null, after: Counters, pageShift: number): CounterChange[] {
    const rows = [{
        name: 'HardwareCorrupted',
        before: bytesWords((before?.poisonedPages ?? 0) * 2 ** pageShift),
        after: bytesWords(after.poisonedPages * 2 ** pageShift),
    }];
    after.nodes.forEach((node, id) => {
        for (const name of ['total', 'ignored', 'failed', 'delayed', 'recovered'] as const) {
            rows.push({ name: `node${id} ${name}`, before: String(before?.nodes[id]?.[name] ?? 0), after: String(node[name]) });
        }
    });
    return rows.filter((row) => row.before !== row.after);
}
