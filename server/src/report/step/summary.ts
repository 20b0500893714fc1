/** A step's result on one line: what stands at the end of its line in the editor and in the terminal. */
import type { RaceTrace, SignalEvent, StepTrace } from '../../simulator/trace.js';
import { guestsIn, guestStep } from './guests.js';
import { processOf } from '../judgement/signal-addresses.js';
import { stepEvents } from './step-events.js';
import type { SummaryKind } from './summary-kind.js';
import { fateWords } from '../sweeps/fates.js';
import { bootWords, countWords, hex, shortCode, shortResult, shortType, valueWords } from './wording.js';

export interface SummaryPart {
    readonly kind: SummaryKind;
    readonly text: string;
}

/** The parts in the order in which they are read; empty when the step succeeded and had nothing to show. */
export function summaryParts(step: StepTrace): SummaryPart[] {
    if (step.skipped) {
        return [{ kind: 'not-reached', text: 'not reached' }];
    }
    if (step.sweep !== undefined) {
        return fateWords(step.sweep);
    }
    return step.race === undefined ? ownParts(step) : raceParts(step, step.race);
}

/** `4 outcomes: BUDDY Recovered, GET_HWPOISON Ignored, ...`, or what always happens. */
function raceParts(step: StepTrace, { outcomes, limit }: RaceTrace): SummaryPart[] {
    const met: SummaryPart[] = limit === null ? [] : [{ kind: 'race', text: 'limit met' }];
    if (outcomes.length === 1) {
        return [...ownParts(step), { kind: 'race', text: 'the only outcome' }, ...met];
    }
    const texts = outcomes.map(({ step: each }) => ownParts(each).filter(({ kind }) => kind !== 'errno').map(({ text }) => text).join(' ') || each.outcome.errno);
    return [{ kind: 'race', text: `${outcomes.length} outcomes: ${texts.join(', ')}` }, ...met];
}

/** The step as it went, whatever else it could have come to. */
export function ownParts(step: StepTrace): SummaryPart[] {
    const others = guestsIn(step).filter((guest) => guest !== step.guest).flatMap((guest) => prefixed(guest, partsOf(guestStep(step, guest))));
    if (step.guest === undefined) {
        return [...partsOf(step), ...others];
    }
    const { guest: _own, ...host } = step;
    return [...partsOf(guestStep(step, step.guest)), ...prefixed('host', partsOf({ ...host, outcome: { errno: '' } })), ...others];
}

function partsOf(step: StepTrace): SummaryPart[] {
    return PARTS.flatMap(({ kind, texts }) => texts(step).map((text) => ({ kind, text })));
}

/** The first part with the name of the machine: `vm: DIRTY_LRU Recovered`. */
function prefixed(name: string, parts: readonly SummaryPart[]): SummaryPart[] {
    return parts.map(({ kind, text }, index) => ({ kind, text: index === 0 ? `${name}: ${text}` : text }));
}

/** `DIRTY_LRU Recovered · AO→db.main`; '' when there is nothing to show. */
export function summarize(step: StepTrace): string {
    return summaryParts(step).map(({ text }) => text).join(' · ');
}

/** `DIRTY_LRU Recovered · AO→db.main` of the step as it went. */
export function summarizeOwn(step: StepTrace): string {
    return ownParts(step).map(({ text }) => text).join(' · ');
}

/** One row for each thing that can be told of a step. */
const PARTS: readonly { readonly kind: SummaryKind; readonly texts: (step: StepTrace) => string[] }[] = [
    { kind: 'boot', texts: (step) => stepEvents(step, 'boot').flatMap((event) => [...bootWords(event), ...forgottenTexts(step)]) },
    { kind: 'result', texts: resultTexts },
    { kind: 'signal', texts: (step) => [ownSignal(step)].filter((signal) => signal !== undefined).map((signal) => accessSignal(signal, step)) },
    { kind: 'value', texts: valueTexts },
    { kind: 'errno', texts: ({ outcome: { errno } }) => errno === '' || errno === '0' ? [] : [errno] },
    { kind: 'signal', texts: signalTexts },
    { kind: 'exit', texts: exitTexts },
    { kind: 'data', texts: dataTexts },
    { kind: 'oops', texts: (step) => stepEvents(step, 'oops').length > 0 ? ['oops'] : [] },
    { kind: 'panic', texts: (step) => stepEvents(step, 'panic').length > 0 ? ['panic'] : [] },
];

/** Frames that an earlier kernel knew to be bad, and that are ordinary memory of the one that boots. */
function forgottenTexts(step: StepTrace): string[] {
    const count = stepEvents(step, 'decision').filter(({ id }) => id === 'memblock_free_all.known-bad').length;
    return count === 0 ? [] : [`forgets ${countWords(count, 'bad frame')}`];
}

/** Equal results of several frames are counted. */
function resultTexts(step: StepTrace): string[] {
    const counts = new Map<string, number>();
    for (const { type, result } of stepEvents(step, 'result')) {
        const text = `${shortType(type)} ${shortResult(result)}`;
        counts.set(text, (counts.get(text) ?? 0) + 1);
    }
    return [...counts].map(([text, count]) => count === 1 ? text : `${count}× ${text}`);
}

/** The signal that ended the step for whoever made it. */
function ownSignal({ outcome, actor }: StepTrace): SignalEvent | undefined {
    return outcome.signal !== undefined && processOf(outcome.signal.task) === processOf(actor) ? outcome.signal : undefined;
}

/** `SIGBUS AR lsb 12`: the signal that an access ended with; on a guest's side, where two machines have tasks, with whom it ended: `SIGBUS AR→app.main lsb 12`. */
function accessSignal(signal: SignalEvent, { guest }: StepTrace): string {
    const lsb = signal.addressLsbBits === null ? '' : ` lsb ${signal.addressLsbBits}`;
    return `${signal.signal} ${shortCode(signal.code)}${guest === undefined ? '' : `→${threadOf(signal.task)}`}${lsb}`;
}

function valueTexts({ outcome }: StepTrace): string[] {
    const texts: string[] = [];
    if (outcome.value !== undefined) {
        texts.push(valueWords(outcome.value));
    }
    if (outcome.returned !== undefined) {
        texts.push(`= ${outcome.returned}`);
    }
    if (outcome.text !== undefined) {
        texts.push(outcome.text);
    }
    if (outcome.pfn !== undefined) {
        texts.push(outcome.pfn === null ? 'no page' : `pfn ${hex(outcome.pfn)}`);
    }
    return texts;
}

/** `AO→db.main, web.main`: one text for all tasks that got the same, leaving out the signal that ended the access itself. */
function signalTexts(step: StepTrace): string[] {
    const own = ownSignal(step);
    const sent = stepEvents(step, 'signal');
    const ownIndex = own === undefined ? -1 : sent.findIndex((signal) => signal.task === own.task && signal.code === own.code && signal.address === own.address);
    const targets = new Map<string, string[]>();
    sent.filter((_signal, index) => index !== ownIndex).forEach((signal) => {
        const word = signalWord(signal);
        const tasks = targets.get(word) ?? [];
        tasks.push(threadOf(signal.task) + FATES[signal.fate]);
        targets.set(word, tasks);
    });
    return [...targets].map(([word, tasks]) => `${word}→${firstOf(counted(tasks), 'more').join(', ')}`);
}

/** `db.main`: which thread is signalled is half of the answer; traces leave out the name of the main one. */
function threadOf(task: string): string {
    return task.includes('.') ? task : `${task}.main`;
}

/** The code says it all for the signals of memory errors; others go by their name. */
function signalWord(signal: SignalEvent): string {
    const code = shortCode(signal.code);
    return code === signal.code ? signal.signal : code;
}

const FATES: Readonly<Record<SignalEvent['fate'], string>> = {
    handled: '', killed: '', ignored: ' (ignored)', pending: ' (pending)', coalesced: ' (dropped)',
};

function exitTexts(step: StepTrace): string[] {
    return firstOf(stepEvents(step, 'exit').flatMap(({ process, signal, status }) => {
        const words = signal !== null ? `${process} killed` : status !== undefined ? `${process} exits` : null;
        return words === null ? [] : [status === undefined ? words : `${words} (status ${status})`];
    }), 'more killed');
}

/** The data that a step cost, by what became of them. */
function dataTexts(step: StepTrace): string[] {
    const events = stepEvents(step, 'data');
    return unique(events.map(({ fate }) => fate)).flatMap((fate) => firstOf(unique(events.filter((event) => event.fate === fate).map(({ what }) => `${what} ${fate}`)), `more ${fate}`));
}

/** Most of one sort that a line names; with more, all but one of them, and how many there are besides. */
const MAX_NAMED = 5;

function firstOf(texts: readonly string[], more: string): string[] {
    return texts.length <= MAX_NAMED ? [...texts] : [...texts.slice(0, MAX_NAMED - 1), `${texts.length - MAX_NAMED + 1} ${more}`];
}

function counted(texts: readonly string[]): string[] {
    const counts = new Map<string, number>();
    for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
    return [...counts].map(([text, count]) => count === 1 ? text : `${text} ×${count}`);
}

function unique(texts: readonly string[]): string[] {
    return [...new Set(texts)];
}
