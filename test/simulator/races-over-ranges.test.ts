// A competitor that names several pages meets the handler on the one that it is about.
import { expect, test } from 'vitest';
import { simulate } from '../../server/src/simulator/simulate.js';
import type { ArgumentValue, Competitor, Place, Program } from '../../server/src/simulator/program.js';
import type { Trace } from '../../server/src/simulator/trace.js';
import { at, machine, mapping, process, program, step } from './programs.js';
import { competitor, raceOf } from './races.js';

const spec = machine({
    regions: [{ name: 'buf', source: 0, kind: 'free', pageCount: 4, content: '' }, { name: 'dentry', source: 0, kind: 'slab', pageCount: 4, content: '' }],
    processes: [process('db', [mapping('heap'), mapping('locked', { mlocked: true }), mapping('none', { touched: 'untouched' })])],
});
const region = (name: string, page: number, pageCount = 1): Place => ({ kind: 'region', region: name, page, pageCount, byteOffset: 0 });

function outcomes(target: Place, race: Competitor): string[] {
    const raced: Program = program(spec, [{ ...step('corrupt-pfn', { target: target as ArgumentValue }), races: [race] }]);
    const trace: Trace = simulate(raced);
    return raceOf(trace, 0).outcomes.map(({ step: { events, outcome } }) => JSON.stringify([outcome.errno, events.flatMap((event) => event.t === 'result' ? [event.type] : [])]));
}

test.each<[string, Place, (place: Place) => Competitor, Place, Place]>([
    ['isolated', at('db', 'heap', 2), (target) => competitor('isolate', { target }), at('db', 'heap', 0, 4), at('db', 'heap', 2)],
    ['munlocked', at('db', 'locked', 1), (target) => competitor('munlock', { target }, 'db'), at('db', 'locked', 0, 4), at('db', 'locked', 1)],
    ['reclaimed', at('db', 'heap', 3), (target) => competitor('reclaim', { target }), at('db', 'heap', 1, 3), at('db', 'heap', 3)],
    ['freed', region('dentry', 2), (target) => competitor('free', { target }), region('dentry', 0, 4), region('dentry', 2)],
    ['allocated as slab', region('buf', 3), (target) => competitor('allocate', { target, kind: 'slab' }), region('buf', 0, 4), region('buf', 3)],
    ['allocated by a task', region('buf', 1), (from) => ({ ...competitor('write', { target: at('db', 'none', 0) }, 'db'), from }), region('buf', 0, 4), region('buf', 1)],
])('%s', (_name, target, race, several, one) => {
    const alone = outcomes(target, race(one));
    expect(alone.length).toBeGreaterThan(1);
    expect(outcomes(target, race(several))).toEqual(alone);
});
