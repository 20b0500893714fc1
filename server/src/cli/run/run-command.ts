/** `hwp run`. */
import type { UnreadFile } from '../../report/output/json.js';
import { sumOfTotals } from '../../report/judgement/totals.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { findFiles } from '../find-files.js';
import { noteKernel } from '../note-kernel.js';
import type { Terminal } from '../terminal.js';
import { reportUnread } from '../unread-files.js';
import { concluded, divided } from './conclusion.js';
import type { FileResult } from './file-output.js';
import { runFiles } from './run-files.js';
import { settingsOf, type RunOptions } from './run-options.js';
import { runWriter } from './run-output.js';
import { watchCommand } from './watch/watch-command.js';

export async function runCommand(paths: readonly string[], options: RunOptions, terminal: Terminal): Promise<ExitCode> {
    noteKernel(options.kernel, terminal);
    if (options.watch === true) {
        return watchCommand(paths, options, terminal);
    }
    const { paths: files, missing } = findFiles(paths);
    const settings = settingsOf(files, options, terminal);
    const writer = runWriter(settings.format, terminal);
    const results: FileResult[] = [...missing];
    for await (const result of runFiles(settings, options.jobs)) {
        if ('error' in result) {
            results.push(result);
            continue;
        }
        writer.file(result);
        // What was printed is not kept.
        results.push({ ...result, text: '', logs: [] });
        if (options.failFast === true && FAILED.has(result.code)) {
            break;
        }
    }
    const { outputs, unread } = divided(results);
    writer.end(sumOfTotals(outputs.map(({ totals }) => totals)), unread, outputs.length);
    return options.list === true ? listed(unread, terminal) : concluded(results, options, terminal);
}

const FAILED: ReadonlySet<ExitCode> = new Set([EXIT.failed, EXIT.invalid, EXIT.internal]);

function listed(unread: readonly UnreadFile[], terminal: Terminal): ExitCode {
    reportUnread(unread, terminal);
    return unread.length > 0 ? EXIT.invalid : EXIT.passed;
}
