// Events are kept as lists of values and made into objects when they are read: nobody can tell the difference.
import { describe, expect, test } from 'vitest';
import { PendingChanges } from '../../server/src/kernel/pending-changes.js';
import { PackedEvents, unpackEvents } from '../../server/src/simulator/events/packed-events.js';
import { SharedWords, unsplit } from '../../server/src/simulator/events/shared-words.js';
import { simulate } from '../../server/src/simulator/simulate.js';
import { machine, program, step } from './programs.js';

const FREE = { name: 'buf', source: 0, kind: 'free' as const, pageCount: 8, content: '' };

function failures(count: number): ReturnType<typeof program> {
    return program(machine({ regions: [FREE] }), Array.from({ length: count }, (_, page) => step('corrupt-pfn', { target: { kind: 'region', region: 'buf', page, pageCount: 1, byteOffset: 0 } })));
}

describe('a step of a trace', () => {
    test('is the same read once or twice, copied, cloned or written', () => {
        const { steps: [first, second] } = simulate(failures(2));
        const events = [...first!.events];
        expect(second!.events).not.toEqual(events);
        expect(first!.events).toEqual(events);
        expect({ ...first }).toEqual(first);
        expect(structuredClone(first)).toEqual({ ...first });
        expect(JSON.parse(JSON.stringify(first))).toEqual({ ...first });
        expect(Object.keys(first!)).toEqual(['index', 'source', 'phase', 'timeNs', 'op', 'actor', 'skipped', 'events', 'outcome', 'counters']);
        expect([first!.counters.poisonedPages, second!.counters.poisonedPages, second!.counters.nodes[0]!.recovered]).toEqual([1, 2, 2]);
    });

    test('a comparison sees what happened in it', () => {
        const [one, other] = [simulate(failures(1)), simulate(failures(2))].map(({ steps }) => steps.at(-1)!);
        expect({ ...one!, index: 1 }).not.toEqual(other);
    });
});

test('events come back as they were put in, those that happened first before all others', () => {
    const packed = new PackedEvents();
    const changes = new PendingChanges();
    changes.add('page', '', 0x4001, 'PG_hwpoison', false, true);
    changes.add('mapping', 'db:heap', 3, 'pte', 0x4001, 'hwpoison');
    changes.add('counter', 'HardwareCorrupted', undefined, 'pages', 0, 1);
    packed.log('injectPfn', '7.3', undefined, 0x4001, undefined);
    packed.decision('memory_failure.marked', 0x4001, undefined, changes);
    changes.clear();
    packed.decision('add_to_kill', undefined, 'db', changes);
    packed.result(0x4001, 'MF_MSG_BUDDY', 'MF_RECOVERED');
    packed.putFirst({ t: 'panic', text: 'first' });
    expect(packed.firstResult()).toBe(0x4001);
    expect(packed.rare()).toEqual([{ t: 'panic', text: 'first' }, { t: 'result', pfn: 0x4001, type: 'MF_MSG_BUDDY', result: 'MF_RECOVERED' }]);
    expect(unpackEvents(packed.take())).toEqual([
        { t: 'panic', text: 'first' },
        { t: 'log', level: 'info', text: 'Injecting memory failure at pfn 0x4001' },
        { t: 'decision', id: 'memory_failure.marked', pfn: 0x4001, changes: [
            { of: 'page', key: '0x4001', field: 'PG_hwpoison', before: 'false', after: 'true' },
            { of: 'mapping', key: 'db:heap[3]', field: 'pte', before: 'present 0x4001', after: 'hwpoison' },
            { of: 'counter', key: 'HardwareCorrupted', field: 'pages', before: '0', after: '1' },
        ] },
        { t: 'decision', id: 'add_to_kill', note: 'db' },
        { t: 'result', pfn: 0x4001, type: 'MF_MSG_BUDDY', result: 'MF_RECOVERED' },
    ]);
    expect(packed.length).toBe(0);
});

test('lists that differ in numbers alone share their words', () => {
    const shared = new SharedWords();
    const lists: readonly (readonly unknown[])[] = [['a', 1, 'b', 2], ['a', 7, 'b', 0], ['a', 1, 2, 'b'], ['a', 'b'], [], ['c'], ['d'], ['a', 3, 'b', 4], ['a', undefined, 'b', 4]];
    const splits = lists.map((list) => shared.split(list, list.length));
    expect(splits.map(unsplit)).toEqual(lists);
    expect(splits[1]!.words).toBe(splits[0]!.words);
    expect(splits[2]!.words).not.toBe(splits[0]!.words);
    expect(unsplit(shared.split(['a', 1, 'left over'], 2))).toEqual(['a', 1]);
});
