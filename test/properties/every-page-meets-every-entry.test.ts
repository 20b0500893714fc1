import process from 'node:process';
import { afterAll, describe, expect, test } from 'vitest';
import { DEFAULT_KERNEL } from '../../server/src/vocabulary/kernels.js';
import { PAGE_STATES } from '../kernel/page-states/index.js';
import { ENTRIES, reaches } from './entries.js';
import { checkMeetings, SEED } from './meetings.js';

/** Programs drawn for each pair of page and entry, so that at least MEETINGS of them get to the entry. */
const PROGRAMS = Number(process.env['HWP_PROGRAMS'] ?? 24);
const MEETINGS = 20;
const LEAST_PROGRAMS = 10_000;

const met = new Map<string, number>();
let programs = 0;

describe(`random programs (HWP_SEED=${SEED})`, () => {
    for (const [name, state] of Object.entries(PAGE_STATES)) {
        test(`${name} meets every entry point that can reach it`, () => {
            for (const entry of ENTRIES.filter((each) => reaches(each, state))) {
                const found = checkMeetings(name, entry, DEFAULT_KERNEL, { seed: SEED, numRuns: PROGRAMS });
                programs += found.programs;
                met.set(`${name} | ${entry}`, found.met);
            }
        });
    }

    // A run of a few programs, to find faults fast, says nothing about how often pages were met.
    test.skipIf(PROGRAMS < MEETINGS)('every pair of page and entry met often enough', () => {
        const rare = Object.entries(PAGE_STATES).flatMap(([name, state]) => ENTRIES.filter((entry) => reaches(entry, state)).map((entry) => [`${name} | ${entry}`, met.get(`${name} | ${entry}`) ?? 0] as const)).filter(([, times]) => times < MEETINGS);
        expect(rare).toEqual([]);
        expect(programs).toBeGreaterThanOrEqual(LEAST_PROGRAMS);
    });

    afterAll(() => { console.log(`${programs} programs, ${met.size} pairs of page and entry, seldom met: ${Math.min(...met.values())} times`); });
});
