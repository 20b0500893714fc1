// Runs inside VS Code's extension host: loads every *.test.js below the bundle of this file into mocha, and writes what
// happened to the file named by HWP_TEST_RESULT (an extension host that dies has exit code 0, but leaves no such file).
import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import type { SuiteResult } from './suite-result.js';

/** Called by VS Code; rejects when a test failed. */
export async function run(): Promise<void> {
    const { default: Mocha } = await import('mocha');
    const mocha = new Mocha({ ui: 'bdd', color: false, timeout: 60_000 });
    for (const file of readdirSync(__dirname, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.test.js')).sort()) {
        mocha.addFile(path.join(__dirname, file));
    }
    await mocha.loadFilesAsync();
    const result: SuiteResult = await new Promise((resolve) => {
        const runner = mocha.run(() => {
            const { passes = 0, failures = 0, pending = 0 } = runner.stats ?? {};
            resolve({ passed: passes, failed: failures, skipped: pending });
        });
    });
    const resultFile = process.env['HWP_TEST_RESULT'];
    if (resultFile !== undefined) {
        writeFileSync(resultFile, JSON.stringify(result));
    }
    if (result.failed > 0) {
        throw new Error(`failed tests: ${result.failed}`);
    }
}
