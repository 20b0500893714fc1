/** Every log that is here becomes a scenario where the model has its page: it parses, passes, and its log holds the incident's lines; the lines that the model does not print are named here. */
import { describe, expect, test } from 'vitest';
import { GIVEN_LOGS } from './given.js';
import { OWN_KINDS } from './own-kinds.js';
import { REPORTED_KINDS } from './reported-kinds.js';
import { asked, holds } from './reproducing.js';

const LOGS: readonly (readonly [string, string])[] = [...GIVEN_LOGS.map(({ name, text }) => [name, text] as const), ...[...Object.entries(OWN_KINDS), ...Object.entries(REPORTED_KINDS)].map(([name, { log }]) => [name, log.join('\n')] as const)];

/** Lines of memory_failure() that the model has no scenario for: a race, a fault of a kernel, a kernel before 6.1. */
const DIFFERENT: Readonly<Record<string, number>> = {
    // The signal of the patch that the log is about, sent for a report that the kernel had handled before.
    '08-arm64-sea-storm-with-tf-a-lines': 1,
    // A release candidate whose huge pages had a reference for each tail page.
    '13-injected-hugetlb-511-users': 2,
    // Wordings and page types of 3.x, where 6.1 is the oldest kernel that is described.
    '28-3.x-wording-mlocked': 4,
    // -next, with a series that was not merged.
    '34-soft-offline-hugepage-isolation-caller-prefix': 1,
    // Killed and signalled: fixed in 5.4.
    '35-devdax-forcibly-killed': 1,
    // Reclaim holds the page while it is handled: a race.
    'dump_page() before its BUG names the frame': 2,
};

describe('every log', () => {
    test.each(LOGS)('%s', async (name, text) => {
        let different = 0;
        for (const [incident, found] of await asked(text)) {
            if (found === null) continue;
            await holds(incident, found);
            different += found.differs.length;
        }
        expect(different).toBe(DIFFERENT[name] ?? 0);
    });
});
