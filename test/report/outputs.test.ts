import { describe, expect, test } from 'vitest';
import { dmesgLines, stepDmesgLines, timeStamp } from '../../server/src/report/output/dmesg.js';
import { explain } from '../../server/src/report/explanation/explain.js';
import { runJson } from '../../server/src/report/output/json.js';
import { releasesOfSteps } from '../../server/src/report/step/releases.js';
import { ansi, plain } from '../../server/src/report/output/paint.js';
import type { FileReport } from '../../server/src/report/judgement/scenario-report.js';
import { stepWords, type SourceTexts } from '../../server/src/report/output/source-texts.js';
import { totalsOf } from '../../server/src/report/judgement/totals.js';
import { fileLines, totalsLine } from '../../server/src/report/output/text.js';
import { judge, statusOf } from '../../server/src/report/judgement/verdicts.js';
import type { TraceEvent } from '../../server/src/simulator/trace.js';
import { breachesOfRunSchema } from './run-schema.js';
import { heap, NO_COUNTERS, programOf, RECOVERED, sigbus, stepOf, stepTrace, traceOf } from './hand-made.js';

const sources: SourceTexts = {
    pathOf: () => 'a.hwp',
    textOf: (range) => range.startLine === 10 ? 'corrupt-pfn   heap[2] // the third page' : 'db: read heap[2]\n        expect errno 0',
};

const ESCAPES = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, 'g');

const LOG: TraceEvent = { t: 'log', level: 'err', text: 'Memory failure: 0x1234: recovery action for dirty LRU page: Recovered' };
const DECISION: TraceEvent = {
    t: 'decision', id: 'memory_failure.marked', pfn: 0x1234, note: 'refcount 1',
    changes: [{ of: 'page', key: '0x1234', field: 'PG_hwpoison', before: 'false', after: 'true' }],
};

function report(): FileReport {
    const caught = sigbus({ code: 'BUS_MCEERR_AR', forced: true });
    const program = programOf(
        [{ step: 0, claims: [{ kind: 'result', type: 'MF_MSG_CLEAN_LRU' }, { kind: 'signal', signal: 'SIGBUS', at: heap(2) }] }],
        { steps: [stepOf('corrupt-pfn', heap(2)), stepOf('read', heap(2))] },
    );
    const counters = { poisonedPages: 1, nodes: [{ total: 1, ignored: 0, failed: 0, delayed: 0, recovered: 1 }] };
    const trace = traceOf([
        stepTrace([DECISION, sigbus(), LOG, RECOVERED], { counters, timeNs: 1_500_000_000 }),
        stepTrace([caught], { op: 'read', actor: 'db', phase: 'later', counters, outcome: { errno: '', signal: caught } }),
    ]);
    const verdicts = judge(program, trace);
    const range = program.sources[0]!;
    const run = { status: statusOf(program, trace, verdicts), program, trace, verdicts };
    const issue = { origin: 'text', code: 'region/outside-memory', severity: 'error', message: 'The region ends past the end of memory.', range } as const;
    return {
        uri: range.uri, issues: [],
        scenarios: [
            { title: 'early kill', range, leftOut: [], ...run, variants: [{ values: [], ...run }], issues: [] },
            { title: 'broken', range, status: 'invalid', variants: [], leftOut: [], program: null, trace: null, verdicts: [], issues: [issue] },
        ],
    };
}

describe('text', () => {
    test('a step is a line; what failed stands below it', () => {
        expect([...fileLines(report(), { explain: false, paint: plain, sources }), totalsLine(totalsOf(report()), plain)]).toEqual([
            'a.hwp',
            '  ✗ early kill · kernel 7.3',
            '      corrupt-pfn heap[2]  DIRTY_LRU Recovered · AO→db.main',
            '        ✗ a.hwp:12:5',
            '            expected  MF_MSG_CLEAN_LRU',
            '            actual    MF_MSG_DIRTY_LRU MF_RECOVERED',
            '    later:',
            '      db: read heap[2]     SIGBUS AR lsb 12',
            '  ! broken',
            '      a.hwp:1:1: error: The region ends past the end of memory. [region/outside-memory]',
            '2 scenarios: 1 failed, 1 invalid',
        ]);
    });

    test('explained, each step shows path, log, signals and counters', () => {
        expect(fileLines(report(), { explain: true, paint: plain, sources }).slice(3, 12).map((line) => line.trim())).toEqual([
            'memory_failure()',
            'PG_hwpoison is set. (pfn 0x1234, refcount 1) [memory_failure.marked]',
            'page 0x1234 PG_hwpoison: false → true',
            'log',
            '[    1.500000] Memory failure: 0x1234: recovery action for dirty LRU page: Recovered',
            'signals',
            'SIGBUS BUS_MCEERR_AO to db at heap[2] lsb 12',
            'counters',
            'HardwareCorrupted 0 → 4 KiB',
        ]);
    });

    test('colours only wrap what is there without them', () => {
        const colourless = fileLines(report(), { explain: true, paint: ansi, sources }).map((line) => line.replaceAll(ESCAPES, ''));
        expect(colourless).toEqual(fileLines(report(), { explain: true, paint: plain, sources }));
    });

    test('a step is written without its comment', () => {
        const range = { uri: '', startLine: 0, startColumn: 0, endLine: 0, endColumn: 0 };
        const written = (text: string): string => stepWords(range, { pathOf: () => '', textOf: () => text });
        expect(written('kernel: read  dentry in "a//b" // why')).toBe('kernel: read dentry in "a//b"');
        expect(written('corrupt-pfn bad /* why */')).toBe('corrupt-pfn bad');
    });
});

describe('dmesg', () => {
    test('lines carry simulated time', () => {
        expect(dmesgLines(report().scenarios[0]!.trace!)).toEqual(['[    1.500000] Memory failure: 0x1234: recovery action for dirty LRU page: Recovered']);
    });
    test('lines of a virtual machine are labelled and stand where they were printed', () => {
        const log = (text: string): TraceEvent => ({ t: 'log', level: 'err', text });
        const trace = traceOf([stepTrace([log('host'), { t: 'guest', guest: 'vm', event: log('guest') }, log('host again')], { timeNs: 3_000_000 })]);
        expect(dmesgLines(trace)).toEqual(['[    0.003000] host', 'vm: [    0.003000] guest', '[    0.003000] host again']);
        expect(stepDmesgLines(trace.steps[0]!)).toEqual(['[    0.003000] host', '[    0.003000] host again']);
    });
    test.each([[0, '[    0.000000]'], [999, '[    0.000000]'], [88_690_478_000_000, '[88690.478000]'], [1_234_567_000_001_000, '[1234567.000001]']])('%d ns', (timeNs, stamp) => {
        expect(timeStamp(timeNs)).toBe(stamp);
    });
});

test('an explanation keeps one change for each property, from its first value to its last', () => {
    const change = (before: string, after: string): TraceEvent => ({ t: 'decision', id: 'action_result', changes: [{ of: 'page', key: '0x1', field: 'refcount', before, after }] });
    const undone = stepTrace([change('1', '2'), change('2', '1')]);
    const raised = stepTrace([change('1', '2'), change('2', '3')]);
    expect(explain(traceOf([undone]), 0)?.changes).toEqual([]);
    expect(explain(traceOf([raised]), 0)?.changes).toMatchObject([{ before: '1', after: '3' }]);
    expect(explain(traceOf([stepTrace([], { counters: NO_COUNTERS })]), 1)).toBeNull();
});

describe('json', () => {
    test('is what its schema describes, with nothing left undescribed', () => {
        expect(breachesOfRunSchema(JSON.parse(JSON.stringify(runJson([report()], [{ path: 'b.hwp', error: 'no such file' }], sources, releasesOfSteps))))).toBeNull();
    });

    test('says why, in numbers that count from 1', () => {
        expect(runJson([report()], [], sources, releasesOfSteps)).toMatchObject({
            schema: 'hwp-run/1',
            summary: { passed: 0, failed: 1, unverified: 0, invalid: 1 },
            files: [{ path: 'a.hwp', scenarios: [{ steps: [{ summary: 'DIRTY_LRU Recovered · AO→db.main', place: { line: 11, column: 5 }, verdicts: [{ status: 'failed' }, { status: 'passed' }] }, {}] }, { status: 'invalid' }] }],
        });
    });
});
