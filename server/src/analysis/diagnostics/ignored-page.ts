import { durationWords } from '../../vocabulary/units.js';
import { stepEvents } from '../../report/step-events.js';
import { hex, shortType } from '../../report/wording.js';
import type { StepTrace, Trace } from '../../simulator/trace.js';
import type { DiagnosticKind } from './finding.js';

export const ignoredPage: DiagnosticKind = {
    code: 'page/ignored',
    severity: 'warning',
    doc: 'memory_failure() marked the page and left it where it is: whoever owns it goes on using it, and a later access can crash the machine.',
    find: ({ trace }) => {
        const stops = stopsOf(trace);
        return ignoredFrames(trace).map(({ step, pfn, type }) => ({
            source: step.source,
            message: `${shortType(type)}: the page ${hex(pfn)} is Ignored; it stays in use.`,
            related: consumers(stops, step, pfn).map((later) => ({ source: later.source, message: `It is consumed here, ${after(step, later)} later.` })),
        }));
    },
};

export const consumedPage: DiagnosticKind = {
    code: 'page/consumed',
    severity: 'warning',
    doc: 'A page that an earlier memory failure left Ignored is consumed here: the machine stops, the kernel oopses, a task is stopped, or wrong data are read and nobody is told. The link leads to that error.',
    find: ({ trace }) => {
        const stops = stopsOf(trace);
        return ignoredFrames(trace).flatMap(({ step, pfn }) => consumers(stops, step, pfn).map((later) => ({
            source: later.source,
            message: `The page ${hex(pfn)} that is consumed here was left Ignored ${after(step, later)} earlier.`,
            related: [{ source: step.source, message: 'The error was found here.' }],
        })));
    },
};

interface IgnoredFrame { readonly step: StepTrace; readonly pfn: number; readonly type: string }

/** Frames left Ignored by a machine that went on. */
function ignoredFrames(trace: Trace): IgnoredFrame[] {
    return trace.steps.filter((step) => !isStop(step)).flatMap((step) =>
        stepEvents(step, 'result').filter(({ result }) => result === 'MF_IGNORED').map(({ pfn, type }) => ({ step, pfn, type })));
}

/** Stops after a step with a decision about the frame, and steps that load from it. */
function consumers(stops: readonly StepTrace[], after: StepTrace, pfn: number): StepTrace[] {
    return stops.filter((step) => step.index > after.index && step.events.some((event) => event.t === 'decision' && event.pfn === pfn && (isStop(step) || CONSUMED.has(event.id))));
}

const CONSUMED: ReadonlySet<string> = new Set(['memory.poison-consumed', 'memory.bad-data-delivered']);

function after(step: StepTrace, later: StepTrace): string {
    return durationWords(later.timeNs - step.timeNs);
}

/** Steps in which the machine panics, the kernel oopses, or somebody loads from bad memory. */
function stopsOf(trace: Trace): StepTrace[] {
    return trace.steps.filter((step) => isStop(step) || step.events.some((event) => event.t === 'decision' && CONSUMED.has(event.id)));
}

function isStop(step: StepTrace): boolean {
    return step.events.some(({ t }) => t === 'panic' || t === 'oops');
}
