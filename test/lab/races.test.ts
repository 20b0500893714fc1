// The plan of a race, the interleavings that are tried, and what they are held against.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { TextAnalyzer } from '../../server/src/analysis/text-analyzer.js';
import type { CompetitorPlan } from '../../server/src/lab/races/acts.js';
import { attemptsFor, firstAttempts } from '../../server/src/lab/races/attempts.js';
import { POINTS } from '../../server/src/lab/races/points.js';
import { endKey, endWords, observedEnd, predictedEnd } from '../../server/src/lab/races/race-outcome.js';
import { makeRacePlan, type RacePlan } from '../../server/src/lab/races/race-plan.js';
import type { Observation } from '../../server/src/lab/observation/observation.js';
import { caseOf } from './scenario.js';

const ALL_POINTS = new Set(POINTS.map(({ id }) => id));

function scenario(body: string): string {
    return `scenario "s" {\n${body}\n}`;
}

async function racePlanOf(body: string): Promise<RacePlan> {
    const { variant } = await caseOf(scenario(body));
    const made = makeRacePlan(variant.program, variant.trace!, new Set());
    if ('notMade' in made) {
        throw new Error(made.notMade.map(({ construct, reason }) => `${construct}: ${reason}`).join('; '));
    }
    return made;
}

async function reasonsOf(body: string): Promise<readonly string[]> {
    const { variant } = await caseOf(scenario(body));
    const made = makeRacePlan(variant.program, variant.trace!, new Set());
    return 'notMade' in made ? made.notMade.map(({ construct }) => construct) : [];
}

const APP = '    process app { sigbus handler longjmp; map heap = anon 4 pages written }\n';

describe('the plan of a race', () => {
    test('the scenario is made on CPU 0, the handler waits on CPU 1, acts are kept for when they are asked for', async () => {
        const { plan, competitors, parameters } = await racePlanOf(`${APP}    corrupt-pfn heap[1]\n        race app: madvise heap[1] MADV_DONTNEED`);
        expect(plan.tasks).toEqual(['app', '(handler)', '(root)']);
        expect(plan.lines.slice(0, 3)).toEqual(['r cpu 0', '?r set /proc/sys/vm/dirty_writeback_centisecs 0', '?r set /sys/kernel/mm/transparent_hugepage/enabled always']);
        expect(plan.lines.slice(plan.lines.indexOf('p 1 handler'), plan.lines.indexOf('p 1 handler') + 5)).toEqual(['p 1 handler', '1 warm', '?1 cpu 1', 'p 2 root', '2 warm']);
        expect(plan.lines.slice(plan.lines.indexOf('@ 0'))).toEqual(['@ 0', '?r frame-of 0 @0+4096 $0', 'c 0 0 madvise @0+4096 4096 4', 'H 1 $0 file /sys/kernel/debug/hwpoison/corrupt-pfn $0', '.']);
        expect(competitors).toEqual([{ index: 0, acts: [{ act: 0, what: 'MADV_DONTNEED' }], rounds: 1, inner: null }]);
        expect(parameters).toBe('init_on_alloc=0 init_on_free=0');
    });

    test('the free page is the last thing that is made before the race, and page checks are a boot parameter', async () => {
        const { plan, competitors, parameters } = await racePlanOf('    config init_on_alloc = y\n    region buf = free 1 page\n    process app { map heap = anon 1 page untouched }\n    corrupt-pfn buf\n        race app: write heap[0] from buf');
        expect(plan.lines.slice(plan.lines.indexOf('@ 0'))).toEqual([
            '@ 0', 'c 0 0 take $0 @0+0', 'c 1 0 give-back @0+0', '?r dummies', '?r drain', '?0 memory', '?0 free-one $0', '?r drain', '?r is-free $0',
            'H 1 $0 file /sys/kernel/debug/hwpoison/corrupt-pfn $0', '.',
        ]);
        expect(competitors[0]?.inner?.function).toBe('folio_add_lru');
        expect(parameters).toBe('init_on_alloc=1 init_on_free=0');
    });

    test('MADV_HWPOISON is handled by the task itself, on CPU 1', async () => {
        const { plan } = await racePlanOf(`${APP}    process other forked from app { }\n    app: madvise heap[1] MADV_HWPOISON\n        race other: munmap heap`);
        expect(plan.lines).toContain('?0 cpu 1');
        expect(plan.lines.at(-2)).toMatch(/^H 0 \$\d+ madvise @0\+4096 4096 100$/);
    });

    test.each([
        ['slab', '    region buf = free 1 page\n    corrupt-pfn buf\n        race kernel: allocate buf as slab', ['race kernel: allocate as slab']],
        ['writeback', `${APP}    file log = ext4 16 KiB dirty\n    process db { map m = log shared written }\n    corrupt-pfn log[1]\n        race kernel: start-writeback log[1]`, ['race kernel: start-writeback']],
        ['two free pages', '    region buf = free 2 pages\n    process app { map heap = anon 1 page untouched }\n    corrupt-pfn buf[0]\n        race app: write heap[0] from buf[0]', ['race app: write from buf']],
    ] as const)('what cannot be forced is named: %s', async (_name, body, constructs) => {
        expect(await reasonsOf(body)).toEqual(constructs);
    });
});

test('the frame behind an address is looked up where the race reads it: by the runner, into a slot', async () => {
    const plan = await racePlanOf(`${APP}    process db { map heap = anon 4 pages written }\n    db: madvise heap[1] MADV_HWPOISON\n        race db: munmap heap`);
    const slot = plan.plan.lines.find((line) => line.startsWith('H '))!.split(' ')[2]!;
    expect(plan.plan.lines).toContainEqual(expect.stringMatching(new RegExp(`^\\??r frame-of \\d+ @\\d+\\+4096 \\${slot}$`)));
});

test('every scenario that is kept for races can be forced', async () => {
    const text = readFileSync(path.join(import.meta.dirname, 'forced-races.hwp'), 'utf8');
    const { scenarios } = await new TextAnalyzer().analyze('file:///forced-races.hwp', text, { overrides: { kernel: { written: '7.3.4', version: '7.3', proposals: [] }, sysctls: {} } });
    expect(scenarios.length).toBeGreaterThan(0);
    for (const { title, variants: [variant] } of scenarios) {
        const made = makeRacePlan(variant!.program, variant!.trace!, new Set());
        expect('notMade' in made ? made.notMade : [], title).toEqual([]);
    }
});

const WHOLE: CompetitorPlan = { index: 0, acts: [{ act: 0, what: 'munmap' }], rounds: 1, inner: null };
const HALVED: CompetitorPlan = { index: 0, acts: [{ act: 0, what: 'munlock' }], rounds: 1, inner: { what: 'off the LRU', offLru: true } };

describe('the interleavings that are tried', () => {
    test('each competitor at each point that is passed, whole and in the middle; a page that is no hugetlb page is not looked at under hugetlb_lock', () => {
        const attempts = firstAttempts([HALVED], ['hugetlb.look', 'hugetlb.seen', 'marked', 'lock']);
        expect(attempts.map(({ moves }) => moves.map((move) => move.t === 'hold' ? move.points[0] : move.t))).toEqual([['marked', 'act'], ['marked', 'begin', 'alone'], ['lock', 'act'], ['lock', 'begin', 'alone']]);
        expect(firstAttempts([WHOLE], ['hugetlb.look'])).toHaveLength(1);
    });

    test('a way of the model: the n-th opening of a window, stage by stage', async () => {
        const { variant } = await caseOf(scenario('    region buf = free 1 page\n    process app { map heap = anon 1 page untouched }\n    corrupt-pfn buf\n        race app: write heap[0] from buf'));
        const failed = variant.trace!.steps[0]!.race!.outcomes.find(({ step }) => step.events.some((event) => event.t === 'result' && event.result === 'MF_FAILED'))!;
        const { competitors } = await racePlanOf('    region buf = free 1 page\n    process app { map heap = anon 1 page untouched }\n    corrupt-pfn buf\n        race app: write heap[0] from buf');
        const forced = attemptsFor(failed, competitors, ALL_POINTS);
        expect(forced.length).toBeGreaterThan(0);
        // Taken at W4, given back while the mark is cleared, and handed out again, which is as far as it must come.
        expect(forced.map(({ moves }) => moves.map((move) => move.t === 'hold' ? `${move.window} ${move.visit}` : move.t === 'act' ? `act ${move.act}` : move.t))).toContainEqual(['W4 1', 'act 0', 'W4 1', 'act 1', 'W4 1', 'begin', 'alone']);
    });
});

describe('what a race came to', () => {
    const observation = (log: readonly string[], more: Partial<Observation['steps'][number]> = {}): Observation => ({
        steps: [{ index: 0, outcome: { errno: 'EBUSY' }, signals: [], log: log.map((text) => ({ level: 'err', text })), exits: [], counters: null, panic: null, ...more }],
        cut: null, panic: null, oops: null,
    });

    test('lines about the frame count, those about pages of the set-up do not', () => {
        const end = observedEnd(observation(['Memory failure: 0x3edb: recovery action for dirty LRU page: Recovered', 'Memory failure: 0x3cd5: unhandlable page.', 'Memory failure: 0x3cd5: recovery action for get hwpoison page: Ignored']), 0, 0x3cd5n);
        expect(endWords(end)).toBe('get hwpoison page: Ignored · EBUSY');
    });

    test('a predicted outcome and the same one observed are told by the same words', async () => {
        const { variant } = await caseOf(scenario('    process app { sigbus handler longjmp; prctl PR_MCE_KILL_EARLY; map heap = anon 4 pages written }\n    corrupt-pfn heap[1]\n        race app: madvise heap[1] MADV_DONTNEED'));
        const [quiet] = variant.trace!.steps[0]!.race!.outcomes;
        const seen = observedEnd(observation(['Memory failure: 0x312d: recovery action for dirty LRU page: Recovered'], {
            outcome: { errno: '0' },
            signals: [{ task: 'app', signal: 'SIGBUS', code: 'BUS_MCEERR_AO', address: 0x7f0000001000, mapping: 'heap', offset: 4096, addressLsbBits: 12 }],
        }), 0, 0x312dn);
        expect(endKey(seen)).toBe(endKey(predictedEnd(quiet!)));
        expect(endKey(observedEnd(observation([]), 0, 1n))).not.toBe(endKey(predictedEnd(quiet!)));
    });
});
