// States beside a trace: what a machine is like after every event, without a difference to the run.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { TextAnalyzer } from '../../server/src/analysis/text-analyzer.js';
import type { VariantReport } from '../../server/src/report/judgement/scenario-report.js';
import { recordStates, traceOfWay, type ChosenWay, type Recorded } from '../../server/src/simulator/recording/record-states.js';
import type { Fields, StateLog } from '../../server/src/simulator/recording/state-log.js';
import type { Trace } from '../../server/src/simulator/trace.js';

const root = path.resolve(import.meta.dirname, '../..');

async function variantsIn(text: string, uri = 'file:///a.hwp'): Promise<VariantReport[]> {
    const { scenarios } = await new TextAnalyzer((file) => readFileSync(new URL(file), 'utf8')).analyze(uri, text);
    return scenarios.flatMap(({ variants }) => variants);
}

function record({ program }: Pick<VariantReport, 'program'>, trace: Trace, way: ChosenWay | null = null): Recorded {
    const slices = recordStates(program, trace, way);
    for (;;) {
        const { done, value } = slices.next();
        if (done === true) return value;
    }
}

function stateAt({ changes, items }: StateLog, position: number): Map<string, Fields> {
    const state = new Map<string, Fields>();
    for (const { item, before, after } of changes.slice(0, position + 1).flat()) {
        const key = items[item]!.join(' / ');
        expect(state.get(key) ?? null).toEqual(before);
        if (after === null) state.delete(key);
        else state.set(key, after);
    }
    return state;
}

const positionsOf = (trace: Trace): number => trace.steps.reduce((sum, { events }) => sum + events.length + 1, 1);

test.each(readdirSync(path.join(root, 'examples')).filter((name) => name.endsWith('.hwp')))('%s: looking makes no difference, and every position has a state', async (name) => {
    const file = path.join(root, 'examples', name);
    for (const variant of (await variantsIn(readFileSync(file, 'utf8'), `file://${file}`)).slice(0, 12)) {
        const { trace } = variant;
        if (trace === null) continue;
        const { states: log, steps } = record(variant, trace);
        expect(JSON.stringify(steps)).toBe(JSON.stringify(trace.steps.map(({ race: _race, ...step }) => step)));
        expect(log.changes).toHaveLength(positionsOf(trace));
        stateAt(log, log.changes.length - 1);
    }
});

const recorded = path.join(root, 'test/conformance/scenarios');
const SAMPLE = readdirSync(recorded, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.hwp')).sort().filter((_name, index) => index % 12 === 0);

test('nor does it in what was recorded', async () => {
    for (const name of SAMPLE) {
        const file = path.join(recorded, name);
        for (const variant of await variantsIn(readFileSync(file, 'utf8'), `file://${file}`)) {
            const { trace } = variant;
            if (trace !== null) expect(JSON.stringify(record(variant, trace).steps), name).toBe(JSON.stringify(trace.steps.map(({ race: _race, ...step }) => step)));
        }
    }
});

test('the last state says what the trace says', async () => {
    const [variant] = await variantsIn('scenario "s" {\n    process db {\n        prctl PR_MCE_KILL_EARLY\n        sigbus handler longjmp\n        map heap = anon 16 KiB written\n    }\n    page bad = heap[2]\n    corrupt-pfn bad\n    db: read heap[2]\n}\n');
    const trace = variant!.trace!;
    const { states: log } = record(variant!, trace);
    const end = stateAt(log, log.changes.length - 1);
    const pfn = `0x${trace.end.frames['bad']!.pfn.toString(16)}`;

    expect(end.get(`frames / ${pfn}`)).toMatchObject({ PG_hwpoison: 'yes', mapcount: '0' });
    expect(end.get('processes / db / mappings / heap')?.['[2]']).toBe(`hwpoison ${pfn}`);
    expect(end.get('counters / node 0')).toMatchObject({ total: '1', recovered: '1' });
    expect(end.get('processes / db / threads / main')).toMatchObject({ policy: 'early' });

    // In get_any_page() the handler holds a reference of its own.
    const before = stateAt(log, 0).get(`frames / ${pfn}`);
    const inUse = 1 + trace.steps[0]!.events.findIndex((event) => event.t === 'decision' && event.id === 'get_any_page.in-use');
    expect([before?.['refcount'], stateAt(log, inUse).get(`frames / ${pfn}`)?.['refcount']]).toEqual(['1', '2']);
});

test('every way of a race can be gone again, and ends as the trace says', async () => {
    const [variant] = await variantsIn(readFileSync(path.join(root, 'examples/04-allocated-under-the-handler.hwp'), 'utf8'));
    const { program, trace } = variant!;
    const step = trace!.steps.findIndex(({ race }) => race !== undefined);
    for (const outcome of trace!.steps[step]!.race!.outcomes) {
        for (const [index, way] of outcome.ways.entries()) {
            const gone = traceOfWay(program, trace!, { step, way });
            expect(gone).not.toBeNull();
            const results = (events: Trace['steps'][number]['events']): unknown[] => events.filter(({ t }) => t === 'result' || t === 'panic');
            expect(results(gone!.steps[step]!.events)).toEqual(results(outcome.step.events));
            if (index === 0) expect(gone!.steps[step]).toEqual(outcome.step);
            const { states, steps } = record(variant!, gone!, { step, way });
            expect(steps.at(-1)).toEqual(gone!.steps[step]);
            expect(states.changes).toHaveLength(positionsOf(gone!));
        }
    }
});
