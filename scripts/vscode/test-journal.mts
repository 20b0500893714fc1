// Runs a test suite inside VS Code to its end, though the host hangs or dies in one of its tests: that one has failed, and a
// new host goes on behind it.
import type { JournalEvent } from '../../test/vscode/journal.ts';

export interface Counts {
    readonly passed: number;
    readonly failed: number;
    readonly skipped: number;
    /** Each test that failed, with its message. */
    readonly failures: readonly string[];
}

/** Longest time without an event, in milliseconds; longer than a test may take, whose own time-out is the better message. */
export const SILENCE_MS = 480_000;

/** Hosts that are started for one suite: a test that hangs costs one. */
const MAX_HOSTS = 5;

/** How each test ended, by title; the last word counts. A test that was started only took its host with it. */
function statesIn(events: readonly JournalEvent[]): ReadonlyMap<string, string> {
    return new Map(events.flatMap((event) => 'title' in event ? [[event.title, event.event]] : []));
}

export function titlesOf(events: readonly JournalEvent[]): string[] {
    return [...statesIn(events).keys()];
}

function hasEnded(events: readonly JournalEvent[]): boolean {
    return events.some(({ event }) => event === 'ended');
}

/**
 * @param runHost starts a host that runs the tests that are not in the journal, and returns when it is gone, however it ended
 * @param journal what was written down so far
 */
export async function runToTheEnd(runHost: () => Promise<void>, journal: () => readonly JournalEvent[]): Promise<Counts> {
    for (let hosts = 1; ; hosts++) {
        const known = titlesOf(journal()).length;
        await runHost();
        const events = journal();
        if (hasEnded(events)) {
            return countsOf(events);
        }
        const lost = [...statesIn(events)].filter(([, state]) => state === 'started').map(([title]) => title).at(-1);
        if (lost === undefined || titlesOf(events).length === known || hosts === MAX_HOSTS) {
            console.error('the suite inside VS Code did not end: the extension host died, or never started it');
            const counts = countsOf(events);
            return { ...counts, failed: Math.max(counts.failed, 1) };
        }
        console.error(`"${lost}" took the extension host with it, and has failed; the tests behind it run in a new one`);
    }
}

function failuresIn(events: readonly JournalEvent[]): string[] {
    const messages = new Map(events.flatMap((event) => event.event === 'failed' ? [[event.title, event.message]] : []));
    return [...statesIn(events)]
        .filter(([, state]) => state === 'failed' || state === 'started')
        .map(([title, state]) => `${title}: ${state === 'started' ? 'took its extension host with it' : messages.get(title)}`);
}

function countsOf(events: readonly JournalEvent[]): Counts {
    const states = [...statesIn(events).values()];
    const count = (...wanted: readonly string[]): number => states.filter((state) => wanted.includes(state)).length;
    return { passed: count('passed'), failed: count('failed', 'started'), skipped: count('skipped'), failures: failuresIn(events) };
}
