/** A machine check that is taken by a CPU which runs nothing: whoever wrote it has usually a task in mind. */
import type { Step, Program } from '../../simulator/program.js';

export interface IdleCpu {
    readonly cpu: number;
    /** The task that maps the page, where one does. */
    readonly task: string | undefined;
}

/** @param index of the step in `Program.steps`; undefined where the CPU runs a task, or the error is none that a CPU consumes */
export function idleCpuOf(program: Program, index: number): IdleCpu | undefined {
    const step = program.steps[index];
    if (step?.op !== 'machine-check' || step.args['severity'] !== 'AR') {
        return undefined;
    }
    const running = [...program.machine.running.map(({ cpu }) => cpu), ...program.steps.slice(0, index).flatMap(({ op, args }) => op === 'run' && typeof args['cpu'] === 'number' ? [args['cpu']] : [])];
    const asked = step.args['cpu'];
    const cpu = typeof asked === 'number' ? asked : running[0] ?? 0;
    return running.includes(cpu) ? undefined : { cpu, task: ownerOf(step) };
}

function ownerOf({ args: { target } }: Step): string | undefined {
    return typeof target === 'object' && target !== null && 'kind' in target && target.kind === 'mapping' ? target.process : undefined;
}
