import { describe, expect, test } from 'vitest';
import { judge, statusOf } from '../../server/src/report/judgement/verdicts.js';
import type { Condition } from '../../server/src/simulator/program.js';
import type { StepTrace } from '../../server/src/simulator/trace.js';
import { IGNORED, machineOf, OOPS, PANIC, programOf, RECOVERED, stepOf, stepTrace, traceOf, type BareClaim } from './hand-made.js';

const kernelIs = (operator: '<' | '<=' | '=' | '!=' | '>=' | '>', value: string): Condition => ({ kind: 'compare', subject: 'kernel', operator, value });
const sysctlIs = (value: string): Condition => ({ kind: 'compare', subject: 'sysctl', name: 'vm.memory_failure_early_kill', operator: '=', value });

describe('guards', () => {
    const kernel = { written: '6.16', version: '6.12', proposals: ['panic-unrecoverable-v4'] } as const;
    const machine = machineOf({ config: { CONFIG_KSM: 'y' } });
    const rows: readonly (readonly [string, Condition, boolean])[] = [
        ['the version as written counts', kernelIs('>', '6.12'), true],
        ['versions are numbers, not text', kernelIs('>', '6.6'), true],
        ['a version of two numbers is no later point release', kernelIs('=', '6.16.3'), false],
        ['a point release is newer than its version', kernelIs('<', '6.16.3'), true],
        ['older', kernelIs('<', '7.3'), true],
        ['not newer', kernelIs('>=', '7.3'), false],
        ['a sysctl has its default', sysctlIs('0'), true],
        ['a sysctl with another value', sysctlIs('1'), false],
        ['arch', { kind: 'compare', subject: 'arch', operator: '=', value: 'x86-64' }, true],
        ['configuration', { kind: 'compare', subject: 'config', name: 'CONFIG_KSM', operator: '=', value: 'y' }, true],
        ['proposal', { kind: 'compare', subject: 'proposal', operator: '=', value: 'panic-unrecoverable-v4' }, true],
        ['no such proposal', { kind: 'compare', subject: 'proposal', operator: '!=', value: 'kho-hwpoison' }, true],
        ['and', { kind: 'and', left: kernelIs('>', '6.12'), right: sysctlIs('1') }, false],
        ['or', { kind: 'or', left: kernelIs('>', '6.12'), right: sysctlIs('1') }, true],
        ['not', { kind: 'not', operand: sysctlIs('1') }, true],
        ['an unknown subject never holds', { kind: 'compare', subject: 'weather', operator: '=', value: 'fine' }, false],
    ];
    test.each(rows)('%s', (_name, when, applies) => {
        const program = programOf([{ step: 0, claims: [{ kind: 'result', result: 'MF_FAILED' }], when }], { steps: [stepOf('corrupt-pfn')], kernel, machine });
        expect(judge(program, traceOf([stepTrace([RECOVERED])]))[0]?.status).toBe(applies ? 'failed' : 'skipped');
    });
});

describe('what nobody expected', () => {
    const rows: readonly (readonly [string, readonly BareClaim[], StepTrace, readonly string[]])[] = [
        ['a panic', [{ kind: 'result', result: 'MF_IGNORED' }], stepTrace([IGNORED, PANIC]), ['unexpected-panic']],
        ['an oops', [], stepTrace([OOPS]), ['unexpected-oops']],
        ['an oops that ends in an expected panic', [{ kind: 'panic' }], stepTrace([OOPS, PANIC]), []],
        ['a panic after an expected oops', [{ kind: 'oops' }], stepTrace([OOPS, PANIC]), ['unexpected-panic']],
        ['a panic that was ruled out fails once', [{ kind: 'no-panic' }], stepTrace([PANIC]), ['no-panic']],
        ['an expected panic', [{ kind: 'panic' }], stepTrace([PANIC]), []],
    ];
    test.each(rows)('%s', (_name, claims, step, failed) => {
        const program = programOf([{ step: 0, claims }], { steps: [stepOf('corrupt-pfn')] });
        const verdicts = judge(program, traceOf([step]));
        expect(verdicts.filter(({ status }) => status === 'failed').map(({ kind }) => kind)).toEqual(failed);
    });

    test('a guard that does not hold mentions nothing', () => {
        const program = programOf([{ step: 0, claims: [{ kind: 'panic' }], when: kernelIs('<', '6.1') }], { steps: [stepOf('corrupt-pfn')] });
        expect(judge(program, traceOf([stepTrace([PANIC])])).map(({ kind, status }) => `${kind} ${status}`)).toEqual(['panic skipped', 'unexpected-panic failed']);
    });
});

describe('steps after a panic', () => {
    test('fail whatever they expect, and name the panic', () => {
        const program = programOf([{ step: 0, claims: [{ kind: 'panic' }] }, { step: 1, claims: [{ kind: 'no-signal' }] }], { steps: [stepOf('corrupt-pfn'), stepOf('read')] });
        const verdicts = judge(program, traceOf([stepTrace([IGNORED, PANIC]), stepTrace([], { skipped: true })]));
        expect(verdicts[1]).toMatchObject({ status: 'failed', actual: 'not executed: the machine had panicked', decidedBy: { step: 0, event: 1 } });
    });
});

describe('expectations under no step', () => {
    test('are about the whole run, at its end', () => {
        const program = programOf([{ step: -1, claims: [{ kind: 'result', result: 'MF_IGNORED' }, { kind: 'hardware-corrupted', bytes: 0 }] }], { steps: [stepOf('corrupt-pfn'), stepOf('read')] });
        expect(judge(program, traceOf([stepTrace([IGNORED]), stepTrace([])])).map(({ status }) => status)).toEqual(['passed', 'passed']);
    });
});

describe('what is not modelled', () => {
    const claims = [{ kind: 'result', result: 'MF_RECOVERED' }, { kind: 'result', result: 'MF_FAILED' }] as const;
    const program = programOf([{ step: 0, claims }, { step: 1, claims }], { steps: [stepOf('corrupt-pfn'), stepOf('corrupt-pfn')] });
    const statuses = (step: number): string[] => judge(program, traceOf([stepTrace([RECOVERED]), stepTrace([RECOVERED])], { notModelled: [{ source: 0, step, what: 'races' }] })).map(({ status }) => status);

    test('leaves the steps before it their verdicts, and nobody else', () => {
        expect(statuses(1)).toEqual(['passed', 'failed', 'unverified', 'unverified']);
    });
    test('concerns every step when it is a declaration', () => {
        expect(statuses(-1)).toEqual(['unverified', 'unverified', 'unverified', 'unverified']);
    });
});

describe('the status of a scenario', () => {
    const steps = [stepOf('corrupt-pfn')];
    const holds = [{ step: 0, claims: [{ kind: 'result', result: 'MF_RECOVERED' }] }] as const;
    const fails = [{ step: 0, claims: [{ kind: 'result', result: 'MF_FAILED' }] }] as const;
    const unknown = [{ step: 0, claims: [{ kind: 'not-modelled', what: 'outcomes' }] }] as const;
    const missing = [{ source: 0, step: -1, what: 'kexec' }];
    const rows = [
        ['passed', programOf(holds, { steps }), traceOf([stepTrace([RECOVERED])])],
        ['failed', programOf(fails, { steps }), traceOf([stepTrace([RECOVERED])])],
        ['failed', programOf([], { steps }), traceOf([stepTrace([PANIC])])],
        ['unverified', programOf(unknown, { steps }), traceOf([stepTrace([RECOVERED])])],
        ['unverified', programOf(fails, { steps, notModelled: missing }), traceOf([stepTrace([RECOVERED])])],
        ['unverified', programOf(holds, { steps }), traceOf([stepTrace([RECOVERED])], { notModelled: missing })],
        ['passed', programOf([], { steps }), traceOf([stepTrace([RECOVERED])])],
    ] as const;
    test.each(rows)('%s', (status, program, trace) => {
        expect(statusOf(program, trace, judge(program, trace))).toBe(status);
    });
});

test('verdicts are plain data: they survive a trip through JSON', () => {
    const program = programOf([{ step: 0, claims: [{ kind: 'result', result: 'MF_FAILED' }] }], { steps: [stepOf('corrupt-pfn')] });
    const trace = traceOf([stepTrace([RECOVERED])]);
    const again = judge(JSON.parse(JSON.stringify(program)), JSON.parse(JSON.stringify(trace)));
    expect(again).toEqual(judge(program, trace));
    expect(JSON.parse(JSON.stringify(again))).toEqual(again);
});
