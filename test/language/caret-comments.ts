/**
 * Diagnostics as comments under the line that they are on:
 *
 *     region spare = slob 1 page
 *     //             ^^^^ error hwp/unknown-word: `slob` is no kind of page
 *
 * `//<` stands for a diagnostic that starts in the first two columns, where no caret fits. The
 * text after the code is the beginning of the message. A file says all of its diagnostics: one too
 * many is as wrong as one too few.
 */
export interface Marked {
    /** Zero-based, counted without the marking comments. */
    readonly line: number;
    readonly column: number;
    /** Zero for `//<`, whose length is not compared. */
    readonly length: number;
    readonly severity: string;
    readonly code: string;
    readonly message: string;
}

const MARK = /^(\s*\/\/)(<|\s*\^+) (error|warning|info|hint) ([\w-]+\/[\w-]+): (.*)$/;

/** The text without its marks, and the marks. */
export function readMarks(text: string): { readonly text: string; readonly marks: readonly Marked[] } {
    const kept: string[] = [];
    const marks: Marked[] = [];
    for (const line of text.split('\n')) {
        const match = MARK.exec(line);
        if (match === null) {
            kept.push(line);
            continue;
        }
        const [, lead = '', carets = '', severity = '', code = '', message = ''] = match;
        const column = carets === '<' ? 0 : lead.length + carets.indexOf('^');
        marks.push({ line: kept.length - 1, column, length: carets === '<' ? 0 : carets.trim().length, severity, code, message });
    }
    return { text: kept.join('\n'), marks };
}

/** The text with a comment for each diagnostic. */
export function writeMarks(text: string, found: readonly Marked[]): string {
    return text.split('\n').flatMap((line, index) => [line, ...found.filter((each) => each.line === index).map(commentOf)]).join('\n');
}

function commentOf({ column, length, severity, code, message }: Marked): string {
    const place = column < 2 ? '//<' : `//${' '.repeat(column - 2)}${'^'.repeat(Math.max(1, length))}`;
    return `${place} ${severity} ${code}: ${message}`;
}

/** Marks and findings in one form, for comparison; messages are cut to what the mark says. */
export function comparable(marks: readonly Marked[], found: readonly Marked[]): { readonly expected: string[]; readonly actual: string[] } {
    const rest = [...marks];
    const actual = found.map((finding) => {
        const at = rest.findIndex((mark) => sameFinding(mark, finding));
        const mark = at < 0 ? undefined : rest.splice(at, 1)[0];
        return mark === undefined ? `EXTRA ${describe(finding)}` : describe(mark);
    });
    return { expected: marks.map(describe).sort(), actual: [...actual].sort() };
}

function sameFinding(mark: Marked, finding: Marked): boolean {
    const samePlace = mark.line === finding.line && (mark.length === 0 ? finding.column < 2 : mark.column === finding.column && mark.length === Math.max(1, finding.length));
    return samePlace && mark.severity === finding.severity && mark.code === finding.code && finding.message.startsWith(mark.message);
}

function describe({ line, column, length, severity, code, message }: Marked): string {
    return `${line + 1}:${column + 1}+${length} ${severity} ${code}: ${message}`;
}
