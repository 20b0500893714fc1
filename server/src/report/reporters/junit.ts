/** JUnit XML as Jenkins (junit-10.xsd of its xunit plugin) and GitLab read it: a suite for each file, a case for each scenario or variant. */
import { placeWords, type Finding, type TestCase, type TestFile, type TestRun } from './test-cases.js';

/** The report; times are left out, so that the same run gives the same bytes. */
export function junitReport({ files, unread }: TestRun): string {
    const suites = [...files.map(suiteOf), ...unread.map(({ path, error }) => suite(path, [element('testcase', { name: 'read the file', classname: path }, [
        element('error', { type: 'unread', message: error }, []),
    ])], { failures: 0, errors: 1, skipped: 0 }))];
    const cases = files.flatMap((file) => file.cases);
    const errors = count(cases, 'invalid') + files.filter(hasOwnErrors).length + unread.length;
    const tests = cases.length + files.filter(hasOwnErrors).length + unread.length;
    return `<?xml version="1.0" encoding="UTF-8"?>\n${element('testsuites', { name: 'hwp', tests, failures: count(cases, 'failed'), errors }, suites).join('\n')}\n`;
}

function suiteOf(file: TestFile): string[] {
    const own = hasOwnErrors(file) ? [element('testcase', { name: 'read the file', classname: file.path }, ownErrors(file).map((finding) => told('error', finding)))] : [];
    return suite(file.path, [...own, ...file.cases.map((each) => caseOf(each, file))], {
        failures: count(file.cases, 'failed'), errors: count(file.cases, 'invalid') + own.length, skipped: count(file.cases, 'unverified'),
    });
}

function suite(path: string, cases: readonly string[][], counts: { readonly failures: number; readonly errors: number; readonly skipped: number }): string[] {
    return element('testsuite', { name: path, tests: cases.length, ...counts, file: path }, cases);
}

/** What no model describes counts as skipped: nothing is promised of it. */
function caseOf({ name, status, reasons }: TestCase, file: TestFile): string[] {
    const [first] = reasons;
    const message = first === undefined ? status : reasons.length === 1 ? first.message : `${first.message} (and ${reasons.length - 1} more)`;
    const text = reasons.map((reason) => `${placeWords(reason.place)}: ${reason.message}`).join('\n');
    const type = { failed: 'failure', invalid: 'error', unverified: 'skipped', passed: '' }[status];
    return element('testcase', { name, classname: file.path }, type === '' ? [] : [element(type, { type: first?.code ?? status, message }, [], text)]);
}

function told(name: string, { code, message, place }: Finding): string[] {
    return element(name, { type: code, message }, [], `${placeWords(place)}: ${message}`);
}

function ownErrors({ findings }: TestFile): readonly Finding[] {
    return findings.filter(({ severity }) => severity === 'error');
}

function hasOwnErrors(file: TestFile): boolean {
    return ownErrors(file).length > 0;
}

function count(cases: readonly TestCase[], status: TestCase['status']): number {
    return cases.filter((each) => each.status === status).length;
}

function element(name: string, attributes: Readonly<Record<string, string | number>>, children: readonly string[][], text = ''): string[] {
    const head = `${name}${Object.entries(attributes).map(([key, value]) => ` ${key}="${escaped(String(value))}"`).join('')}`;
    if (text !== '') return [`<${head}>${escaped(text)}</${name}>`];
    return children.length === 0 ? [`<${head}/>`] : [`<${head}>`, ...children.flat().map((line) => `  ${line}`), `</${name}>`];
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\n': '&#10;', '\t': '&#9;' };

/** Texts come without control characters (`visible`); XML has no way to say two others. Line ends and tabs outlive the normalisation of attributes. */
function escaped(text: string): string {
    return text.replace(/[&<>"\n\t]/g, (character) => ENTITIES[character] ?? character).replace(/[\ufffe\uffff]|\p{Surrogate}/gu, '\ufffd');
}
