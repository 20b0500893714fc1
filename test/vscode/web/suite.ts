// Runs inside the web extension host, which is a worker of a browser: the tests that need no Node, in mocha's build for browsers.
import { keepJournal, leaveOut, TEST_PATIENCE_MS, type JournalEvent } from '../journal.js';

/** Titles of tests that were run already: put in place when this is bundled. */
declare const HWP_TESTS_DONE: readonly string[];

/** Before an event of the journal on the console: a worker cannot write a file. */
const EVENT = 'HWP_TEST_EVENT ';

/** Before what is printed of a test: the console is the workbench's too. */
const LINE = 'HWP_TEST ';

mocha.setup({ ui: 'bdd', reporter: undefined, timeout: TEST_PATIENCE_MS });

/** Called by VS Code; rejects when a test failed. */
export async function run(): Promise<void> {
    // They register themselves: mocha must be set up before.
    await import('../activation.test.js');
    await import('../views.test.js');
    await import('../commands.test.js');
    await import('../editing.test.js');
    await import('../settings.test.js');
    await import('../test-explorer.test.js');
    await import('../kernel-logs.test.js');
    await import('../debug.test.js');
    await import('../pictures.test.js');
    await import('../language-model-tools.test.js');
    await import('./worker.test.js');
    const write = (event: JournalEvent): void => console.log(EVENT + JSON.stringify(event));
    leaveOut(mocha.suite, new Set(HWP_TESTS_DONE));
    const failures = await new Promise<number>((resolve) => {
        const runner = mocha.run(resolve);
        keepJournal(runner, write);
        runner.on('pass', (test) => console.log(`${LINE}  ✔ ${test.fullTitle()} (${test.duration ?? 0}ms)`));
        runner.on('fail', (test, error: Error) => console.log(`${LINE}  ✗ ${test.fullTitle()}\n${error.stack ?? error.message}`));
    });
    write({ event: 'ended' });
    if (failures > 0) {
        throw new Error(`failed tests: ${failures}`);
    }
}
