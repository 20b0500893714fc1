/** The explanation of a step as lines for a terminal. */
import type { StateChange, Trace } from '../../simulator/trace.js';
import { stepDmesgLines } from '../output/dmesg.js';
import { explain, type ExplainedDecision, type PathPart } from './explain.js';
import { guestsIn, traceOfGuest } from '../step/guests.js';
import type { Paint } from '../output/paint.js';
import { classesOf } from '../sweeps/sweep-lines.js';
import { hex, signalWords } from '../step/wording.js';

/** Decision path, log, signals and counters of the step at an index of `trace.steps`. */
export function explanationLines(trace: Trace, index: number, paint: Paint): string[] {
    const explanation = explain(trace, index);
    const step = trace.steps[index];
    if (explanation === null || step === undefined) {
        return [];
    }
    if (step.sweep !== undefined) {
        return classesOf(step, trace).flatMap((each) => [paint('strong', each.heading), ...explanationLines(each.trace, each.index, paint).map((line) => `  ${line}`)]);
    }
    return [
        ...explanation.path.flatMap((part) => partLines(part, paint)),
        ...section('log', stepDmesgLines(step), paint),
        ...section('signals', explanation.signals.map((signal) => signalWords(signal, trace.pageShift)), paint),
        ...section('counters', explanation.counters.map(({ name, before, after }) => `${name} ${before} → ${after}`), paint),
        ...guestsIn(step).flatMap((guest) => section(`in ${guest}`, guestLines(trace, index, guest, paint), paint)),
    ];
}

/** The same for a virtual machine. */
function guestLines(trace: Trace, index: number, guest: string, paint: Paint): string[] {
    const side = traceOfGuest(trace, guest);
    return side === null ? [] : explanationLines(side, index, paint);
}

/** `page 0x40272d PG_hwpoison: no → yes`. */
export function changeWords({ of, key, field, before, after }: StateChange): string {
    return `${of} ${key} ${field}: ${before} → ${after}`;
}

/** What the decision says, and the values it looked at. */
export function decisionWords({ text, note, pfn, more }: ExplainedDecision): string {
    const values = [...(pfn === undefined ? [] : [`pfn ${hex(pfn)}`]), ...(note === undefined ? [] : [note])].join(', ');
    const line = values === '' ? text : `${text} (${values})`;
    return more === undefined ? line : `${line}, and ${more} more like it`;
}

function partLines(part: PathPart, paint: Paint): string[] {
    return [
        paint('strong', part.function === '' ? 'meanwhile' : `${part.function}()`),
        ...part.decisions.flatMap((decision) => [
            `  ${decisionWords(decision)} ${paint('faint', `[${decision.id}]`)}`,
            ...decision.changes.map((change) => paint('faint', `    ${changeWords(change)}`)),
        ]),
    ];
}

function section(title: string, lines: readonly string[], paint: Paint): string[] {
    return lines.length === 0 ? [] : [paint('strong', title), ...lines.map((line) => `  ${line}`)];
}
