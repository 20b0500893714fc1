import { expect, test } from 'vitest';
import type { ConformanceRecord } from './converter/record.mts';
import { compare } from './compare.js';
import { runConformance } from './run-conformance.js';

/** Everything is compared again for every change. */
const SLOW_MS = 60_000;

const replaced = <Item>(items: readonly Item[], at: number, item: Item): Item[] => items.map((each, index) => index === at ? item : each);
const removed = <Item>(items: readonly Item[], at: number): Item[] => items.filter((_each, index) => index !== at);

/** Every way in which a record can be told a little differently: the change, and the record with it. */
function* alterations(record: ConformanceRecord): Generator<readonly [string, ConformanceRecord]> {
    for (const [index, call] of record.calls.entries()) {
        yield [`errno of call ${index}`, { ...record, calls: replaced(record.calls, index, { ...call, errno: call.errno === 'ENOMEM' ? '0' : 'ENOMEM' }) }];
        yield [`caller of call ${index}`, { ...record, calls: replaced(record.calls, index, { ...call, role: 'somebody' }) }];
    }
    for (const [phase, lines] of Object.entries(record.log)) {
        for (const [index, line] of lines.entries()) {
            yield [`line ${index} of ${phase} missing`, { ...record, log: { ...record.log, [phase]: removed(lines, index) } }];
            yield [`line ${index} of ${phase} twice`, { ...record, log: { ...record.log, [phase]: [...lines.slice(0, index), line, ...lines.slice(index)] } }];
            yield [`line ${index} of ${phase} longer`, { ...record, log: { ...record.log, [phase]: replaced(lines, index, `${line}.`) } }];
        }
    }
    for (const [index, signal] of record.signals.entries()) {
        const other = (change: object): ConformanceRecord => ({ ...record, signals: replaced(record.signals, index, { ...signal, ...change }) });
        yield [`signal ${index} missing`, { ...record, signals: removed(record.signals, index) }];
        yield [`signal ${index} twice`, other({ times: (signal.times ?? 1) + 1 })];
        yield [`code of signal ${index}`, other({ code: 'BUS_OBJERR' })];
        yield [`offset of signal ${index}`, other({ offset: '0x123000' })];
        yield [`lsb of signal ${index}`, other({ lsb: 30 })];
        yield [`task of signal ${index}`, other({ to: 'somebody' })];
        yield [`phase of signal ${index}`, other({ phase: 'afterwards' })];
        yield [`thread of signal ${index}`, other({ thread: signal.thread === undefined ? 'not main' : undefined })];
    }
    for (const [index, operation] of record.later.entries()) {
        // What a record leaves empty cannot be compared.
        if (operation.result !== '') {
            yield [`result of operation ${index}`, { ...record, later: replaced(record.later, index, { ...operation, result: alteredResult(operation.result) }) }];
        }
    }
    yield ['exit', { ...record, exit: record.exit === 'killed sig=9 (SIGKILL)' ? 'exit=0' : 'killed sig=9 (SIGKILL)' }];
    yield ['panic', { ...record, panic: 'Kernel panic - not syncing: something else' }];
    for (const when of ['atInjection', 'atEnd'] as const) {
        const counters = record.counters[when];
        for (const name of counters === null ? [] : ['HardwareCorrupted_kB', 'total', 'ignored', 'failed', 'delayed', 'recovered']) {
            yield [`${name} ${when}`, { ...record, counters: { ...record.counters, [when]: { ...counters, [name]: (counters?.[name] ?? 0) + 4 } } }];
        }
    }
}

function alteredResult(result: string): string {
    return result.startsWith('present=') ? `present=${result.startsWith('present=1') ? 0 : 1}` : `${result}!`;
}

test('no change of a record goes unnoticed', async () => {
    const missed: string[] = [];
    let tried = 0;
    await runConformance({
        kernel: '7.3.4',
        judged: (trace, record) => {
            if (compare(trace, record).length > 0) {
                return;
            }
            for (const [what, altered] of alterations(record)) {
                tried += 1;
                if (compare(trace, altered).length === 0) {
                    missed.push(`${record.case}: ${what}`);
                }
            }
        },
    });
    expect(missed).toEqual([]);
    expect(tried).toBeGreaterThan(10_000);
}, SLOW_MS);

test('every injection, access and line has its counterpart, in order', async () => {
    await runConformance({
        kernel: '7.3.4', only: ({ case: name }) => name === 'anon-madv-default',
        judged: (trace, record) => {
            expect(compare(trace, record)).toEqual([]);
            const [first, second, ...rest] = record.later;
            expect(compare(trace, { ...record, later: [second!, first!, ...rest] })).not.toEqual([]);
            expect(compare(trace, { ...record, later: record.later.slice(1) })).not.toEqual([]);
            expect(compare(trace, { ...record, log: { ...record.log, inject: [...record.log['inject']!].reverse() } })).not.toEqual([]);
        },
    });
});
