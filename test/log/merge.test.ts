import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mergeRows, rowsOf, sorted, triageJson, unreadRow, type LogResult, type ResultRow } from '../../server/src/log/output/results.js';
import { addCounts, countLog, noCounts, summaryOf, summaryOfCounts } from '../../server/src/log/output/summary.js';
import { triageText } from '../../server/src/log/triage.js';
import { GIVEN_LOGS } from './given.js';
import { OWN_KINDS } from './own-kinds.js';
import { REPORTED_KINDS } from './reported-kinds.js';

const LOGS: readonly LogResult[] = [...GIVEN_LOGS.map(({ name, text }) => [name, text] as const), ...Object.entries({ ...OWN_KINDS, ...REPORTED_KINDS }).map(([name, { log }]) => [name, log.join('\n')] as const)]
    .map(([name, text]) => ({ path: `${name}.log`, note: null, ...triageText(text) }));
const UNREAD = [{ path: 'z', error: 'no permission to read it' }];

/** As the rows are after a file or a pipe. */
const written = (rows: readonly ResultRow[]): ResultRow[] => rows.map((row) => JSON.parse(JSON.stringify(row)) as ResultRow);

describe('merging', () => {
    const all = sorted({ logs: LOGS, unread: UNREAD });

    test('any split of the results, in any order, gives what one run over all gives', () => {
        fc.assert(fc.property(fc.shuffledSubarray([...LOGS.keys()], { minLength: LOGS.length }), fc.array(fc.nat(LOGS.length), { maxLength: 6 }), (order, cuts) => {
            const shuffled = order.map((index) => LOGS[index]!);
            const places = [0, ...cuts.sort((a, b) => a - b), LOGS.length];
            const parts = places.slice(1).map((end, index) => shuffled.slice(places[index]!, end));
            const rows = parts.reverse().flatMap((part) => written(part.flatMap(rowsOf)));
            const merged = mergeRows([...written(UNREAD.map(unreadRow)), ...rows]);
            expect(JSON.stringify(triageJson(merged))).toBe(JSON.stringify(triageJson(all)));
            expect(JSON.stringify(summaryOf(merged))).toBe(JSON.stringify(summaryOf(all)));
        }), { numRuns: 60 });
    });

    test('logs that were counted apart, in any order, come to the same summary', () => {
        fc.assert(fc.property(fc.shuffledSubarray([...LOGS.keys()], { minLength: LOGS.length }), fc.integer({ min: 1, max: 5 }), (order, threads) => {
            const parts = Array.from({ length: threads }, noCounts);
            order.forEach((index, at) => countLog(parts[at % threads]!, LOGS[index]!));
            const counts = noCounts();
            counts.unread.push(...UNREAD);
            // A thread hands over a copy.
            for (const part of parts) addCounts(counts, structuredClone(part));
            expect(JSON.stringify(summaryOfCounts(counts))).toBe(JSON.stringify(summaryOf(all)));
        }), { numRuns: 60 });
    });

    test('a signature has one verdict, so that a summary knows how grave its logs are', () => {
        const verdicts = new Map<string, string>();
        for (const { signature, verdict } of LOGS.flatMap(({ incidents }) => incidents)) {
            expect(verdicts.get(signature) ?? verdict, signature).toBe(verdict);
            verdicts.set(signature, verdict);
        }
    });

    test('rows that were mixed or came twice are put together', () => {
        const rows = written(LOGS.flatMap(rowsOf));
        fc.assert(fc.property(fc.shuffledSubarray([...rows.keys()], { minLength: rows.length }), (order) => {
            const merged = mergeRows([...order.map((index) => rows[index]!), ...rows.slice(0, 5)]);
            expect(JSON.stringify(triageJson(merged))).toBe(JSON.stringify(triageJson(sorted({ logs: LOGS, unread: [] }))));
        }), { numRuns: 30 });
    });

    test('signatures say nothing of a single machine', () => {
        for (const { incidents, crashes } of LOGS) {
            for (const { signature } of [...incidents, ...crashes]) expect(signature).not.toMatch(/0x[0-9a-f]{3,}|:\d{3,}|DIMM|node\d/);
        }
    });
});
