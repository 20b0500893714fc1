/** What a run comes to when all its files are known: what is said of it, the reports, the exit code. */
import type { UnreadFile } from '../../report/output/json.js';
import { sumOfTotals } from '../../report/judgement/totals.js';
import { testRun } from '../../report/reporters/test-cases.js';
import { visible } from '../../vocabulary/control-characters.js';
import { EXIT, gravest, type ExitCode } from '../exit-codes.js';
import type { Terminal } from '../terminal.js';
import { reportUnread } from '../unread-files.js';
import type { FileOutput, FileResult } from './file-output.js';
import { overwrites, overwrittenWords, writeReports, type WantedReport } from './report-files.js';
import type { RunOptions } from './run-options.js';

export function divided(results: readonly FileResult[]): { readonly outputs: readonly FileOutput[]; readonly unread: readonly UnreadFile[] } {
    return {
        outputs: results.filter((each): each is FileOutput => !('error' in each)),
        unread: results.filter((each): each is UnreadFile => "error" in each),
    };
}

/** Files that the files of a run import, directly or not. */
export function importsOf(outputs: readonly FileOutput[]): string[] {
    return outputs.flatMap(({ imports }) => imports);
}

/** What is imported is known only now, and what --watch has found since as well. @returns whether all could be written */
function writtenReports(wanted: readonly WantedReport[], outputs: readonly FileOutput[], unread: readonly UnreadFile[], terminal: Terminal): boolean {
    const lost = overwrites(wanted.map(({ file }) => file), importsOf(outputs));
    if (lost !== undefined) {
        terminal.err(overwrittenWords(lost, 'that are imported'));
        return false;
    }
    return writeReports(wanted, testRun(outputs.flatMap(({ cases }) => cases ?? []), unread), terminal);
}

/** Says what concerns no scenario, writes the reports that are wanted, and gives the exit code. */
export function concluded(results: readonly FileResult[], options: RunOptions, terminal: Terminal): ExitCode {
    const { outputs, unread } = divided(results);
    reportUnread(unread, terminal);
    const written = options.report === undefined || writtenReports(options.report, outputs, unread, terminal);
    const totals = sumOfTotals(outputs.map((each) => each.totals));
    const idle = unread.length === 0 && Object.values(totals.scenarios).every((count) => count === 0) && totals.issues.error === 0;
    if (idle) {
        // Whoever runs nothing by mistake must not take it for success.
        terminal.err(`hwp: nothing was run: there is no scenario${options.filter === undefined && options.shard === undefined ? '' : ' that was asked for'} in ${outputs.length === 1 ? visible(outputs[0]!.path) : `these ${outputs.length} files`}\n`);
    }
    const refused = outputs.flatMap((each) => each.refused);
    refused.forEach(({ text }) => terminal.err(`hwp: --strict: ${text}\n`));
    return gravest([...outputs.map(({ code }) => code), ...refused.map(({ code }) => code), ...(idle || !written || unread.length > 0 ? [EXIT.invalid] : [])]);
}
