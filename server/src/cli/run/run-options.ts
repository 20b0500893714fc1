/** What `hwp run` is told, and the settings that files are run with. */
import { overridesOf, type OverrideOptions } from '../override-options.js';
import type { Terminal } from '../terminal.js';
import type { RunSettings } from './file-runner.js';
import { visible } from '../../vocabulary/control-characters.js';
import { isStandardOutput, sharesFile, type WantedReport } from './report-files.js';
import type { Shard } from './selection.js';

export interface RunOptions extends OverrideOptions {
    readonly explain?: boolean;
    readonly strict?: boolean;
    readonly filter?: RegExp;
    readonly shard?: Shard;
    readonly failFast?: boolean;
    readonly list?: boolean;
    readonly watch?: boolean;
    readonly jobs?: number;
    readonly report?: readonly WantedReport[];
    readonly picture?: string;
    readonly format: 'text' | 'json' | 'dmesg' | 'markdown' | 'html';
}

export function settingsOf(files: readonly string[], options: RunOptions, terminal: Terminal): RunSettings {
    const { explain, strict, filter, shard, list, report, picture, format } = options;
    return {
        files,
        overrides: overridesOf(options),
        selection: { ...(filter === undefined ? {} : { filter }), ...(shard === undefined ? {} : { shard }) },
        format: list === true ? format === 'json' ? 'list-json' : 'list' : isPage(format) ? 'page' : format, explain: explain === true, strict: strict === true, colours: terminal.colours, cases: report !== undefined, reports: picture !== undefined || isPage(format),
    };
}

/** Formats that are one document: nothing may stand behind it. */
const DOCUMENTS: ReadonlySet<RunOptions['format']> = new Set(['json', 'markdown', 'html']);

/** Formats that --list has. */
const LISTED: ReadonlySet<RunOptions['format']> = new Set(['text', 'json']);

/** Why these options do not go together, or undefined. */
export function contradiction({ report, picture, list, format }: RunOptions): string | undefined {
    if (list === true && !LISTED.has(format)) return `--list runs nothing: there is no ${format} of it. --format text and json go with it.`;
    if (picture !== undefined) {
        if (list === true) return '--list runs nothing: --picture does not go with it.';
        if (isStandardOutput(picture)) return `the picture would stand among what is printed to the standard output: write \`--picture FILE.svg\`.`;
        const same = sharesFile(picture, report ?? []);
        if (same !== undefined) return `the ${same.name} report and the picture would both be written to ${visible(picture)}.`;
    }
    if (report === undefined) return undefined;
    if (list === true) return '--list runs nothing: --report does not go with it.';
    const behind = report.find(({ file }) => file === undefined);
    return behind !== undefined && DOCUMENTS.has(format) ? `the ${behind.name} report would stand behind the ${format} on the standard output: write \`${behind.name}=FILE\`.` : undefined;
}

export function isPage(format: RunOptions['format']): format is 'markdown' | 'html' {
    return format === 'markdown' || format === 'html';
}
