/** TAP version 13 (testanything.org; Perl's prove takes a plan of version 14 for a parse error): a point for each scenario or variant, with a YAML block that says why one did not pass. */
import { placeWords, type Finding, type TestCase, type TestRun } from './test-cases.js';

export function tapReport({ files, unread }: TestRun): string {
    const points = [
        ...unread.map(({ path, error }) => point(false, `${path}: ${error}`, '', [])),
        ...files.flatMap(({ path, cases, findings }) => [
            ...findings.filter(({ severity }) => severity === 'error').map((finding) => point(false, `${path}: ${finding.code}`, '', [finding])),
            ...cases.map((each) => pointOf(path, each)),
        ]),
    ];
    return ['TAP version 13', `1..${points.length}`, ...points.flatMap((lines, index) => [`${lines[0]!.replace('#', String(index + 1))}`, ...lines.slice(1)]), ''].join('\n');
}

/** What no model describes is a test to be done: TODO, which never fails a run. */
function pointOf(path: string, { name, status, reasons }: TestCase): string[] {
    return status === 'unverified' ? point(false, `${path}: ${name}`, ` # TODO ${escaped(reasons[0]?.message ?? 'not modelled')}`, reasons)
        : point(status === 'passed', `${path}: ${name}`, '', reasons);
}

/** `#` stands for the number. */
function point(ok: boolean, description: string, directive: string, reasons: readonly Finding[]): string[] {
    const block = reasons.length === 0 ? [] : ['  ---', '  reasons:', ...reasons.flatMap(({ code, message, place }) => [
        `    - code: ${quoted(code)}`, `      at: ${quoted(placeWords(place))}`, `      message: ${quoted(message)}`,
    ]), '  ...'];
    return [`${ok ? 'ok' : 'not ok'} # - ${escaped(description)}${directive}`, ...block];
}

/** In descriptions `#` would begin a directive. */
function escaped(text: string): string {
    return text.replace(/[\\#]/g, '\\$&').replace(/\n/g, ' ');
}

/** A double-quoted YAML scalar, which JSON strings are too. */
function quoted(text: string): string {
    return JSON.stringify(text);
}
