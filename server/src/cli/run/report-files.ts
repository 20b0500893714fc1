/** `--report NAME[=FILE]`: reports for other programs, beside what is printed. */
import { fstatSync, readlinkSync, realpathSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { REPORTERS, type ReporterName } from '../../report/reporters/table.js';
import type { TestRun } from '../../report/reporters/test-cases.js';
import { visible } from '../../vocabulary/control-characters.js';
import { nearestWords } from '../../vocabulary/nearest.js';
import { packageVersion } from '../package-version.js';
import type { Terminal } from '../terminal.js';

/** A report that is wanted; without a file it follows the text on the standard output. */
export interface WantedReport {
    readonly name: ReporterName;
    readonly file?: string;
}

/** Reads one option; the message says what is wrong with it. */
export function parseReport(written: string, others: readonly WantedReport[]): { readonly value: WantedReport } | { readonly error: string } {
    const equals = written.indexOf('=');
    const name = equals < 0 ? written : written.slice(0, equals);
    const named = equals < 0 ? undefined : written.slice(equals + 1);
    const file = named !== undefined && isStandardOutput(named) ? undefined : named;
    if (!Object.hasOwn(REPORTERS, name)) {
        const [near] = nearestWords(name, Object.keys(REPORTERS));
        return { error: `There is no report \`${name}\`.${near === undefined ? '' : ` Did you mean \`${near}\`?`} There are ${Object.keys(REPORTERS).join(', ')}.` };
    }
    if (named === '') {
        return { error: `\`${written}\` names no file: write \`${name}=FILE\`, or \`${name}\` for the standard output.` };
    }
    if (file !== undefined && /\.hwp$/.test(placeOf(file))) {
        return { error: `\`${written}\` would be written over scenarios: a report is no \`.hwp\` file.` };
    }
    const same = others.find((other) => file === undefined ? other.file === undefined : other.file !== undefined && identityOf(other.file) === identityOf(file));
    if (same !== undefined) {
        return { error: file === undefined ? `\`${same.name}\` and \`${name}\` would both go to the standard output: write \`${name}=FILE\`.` : `\`${same.name}\` and \`${name}\` would both be written to ${file}.` };
    }
    return { value: { name: name as ReporterName, ...(file === undefined ? {} : { file }) } };
}

/** Where a file is, or will be, behind links. */
function placeOf(file: string): string {
    try {
        return realpathSync(file);
    } catch {
        return linkedPlace(file) ?? folderOf(file);
    }
}

/** A link that leads to no file yet leads to the one that will be written; once, for links may lead in circles. */
function linkedPlace(file: string): string | undefined {
    try {
        return folderOf(path.resolve(path.dirname(file), readlinkSync(file)));
    } catch {
        return undefined;
    }
}

function folderOf(file: string): string {
    try {
        return path.join(realpathSync(path.dirname(file)), path.basename(file));
    } catch {
        return path.resolve(file);
    }
}

/** The same for two names of one file. */
function identityOf(file: string): string {
    try {
        const { dev, ino } = statSync(file);
        return `${dev}:${ino}`;
    } catch {
        // Whoever writes there is told why it cannot be.
        return placeOf(file);
    }
}

/** `/dev/stdout`, or whatever the standard output leads to: what is written there by another way stands in the middle of what is printed. */
export function isStandardOutput(file: string): boolean {
    try {
        const { dev, ino } = fstatSync(process.stdout.fd);
        return identityOf(file) === `${dev}:${ino}`;
    } catch {
        return false;
    }
}

/** The first of some reports that would be written to the same file; undefined when none would. */
export function sharesFile(output: string, reports: readonly WantedReport[]): WantedReport | undefined {
    const identity = identityOf(output);
    return reports.find(({ file }) => file !== undefined && identityOf(file) === identity);
}

/** What would be written over one of the files that are run, by whatever name; undefined when nothing would. */
export function overwrites(outputs: readonly (string | undefined)[], files: readonly string[]): string | undefined {
    const written = outputs.filter((output) => output !== undefined);
    // Most runs write no file, and no file that they read is looked at for it.
    const read = new Set(written.length === 0 ? [] : files.map(identityOf));
    return written.find((output) => read.has(identityOf(output)));
}

/** @param lost what `overwrites` gave */
export function overwrittenWords(lost: string, what: 'that are run' | 'that are imported'): string {
    return `hwp: ${visible(lost)} would be written over scenarios ${what}: name another file.\n`;
}

/** Writes what can be written; what cannot is said. @returns whether all could */
export function writeReports(wanted: readonly WantedReport[], run: TestRun, terminal: Terminal): boolean {
    let all = true;
    for (const { name, file } of wanted) {
        const text = REPORTERS[name].report(run, packageVersion());
        if (file === undefined) {
            terminal.out(text);
            continue;
        }
        try {
            writeFileSync(file, text);
        } catch (error) {
            all = false;
            terminal.err(`hwp: the ${name} report cannot be written to ${file}: ${error instanceof Error ? error.message : String(error)}\n`);
        }
    }
    return all;
}
