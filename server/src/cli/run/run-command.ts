/** `hwp run`. */
import type { FileReport } from '../../report/judgement/scenario-report.js';
import type { UnreadFile } from '../../report/output/json.js';
import type { SourceTexts } from '../../report/output/source-texts.js';
import { sumOfTotals } from '../../report/judgement/totals.js';
import { EXIT, gravest, type ExitCode } from '../exit-codes.js';
import { findFiles } from '../find-files.js';
import { visible } from '../../vocabulary/control-characters.js';
import { noteKernel } from '../note-kernel.js';
import { packageVersion } from '../package-version.js';
import type { Terminal } from '../terminal.js';
import { reportUnread } from '../unread-files.js';
import { concluded, divided, importsOf } from './conclusion.js';
import { remembered, type FileResult } from './file-output.js';
import { FileRunner } from './file-runner.js';
import { runFiles } from './run-files.js';
import { overwrites, overwrittenWords, sharesFile } from './report-files.js';
import { contradiction, isPage, settingsOf, type RunOptions } from './run-options.js';
import { runWriter } from './run-output.js';
import { watchCommand } from './watch/watch-command.js';

export async function runCommand(paths: readonly string[], options: RunOptions, terminal: Terminal): Promise<ExitCode> {
    const refused = contradiction(options);
    if (refused !== undefined) {
        terminal.err(`hwp: ${refused}\n`);
        return EXIT.invalid;
    }
    noteKernel(options.kernel, terminal);
    if (options.watch === true) {
        return watchCommand(paths, options, terminal);
    }
    const { paths: files, missing } = findFiles(paths);
    const lost = overwrites([...(options.report ?? []).map(({ file }) => file), options.picture], files);
    if (lost !== undefined) {
        terminal.err(overwrittenWords(lost, 'that are run'));
        return EXIT.invalid;
    }
    const settings = settingsOf(files, options, terminal);
    const runner = new FileRunner(settings);
    const writer = runWriter(settings.format, terminal);
    const results: FileResult[] = [...missing];
    for await (const result of runFiles(settings, options.jobs, runner)) {
        results.push(remembered(result));
        if ('error' in result) {
            continue;
        }
        writer.file(result);
        if (options.failFast === true && FAILED.has(result.code)) {
            break;
        }
    }
    const { outputs, unread } = divided(results);
    writer.end(sumOfTotals(outputs.map(({ totals }) => totals)), unread, outputs.length);
    if (options.list === true) {
        return listed(unread, terminal);
    }
    const reports = outputs.flatMap(({ report }) => report ?? []);
    if (isPage(options.format)) {
        const { page } = await import('../pictures.js');
        terminal.out(page(options.format, reports, unread, runner.sources, packageVersion()));
    }
    const code = concluded(results, options, terminal);
    const drawn = options.picture === undefined || await drawPictures(options.picture, reports, runner.sources, terminal, (file) => {
        const report = sharesFile(file, options.report ?? []);
        return report === undefined ? overwrites([file], [...files, ...importsOf(outputs)]) === undefined ? null : 'scenarios of this run are there' : `the ${report.name} report is there`;
    });
    return gravest([code, ...drawn ? [] : [EXIT.invalid]]);
}

/**
 * @param taken what is in the way of a picture, or null
 * @returns whether all could be written
 */
async function drawPictures(wanted: string, reports: readonly FileReport[], sources: SourceTexts, terminal: Terminal, taken: (file: string) => string | null): Promise<boolean> {
    const { writePictures } = await import('../pictures.js');
    const { written, error } = writePictures(wanted, reports, sources, taken);
    if (written.length > 1) written.forEach(({ file, title }) => terminal.err(`${visible(file)}: ${title}\n`));
    if (error !== null) terminal.err(`hwp: ${visible(error)}\n`);
    return error === null;
}

const FAILED: ReadonlySet<ExitCode> = new Set([EXIT.failed, EXIT.invalid, EXIT.internal]);

function listed(unread: readonly UnreadFile[], terminal: Terminal): ExitCode {
    reportUnread(unread, terminal);
    return unread.length > 0 ? EXIT.invalid : EXIT.passed;
}
