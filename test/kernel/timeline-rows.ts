import { describe, expect, test } from 'vitest';
import type { MachineSpec, Step } from '../../server/src/simulator/program.js';
import type { StepTrace } from '../../server/src/simulator/trace.js';
import { observed, signalText, stepsAfter } from './observed.js';
import type { PageState } from './page-states/index.js';

/**
 * A step and what it gives: errno, `returned N`, `'value'`, `text: ...`, signals, ends of processes, `panic`, in that order.
 * Then the kernel log with words for numbers, where the row is about it.
 */
export type TimedStep = readonly [Step, string] | readonly [Step, string, readonly string[]];

/** A page and what happens to it, step by step. */
export interface TimelineRow {
    readonly section: string;
    readonly page: PageState;
    readonly machine?: Partial<MachineSpec>;
    readonly steps: readonly TimedStep[];
    /** Set where the model is known not to do that yet: why. The test then fails when it does. */
    readonly differs?: string;
}

export type TimelineRows = Readonly<Record<string, TimelineRow>>;

/** What came back to whoever made the step. */
export function outcomeText({ events, outcome, skipped }: StepTrace): string {
    const parts: string[] = skipped ? ['skipped'] : [];
    if (outcome.errno !== '') parts.push(outcome.errno);
    if (outcome.returned !== undefined) parts.push(`returned ${outcome.returned}`);
    if (outcome.value !== undefined) parts.push(outcome.value === '\0' ? 'zeroes' : `'${outcome.value}'`);
    if (outcome.text !== undefined) parts.push(`text: ${outcome.text}`);
    for (const event of events) {
        if (event.t === 'signal') parts.push(signalText(event));
        if (event.t === 'exit') parts.push(`${event.process} ends${event.signal === null ? '' : ` by ${event.signal}`}`);
        if (event.t === 'panic') parts.push('panic');
    }
    return parts.join(', ');
}

/** One test a row; what every step gave is compared at once. */
export function checkTimelines(title: string, rows: TimelineRows): void {
    describe(title, () => {
        for (const [name, row] of Object.entries(rows)) {
            const known = row.differs === undefined ? test : test.fails;
            known(`${row.section}: ${name}${row.differs === undefined ? '' : ` [${row.differs}]`}`, () => {
                const { steps, trace } = stepsAfter(row.page, row.steps.map(([step]) => step), row.machine);
                expect(steps.map((each, index) => `${row.steps[index]![0].op}: ${outcomeText(each)}`)).toEqual(row.steps.map(([step, expected]) => `${step.op}: ${expected}`));
                for (const [index, [, , log]] of row.steps.entries()) if (log !== undefined) expect(observed(steps[index]!).log).toEqual(log);
                expect(trace.notModelled).toEqual([]);
            });
        }
    });
}
