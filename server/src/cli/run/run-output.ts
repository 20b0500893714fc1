/** What stands before, between and behind the files of a run, in each format. */
import type { Totals } from '../../report/judgement/totals.js';
import { LIST_SCHEMA, RUN_SCHEMA, runEndJson, unreadJson, type UnreadFile } from '../../report/output/json.js';
import { ansi, plain } from '../../report/output/paint.js';
import { totalsLine } from '../../report/output/text.js';
import type { Terminal } from '../terminal.js';
import type { FileOutput, KernelLog, RunFormat } from './file-output.js';

export interface RunWriter {
    file(output: FileOutput): void;
    /** @param fileCount files that were read */
    end(totals: Totals, unread: readonly UnreadFile[], fileCount: number): void;
}

export function runWriter(format: RunFormat, terminal: Terminal): RunWriter {
    return WRITERS[format](terminal);
}

const WRITERS: Readonly<Record<RunFormat, (terminal: Terminal) => RunWriter>> = {
    text: (terminal) => ({
        file: ({ text }) => terminal.out(text),
        end: (totals, _unread, fileCount) => {
            if (fileCount > 0) {
                terminal.out(`${totalsLine(totals, terminal.colours ? ansi : plain)}\n`);
            }
        },
    }),
    json: (terminal) => jsonWriter(terminal, RUN_SCHEMA, (totals, unread) => ({ ...runEndJson(totals, unread) })),
    'list-json': (terminal) => jsonWriter(terminal, LIST_SCHEMA, (_totals, unread) => ({ unread: unreadJson(unread) })),
    dmesg: logWriter,
    page: () => ({ file: () => undefined, end: () => undefined }),
    list: (terminal) => ({ file: ({ text }) => terminal.out(text), end: () => undefined }),
};

/**
 * One object, written file by file, so that a large folder is never one string.
 * @param endOf what stands behind the files
 */
function jsonWriter(terminal: Terminal, schema: string, endOf: (totals: Totals, unread: readonly UnreadFile[]) => Readonly<Record<string, object>>): RunWriter {
    let count = 0;
    terminal.out(`{\n  "schema": ${JSON.stringify(schema)},\n  "files": [`);
    return {
        file: ({ text }) => {
            terminal.out(`${count === 0 ? '' : ','}\n    ${indented(text, 4)}`);
            count += 1;
        },
        end: (totals, files) => {
            const fields = Object.entries(endOf(totals, files)).map(([name, value]) => `\n  ${JSON.stringify(name)}: ${indented(JSON.stringify(value, null, 2), 2)}`);
            terminal.out(`${count === 0 ? '' : '\n  '}],${fields.join(',')}\n}\n`);
        },
    };
}

function indented(json: string, by: number): string {
    return json.replaceAll('\n', `\n${' '.repeat(by)}`);
}

/** A single log has no heading: the first is held back until there is a second. */
function logWriter(terminal: Terminal): RunWriter {
    let first: KernelLog | undefined;
    let count = 0;
    const write = ({ heading, lines }: KernelLog, many: boolean): void => terminal.out(lines === null ? '' : [...many ? [heading] : [], ...lines].map((line) => `${line}\n`).join(''));
    return {
        file: ({ errors, logs }) => {
            terminal.err(errors);
            for (const log of logs) {
                count += 1;
                if (count === 1) {
                    first = log;
                } else {
                    if (first !== undefined) write(first, true);
                    first = undefined;
                    write(log, true);
                }
            }
        },
        end: () => {
            if (first !== undefined) write(first, false);
        },
    };
}
