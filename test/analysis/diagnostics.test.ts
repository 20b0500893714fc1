import { describe, expect, test } from 'vitest';
import { diagnose, findingsOf, RUN_DIAGNOSTICS } from '../../server/src/analysis/diagnostics/table.js';
import { judge } from '../../server/src/report/judgement/verdicts.js';
import type { StepTrace, TraceEvent } from '../../server/src/simulator/trace.js';
import { heap, IGNORED, OOPS, PANIC, programOf, RECOVERED, sigbus, stepOf, stepTrace, traceOf, type BareClaim } from '../report/hand-made.js';

const TOUCH: TraceEvent = { t: 'decision', id: 'action_result', pfn: 0x1234 };

function found(steps: readonly StepTrace[], claims: readonly BareClaim[] = []): { readonly code: string; readonly line: number; readonly message: string; readonly related: readonly number[] }[] {
    const program = programOf([{ step: 0, claims }], { steps: steps.map(() => stepOf('corrupt-pfn')) });
    const trace = traceOf(steps);
    return diagnose(program, findingsOf(program, trace, judge(program, trace)))
        .map(({ code, range, message, related }) => ({ code, line: range.startLine, message, related: (related ?? []).map((each) => each.range.startLine) }));
}

describe('diagnostics of a run', () => {
    test('a failed expectation leads to the step that decided', () => {
        expect(found([stepTrace([RECOVERED])], [{ kind: 'result', result: 'MF_FAILED' }])).toEqual([
            { code: 'verdict/failed', line: 11, message: 'Expected MF_FAILED, but: MF_MSG_DIRTY_LRU MF_RECOVERED.', related: [10] },
        ]);
    });
    test('what was not expected stands at its step', () => {
        expect(found([stepTrace([PANIC])])).toMatchObject([{ code: 'verdict/unexpected-panic', line: 10 }]);
        expect(found([stepTrace([OOPS])])).toMatchObject([{ code: 'verdict/unexpected-oops', line: 10 }]);
    });
    test('an Ignored page and the crash that it causes are linked both ways', () => {
        expect(found([stepTrace([IGNORED]), stepTrace([]), stepTrace([TOUCH, OOPS])], [{ kind: 'result', result: 'MF_IGNORED' }])).toMatchObject([
            { code: 'page/ignored', line: 10, related: [30] },
            { code: 'verdict/unexpected-oops', line: 30 },
            { code: 'page/consumed', line: 30, related: [10] },
        ]);
    });
    test('a frame that the next kernel is not told of leads to the error, to its next use and to the crash', () => {
        const kernel = { written: '7.3', version: '7.3', proposals: [] } as const;
        const marked: TraceEvent = { t: 'decision', id: 'memory_failure.marked', pfn: 0x1234, changes: [{ of: 'page', key: '0x1234', field: 'PG_hwpoison', before: 'false', after: 'true' }] };
        const boot: TraceEvent = { t: 'boot', how: 'kexec', kernel, ramBytes: 2 ** 30, carrier: 'nothing', carried: 0 };
        const steps = [
            stepTrace([marked]), stepTrace([boot, { t: 'decision', id: 'memblock_free_all.known-bad', pfn: 0x1234, note: 'free' }]),
            stepTrace([{ t: 'decision', id: 'rmqueue', pfn: 0x1234 }]), stepTrace([{ t: 'decision', id: 'memory.poison-consumed', pfn: 0x1234 }, PANIC]),
        ];
        expect(found(steps).filter(({ code }) => code.startsWith('page/'))).toMatchObject([
            { code: 'page/forgotten', line: 20, related: [10] },
            { code: 'page/handed-out-again', line: 30, related: [10, 20] },
            { code: 'page/consumed-again', line: 40, related: [10, 20] },
        ]);
    });
    test('a machine that panics at once leaves nothing in use', () => {
        expect(found([stepTrace([IGNORED, PANIC])], [{ kind: 'panic' }])).toEqual([]);
    });
    test('data and signals that nobody learns of', () => {
        const steps = [stepTrace([
            { t: 'data', fate: 'lost', what: 'file log[1]' }, { t: 'data', fate: 'lost', what: 'file log[1]' }, { t: 'data', fate: 'stale', what: 'file log[2]' },
            sigbus({ fate: 'killed' }), sigbus({ fate: 'ignored' }), sigbus({ fate: 'pending' }), sigbus({ fate: 'coalesced' }), sigbus(),
        ])];
        expect(found(steps).map(({ code }) => code)).toEqual(['data/lost', 'data/stale', 'signal/unhandled', 'signal/ignored', 'signal/pending', 'signal/dropped']);
    });
    test('what is not modelled is said once for its line', () => {
        const program = programOf([{ step: 0, claims: [{ kind: 'not-modelled', what: 'outcomes' }, { kind: 'poisoned', place: heap(3) }] }], { steps: [stepOf('corrupt-pfn')] });
        const source = program.expectations[0]!.claims[0]!.source;
        const trace = traceOf([stepTrace([])], { notModelled: [{ source, step: 0, what: 'outcomes' }] });
        expect(diagnose(program, findingsOf(program, trace, judge(program, trace))).map(({ message }) => message)).toEqual([
            'Not modelled: outcomes. The scenario counts as unverified.', 'Cannot be verified: expected poisoned heap[3]; as far as the model goes: the trace does not tell which frame heap[3] is.',
        ]);
    });
    test('there are at most so many of a kind', () => {
        const issues = found(Array.from({ length: 150 }, () => stepTrace([IGNORED])));
        expect(issues).toHaveLength(100);
        expect(issues.at(-1)?.message).toContain('50 more of this kind are not shown.');
    });
    test('codes are unique and documented', () => {
        const codes = RUN_DIAGNOSTICS.map(({ code }) => code);
        expect(new Set(codes).size).toBe(codes.length);
        expect(RUN_DIAGNOSTICS.filter(({ doc }) => !doc.endsWith('.'))).toEqual([]);
    });
});
