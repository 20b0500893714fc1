import type { Program, SourceId } from '../../simulator/program.js';
import { makeFile } from './files.js';
import { finishMachine, makeMachine } from './machine.js';
import type { PlanWriter } from './plan-writer.js';
import { letGoInRunner, makePin, makeProcesses } from './processes.js';

/**
 * The state that a scenario begins with, in the order in which the guest makes it.
 * @param further makes processes besides those of the scenario
 */
export function makeState(writer: PlanWriter, program: Program, further: () => void = () => undefined): void {
    makeMachine(writer, program, program.source);
    for (const file of program.machine.files) {
        makeFile(writer, file);
    }
    makeProcesses(writer, program);
    further();
    for (const pin of program.machine.pins) {
        makePin(writer, pin);
    }
    finishMachine(writer, program);
    // The frames of a file are looked up in it before.
    letGoInRunner(writer, program);
}

/** Says what keeps a plan from being run as a whole. */
export function refuseWhole(writer: PlanWriter, notModelled: readonly { readonly what: string; readonly source: SourceId }[], source: SourceId): void {
    for (const { what, source: where } of notModelled) {
        writer.cannot(what, 'it is not modelled', where);
    }
    if (writer.tooLarge !== null) {
        writer.cannot(writer.tooLarge.construct, `the agent has room for ${writer.tooLarge.room}`, source);
    }
}
