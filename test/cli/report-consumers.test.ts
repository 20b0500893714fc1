// What `hwp run --report` writes, held to the published schemas and read by other programs: every example, every verdict, hostile names.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import Ajv from 'ajv-draft-04';
import formats from 'ajv-formats';
import { Window } from 'happy-dom';
import { marked } from 'marked';
import { Parser } from 'tap-parser';
import { parse } from 'test-results-parser';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { validateXML } from 'xmllint-wasm';

const root = path.resolve(import.meta.dirname, '../..');
const folder = mkdtempSync(path.join(os.tmpdir(), 'hwp-consumers-'));
afterAll(() => { rmSync(folder, { recursive: true, force: true }); });

const scenario = (title: string, body: string): string => `scenario "${title}" {\n${body}\n}\n`;
const slab = '    region r = slab 1 page\n    corrupt-pfn r\n';

/** A scenario for each way one can end. */
const VERDICTS: readonly string[] = [
    scenario('passed', `${slab}        expect MF_MSG_KERNEL MF_IGNORED`),
    scenario('failed twice', `${slab}        expect MF_MSG_BUDDY MF_RECOVERED\n        expect panic`),
    scenario('vacuous', slab),
    scenario('not modelled', '    movable at phys 512 MiB size 256 MiB\n    region r = free 1 page\n    corrupt-pfn r\n        expect no panic'),
    scenario('error in its text', '    corrupt-pfn nothing'),
    scenario('a step nobody knows', '    corupt-pfn r'),
    scenario('skipped by its when', `    kernel 6.12\n${slab}        expect panic when kernel >= 7.3`),
    scenario('panics unexpectedly', `    sysctl vm.panic_on_unrecoverable_memory_failure = 1\n${slab}    corrupt-pfn r`),
    scenario('raced', '    process a { map heap = anon 4 pages written }\n    corrupt-pfn heap[0]\n        race a: munmap heap\n        expect never panic'),
    scenario('swept', '    region r = slab 4 pages\n    sweep every page of r: corrupt-pfn\n        expect no panic'),
    scenario('varied', `    vary kernel 6.12, 7.3\n${slab}        expect MF_MSG_KERNEL MF_IGNORED`),
    scenario('varied with one left out', `    vary kernel 6.12, 7.3\n    vary sysctl vm.panic_on_unrecoverable_memory_failure 0, 1\n${slab}        expect no panic`),
];

const MARKUP = '</testcase>]]><script>alert(1)</script> &amp; &#0; | ` **b** [l](javascript:alert(1)) ![i](x) https://a.example <!-- -- # ok 1 ::error:: %0A \\ @nobody ~~s~~';
const HOSTILE: readonly string[] = [
    MARKUP,
    'controls \u0001\u0008\u000b\u001b[31m\u007f\u0085\u009b and \u202e turned',
    'tab\there, no characters \ufffe\uffff, a pair 😀, one alone \ud800.',
    '# SKIP', '1..0 # TODO', '- a list', '    code', '| a | b |', '',
];

interface Reports { readonly status: number | null; readonly paths: Readonly<Record<string, string>>; readonly json: Run }
interface Run { readonly files: readonly { readonly scenarios: readonly { readonly status: string; readonly variants?: readonly { readonly status: string }[] }[] }[] }

const NAMES = ['junit', 'tap', 'sarif', 'github', 'markdown'];

function reports(what: string, ...args: string[]): Reports {
    const paths = Object.fromEntries(NAMES.map((name) => [name, path.join(folder, `${what}.${name}`)]));
    const cli = path.join(root, 'out/cli.js');
    const { status, stdout } = spawnSync(process.execPath, [cli, 'run', '--format', 'json', ...NAMES.flatMap((name) => ['--report', `${name}=${paths[name]!}`]), ...args], {
        cwd: what === 'examples' ? root : folder, encoding: 'utf8', maxBuffer: 2 ** 28, env: { ...process.env, NO_COLOR: '1' },
    });
    return { status, paths, json: JSON.parse(stdout) as Run };
}

const read = (of: Reports, name: string): string => readFileSync(of.paths[name]!, 'utf8');

/** What each of the cases came to: variants one by one, as the reports have them. */
function statuses({ json }: Reports): string[] {
    return json.files.flatMap(({ scenarios }) => scenarios).flatMap(({ status, variants }) => variants === undefined ? [status] : variants.map((variant) => variant.status));
}
const how = (all: readonly string[], status: string): number => all.filter((each) => each === status).length;

const xsd = readFileSync(path.join(root, 'test/resources/schemas/junit-10.xsd'), 'utf8');
async function breachesOfXsd(xml: string): Promise<string[]> {
    const { errors } = await validateXML({ xml: { fileName: 'report.xml', contents: xml }, schema: { fileName: 'junit-10.xsd', contents: xsd } });
    return errors.map(({ rawMessage }) => rawMessage);
}

// A pattern of the schema (for languages) is none with the flag u.
const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
formats.default(ajv as never);
const sarif = ajv.compile(JSON.parse(readFileSync(path.join(root, 'test/resources/schemas/sarif-2.1.0-rtm.5.json'), 'utf8')) as object);
function breachesOfSarif(text: string): unknown[] {
    sarif(JSON.parse(text));
    return sarif.errors ?? [];
}

describe('the schemas refuse what they are there for', () => {
    test('JUnit', async () => {
        expect(await breachesOfXsd('<testsuites><testsuite name="a" tests="1"/></testsuites>')).not.toEqual([]);
        expect(await breachesOfXsd('<testsuites><testsuite name="a" tests="1" failures="0" errors="0"><testcase name="\u0001"/></testsuite></testsuites>')).not.toEqual([]);
    });
    test('SARIF', () => {
        expect(breachesOfSarif('{"version":"2.1.0","runs":[{"results":[]}]}')).not.toEqual([]);
        expect(breachesOfSarif('{"version":"2.1.0","$schema":"no uri","runs":[]}')).not.toEqual([]);
    });
});

describe.each([
    ['examples', ['examples']],
    ['verdicts', ['verdicts.hwp', 'no scenario.hwp', 'missing.hwp']],
    ['hostile', ['hostile', 'gone |`<b>&"\'.hwp']],
    ['nothing', ['missing.hwp']],
])('%s', (what, args) => {
    let made: Reports;
    beforeAll(() => {
        writeFileSync(path.join(folder, 'verdicts.hwp'), VERDICTS.join('\n'));
        writeFileSync(path.join(folder, 'no scenario.hwp'), 'nonsense\n');
        mkdirSync(path.join(folder, 'hostile'), { recursive: true });
        const quoted = HOSTILE.map((title) => title.replaceAll('\\', '\\\\').replaceAll('"', '\\"'));
        writeFileSync(path.join(folder, 'hostile', 'a "b" <i>&|`c` %41 ünï.hwp'), quoted.map((title) => scenario(title, `${slab}        expect MF_MSG_BUDDY`)).join('\n'));
        writeFileSync(path.join(folder, 'hostile', 'two\nlines, ::warning::.hwp'), quoted.map((title) => scenario(title, '    corrupt-pfn `<b>`')).join('\n'));
        made = reports(what, ...args);
    });

    test('JUnit is valid by the schema of Jenkins, and read with the same sums', async () => {
        expect(await breachesOfXsd(read(made, 'junit'))).toEqual([]);
        const all = statuses(made);
        const { total, failed, errors, suites } = parse({ type: 'junit', files: [made.paths['junit']!] });
        // The reader calls an error a failure, case by case.
        const ends = suites.flatMap(({ cases }) => cases.map(({ status }) => status));
        expect([failed, how(ends, 'PASS'), how(ends, 'FAIL') - errors, how(ends, 'SKIP')]).toEqual([how(all, 'failed'), how(all, 'passed'), how(all, 'failed'), how(all, 'unverified')]);
        expect(errors).toBeGreaterThanOrEqual(how(all, 'invalid'));
        expect(total).toBeGreaterThanOrEqual(all.length);
    });

    test('SARIF is valid by its schema', () => {
        expect(breachesOfSarif(read(made, 'sarif'))).toEqual([]);
    });

    if (what === 'verdicts') {
        test('there is a case for each verdict', () => {
            expect(statuses(made)).toEqual(['passed', 'failed', 'passed', 'unverified', 'invalid', 'invalid', 'passed', 'failed', 'passed', 'passed', 'failed', 'passed', 'passed', 'passed', 'failed']);
        });
    }

    test('TAP is read without a line left over', () => {
        const events = Parser.parse(read(made, 'tap'), { strict: true });
        const complete = events.flatMap((event) => event[0] === 'complete' ? [event[1]] : [])[0]!;
        const all = statuses(made);
        expect(complete.failures.filter((failure: { tapError?: string | null }) => failure.tapError !== undefined && failure.tapError !== null)).toEqual([]);
        expect(events.filter(([kind]) => kind === 'extra')).toEqual([]);
        expect([complete.pass - complete.todo, complete.todo, complete.skip]).toEqual([how(all, 'passed') - complete.todo, how(all, 'unverified'), 0]);
    });

    test('GitHub takes each line for the command that it is', () => {
        const lines = read(made, 'github').split('\n').slice(0, -1);
        // As the runner reads them: a command, its properties, the rest is the message.
        for (const line of lines) expect(line).toMatch(/^::(?:error|warning|notice) file=[^,:]+(?:,[a-zA-Z]+=[^,:]*)*::[^\r\n]*$/u);
        const errors = (JSON.parse(read(made, 'sarif')) as { runs: { results: { level: string }[]; invocations: { toolExecutionNotifications: unknown[] }[] }[] }).runs[0]!;
        expect(lines.filter((line) => line.startsWith('::error')).length).toBe(errors.results.filter(({ level }) => level === 'error').length + errors.invocations[0]!.toolExecutionNotifications.length);
    });

    test('Markdown is a table and lists, whatever the names say', () => {
        const { document } = new Window();
        document.body.innerHTML = marked.parse(read(made, 'markdown'), { async: false, gfm: true });
        const tags = new Set([...document.body.querySelectorAll('*')].map(({ tagName }) => tagName.toLowerCase()));
        // An address that stands in a text leads where it says.
        for (const link of document.querySelectorAll('a')) expect([link.getAttribute('href'), link.attributes.length]).toEqual([link.textContent, 1]);
        const known = ['a', 'h2', 'p', 'table', 'thead', 'tbody', 'tr', 'th', 'td', 'ul', 'li', 'strong', 'code', 'details', 'summary'];
        expect([...tags].filter((tag) => !known.includes(tag))).toEqual([]);
        for (const row of document.querySelectorAll('tr')) expect(row.children.length).toBe(5);
        expect(document.querySelectorAll('tbody tr').length).toBe(made.json.files.length);
        const all = statuses(made);
        const items = [...document.querySelectorAll('li')].map(({ textContent }) => textContent);
        expect(items.filter((text) => text.startsWith('❌')).length).toBe(how(all, 'failed'));
    });
});

test('names outlive every reader', () => {
    const { paths } = reports('names', 'hostile');
    const cases = parse({ type: 'junit', files: [paths['junit']!] }).suites.flatMap((suite) => suite.cases.map(({ name }) => name));
    expect(cases).toContain(MARKUP);
    const { document } = new Window();
    document.body.innerHTML = marked.parse(readFileSync(paths['markdown']!, 'utf8'), { async: false, gfm: true });
    expect([...document.querySelectorAll('strong')].map(({ textContent }) => textContent)).toContain(MARKUP);
    const locations = (JSON.parse(readFileSync(paths['sarif']!, 'utf8')) as { runs: { results: { locations: { physicalLocation: { artifactLocation: { uri: string } } }[] }[] }[] }).runs[0]!.results.map(({ locations: [at] }) => decodeURIComponent(at!.physicalLocation.artifactLocation.uri));
    expect(locations).toContain('hostile/a "b" <i>&|`c` %41 ünï.hwp');
});
