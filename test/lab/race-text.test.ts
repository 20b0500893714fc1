// What the terminal says of a race that was forced.
import { expect, test } from 'vitest';
import { raceLines, raceNote } from '../../server/src/lab/output/race-text.js';
import { endKey, observedEnd, predictedEnd } from '../../server/src/lab/races/race-outcome.js';
import type { Forcing, RaceResult } from '../../server/src/lab/races/race-result.js';
import { plain } from '../../server/src/report/output/paint.js';
import type { RaceWindowId } from '../../server/src/vocabulary/race-windows.js';
import { caseOf } from './scenario.js';

function forcing(windows: readonly RaceWindowId[], what: string, end: Forcing['end']): Forcing {
    return { windows, went: windows.map((window) => ({ what, done: true, point: 'lock', window, page: '' })), end, log: [], milliseconds: 1 };
}

test('seen where and how, not seen, and what nobody predicted', async () => {
    const { variant } = await caseOf('scenario "s" {\n    process app { sigbus handler longjmp; map heap = anon 4 pages written }\n    corrupt-pfn heap[1]\n        race app: munmap heap\n}');
    const { outcomes } = variant.trace!.steps[0]!.race!;
    const [quiet, ignored, clean] = outcomes.map((outcome) => ({ outcome, end: predictedEnd(outcome) }));
    const other = observedEnd({ steps: [{ index: 0, outcome: { errno: 'EBUSY' }, signals: [], log: [{ level: 'err', text: 'Memory failure: 0x10: recovery action for unknown page: Ignored' }], exits: [], counters: null, panic: null }], cut: null, panic: null, oops: null }, 0, 0x10n);
    expect(new Set([quiet!.end, ignored!.end, clean!.end, other].map(endKey)).size).toBe(4);
    const forcings = [forcing([], '', quiet!.end), forcing(['W5'], 'munmap', clean!.end), forcing(['W7'], 'munmap', clean!.end), forcing(['W8'], 'munmap', other)];
    const race: RaceResult = {
        step: 0, passed: [], forcings, notForced: ['the handler did not come there'],
        outcomes: [{ ...quiet!, seen: [forcings[0]!] }, { ...ignored!, seen: [] }, { ...clean!, seen: forcings.slice(1, 3) }],
        unpredicted: [{ end: other, forcings: [forcings[3]!] }],
    };
    expect(raceNote(race)).toBe('2 of 3 outcomes seen in 4 interleavings');
    expect(raceLines(race, { paint: plain, release: '7.3.4' })).toEqual([
        '    seen      dirty LRU page: Recovered',
        '              predicted  nobody interferes; W8',
        '              seen       nobody interferes',
        '    not seen  get hwpoison page: Ignored · EBUSY',
        '              predicted  W1',
        '    seen      clean LRU page: Recovered',
        '              predicted  W5, W7, W6 or W8',
        '              seen       W5 (munmap); W7 (munmap)',
        '    not predicted  unknown page: Ignored · EBUSY (7.3.4)',
        '              W8: munmap',
        '    not forced  the handler did not come there',
    ]);
});
