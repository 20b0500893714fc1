// The exploration recognises moments that it has seen: it must find what running every interleaving from the start finds.
import { describe, expect, test } from 'vitest';
import type { Competitor } from '../../server/src/simulator/program.js';
import { simulate } from '../../server/src/simulator/simulate.js';
import { PAGE_STATES } from '../kernel/page-states/index.js';
import { bruteForce, foundBy } from '../simulator/brute-force.js';
import { at, machine, mapping, process, step } from '../simulator/programs.js';
import { competitor, raceOf, racedProgram, region } from '../simulator/races.js';
import { competitors, raced } from './raced-pages.js';

const STATES = Object.values(PAGE_STATES).filter(({ virtualOnly }) => virtualOnly !== true);

/** Competitors by what they do, each with the pages that it may meet. */
const KINDS = [...new Set(STATES.flatMap((state) => competitors(state).map(kindOf)))];

function kindOf({ op, args }: Competitor): string {
    return `${op} ${String(args['advice'] ?? '')}`.trim();
}

/** Meets the competitors on one page after the other, from that one on, until they have that many interleavings there and no more. */
function meet(kinds: readonly string[], first: number, fewest: number, most: number): string {
    for (let index = 0; index < STATES.length; index += 1) {
        const state = STATES[(first + index) % STATES.length]!;
        const races = kinds.map((kind) => competitors(state).find((each) => kindOf(each) === kind));
        if (races.includes(undefined)) continue;
        const step = state.prepare?.length ?? 0;
        const program = raced(state, races as Competitor[]);
        const found = foundBy(raceOf(simulate(program), step));
        if (found.interleavings < fewest || found.interleavings > most) continue;
        expect(found, `${kinds.join(', ')}, page state ${index}`).toEqual(bruteForce(program, step, most));
        return 'equal';
    }
    return 'never meet';
}

describe('exploring finds what brute force finds', () => {
    // Of two competitors that can act, more than three interleavings come.
    test.each(KINDS.map((kind, index) => [kind, KINDS.slice(index + 1), index] as const))('%s with every other', (kind, others, index) => {
        for (const [nth, other] of others.entries()) {
            if (meet([kind, other], index * 7 + nth * 3, 4, 400) !== 'equal') meet([kind, other], index, 1, 400);
        }
    }, 120_000);

    test('two that want the same free page', () => {
        const heap = { processes: [process('app', [mapping('heap', { touched: 'untouched' })])], regions: [{ name: 'buf', source: 0, kind: 'free', pageCount: 1, content: '' }] };
        const write = competitor('write', { target: at('app', 'heap', 0) }, 'app', region('buf'));
        const slab = competitor('allocate', { target: region('buf'), kind: 'slab' });
        const wanted = racedProgram(machine(heap), step('corrupt-pfn', { target: region('buf') }), [write, slab]);
        expect(foundBy(raceOf(simulate(wanted)))).toEqual(bruteForce(wanted, 0, 5000));
    }, 120_000);

    test.each(Array.from({ length: 24 }, (_each, index) => [0, 1, 2].map((part) => KINDS[(index * 5 + part * (index % 4 + 3)) % KINDS.length]!)))('%s, %s and %s', (...kinds) => {
        if (new Set(kinds).size === 3) meet(kinds, kinds.join().length, 20, 2500);
    }, 120_000);
});
