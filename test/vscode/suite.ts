// Runs inside VS Code's extension host: loads every *.test.js below the bundle of this file into mocha, and keeps a journal in
// the file named by HWP_TEST_JOURNAL. Tests that stand in it already are left out.
import { appendFileSync, existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { keepJournal, leaveOut, TEST_PATIENCE_MS, type JournalEvent } from './journal.js';

/** Called by VS Code; rejects when a test failed. */
export async function run(): Promise<void> {
    const { default: Mocha } = await import('mocha');
    const mocha = new Mocha({ ui: 'bdd', color: false, timeout: TEST_PATIENCE_MS });
    for (const file of readdirSync(__dirname, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.test.js')).sort()) {
        mocha.addFile(path.join(__dirname, file));
    }
    await mocha.loadFilesAsync();
    const journal = process.env['HWP_TEST_JOURNAL'];
    const write = (event: JournalEvent): void => {
        if (journal !== undefined) {
            appendFileSync(journal, `${JSON.stringify(event)}\n`);
        }
    };
    leaveOut(mocha.suite, journal === undefined ? new Set() : titlesIn(journal));
    const failures = await new Promise<number>((resolve) => keepJournal(mocha.run(resolve), write));
    write({ event: 'ended' });
    if (failures > 0) {
        throw new Error(`failed tests: ${failures}`);
    }
}

function titlesIn(journal: string): Set<string> {
    const lines = existsSync(journal) ? readFileSync(journal, 'utf8').split('\n').filter((line) => line !== '') : [];
    return new Set(lines.map((line) => JSON.parse(line) as JournalEvent).flatMap((event) => 'title' in event ? [event.title] : []));
}
