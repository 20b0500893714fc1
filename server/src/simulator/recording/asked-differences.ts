import type { DifferenceName } from '../../kernel/versions/differences.js';
import type { Program } from '../program.js';
import { Simulation } from '../simulation.js';

/** Steps before the one that is asked about: a run of more would be waited for. */
const MAX_STEPS = 500;

/**
 * Runs a program once more up to a step, and writes down which differences between kernels the model asks for in it: what could have
 * gone otherwise on another kernel.
 * @param index of the step in the trace
 * @returns in the order in which they were asked first; empty behind MAX_STEPS steps or a sweep, and where the step is one
 */
export function askedDifferences(program: Program, index: number): readonly DifferenceName[] {
    if (index > MAX_STEPS || program.steps.slice(0, index + 1).some(({ sweep }) => sweep !== undefined)) return [];
    const simulation = new Simulation(program);
    while (simulation.stepsRun.length < index) simulation.run(1);
    const asked = new Set<DifferenceName>();
    simulation.profile.onAsk = (name) => void asked.add(name);
    simulation.run(1);
    return [...asked];
}

/**
 * The same of every step, in one run more.
 * @returns by the index of the step; the steps behind MAX_STEPS have none, nor has any where there is a sweep or a race
 */
export function askedInSteps(program: Program): readonly (readonly DifferenceName[])[] {
    if (program.steps.some(({ sweep, races }) => sweep !== undefined || races !== undefined)) return [];
    const simulation = new Simulation(program);
    const asked: (readonly DifferenceName[])[] = [];
    for (let ends = false; !ends && asked.length < MAX_STEPS;) {
        const ofStep = new Set<DifferenceName>();
        simulation.profile.onAsk = (name) => void ofStep.add(name);
        ends = simulation.run(1);
        if (asked.length < simulation.stepsRun.length) asked.push([...ofStep]);
    }
    return asked;
}
