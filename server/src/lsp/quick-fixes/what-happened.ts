/** What a step did, in the words of expectations: each line holds of the trace that it is made from. */
import type { RaceTrace, SignalEvent, StepTrace } from '../../simulator/trace.js';
import { guestsIn, guestSides, guestStep } from '../../report/step/guests.js';
import { outcomeWords } from '../../report/step/races.js';
import { bytesWords, hex, resultWords } from '../../report/step/wording.js';
import type { Run } from './run.js';
import { sweptClaims } from './sweep-claims.js';
import { processOf } from '../../report/judgement/signal-addresses.js';
import { stepEvents } from '../../report/step/step-events.js';

/** The run as the virtual machine of that name saw it; undefined: as the host did. */
export function sideOf(guest: string | undefined, run: Run): Run {
    return guest === undefined ? run : guestSides(run.program, run.trace).find((side) => side.guest === guest) ?? run;
}

/** The claims, one a line of `expect`; none for a step that was not executed or that the model does not describe. */
export function claimsOf(step: StepTrace, run: Run): string[] {
    if (step.skipped || !isModelled(step, run)) {
        return [];
    }
    // What a step on a guest's side gave is said of that side.
    const host: StepTrace = step.guest === undefined ? step : { ...step, outcome: { errno: '' } };
    return [...ownClaims(host, run), ...guestClaims(step, run)];
}

function ownClaims(step: StepTrace, run: Run): string[] {
    if (step.sweep !== undefined) {
        return sweptClaims(step.sweep);
    }
    return step.race === undefined || step.race.outcomes.length === 1 ? [...new Set(CLAIMS.flatMap((claims) => claims(step, run)))] : step.race.limit === null ? [outcomesClaim(step.race, run)] : [];
}

/** What the virtual machines made of it. A race has competitors on the host only: its outcomes are told there. */
function guestClaims(step: StepTrace, run: Run): string[] {
    if (step.race !== undefined && step.race.outcomes.length > 1) {
        return [];
    }
    const concerned = new Set([...step.sweep?.classes.flatMap((each) => guestsIn(each.step)) ?? guestsIn(step), ...step.guest === undefined ? [] : [step.guest]]);
    return guestSides(run.program, run.trace).filter(({ guest }) => concerned.has(guest)).flatMap(({ guest, program, trace }) =>
        ownClaims(guestStep(step, guest), { program, trace }).map((claim) => `in ${guest} ${claim}`));
}

/** `outcomes { ... }` over several lines, the inner ones indented by a tab. */
export function outcomesClaim({ outcomes }: RaceTrace, run: Run): string {
    const words = outcomes.map(outcomeWords);
    const lines = outcomes.map((outcome, index) => words.filter((each) => each === words[index]).length === 1 ? words[index]! : [words[index], ...signalClaims(outcome.step, run)].join(' '));
    return ['outcomes {', ...[...new Set(lines)].map((line) => `\t${line}`), '}'].join('\n');
}

function isModelled({ index }: StepTrace, { trace }: Run): boolean {
    return trace.notModelled.every(({ step }) => index < step);
}

/** One row for each thing that can be said of a step. */
const CLAIMS: readonly ((step: StepTrace, run: Run) => string[])[] = [
    resultClaims,
    (step) => step.outcome.value === undefined || !isPrintable(step.outcome.value) ? [] : [`value ${quoted(step.outcome.value)}`],
    (step) => step.outcome.returned === undefined || step.outcome.returned < 0 ? [] : [`returns ${step.outcome.returned}`],
    (step) => step.outcome.text === undefined || !isPrintable(step.outcome.text) ? [] : [`text ${quoted(step.outcome.text)}`],
    signalClaims,
    (step) => stepEvents(step, 'exit').flatMap(({ process, signal, status }) => status !== undefined ? [`exited ${process} ${status}`] : signal !== null ? [`killed ${process}`] : []),
    (step) => stepEvents(step, 'oops').length > 0 ? ['oops'] : [],
    (step) => stepEvents(step, 'panic').length > 0 ? ['panic'] : [],
];

/** `MF_MSG_DIRTY_LRU MF_RECOVERED errno 0`: the errno stands with the last result, or alone. */
function resultClaims(step: StepTrace): string[] {
    const results = [...new Set(stepEvents(step, 'result').map(resultWords))];
    const { errno } = step.outcome;
    const last = results.pop();
    if (last === undefined) {
        return errno === '' || errno === '0' && hasValue(step) ? [] : [`errno ${errno}`];
    }
    return [...results, errno === '' ? last : `${last} errno ${errno}`];
}

/** Success goes without saying where a value was given back. */
function hasValue({ outcome }: StepTrace): boolean {
    return outcome.value !== undefined || outcome.returned !== undefined || outcome.text !== undefined;
}

function signalClaims(step: StepTrace, run: Run): string[] {
    const sent = stepEvents(step, 'signal').filter(({ fate }) => fate !== 'coalesced');
    return sent.length === 0 && stepEvents(step, 'result').length > 0 ? ['no signal'] : sent.map((signal) => signalClaim(signal, step, run));
}

/** `SIGBUS BUS_MCEERR_AO to db at heap[2] lsb 12`. */
export function signalClaim(signal: SignalEvent, step: StepTrace, run: Run): string {
    const at = signalPlace(signal, step, run);
    return [signal.signal, signal.code, 'to', signal.task, ...at === undefined ? [] : ['at', at], ...signal.addressLsbBits === null ? [] : ['lsb', signal.addressLsbBits]].join(' ');
}

function signalPlace({ mapping, offset, address, task }: SignalEvent, step: StepTrace, run: Run): string | undefined {
    if (mapping === undefined || offset === undefined) {
        return address === null ? undefined : `address ${hex(address)}`;
    }
    const pageBytes = 2 ** run.trace.pageShift;
    const rest = offset % pageBytes;
    const owner = processOf(task);
    const name = isPlain(mapping, owner, step, run) ? mapping : `${owner}.${mapping}`;
    return `${name}[${Math.floor(offset / pageBytes)}]${rest === 0 ? '' : ` + ${hex(rest)}`}`;
}

/** Does the bare name of the mapping mean that process's where the step's expectations stand? */
function isPlain(mapping: string, owner: string, step: StepTrace, { program }: Run): boolean {
    const owners = program.machine.processes.filter(({ mappings }) => mappings.some(({ name }) => name === mapping));
    const copies = program.steps.some(({ op }) => op === 'fork') || program.machine.processes.some(({ forkedFrom }) => forkedFrom !== undefined);
    return processOf(step.actor) === owner && owners.some(({ name }) => name === owner) || owners.length === 1 && owners[0]!.name === owner && !copies;
}

export function hardwareCorruptedClaim(step: StepTrace, { trace }: Run): string {
    return `HardwareCorrupted ${bytesWords(step.counters.poisonedPages * 2 ** trace.pageShift)}`;
}

export function quoted(text: string): string {
    return `"${text.replace(/["\\]/g, '\\$&')}"`;
}

function isPrintable(text: string): boolean {
    return [...text].every((character) => character >= ' ');
}
