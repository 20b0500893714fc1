/** What public reports of errors taught: the shapes of their lines, with numbers of our own, and what a careful person makes of them. */
import { describe, expect, test } from 'vitest';
import { triageText } from '../../server/src/log/triage.js';
import { expectKind } from './kind.js';
import { HANDLED, REPORTED_KINDS, SWAPPED } from './reported-kinds.js';

describe('what public reports taught', () => {
    test.each(Object.entries(REPORTED_KINDS))('%s', (_, kind) => expectKind(kind));

    test.each([
        ['json-sse', (message: string) => `data: ${JSON.stringify({ _TRANSPORT: 'kernel', MESSAGE: message })}\n`],
        ['json-pretty', (message: string) => JSON.stringify({ _TRANSPORT: 'kernel', MESSAGE: message, PRIORITY: '3' }, null, '\t')],
        ['verbose', (message: string) => `Wed 2024-05-01 12:00:00.123456 CEST [s=1;i=1]\n    _TRANSPORT=kernel\n    MESSAGE=${message}`],
    ])('journalctl -o %s', (_, written) => expectKind({ log: HANDLED.map(written).join('\n').split('\n'), verdict: 'hardware', frames: [['0x52001']] }));

    test('a thermal event that mcelog prints is no memory error', () => {
        const { verdict, incidents } = triageText(['HARDWARE ERROR. This is *NOT* a software problem!', 'Please contact your hardware vendor', 'MCE 0', 'CPU 3 THERMAL EVENT TSC 25c4a18bf580', 'TIME 1308369807 Sat Jun 18 00:03:27 2011', 'Processor 3 below trip temperature. Throttling disabled', 'STATUS c0000000882d0c08 MCGSTATUS 0'].join('\n'));
        expect([verdict, incidents]).toEqual(['none', []]);
    });

    test('the fault of reclaim is named, and the fault that says nothing of its page says what would decide it', () => {
        expect(triageText(SWAPPED.slice(1).join('\n')).incidents.map(({ verdict, knownFault }) => [verdict, knownFault])).toEqual([['known-software-fault', 'reclaim-of-poisoned-page']]);
        expect(triageText(REPORTED_KINDS['a fault, and nothing of its page']!.log.join('\n')).incidents[0]!.wouldDecide).toContain('UFFDIO_POISON');
    });

    test('the name of a CPU before a message tells callers apart', () => {
        const callers: (string | undefined)[] = [];
        triageText(REPORTED_KINDS['PREEMPT_RT of 5.4 names the CPU before each message']!.log.join('\n'), { onEvent: ({ caller }) => callers.push(caller) });
        expect(callers).toContain('C0');
    });
});
