// What holds of every race: pages of every kind, injected, with every kind of competitor.
import { describe, expect, test } from 'vitest';
import { simulate } from '../../server/src/simulator/simulate.js';
import type { RaceTrace, Trace } from '../../server/src/simulator/trace.js';
import { traceWith } from '../../server/src/report/step/races.js';
import { PAGE_STATES } from '../kernel/page-states/index.js';
import { raceOf } from '../simulator/races.js';
import { INVARIANTS } from './invariants/index.js';
import { onKernel } from './on-kernel.js';
import { competitors, raced } from './raced-pages.js';

/** Some types only races reach; who maps the page is looked up by a step that these programs do not have. */
const { onlyMappersAreSignalled: _looksItUp, resultsAreKnown: _withoutRaces, ...HELD } = INVARIANTS;

/** A competitor that touches the page can be signalled for that, as in a step of its own. */
const ABOUT_SIGNALS: ReadonlySet<string> = new Set(['actionRequiredIsForCurrent', 'signalsAreAnnounced']);
const TOUCHES: ReadonlySet<string> = new Set(['read', 'write']);

/** The outcomes without how they come about. */
function set({ outcomes }: RaceTrace): string[] {
    return outcomes.map(({ step: { events, outcome } }) => JSON.stringify([outcome.errno, events.filter((event) => event.t === 'result' || event.t === 'signal' || event.t === 'panic' || event.t === 'oops' || event.t === 'exit' && event.signal !== null)]));
}

function withoutRace(trace: Trace): Trace {
    return { ...trace, steps: trace.steps.map(({ race: _race, ...rest }) => rest), notModelled: [] };
}

const STATES = Object.entries(PAGE_STATES).filter(([, { virtualOnly }]) => virtualOnly !== true);

describe('every race', () => {
    test.each(STATES)('%s: nobody interfering comes first, and nothing else of the trace changes', (_name, state) => {
        const at = state.prepare?.length ?? 0;
        const quiet = simulate(raced(state, []));
        for (const each of competitors(state)) {
            const trace = simulate(raced(state, [each]));
            expect(withoutRace(trace)).toEqual({ ...quiet, notModelled: [] });
            const race = raceOf(trace, at);
            expect(race.outcomes[0]!.ways[0]).toEqual([]);
            expect(race.outcomes[0]!.step).toEqual(quiet.steps[at]);
            expect(new Set(set(race)).size).toBe(race.outcomes.length);
            expect(race.outcomes.reduce((sum, { interleavings }) => sum + interleavings, 0)).toBe(race.interleavings);
            expect(race.limit).toBeNull();
        }
    });

    // Pairs have many interleavings: every third page will do.
    test.each(STATES.filter((_state, index) => index % 3 === 0))('%s: a second competitor takes no outcome away', (_name, state) => {
        const at = state.prepare?.length ?? 0;
        const all = competitors(state);
        const alone = all.map((each) => set(raceOf(simulate(raced(state, [each])), at)));
        all.forEach((each, index) => {
            const other = (index + 1) % all.length;
            const race = raceOf(simulate(raced(state, [each, all[other]!])), at);
            const both = new Set(set(race));
            expect([...alone[index]!, ...alone[other]!].filter((outcome) => race.limit === null && !both.has(outcome))).toEqual([]);
        });
    });

    test.each(STATES)('%s: every outcome is a trace like any other, on the oldest and the newest kernel', (_name, state) => {
        const at = state.prepare?.length ?? 0;
        for (const version of ['6.1', '7.3'] as const) {
            for (const each of competitors(state)) {
                const run = onKernel(raced(state, [each]), version);
                const trace = simulate(run);
                for (const outcome of raceOf(trace, at).outcomes) {
                    const possible = { program: { ...run, steps: run.steps.slice(0, at + 1) }, trace: traceWith(trace, at, outcome), bad: trace.end.frames['bad']?.pfn ?? null };
                    const broken = Object.entries(HELD).filter(([name]) => !TOUCHES.has(each.op) || !ABOUT_SIGNALS.has(name)).flatMap(([name, invariant]) => invariant(possible).map((what) => `${name}: ${what}`));
                    expect(broken, `${version}, ${each.op}, ${JSON.stringify(outcome.ways[0])}`).toEqual([]);
                }
            }
        }
    });

    test('the same program gives the same bytes', () => {
        for (const [, state] of STATES.slice(0, 20)) {
            const text = JSON.stringify(simulate(raced(state, competitors(state).slice(0, 2))));
            expect(JSON.stringify(simulate(raced(state, competitors(state).slice(0, 2))))).toBe(text);
        }
    });
});
