/** Claims about signals that were sent, or were not. A signal dropped because one was pending does not count. */
import type { Claim } from '../../../simulator/program.js';
import type { SignalEvent } from '../../../simulator/trace.js';
import { countWords, placeWords, signalWords } from '../../step/wording.js';
import { signalHits } from '../signal-addresses.js';
import { eventsOf, type Finding, type PlacedEvent, type Scene } from '../scene.js';

type SignalClaim = Claim & { kind: 'signal' };

/** At least one signal (exactly `count`, when that is said) with everything that the claim names. */
export function judgeSignal(claim: SignalClaim, scene: Scene): Finding {
    const sent = sentSignals(scene);
    const answers = sent.map((signal) => ({ signal, fits: signalFits(claim, signal.event, scene) }));
    const matches = answers.filter(({ fits }) => fits === true);
    const unclear = answers.some(({ fits }) => fits === null);
    const wanted = claim.count;
    const holds = wanted === undefined ? matches.length > 0 : matches.length === wanted;
    return {
        holds: !holds && unclear ? null : holds,
        expected: claimWords(claim),
        actual: wanted !== undefined && matches.length > 0 && !holds
            ? countWords(matches.length, 'such signal')
            : allWords(sent, scene),
        at: (matches[0]?.signal ?? sent[0])?.at ?? null,
    };
}

/** Nobody, or the task named, was sent a signal. */
export function judgeNoSignal(claim: Claim & { kind: 'no-signal' }, scene: Scene): Finding {
    const sent = sentSignals(scene).filter(({ event }) => claim.to === undefined || taskMatches(claim.to, event.task));
    return {
        holds: sent.length === 0,
        expected: claim.to === undefined ? 'no signal' : `no signal to ${claim.to}`,
        actual: allWords(sent, scene),
        at: sent[0]?.at ?? null,
    };
}

/** Whether a task is the one meant: a process stands for all its threads, `.main` for the thread that has no name. */
export function taskMatches(wanted: string, task: string): boolean {
    return task === wanted || task.startsWith(`${wanted}.`) || wanted === `${task}.main`;
}

function sentSignals(scene: Scene): PlacedEvent<SignalEvent>[] {
    return eventsOf(scene, 'signal').filter(({ event }) => event.fate !== 'coalesced');
}

function signalFits(claim: SignalClaim, signal: SignalEvent, scene: Scene): boolean | null {
    const fits = claim.signal === signal.signal
        && (claim.code === undefined || claim.code === signal.code)
        && (claim.to === undefined || taskMatches(claim.to, signal.task))
        && (claim.addressLsbBits === undefined || claim.addressLsbBits === signal.addressLsbBits);
    return fits && claim.at !== undefined ? signalHits(claim.at, signal, scene) : fits;
}

function claimWords(claim: SignalClaim): string {
    return [
        claim.signal, claim.code,
        claim.to === undefined ? undefined : `to ${claim.to}`,
        claim.at === undefined ? undefined : `at ${placeWords(claim.at)}`,
        claim.addressLsbBits === undefined ? undefined : `lsb ${claim.addressLsbBits}`,
        claim.count === undefined ? undefined : countWords(claim.count, 'time'),
    ].filter((word) => word !== undefined).join(' ');
}

function allWords(signals: readonly PlacedEvent<SignalEvent>[], scene: Scene): string {
    return signals.map(({ event }) => signalWords(event, scene.trace.pageShift)).join(', ') || 'no signal';
}
