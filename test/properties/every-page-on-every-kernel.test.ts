import process from 'node:process';
import { describe, expect, test } from 'vitest';
import { DEFAULT_KERNEL, KERNELS } from '../../server/src/vocabulary/kernels.js';
import { PAGE_STATES } from '../kernel/page-states/index.js';
import { ENTRIES, reaches } from './entries.js';
import { checkMeetings, SEED } from './meetings.js';

/** Programs drawn for each page, entry and kernel: few, because most of what they do is the same as on the newest kernel. */
const PROGRAMS = Number(process.env['HWP_PROGRAMS_BY_KERNEL'] ?? 2);

// Other programs on each kernel, so that together they are many.
describe.each(KERNELS.filter(({ version }) => version !== DEFAULT_KERNEL).map(({ version }, index) => ({ version, seed: SEED + 1 + index })))('random programs on Linux $version (seed $seed)', ({ version, seed }) => {
    test.each(Object.entries(PAGE_STATES))('%s meets every entry point that can reach it', (name, state) => {
        for (const entry of ENTRIES.filter((each) => reaches(each, state))) {
            expect(checkMeetings(name, entry, version, { seed, numRuns: PROGRAMS }).programs).toBe(PROGRAMS);
        }
    });
});
