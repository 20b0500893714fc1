/**
 * What happens in the test suite, event by event: a host that hangs or dies in one test has said by then how the others ended,
 * and a new one goes on behind them.
 */

/** Of a test by its full title; `ended` when all of them are over. */
export type JournalEvent =
    | { readonly event: 'started' | 'passed' | 'skipped'; readonly title: string }
    | { readonly event: 'failed'; readonly title: string; readonly message: string }
    | { readonly event: 'ended' };

/** What is used of mocha, on Node and in a browser. */
interface Suite {
    suites: Suite[];
    tests: { fullTitle(): string }[];
}

interface Runner {
    on(event: 'test' | 'pass' | 'fail' | 'pending', listener: (test: { fullTitle(): string }, error?: Error) => void): unknown;
}

/** Takes the tests away that were run already. */
export function leaveOut(suite: Suite, done: ReadonlySet<string>): void {
    suite.tests = suite.tests.filter((test) => !done.has(test.fullTitle()));
    suite.suites.forEach((each) => leaveOut(each, done));
}

/** Writes down what happens. */
export function keepJournal(runner: Runner, write: (event: JournalEvent) => void): void {
    for (const [heard, event] of [['test', 'started'], ['pass', 'passed'], ['pending', 'skipped']] as const) {
        runner.on(heard, (test) => write({ event, title: test.fullTitle() }));
    }
    runner.on('fail', (test, error) => write({ event: 'failed', title: test.fullTitle(), message: error?.stack ?? String(error) }));
}

/** The longest that a test may take, in milliseconds: only one that hangs takes so long, whatever else the machine does. */
export const TEST_PATIENCE_MS = 300_000;
