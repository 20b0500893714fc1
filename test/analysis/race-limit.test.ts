// What is said where the exploration of a race ends at its limit.
import { expect, test } from 'vitest';
import { TextAnalyzer } from '../../server/src/analysis/text-analyzer.js';
import { MAX_RACE_RUNS } from '../../server/src/simulator/races/exploration.js';

const LINES = `scenario "s" {
    region a = free 1 page
    process app { map heap = anon 8 pages untouched }
    corrupt-pfn a
        race app: write heap[0] from a
        race app: write heap[1] from a
        race app: write heap[2] from a
        race app: write heap[3] from a
        race app: write heap[4] from a
        race app: write heap[5] from a
        race app: write heap[6] from a
        race app: write heap[7] from a
        expect one of {
            MF_RECOVERED
            MF_IGNORED
            MF_FAILED
        }
        expect never { panic }
        expect never { MF_MSG_BUDDY MF_FAILED }
        expect no panic
}
`;

test('the limit is told, what it may hide is unverified, and what was seen refutes all the same', async () => {
    const { scenarios: [scenario] } = await new TextAnalyzer().analyze('file:///s.hwp', LINES);
    const race = scenario!.trace!.steps[0]!.race!;
    expect(race.limit).toBe(`${MAX_RACE_RUNS} runs`);
    expect(scenario!.issues.filter(({ code }) => code === 'race/limit').map(({ severity, message }) => [severity, message])).toEqual([
        ['warning', expect.stringContaining(`limit of ${MAX_RACE_RUNS} runs: there may be more outcomes than the ${race.outcomes.length} that are shown`)],
    ]);
    expect(scenario!.verdicts.map(({ status }) => status)).toEqual(['unverified', 'unverified', 'failed', 'unverified']);
    expect(scenario!.status).toBe('failed');
});
