/** What `hwp run` is told, and the settings that files are run with. */
import type { Overrides } from '../../analysis/overrides.js';
import type { Terminal } from '../terminal.js';
import type { RunSettings } from './file-runner.js';
import type { WantedReport } from './report-files.js';
import type { Shard } from './selection.js';

export interface RunOptions {
    readonly kernel?: Overrides['kernel'];
    readonly sysctl?: NonNullable<Overrides['sysctls']>;
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

export function settingsOf(files: readonly string[], { kernel, sysctl, explain, strict, filter, shard, list, report, picture, format }: RunOptions, terminal: Terminal): RunSettings {
    return {
        files,
        overrides: { sysctls: sysctl ?? {}, ...(kernel === undefined ? {} : { kernel }) },
        selection: { ...(filter === undefined ? {} : { filter }), ...(shard === undefined ? {} : { shard }) },
        format: list === true ? 'list' : isPage(format) ? 'page' : format, explain: explain === true, strict: strict === true, colours: terminal.colours, cases: report !== undefined, reports: picture !== undefined || isPage(format),
    };
}

export function isPage(format: RunOptions['format']): format is 'markdown' | 'html' {
    return format === 'markdown' || format === 'html';
}
