import type { Program } from '../../simulator/program.js';
import type { Trace } from '../../simulator/trace.js';
import { makeState, refuseWhole } from './make-state.js';
import type { Guest } from '../kernels/platforms.js';
import type { Planned } from './plan.js';
import { PlanWriter } from './plan-writer.js';
import { makeStep } from './steps.js';

/** Decisions about a frame that is free by then. */
const FREE: ReadonlySet<string> = new Set(['take_page_off_buddy', 'page_handle_poison.free']);
const NOT_TAKEN: ReadonlySet<string> = new Set(['task.stopped', 'task.waits', 'task.tries-again']);

/**
 * The plan of a scenario, or what of it cannot be made, construct by construct.
 * @param lacks what the machine does not have, as the agent calls it
 * @param guest the machine it is for; a PC unless given
 * @param predicted tells whether the machine will come to harm; null: nobody knows, it runs alone
 */
export function makePlan(program: Program, predicted: Trace | null, lacks: ReadonlySet<string> = new Set(), guest?: Guest): Planned {
    const writer = new PlanWriter(lacks, guest);
    if (predicted === null || predicted.end.panic !== null || predicted.end.oops !== null) {
        writer.harms('the machine is expected to stop');
        writer.chancy('the console of a machine that stops may lose characters');
    }
    makeState(writer, program);
    program.steps.forEach((step, index) => {
        const events = predicted?.steps.find((each) => each.index === index)?.events.flatMap((event) => event.t === 'decision' ? [event.id] : []) ?? [];
        if (step.op === 'phase') {
            return;
        }
        // Who is stopped takes no step, and the runner does not wait for him.
        if (events.some((id) => NOT_TAKEN.has(id))) {
            writer.step(index, () => undefined);
            return;
        }
        if (events.some((id) => FREE.has(id))) {
            writer.chancy('whoever runs before the error hits may be given the free frame');
        }
        if (events.includes('step.no-frame')) {
            writer.cannot(`${step.op} there`, 'no frame is mapped at the target', step.source);
        }
        writer.step(index, () => makeStep(writer, program, step));
    });
    refuseWhole(writer, program.notModelled, program.source);
    return writer.notMade.length > 0 ? { notMade: writer.notMade } : { plan: writer.plan() };
}
