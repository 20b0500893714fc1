/** However large memory is and however much happened in it, every poisoned frame is in a band that shows it. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bandsOf } from '../../server/src/picture/drawing/map-bands.js';
import { svgFile, svgOfPart } from '../../server/src/picture/drawing/svg.js';
import { frameHistories } from '../../server/src/picture/shapes/frame-histories.js';
import type { MapArea, MemoryMap, ScenarioPicture } from '../../server/src/picture/shapes/picture.js';
import { areaLookUp } from '../../server/src/picture/shapes/memory-map.js';
import { scenarioPicture } from '../../server/src/picture/shapes/scenario-picture.js';
import type { TraceEvent } from '../../server/src/simulator/trace.js';
import { stepTrace, traceOf } from '../report/hand-made.ts';
import { picturesOf, scenariosOf, sourcesOf } from './pictures.ts';
import { unreadable } from './placed-texts.ts';

const marks = (pfn: number): TraceEvent => ({ t: 'decision', id: 'memory_failure.marked', pfn, changes: [{ of: 'page', key: `0x${pfn.toString(16)}`, field: 'PG_hwpoison', before: 'false', after: 'true' }] });

function mapOf(pageCount: number, areas: readonly MapArea[], poisoned: readonly number[], blocks: MemoryMap['blocks']): MemoryMap {
    const { frames, joined } = frameHistories(traceOf([stepTrace(poisoned.map(marks))]), { namesOf: () => [], areaOf: areaLookUp(areas) });
    return { kind: 'memory-map', guest: '', pageShift: 12, firstPfn: 0, endPfn: pageCount, nodes: [{ id: 0, pfn: 0, pageCount: Math.ceil(pageCount / 2) }, { id: 1, pfn: Math.ceil(pageCount / 2), pageCount: Math.floor(pageCount / 2) }], areas, processes: [], frames, splits: [], blocks, joined };
}

/** Areas of some pages each, apart from each other. */
const layouts = fc.record({ pageCount: fc.constantFrom(1, 2, 1000, 2 ** 18, 2 ** 28), areas: fc.integer({ min: 0, max: 200 }), poisoned: fc.array(fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), { maxLength: 400 }), offline: fc.array(fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), isOffline: fc.boolean() }), { maxLength: 30 }) });

describe('no frame is lost', () => {
    test('from one page to a tebibyte', () => {
        fc.assert(fc.property(layouts, ({ pageCount, areas, poisoned, offline }) => {
            const every = Math.floor(pageCount / Math.max(1, areas));
            const declared = every < 2 ? [] : Array.from({ length: areas }, (_each, index): MapArea => ({ pfn: index * every, pageCount: Math.ceil(every / 2), name: `area ${index}`, kind: 'slab', order: 0, spot: null }));
            const frames = [...new Set(poisoned.map((share) => Math.floor(share * pageCount)))].sort((left, right) => left - right);
            const size = Math.min(2 ** 15, pageCount);
            const blocks = offline.map(({ at, isOffline }) => ({ step: 0, pfn: Math.floor(at * pageCount / size) * size, pageCount: size, isOffline })).filter(({ pfn }) => pfn + size <= pageCount);
            const bands = bandsOf(mapOf(pageCount, declared, frames, blocks), 0, 0);
            const shown = bands.filter(({ signs }) => signs.includes('poisoned'));
            expect(frames.filter((pfn) => !shown.some((band) => band.pfn <= pfn && pfn < band.end))).toEqual([]);
            // Bands follow each other, and cover memory once.
            const wide = bands.filter(({ pfn, end }) => end > pfn);
            expect(wide.slice(1).map(({ pfn }) => pfn)).toEqual(wide.slice(0, -1).map(({ end }) => end));
            expect([wide[0]?.pfn, wide.at(-1)?.end]).toEqual([0, pageCount]);
            expect(bands.length).toBeLessThan(2000);
        }), { numRuns: 100, seed: 13 });
    });

    test('of a hundred thousand frames that lie apart all are counted, in few runs', () => {
        const events: TraceEvent[] = [];
        for (let index = 0; index < 100_000; index += 1) events.push(marks(index * 3), { t: 'decision', id: 'get_any_page.in-use', pfn: index * 3 });
        const { frames, joined } = frameHistories(traceOf([stepTrace(events)]), { namesOf: () => [], areaOf: () => 0 });
        expect(frames.length).toBeLessThanOrEqual(2000);
        expect(frames.reduce((sum, { pageCount }) => sum + pageCount, 0)).toBe(100_000);
        expect(joined).toBe(100_000 - frames.length);
    });
});

describe('bad input', () => {
    test('a scenario of a million decisions is drawn', async () => {
        const [scenario] = await scenariosOf('large.hwp', 'scenario "large" {\n    region r = slab 1 page\n    corrupt-pfn r\n}');
        const { program, trace } = scenario!.variants[0]!;
        const step = { ...trace!.steps[0]!, events: Array.from({ length: 1_000_000 }, (_each, index): TraceEvent => index % 2 === 0 ? marks(index) : { t: 'log', level: 'err', text: 'x' }) };
        const picture = scenarioPicture({ ...scenario!, variants: [{ ...scenario!.variants[0]!, program, trace: { ...trace!, steps: [step] } }] }, sourcesOf('large.hwp', ''));
        const svg = svgFile(picture, 600);
        expect(svg.length).toBeLessThan(400_000);
        expect(svg).toMatch(/\d+ frames: \d+ poisoned, up to 0xf423e/u);
        expect(unreadable(svg, 600)).toEqual([]);
    });

    test('six thousand steps: the first, the last, and those with a result; the rest is counted', async () => {
        const text = `scenario "long" {\n    process db { map heap = anon 64 MiB written }\n    repeat 3000 {\n        db: read heap[0]\n    }\n    corrupt-pfn heap[1]\n    repeat 3000 {\n        db: read heap[0]\n    }\n}`;
        const [picture] = await picturesOf('long.hwp', text) as [ScenarioPicture];
        expect(picture.steps.length).toBe(6001);
        const line = picture.parts.find((part) => part.kind === 'time-line')!;
        expect(line.rows.length).toBeLessThan(200);
        const counted = line.rows.reduce((sum, row) => sum + (row.t === 'step' ? 1 : row.lastStep - row.firstStep + 1), 0);
        expect(counted).toBe(picture.steps.length);
        expect(svgOfPart(line, picture)).toContain('DIRTY_LRU Recovered');
    });

    test('a panic at the first step: what follows is said not to be reached', async () => {
        const [picture] = await picturesOf('panic.hwp', 'scenario "stops" {\n    sysctl vm.panic_on_unrecoverable_memory_failure = 1\n    region r = slab 1 page\n    machine-check UE at r\n    corrupt-pfn r\n    corrupt-pfn r\n}') as [ScenarioPicture];
        const svg = svgFile(picture, 600);
        expect(picture.notes).toEqual(['2 steps not reached: the machine had stopped.']);
        expect(svg.match(/not reached</gu)).toHaveLength(2);
        expect(svg).toContain('panic: ');
    });

    test.each([['an error', 'scenario "s" {\n    corrupt-pfn nothing\n}', /has 1 error and was not run/u], ['no steps', 'scenario "s" { }', /has no steps/u]])('%s: a clear message', async (_name, text, words) => {
        const [picture] = await picturesOf('bad.hwp', text) as [ScenarioPicture];
        expect(picture.notes.join(' ')).toMatch(words);
        expect(unreadable(svgFile(picture, 200), 200)).toEqual([]);
    });

    test('a thousand regions and a hundred processes', async () => {
        const regions = Array.from({ length: 1000 }, (_each, index) => `    region r${index} = slab 2 pages`).join('\n');
        const processes = Array.from({ length: 100 }, (_each, index) => `    process p${index} { map heap = anon 16 KiB written }`).join('\n');
        const [picture] = await picturesOf('many.hwp', `scenario "many" {\n${regions}\n${processes}\n    corrupt-pfn r999\n    corrupt-pfn p99.heap[1]\n}`) as [ScenarioPicture];
        for (const width of [200, 800]) {
            const svg = svgFile(picture, width);
            expect(unreadable(svg, width)).toEqual([]);
            expect(svg.length).toBeLessThan(200_000);
        }
        expect(svgFile(picture, 800)).toContain('p99:heap[1]: poisoned, recovered');
    });
});
