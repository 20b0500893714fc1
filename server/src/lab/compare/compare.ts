/** The predicted steps against the observed ones, field by field. Knows no scenario by its name. */
import type { Counters, StepTrace, Trace, TraceEvent } from '../../simulator/trace.js';
import type { Observation, ObservedSignal, ObservedStep } from '../observation/observation.js';
import { comparableLine, Names } from './log-names.js';

export type Field = 'errno' | 'returned' | 'value' | 'text' | 'signals' | 'log' | 'exits' | 'counters' | 'panic' | 'end';

/** One field of one step in which the two sides differ. */
export interface Difference {
    readonly step: number;
    readonly field: Field;
    readonly predicted: string;
    readonly observed: string;
}

const NONE = '(none)';

/** Steps whose number is one of the machine's: a process id. */
const NUMBERS_OF_THE_MACHINE: ReadonlySet<string> = new Set(['fork', 'pthread_create', 'clone', 'vfork']);

/** The first one is in the step that decides: what follows may follow from it. */
export function compare(trace: Trace, observation: Observation): readonly Difference[] {
    const differences: Difference[] = [];
    const sides = { predicted: new Names(), observed: new Names() };
    for (const predicted of trace.steps) {
        const observed = observation.steps.find(({ index }) => index === predicted.index);
        const isEnd = observation.cut !== null && observed === undefined;
        if (observed === undefined && (predicted.op === 'phase' || predicted.skipped || isEnd)) {
            continue;
        }
        differences.push(...observed === undefined ? [{ step: predicted.index, field: 'end' as const, predicted: 'the step is taken', observed: 'it was not' }] : stepDifferences(predicted, observed, sides, observation.pageBytes ?? 4096));
        if (predicted.events.some(({ t }) => t === 'panic')) {
            break;
        }
    }
    const { cut } = observation;
    // A fault of the kernel's own ends whoever was in it, with the locks that it held.
    const isExpected = cut?.why === 'hung' && trace.end.oops !== null;
    if (cut !== null && cut.why !== 'not made' && cut.why !== 'panic' && !isExpected) {
        differences.push({ step: cut.step, field: 'end', predicted: 'the machine goes on', observed: cut.text });
    }
    return differences;
}

function stepDifferences(predicted: StepTrace, observed: ObservedStep, names: { readonly predicted: Names; readonly observed: Names }, pageBytes: number): Difference[] {
    const found: Difference[] = [];
    const same = (field: Field, said: string, seen: string): void => {
        if (said !== seen) {
            found.push({ step: predicted.index, field, predicted: said, observed: seen });
        }
    };
    const panics = predicted.events.some(({ t }) => t === 'panic') || observed.panic !== null;
    const { outcome } = predicted;
    if (!panics) {
        same('errno', outcome.errno || NONE, observed.outcome.errno || (hasNoErrno(predicted) ? NONE : 'did not return'));
        if (outcome.returned !== undefined && !NUMBERS_OF_THE_MACHINE.has(predicted.op)) {
            same('returned', String(outcome.returned), String(observed.outcome.returned ?? NONE));
        }
        if (outcome.value !== undefined && observed.outcome.returned !== 0) {
            same('value', JSON.stringify(outcome.value), observed.outcome.value === undefined ? NONE : JSON.stringify(observed.outcome.value));
        }
        if (outcome.text !== undefined) {
            same('text', comparableText(predicted.op, outcome.text, outcome.text), comparableText(predicted.op, observed.outcome.text ?? NONE, outcome.text));
        }
    }
    same('signals', signalLines(handled(predicted.events)), signalLines(observed.signals));
    same('exits', lines(predicted.events.flatMap((event) => event.t === 'exit' ? [`${event.process}: ${event.signal ?? 'exit'}`] : [])), lines(observed.exits.map(({ process, signal }) => `${process}: ${signal ?? 'exit'}`)));
    // Machine checks print on several CPUs at once.
    const inOrder = (texts: readonly string[]): string => predicted.op.startsWith('machine-check') ? lines(texts) : orNone(texts);
    same('log', inOrder(predicted.events.flatMap((event) => event.t === 'log' && !OF_THE_BOOT.test(event.text) ? [comparableLine(names.predicted.line(event.text))] : [])), inOrder(observed.log.filter(({ text }) => !OF_THE_BOOT.test(text)).map(({ text }) => comparableLine(names.observed.line(text)))));
    if (!panics && observed.counters !== null) {
        same('counters', countersText(predicted.counters, observed.counters, pageBytes), countersText(observed.counters, observed.counters, pageBytes));
    }
    same('panic', panicOf(predicted.events), observed.panic === null ? NONE : panicText(observed.panic));
    return found;
}

/** The guest is not randomised, whatever the scenario says. */
const OF_THE_BOOT = /^Kernel Offset: /;

/** The model gives no errno: an access, an exit, a step of nobody. */
function hasNoErrno({ outcome }: StepTrace): boolean {
    return outcome.errno === '';
}

export function handled(events: readonly TraceEvent[]): readonly Omit<ObservedSignal, 'address'>[] {
    return events.flatMap((event) => event.t === 'signal' && event.fate === 'handled' ? [event] : []);
}

/** Signals of different tasks come in no fixed order. */
function signalLines(signals: readonly Omit<ObservedSignal, 'address'>[]): string {
    const tasks = [...new Set(signals.map(({ task }) => task))].sort();
    return orNone(tasks.flatMap((task) => signals.filter((each) => each.task === task).map(signalText)));
}

export function signalText({ task, signal, code, mapping, offset, addressLsbBits }: Omit<ObservedSignal, 'address'>): string {
    const where = mapping === undefined || offset === undefined ? '' : ` at ${mapping}+0x${offset.toString(16)}`;
    return `${task}: ${signal} ${code}${code === 'SI_KERNEL' ? '' : where}${addressLsbBits === null ? '' : ` lsb ${addressLsbBits}`}`;
}

function lines(texts: readonly string[]): string {
    return orNone([...texts].sort());
}

function orNone(texts: readonly string[]): string {
    return texts.length === 0 ? NONE : texts.join('\n');
}

/** Whether a page has left its per-CPU batch for the LRU depends on what else ran, idle page tracking on when. */
const FLAGS_BY_CHANCE: ReadonlySet<string> = new Set(['LRU', 'IDLE', 'ACTIVE', 'REFERENCED', 'UNEVICTABLE', 'RECLAIM']);

function comparableText(op: string, text: string, predicted: string): string {
    if (op === 'kpageflags') {
        return text.replace(/ mapped by .*$/, '').split(',').filter((flag) => !FLAGS_BY_CHANCE.has(flag)).sort().join(',');
    }
    return op === 'sigtimedwait' || op === 'read-signalfd' ? predicted : text;
}

const NODE_COUNTERS = ['total', 'ignored', 'failed', 'delayed', 'recovered'] as const;

/** The node statistics are absent from the oldest kernels. */
function countersText({ poisonedPages, nodes }: Counters, { nodes: seen }: Counters, pageBytes: number): string {
    const sum = (name: typeof NODE_COUNTERS[number]): number => nodes.reduce((total, node) => total + node[name], 0);
    return [`HardwareCorrupted ${poisonedPages * pageBytes / 1024} kB`, ...seen.length === 0 ? [] : NODE_COUNTERS.map((name) => `${name} ${sum(name)}`)].join(', ');
}

function panicOf(events: readonly TraceEvent[]): string {
    const event = events.find(({ t }) => t === 'panic');
    return event?.t === 'panic' ? panicText(event.text) : NONE;
}

/** Without the numbers in it, which are those of one machine. */
function panicText(text: string): string {
    return text.replace(/^Kernel panic - not syncing: /, '').replace(/\b(0x)?[0-9a-f]{3,}\b/g, '<number>');
}
