// Every end that was forced on a real kernel is one of those that are predicted for it.
import { describe, expect, test } from 'vitest';
import { endKey, endWords } from '../../server/src/lab/races/race-outcome.js';
import { KNOWN_ENDS } from './known-race-ends.js';
import { forcedRaces, predictedOutcomes } from './forced-races.js';

const RECORDS = forcedRaces();

describe('races that were forced', () => {
    test.each(RECORDS.map((record) => [`${record.kernel}: ${record.title}`, record] as const))('%s', async (_name, record) => {
        const predicted = await predictedOutcomes(record);
        const others = record.forced.filter(({ end }) => !predicted.some(({ key }) => key === endKey(end))).map(({ end, moves }) => `${endWords(end)} by ${moves.join('; ')}`);
        const known = KNOWN_ENDS.filter(({ title, kernels }) => title === record.title && kernels.includes(record.kernel)).map(({ end }) => end);
        expect(others.filter((words) => !known.some((end) => words.startsWith(`${end} by `)))).toEqual([]);
        // A difference that is no more is taken off the list.
        expect(known.filter((end) => !others.some((words) => words.startsWith(`${end} by `)))).toEqual([]);
    });

    test('several kernels are there, and nobody interfered in at least one run of each', () => {
        expect(RECORDS.length).toBeGreaterThan(0);
        for (const { forced } of RECORDS) expect(forced.some(({ windows }) => windows.length === 0)).toBe(true);
    });
});
