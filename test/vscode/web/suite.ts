// Runs inside the web extension host, which is a worker of a browser: the tests that need no Node, in mocha's build for browsers.
import type { SuiteResult } from '../suite-result.js';

/** Before the numbers on the console: a worker cannot write a file. */
const RESULT = 'HWP_TEST_RESULT ';

/** Before what is printed of a test: the console is the workbench's too. */
const LINE = 'HWP_TEST ';

mocha.setup({ ui: 'bdd', reporter: undefined, timeout: 60_000 });

/** Called by VS Code; rejects when a test failed. */
export async function run(): Promise<void> {
    // They register themselves: mocha must be set up before.
    await import('../activation.test.js');
    await import('../views.test.js');
    await import('../commands.test.js');
    await import('../editing.test.js');
    await import('../settings.test.js');
    await import('../test-explorer.test.js');
    await import('./worker.test.js');
    const result: SuiteResult = await new Promise((resolve) => {
        const runner = mocha.run(() => {
            const { passes = 0, failures = 0, pending = 0 } = runner.stats ?? {};
            resolve({ passed: passes, failed: failures, skipped: pending });
        });
        runner.on('pass', (test) => console.log(`${LINE}  ✔ ${test.fullTitle()} (${test.duration ?? 0}ms)`));
        runner.on('fail', (test, error: Error) => console.log(`${LINE}  ✗ ${test.fullTitle()}\n${error.stack ?? error.message}`));
    });
    console.log(RESULT + JSON.stringify(result));
    if (result.failed > 0) {
        throw new Error(`failed tests: ${result.failed}`);
    }
}
