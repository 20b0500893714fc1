// Each limit of a sweep is reached: with hand-made machines, where only the sweep is asked, and once by a text.
import { describe, expect, test } from 'vitest';
import { TextAnalyzer } from '../../server/src/analysis/text-analyzer.js';
import type { Program } from '../../server/src/simulator/program.js';
import type { PageClass } from '../../server/src/simulator/sweep/page-classes.js';
import { MAX_SWEEP_CLASSES, MAX_SWEEP_STEPS, Sweep } from '../../server/src/simulator/sweep/sweep.js';
import type { SweepTrace, Trace } from '../../server/src/simulator/trace.js';

/** A sweep that finds so many states, two pages each, below so many steps. */
function swept(states: number, before: number): { readonly trace: SweepTrace; readonly machines: number } {
    const step = { source: 0, actor: 'root', op: 'wait', args: {}, timeNs: 0 };
    const program = { steps: [...Array.from({ length: before }, () => step), { ...step, sweep: { over: { kind: 'machine' }, name: 'm', inject: { op: 'corrupt-pfn', actor: 'root', args: {} } } }] } as unknown as Program;
    const classes = Array.from({ length: states }, (_none, pfn) => ({ pfn, pageCount: 2 }) as PageClass);
    let machines = 0;
    const sweep = new Sweep(program, before, () => {
        machines++;
        return { run: () => true, trace: () => ({ steps: [{}], notModelled: [] }) as unknown as Trace, classes: () => classes };
    });
    while (!sweep.ended) {
        sweep.run(10_000);
    }
    return { trace: sweep.trace(), machines };
}

describe('limits of a sweep', () => {
    test.each([
        ['as many states as are allowed', MAX_SWEEP_CLASSES, 0, MAX_SWEEP_CLASSES, null],
        ['one state too many', MAX_SWEEP_CLASSES + 1, 0, MAX_SWEEP_CLASSES, { of: 'classes', limit: MAX_SWEEP_CLASSES, found: MAX_SWEEP_CLASSES + 1 }],
        ['as many steps as are allowed', 100, MAX_SWEEP_STEPS / 100 - 1, 100, null],
        ['one state too many for the steps before it', 101, MAX_SWEEP_STEPS / 100 - 1, 100, { of: 'replayed-steps', limit: MAX_SWEEP_STEPS, found: 101 * MAX_SWEEP_STEPS / 100 }],
        ['steps that not even one state can afford', 3, MAX_SWEEP_STEPS, 0, { of: 'replayed-steps', limit: MAX_SWEEP_STEPS, found: 3 * (MAX_SWEEP_STEPS + 1) }],
    ])('%s', (_name, states, before, met, limit) => {
        const { trace, machines } = swept(states, before);
        expect(trace).toMatchObject({ pageCount: 2 * states, limit });
        expect(trace.classes).toHaveLength(met);
        expect(machines).toBe(met + 1);
    });

    test('a text that reaches one is told so; what the rest could change is unverified, and what it cannot is judged', async () => {
        const regions = Array.from({ length: 300 }, (_none, index) => `        region r${index} = slab 1 page`).join('\n');
        const report = await new TextAnalyzer().analyze('file:///limits.hwp', `scenario "s" {
    memory 64 MiB
    machine all {\n${regions}\n    }
    region spare = free 1 page
    repeat 2000 {\n        unpoison-pfn spare\n    }
    sweep every page of all: corrupt-pfn
        expect no panic
        expect MF_RECOVERED at least 90 %\n}`);
        const scenario = report.scenarios[0]!;
        expect(scenario.issues.map(({ code, severity }) => `${severity} ${code}`)).toContain('warning sweep/limit');
        expect(scenario.trace!.steps.at(-1)!.sweep).toMatchObject({ limit: { of: 'replayed-steps' } });
        expect(scenario.verdicts.filter(({ expectation }) => expectation >= 0).map(({ status }) => status)).toEqual(['unverified', 'passed']);
        expect(scenario.status).toBe('unverified');
    });
});
