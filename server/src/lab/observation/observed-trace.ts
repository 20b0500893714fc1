import type { StepTrace, Trace, TraceEvent } from '../../simulator/trace.js';
import type { Observation, ObservedStep } from './observation.js';

/** The observation in the form of a trace: what can be seen from outside, without the decisions. Steps that were not taken are skipped. */
export function observedTrace(predicted: Trace, observation: Observation): Trace {
    const counters = observation.steps.at(-1)?.counters ?? predicted.steps[0]?.counters ?? predicted.end.counters;
    const steps = predicted.steps.map((step) => {
        const seen = observation.steps.find(({ index }) => index === step.index);
        return seen === undefined ? { ...withoutClaims(step), skipped: step.op !== 'phase', events: [], outcome: { errno: '' as const } } : observedStep(step, seen);
    });
    const exits = Object.fromEntries(observation.steps.flatMap((step) => step.exits.map(({ process, signal }) => [process, signal as never])));
    return { ...predicted, steps, end: { ...predicted.end, counters, panic: observation.panic, oops: observation.oops, exits, frames: {}, regions: {} }, notModelled: [] };
}

function withoutClaims({ claimed: _claimed, race: _race, sweep: _sweep, ...step }: StepTrace): StepTrace {
    return step;
}

function observedStep(step: StepTrace, seen: ObservedStep): StepTrace {
    const events: TraceEvent[] = [
        ...seen.log.map(({ level, text }): TraceEvent => ({ t: 'log', level, text })),
        ...seen.signals.map((signal): TraceEvent => ({
            t: 'signal', signal: signal.signal as never, code: signal.code as never, task: signal.task, pid: 0, tid: 0, address: signal.address,
            ...signal.mapping === undefined ? {} : { mapping: signal.mapping, offset: signal.offset! },
            addressLsbBits: signal.addressLsbBits, forced: signal.code !== 'BUS_MCEERR_AO', fate: 'handled',
        })),
        ...seen.exits.map(({ process, signal }): TraceEvent => ({ t: 'exit', process, signal: signal as never })),
        ...seen.panic === null ? [] : [{ t: 'panic', text: seen.panic } as const],
    ];
    return { ...withoutClaims(step), events, outcome: seen.outcome, counters: seen.counters ?? step.counters };
}
