import { describe, expect, it, vi } from 'vitest';
import { runToTheEnd } from '../../scripts/vscode/test-journal.mts';
import type { JournalEvent } from '../vscode/journal.js';

const TESTS = ['one', 'two', 'three', 'four'];

/** Hosts that run TESTS; what happens to some of them is told. */
function hosts(fates: Readonly<Record<string, 'failed' | 'hangs'>>, startsAt = 0): { readonly run: () => Promise<void>; readonly events: JournalEvent[]; readonly started: () => number } {
    const events: JournalEvent[] = [];
    let started = 0;
    const run = async (): Promise<void> => {
        await Promise.resolve();
        if (++started <= startsAt) {
            return;
        }
        for (const title of TESTS.filter((test) => !events.some((event) => 'title' in event && event.title === test))) {
            events.push({ event: 'started', title });
            if (fates[title] === 'hangs') {
                return;
            }
            events.push(fates[title] === 'failed' ? { event: 'failed', title, message: 'Error: it did not hold' } : { event: 'passed', title });
        }
        events.push({ event: 'ended' });
    };
    return { run, events, started: () => started };
}

describe('the tests inside VS Code', () => {
    vi.spyOn(console, 'error').mockImplementation(() => undefined);

    it('run in one host where none hangs', async () => {
        const { run, events, started } = hosts({ two: 'failed' });
        expect(await runToTheEnd(run, () => events)).toEqual({ passed: 3, failed: 1, skipped: 0, failures: ['two: Error: it did not hold'] });
        expect(started()).toBe(1);
    });

    it('go on in another host behind one that hangs, which fails alone', async () => {
        const { run, events, started } = hosts({ two: 'hangs', four: 'hangs' });
        expect(await runToTheEnd(run, () => events)).toEqual({ passed: 2, failed: 2, skipped: 0, failures: ['two: took its extension host with it', 'four: took its extension host with it'] });
        expect(started()).toBe(3);
    });

    it('have failed when no host starts them', async () => {
        const { run, events, started } = hosts({}, 9);
        expect(await runToTheEnd(run, () => events)).toEqual({ passed: 0, failed: 1, skipped: 0, failures: [] });
        expect(started()).toBe(1);
    });
});
