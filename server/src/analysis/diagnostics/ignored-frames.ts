/** Frames that an error left in use, and who meets them later. */
import { durationWords } from '../../vocabulary/units.js';
import { stepEvents } from '../../report/step/step-events.js';
import type { StepTrace, Trace } from '../../simulator/trace.js';

export interface IgnoredFrame { readonly step: StepTrace; readonly pfn: number; readonly type: string }

/** Frames left Ignored by a machine that went on. */
export function ignoredFrames(trace: Trace): IgnoredFrame[] {
    return trace.steps.filter((step) => !isStop(step)).flatMap((step) =>
        stepEvents(step, 'result').filter(({ result }) => result === 'MF_IGNORED').map(({ pfn, type }) => ({ step, pfn, type })));
}

/** Stops after a step with a decision about the frame, and steps that load from it. */
export function consumers(stops: readonly StepTrace[], after: StepTrace, pfn: number): StepTrace[] {
    return stops.filter((step) => step.index > after.index && step.events.some((event) => event.t === 'decision' && event.pfn === pfn && (isStop(step) || CONSUMED.has(event.id))));
}

const CONSUMED: ReadonlySet<string> = new Set(['memory.poison-consumed', 'memory.bad-data-delivered']);

export function after(step: StepTrace, later: StepTrace): string {
    return durationWords(later.timeNs - step.timeNs);
}

/** Steps in which the machine panics, the kernel oopses, or somebody loads from bad memory. */
export function stopsOf(trace: Trace): StepTrace[] {
    return trace.steps.filter((step) => isStop(step) || step.events.some((event) => event.t === 'decision' && CONSUMED.has(event.id)));
}

function isStop(step: StepTrace): boolean {
    return step.events.some(({ t }) => t === 'panic' || t === 'oops');
}
