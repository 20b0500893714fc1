/** What a raced step came to, predicted or observed, in the same words: two of them are equal where the texts are. */
import type { RaceOutcome } from '../../simulator/trace.js';
import type { Observation } from '../observation/observation.js';
import { handled, signalText } from '../compare/compare.js';

export interface RacedEnd {
    /** `dirty LRU page: Recovered`: the lines of action_result(), in order. */
    readonly results: readonly string[];
    /** '' where the call did not come back. */
    readonly errno: string;
    /** `db: SIGBUS BUS_MCEERR_AO at heap+0x1000 lsb 12`, sorted. */
    readonly signals: readonly string[];
    /** Processes that a signal ended. */
    readonly deaths: readonly string[];
    readonly panic: boolean;
    /** A fault of the kernel's own. */
    readonly oops: boolean;
}

export function endKey(end: RacedEnd): string {
    return JSON.stringify([end.results, end.errno, end.signals, end.deaths, end.panic, end.oops]);
}

export function endWords({ results, errno, signals, deaths, panic, oops }: RacedEnd): string {
    const words = [...results, ...errno === '' || errno === '0' ? [] : [errno], ...signals, ...deaths.map((each) => `${each} dies`), ...oops ? ['oops'] : [], ...panic ? ['panic'] : []];
    return words.length === 0 ? 'nothing is reported' : words.join(' · ');
}

export function predictedEnd({ step }: Pick<RaceOutcome, 'step'>): RacedEnd {
    const { events, outcome } = step;
    const stops = events.some(({ t }) => t === 'panic');
    return {
        results: events.flatMap((event) => event.t === 'log' ? [RESULT_LINE.exec(event.text)?.[2] ?? ''].filter((words) => words !== '') : []),
        errno: stops ? '' : outcome.errno,
        signals: handled(events).map(signalText).sort(),
        deaths: events.flatMap((event) => event.t === 'exit' && event.signal !== null ? [event.process] : []).sort(),
        panic: stops, oops: events.some(({ t }) => t === 'oops'),
    };
}

const RESULT_LINE = /Memory failure: (0x[0-9a-f]+): recovery action for (.+: \w+)$/;

/** @param frame the raced one: errors of others were part of the set-up */
export function observedEnd(observation: Observation, index: number, frame: bigint): RacedEnd {
    const step = observation.steps.find((each) => each.index === index);
    const panic = observation.panic !== null;
    return {
        results: (step?.log ?? []).flatMap(({ text }) => {
            const [, pfn, words = ''] = RESULT_LINE.exec(text) ?? [];
            return pfn !== undefined && BigInt(pfn) === frame ? [words] : [];
        }),
        errno: panic ? '' : step?.outcome.errno ?? '',
        signals: (step?.signals ?? []).map(signalText).sort(),
        deaths: (step?.exits ?? []).filter(({ signal }) => signal !== null).map(({ process }) => process).sort(),
        panic, oops: observation.oops !== null,
    };
}
