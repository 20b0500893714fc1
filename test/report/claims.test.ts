import { describe, expect, test } from 'vitest';
import { judge } from '../../server/src/report/judgement/verdicts.js';
import type { StepTrace } from '../../server/src/simulator/trace.js';
import { heap, IGNORED, OOPS, PANIC, programOf, RECOVERED, sigbus, stepOf, stepTrace, traceOf, type BareClaim } from './hand-made.js';

type Row = readonly [name: string, claim: BareClaim, step: StepTrace, status: string, actual?: string];

const NODES = [{ total: 3, ignored: 1, failed: 0, delayed: 0, recovered: 2 }];
const COUNTED = stepTrace([], { counters: { poisonedPages: 2, nodes: NODES } });
const LOGGED = stepTrace([{ t: 'log', level: 'err', text: 'Memory failure: 0x1234: recovery action for dirty LRU page: Recovered' }]);
const SIGNALLED = stepTrace([RECOVERED, sigbus()]);
const DROPPED = stepTrace([RECOVERED, sigbus({ fate: 'coalesced' })]);
const FAULTED = stepTrace([], { op: 'read', outcome: { errno: '', signal: sigbus({ code: 'BUS_MCEERR_AR' }) } });
const KILLED = stepTrace([{ t: 'exit', process: 'db', signal: 'SIGBUS' }]);
const LEFT = stepTrace([{ t: 'exit', process: 'db', signal: null }]);
const LOST = stepTrace([{ t: 'data', fate: 'lost', what: 'db:heap[2]' }]);

const ROWS: readonly Row[] = [
    ['type and result', { kind: 'result', type: 'MF_MSG_DIRTY_LRU', result: 'MF_RECOVERED' }, SIGNALLED, 'passed'],
    ['type alone', { kind: 'result', type: 'MF_MSG_DIRTY_LRU' }, SIGNALLED, 'passed'],
    ['another result', { kind: 'result', type: 'MF_MSG_DIRTY_LRU', result: 'MF_FAILED' }, SIGNALLED, 'failed', 'MF_MSG_DIRTY_LRU MF_RECOVERED'],
    ['a result where there is none', { kind: 'result', result: 'MF_FAILED' }, LOGGED, 'failed', 'no result: memory_failure() reported none'],
    ['a second frame', { kind: 'result', type: 'MF_MSG_KERNEL' }, stepTrace([RECOVERED, IGNORED]), 'passed'],

    ['signal with everything', { kind: 'signal', signal: 'SIGBUS', code: 'BUS_MCEERR_AO', to: 'db', at: heap(2), addressLsbBits: 12 }, SIGNALLED, 'passed'],
    ['signal to the main thread', { kind: 'signal', signal: 'SIGBUS', to: 'db.main' }, SIGNALLED, 'passed'],
    ['signal to any thread', { kind: 'signal', signal: 'SIGBUS', to: 'db' }, stepTrace([sigbus({ task: 'db.worker' })]), 'passed'],
    ['signal to another thread', { kind: 'signal', signal: 'SIGBUS', to: 'db.worker' }, SIGNALLED, 'failed', 'SIGBUS BUS_MCEERR_AO to db at heap[2] lsb 12'],
    ['signal to a name that begins alike', { kind: 'signal', signal: 'SIGBUS', to: 'd' }, SIGNALLED, 'failed'],
    ['signal with another code', { kind: 'signal', signal: 'SIGBUS', code: 'BUS_MCEERR_AR' }, SIGNALLED, 'failed'],
    ['signal at another page', { kind: 'signal', signal: 'SIGBUS', at: heap(3) }, SIGNALLED, 'failed'],
    ['signal in a range', { kind: 'signal', signal: 'SIGBUS', at: heap(0, 4) }, SIGNALLED, 'passed'],
    ['signal at a byte', { kind: 'signal', signal: 'SIGBUS', at: heap(2, 1, 0x10) }, stepTrace([sigbus({ offset: 0x2010 })]), 'passed'],
    ['signal at another byte', { kind: 'signal', signal: 'SIGBUS', at: heap(2, 1, 0x20) }, stepTrace([sigbus({ offset: 0x2010 })]), 'failed', 'SIGBUS BUS_MCEERR_AO to db at heap[2] + 0x10 lsb 12'],
    ['signal at a raw address', { kind: 'signal', signal: 'SIGBUS', at: { kind: 'raw', address: '0x7f0000002000' } }, SIGNALLED, 'passed'],
    ['signal at a frame number', { kind: 'signal', signal: 'SIGBUS', at: { kind: 'pfn', pfn: 1 } }, SIGNALLED, 'unverified'],
    ['signal that was dropped', { kind: 'signal', signal: 'SIGBUS' }, DROPPED, 'failed', 'no signal'],
    ['signals counted', { kind: 'signal', signal: 'SIGBUS', count: 2 }, SIGNALLED, 'failed', '1 such signal'],
    ['no signal', { kind: 'no-signal' }, LOGGED, 'passed'],
    ['no signal, one dropped', { kind: 'no-signal' }, DROPPED, 'passed'],
    ['no signal, but one', { kind: 'no-signal' }, SIGNALLED, 'failed', 'SIGBUS BUS_MCEERR_AO to db at heap[2] lsb 12'],
    ['no signal to somebody else', { kind: 'no-signal', to: 'web' }, SIGNALLED, 'passed'],

    ['killed', { kind: 'killed', process: 'db' }, KILLED, 'passed'],
    ['killed, but it lives', { kind: 'killed', process: 'db' }, LOGGED, 'failed', 'db is alive'],
    ['killed, but it left', { kind: 'killed', process: 'db' }, LEFT, 'failed', 'db exited'],
    ['survives', { kind: 'survives', process: 'db' }, LOGGED, 'passed'],
    ['survives, but it does not', { kind: 'survives', process: 'db' }, KILLED, 'failed', 'db was killed by SIGBUS'],

    ['panic', { kind: 'panic' }, stepTrace([IGNORED, PANIC]), 'passed'],
    ['panic with text', { kind: 'panic', text: 'unrecoverable page' }, stepTrace([PANIC]), 'passed'],
    ['panic with another text', { kind: 'panic', text: 'Fatal' }, stepTrace([PANIC]), 'failed', 'panic "Memory failure: 0x1234: unrecoverable page"'],
    ['panic in vain', { kind: 'panic' }, LOGGED, 'failed', 'no panic'],
    ['no panic', { kind: 'no-panic' }, LOGGED, 'passed'],
    ['no panic in vain', { kind: 'no-panic' }, stepTrace([PANIC]), 'failed'],
    ['oops', { kind: 'oops', text: 'external abort' }, stepTrace([OOPS]), 'passed'],
    ['no oops in vain', { kind: 'no-oops' }, stepTrace([OOPS]), 'failed', 'oops "synchronous external abort"'],

    ['dmesg', { kind: 'dmesg', text: 'dirty LRU page: Recovered' }, LOGGED, 'passed'],
    ['dmesg in vain', { kind: 'dmesg', text: 'slab' }, SIGNALLED, 'failed', 'nothing was logged'],
    ['no dmesg', { kind: 'no-dmesg', text: 'slab' }, LOGGED, 'passed'],
    ['no dmesg in vain', { kind: 'no-dmesg', text: 'dirty' }, LOGGED, 'failed'],

    ['HardwareCorrupted', { kind: 'hardware-corrupted', bytes: 8192 }, COUNTED, 'passed'],
    ['HardwareCorrupted otherwise', { kind: 'hardware-corrupted', bytes: 4096 }, COUNTED, 'failed', 'HardwareCorrupted 8 KiB'],
    ['node statistics', { kind: 'node-counter', node: 0, counter: 'recovered', value: 2 }, COUNTED, 'passed'],
    ['statistics of a node that is not there', { kind: 'node-counter', node: 1, counter: 'total', value: 0 }, COUNTED, 'failed', 'this kernel has no statistics of node 1'],

    ['errno', { kind: 'errno', errno: 'EHWPOISON' }, stepTrace([], { outcome: { errno: 'EHWPOISON' } }), 'passed'],
    ['errno 0', { kind: 'errno', errno: '0' }, LOGGED, 'passed'],
    ['errno of a load that faulted', { kind: 'errno', errno: 'EFAULT' }, FAULTED, 'failed', 'SIGBUS BUS_MCEERR_AR to db at heap[2] lsb 12'],
    ['value', { kind: 'value', value: 'C' }, stepTrace([], { outcome: { errno: '', value: 'C' } }), 'passed'],
    ['another value', { kind: 'value', value: 'C' }, stepTrace([], { outcome: { errno: '', value: '\0' } }), 'failed', String.raw`value '\0'`],
    ['returns', { kind: 'returns', value: 64 }, stepTrace([], { outcome: { errno: '0', returned: 64 } }), 'passed'],
    ['returns nothing', { kind: 'returns', value: 64 }, LOGGED, 'failed', 'errno 0'],
    ['text', { kind: 'text', text: '1101' }, stepTrace([], { outcome: { errno: '0', text: '1101' } }), 'passed'],

    ['contents lost', { kind: 'contents', place: heap(2), state: 'lost' }, LOST, 'passed'],
    ['contents intact in vain', { kind: 'contents', place: heap(2), state: 'intact' }, LOST, 'failed', 'contents of heap[2] lost'],
    ['contents of another page', { kind: 'contents', place: heap(3), state: 'intact' }, LOST, 'passed'],
    ['what is not modelled', { kind: 'not-modelled', what: 'outcomes' }, LOGGED, 'unverified', 'not modelled'],
];

describe('claims', () => {
    for (const [name, claim, step, status, actual] of ROWS) {
        test(name, () => {
            const program = programOf([{ step: 0, claims: [claim] }], { steps: [stepOf('corrupt-pfn')] });
            const verdict = judge(program, traceOf([step]))[0];
            expect(verdict?.status).toBe(status);
            if (actual !== undefined) {
                expect(verdict?.actual).toBe(actual);
            }
        });
    }
});

describe('poisoned frames', () => {
    const poisoning = stepTrace([{
        t: 'decision', id: 'memory_failure.marked', pfn: 0x1234, changes: [{ of: 'page', key: '0x1234', field: 'PG_hwpoison', before: 'false', after: 'true' }],
    }, RECOVERED]);
    const target = heap(2);
    const cases: readonly (readonly [string, BareClaim, string])[] = [
        ['by number', { kind: 'poisoned', place: { kind: 'pfn', pfn: 0x1234 } }, 'passed'],
        ['by physical address', { kind: 'poisoned', place: { kind: 'phys', address: 0x1234080 } }, 'passed'],
        ['another number', { kind: 'not-poisoned', place: { kind: 'pfn', pfn: 0x1235 } }, 'passed'],
        ['by the page that the step acted on', { kind: 'poisoned', place: target }, 'passed'],
        ['a page whose frame is not known', { kind: 'poisoned', place: heap(3) }, 'unverified'],
    ];
    test.each(cases)('%s', (_name, claim, status) => {
        const program = programOf([{ step: 0, claims: [claim] }], { steps: [stepOf('corrupt-pfn', target)] });
        expect(judge(program, traceOf([poisoning]))[0]?.status).toBe(status);
    });
    test('a page that the filter rejected is not poisoned', () => {
        const program = programOf([{ step: 0, claims: [{ kind: 'not-poisoned', place: target }] }], { steps: [stepOf('corrupt-pfn', target)] });
        const filtered = stepTrace([{ t: 'decision', id: 'hwpoison_inject.filtered', pfn: 0x1234 }]);
        expect(judge(program, traceOf([filtered]))[0]?.status).toBe('passed');
    });
});
