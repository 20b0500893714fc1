/** What happens, in the order in which it happens: a lane for whoever acts, a row for each step. */
import type { Program } from '../../simulator/program.js';
import type { DecisionEvent, SignalEvent, StepTrace, Trace, TraceEvent } from '../../simulator/trace.js';
import { describeDecision } from '../../report/explanation/explain.js';
import { bootWords, countWords, shortCode, shortResult, shortType } from '../../report/step/wording.js';
import { Lanes } from './lanes.js';
import type { TimeFold, TimeLine, TimeMark, TimeRow } from './picture.js';

/** Marks of a step that are told apart. */
const MAX_MARKS = 14;
/** Functions of a step that are named. */
const MAX_FUNCTIONS = 6;
/** Rows that are drawn; of more, the first, the last, and those in which something ends. */
const MAX_ROWS = 160;
const FIRST_ROWS = 60;
const LAST_ROWS = 20;

export function timeLine(program: Program, trace: Trace): TimeLine {
    const lanes = new Lanes(program, trace);
    const shown = shownSteps(trace);
    const rows: (TimeRow | TimeFold)[] = [];
    let before = -1;
    for (const index of shown) {
        if (index > before + 1) rows.push({ t: 'fold', firstStep: before + 1, lastStep: index - 1 });
        rows.push(rowOf(trace, index, lanes));
        before = index;
    }
    if (before < trace.steps.length - 1) rows.push({ t: 'fold', firstStep: before + 1, lastStep: trace.steps.length - 1 });
    return { kind: 'time-line', lanes: lanes.lanes, rows };
}

function shownSteps({ steps }: Trace): readonly number[] {
    const all = steps.map((_step, index) => index);
    if (all.length <= MAX_ROWS) return all;
    const chosen = new Set([...all.slice(0, FIRST_ROWS), ...all.slice(-LAST_ROWS)]);
    for (const index of all) {
        if (chosen.size >= MAX_ROWS) break;
        if (steps[index]!.events.some(({ t }) => t === 'panic' || t === 'oops' || t === 'boot' || t === 'exit' || t === 'result')) chosen.add(index);
    }
    return [...chosen].sort((left, right) => left - right);
}

function rowOf({ steps }: Trace, index: number, lanes: Lanes): TimeRow {
    const step = steps[index]!;
    const previous = steps[index - 1];
    const actor = lanes.of(step.actor, step.guest);
    return {
        t: 'step', step: index, timeNs: step.timeNs, gapNs: previous === undefined ? 0 : step.timeNs - previous.timeNs, actor, skipped: step.skipped,
        phase: step.phase === (previous?.phase ?? '') ? '' : step.phase, marks: marksOf(step, actor, lanes),
    };
}

/** The acts of a step: what everybody does of it, in order; what is too much is counted. */
function marksOf(step: StepTrace, actor: number, lanes: Lanes): TimeMark[] {
    if (step.skipped) return [];
    const isAsked = actor !== lanes.kernel && step.events.some(({ t }) => t === 'decision');
    const act: TimeMark = { sort: 'act', from: actor, ...(isAsked ? { to: lanes.kernel } : {}), words: step.op };
    return [act, ...fewer([...functionMarks(step, lanes), ...signalMarks(step, lanes)].sort((left, right) => left.order - right.order).map(({ mark }) => mark), lanes)];
}

/** What stands before the dot of the ids of decisions that no kernel function takes. */
const NO_FUNCTIONS: ReadonlySet<string> = new Set(['memory', 'firmware', 'task', 'step', 'meanwhile.acts']);

interface Ordered { readonly order: number; readonly mark: TimeMark; }

/** Decisions by the kernel function that took them, and what is neither decision nor signal. */
function functionMarks(step: StepTrace, lanes: Lanes): Ordered[] {
    const groups: { readonly order: number; readonly name: string; readonly decisions: DecisionEvent[] }[] = [];
    const others: Ordered[] = [];
    step.events.forEach((event, order) => {
        if (event.t === 'decision') {
            const name = describeDecision(event.id).function || event.id;
            const last = groups.at(-1);
            if (last?.name === name) last.decisions.push(event);
            else groups.push({ order, name, decisions: [event] });
        } else others.push(...otherMarks(event, lanes).map((mark) => ({ order, mark })));
    });
    const kept = groups.length <= MAX_FUNCTIONS ? groups : [...groups.slice(0, MAX_FUNCTIONS - 2), ...groups.slice(-1)];
    const marks = kept.map(({ order, name, decisions }): Ordered => ({
        order, mark: { sort: 'decision', from: lanes.kernel, words: NO_FUNCTIONS.has(name) ? name : `${name}()`, detail: decisionWords(decisions) },
    }));
    const left = groups.length - kept.length;
    return [...marks, ...others, ...(left === 0 ? [] : [{ order: groups[MAX_FUNCTIONS - 2]!.order, mark: { sort: 'more', from: lanes.kernel, words: `${left} functions more` } as const }])];
}

/** The decisions of one call in words; of many, the first. */
function decisionWords(decisions: readonly DecisionEvent[]): string {
    const texts = [...new Set(decisions.map(({ id }) => describeDecision(id).text))];
    return texts.length <= 4 ? texts.join(' ') : `${texts.slice(0, 3).join(' ')} (${countWords(texts.length - 3, 'decision')} more)`;
}

function otherMarks(event: TraceEvent, lanes: Lanes): TimeMark[] {
    switch (event.t) {
        case 'result': return [{ sort: 'result', from: lanes.kernel, words: `${shortType(event.type)} ${shortResult(event.result)}` }];
        case 'data': return [{ sort: 'data', from: lanes.kernel, words: `${event.what} ${event.fate}` }];
        case 'panic': return [{ sort: 'panic', from: lanes.kernel, words: 'panic', detail: event.text }];
        case 'oops': return [{ sort: 'oops', from: lanes.kernel, words: 'oops', detail: event.text }];
        case 'boot': return [{ sort: 'boot', from: lanes.kernel, words: bootWords(event).join(', ') }];
        case 'exit': return lanes.ofProcess(event.process).map((from) => ({ sort: 'death', from, words: event.signal === null ? `${event.process} ends` : `${event.process} killed` }));
        case 'guest': return event.guest === '' ? [] : guestMarks(event.guest, event.event, lanes);
        case 'log': return event.cpu === undefined ? [] : [{ sort: 'result', from: lanes.cpu(event.cpu), words: event.text }];
        default: return [];
    }
}

/** What happens in a virtual machine stands on its lane. */
function guestMarks(guest: string, event: TraceEvent, lanes: Lanes): TimeMark[] {
    const from = lanes.of('', guest);
    if (event.t === 'signal') return [{ sort: 'result', from, words: `${guest}: ${signalWords(event)} → ${event.task}` }];
    if (event.t === 'exit') return [{ sort: 'result', from, words: `${guest}: ${event.process} ${event.signal === null ? 'ends' : 'killed'}` }];
    return otherMarks(event, lanes).map((mark) => ({ ...mark, from, words: `${guest}: ${mark.words}` }));
}

/** Arrows from the kernel to whom it signals; many equal ones are one. */
function signalMarks(step: StepTrace, lanes: Lanes): Ordered[] {
    const groups = new Map<string, { readonly order: number; readonly to: number; readonly words: string; readonly tasks: string[] }>();
    step.events.forEach((event, order) => {
        if (event.t !== 'signal') return;
        const to = lanes.of(event.task);
        const words = signalWords(event);
        const known = groups.get(`${to} ${words}`) ?? { order, to, words, tasks: [] };
        known.tasks.push(event.task);
        groups.set(`${to} ${words}`, known);
    });
    return [...groups.values()].map(({ order, to, words, tasks }) => ({
        order, mark: { sort: 'signal', from: lanes.kernel, to, words: tasks.length === 1 ? words : `${tasks.length}× ${words}`, detail: `to ${tasks.slice(0, 5).join(', ')}${tasks.length > 5 ? ` and ${tasks.length - 5} more` : ''}` },
    }));
}

/** `SIGBUS AR lsb 12 (pending)`. */
function signalWords({ signal, code, addressLsbBits, fate }: SignalEvent): string {
    const lsb = addressLsbBits === null ? '' : ` lsb ${addressLsbBits}`;
    return `${shortCode(code) === code ? signal : `${signal} ${shortCode(code)}`}${lsb}${fate === 'handled' || fate === 'killed' ? '' : ` (${fate})`}`;
}

/** Marks of many equal kinds are counted; how the machine or a process ends is always told. */
function fewer(marks: readonly TimeMark[], { kernel }: Lanes): TimeMark[] {
    if (marks.length <= MAX_MARKS) return [...marks];
    const grave = marks.filter(({ sort }) => sort === 'panic' || sort === 'oops' || sort === 'boot');
    const rest = marks.filter((mark) => !grave.includes(mark));
    const kept = new Set([...rest.slice(0, MAX_MARKS - 2 - grave.length), ...grave]);
    return [...marks.filter((mark) => kept.has(mark)), { sort: 'more', from: kernel, words: moreWords(rest.filter((mark) => !kept.has(mark))) }];
}

const SORTS: Readonly<Record<string, readonly [string, string]>> = { result: ['result', 'results'], signal: ['signal', 'signals'], death: ['death', 'deaths'], data: ['loss', 'losses'], decision: ['function', 'functions'], more: ['more', 'more'], act: ['act', 'acts'] };

/** `40 results, 12 signals more`. */
function moreWords(marks: readonly TimeMark[]): string {
    const counts = new Map<string, number>();
    for (const { sort } of marks) counts.set(sort, (counts.get(sort) ?? 0) + 1);
    return `${[...counts].map(([sort, count]) => `${count} ${SORTS[sort]?.[count === 1 ? 0 : 1] ?? sort}`).join(', ')} more`;
}
