import type { Competitor, MachineSpec, Place, Program, Step } from '../../server/src/simulator/program.js';
import { simulate } from '../../server/src/simulator/simulate.js';
import type { RaceOutcome, RaceTrace, RaceWay, Trace } from '../../server/src/simulator/trace.js';
import type { KernelVersion } from '../../server/src/vocabulary/kernels.js';
import { program } from './programs.js';

export function region(name: string, page = 0): Place {
    return { kind: 'region', region: name, page, pageCount: 1, byteOffset: 0 };
}

/** `kernel: isolate heap[0]`, `app: write heap[0] from buf`. */
export function competitor(op: string, args: Competitor['args'] = {}, actor = 'kernel', from?: Place): Competitor {
    return { op, args, actor, source: 0, ...(from === undefined ? {} : { from }) };
}

/** A step with competitors on a machine, as a program of its own. */
export function racedProgram(spec: MachineSpec, step: Step, races: readonly Competitor[], kernel: KernelVersion = '7.3', proposals: readonly string[] = []): Program {
    return { ...program(spec, [{ ...step, races }]), kernel: { written: kernel, version: kernel, proposals } };
}

export function raceOf(trace: Trace, step = 0): RaceTrace {
    const { race } = trace.steps[step]!;
    if (race === undefined) throw new Error('the step is not raced');
    return race;
}

/** `DIRTY_LRU Recovered`, `KERNEL_HIGH_ORDER Ignored panic`, with signals as `AO app`. */
export function outcomeText({ step }: RaceOutcome): string {
    return step.events.flatMap((event) => {
        if (event.t === 'result') return [event.type.replace('MF_MSG_', ''), event.result.replace(/MF_(.)(.*)/, (_all, first: string, rest: string) => first + rest.toLowerCase())];
        if (event.t === 'signal') return [`${event.code.replace('BUS_MCEERR_', '')} ${event.task}`];
        return event.t === 'panic' ? ['panic'] : [];
    }).join(' ');
}

/** `W4 W4`: the windows of a way, `quiet` for nobody interfering. */
export function wayText(way: RaceWay): string {
    return way.map(({ window }) => window).join(' ') || 'quiet';
}

/** Every outcome with the windows of its ways. */
export function outcomes(program: Program): Record<string, string[]> {
    const race = raceOf(simulate(program));
    return Object.fromEntries(race.outcomes.map((outcome) => [outcomeText(outcome), [...new Set(outcome.ways.map(wayText))]]));
}
