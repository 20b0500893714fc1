/** How well the ground of a run is covered: which of the ways that it takes through the kernel were seen on running kernels. */
import type { Program } from '../../simulator/program.js';
import type { StepTrace, Trace } from '../../simulator/trace.js';
import { RECORDED } from './recorded-paths.js';
import type { Recorded } from './recorded.js';
import { hashOf, pairsOf, pathText, stepPath } from './step-path.js';

/** From the best covered to the worst. */
export const COVERAGE_DEGREES = ['recorded', 'elsewhere', 'parts', 'source'] as const;

/**
 * `recorded`: that kernel went this very way, from the operation to its outcome, and the model agreed. `elsewhere`: another recorded kernel did.
 * `parts`: each two decisions that follow each other were recorded, and not all of them in one. `source`: some never were.
 */
export type CoverageDegree = (typeof COVERAGE_DEGREES)[number];

export interface Coverage {
    /** The worst of the steps; null when the kernel decided nothing in any of them. */
    readonly degree: CoverageDegree | null;
    /** Steps of that degree. */
    readonly counts: Readonly<Record<CoverageDegree, number>>;
    /** In the order of `Trace.steps`; null for a step in which the kernel decided nothing. */
    readonly steps: readonly (CoverageDegree | null)[];
}

/** The degree of a path on one of the kernels, by its index there; -1: none of them. */
export function degreeOf(path: readonly string[], kernel: number, recorded: Recorded): CoverageDegree {
    const took = recorded.paths.get(hashOf(pathText(path)));
    if (took !== undefined) return kernel >= 0 && (took & (1 << kernel)) !== 0 ? 'recorded' : 'elsewhere';
    return pairsOf(path).every((pair) => recorded.pairs.has(hashOf(pair))) ? 'parts' : 'source';
}

/** The worst degree; null of none. */
export function worst(degrees: readonly (CoverageDegree | null)[]): CoverageDegree | null {
    return [...COVERAGE_DEGREES].reverse().find((degree) => degrees.includes(degree)) ?? null;
}

export function coverageOf(program: Program, trace: Trace, recorded: Recorded = RECORDED): Coverage {
    const kernelOf = (step: StepTrace): number => {
        const { written, version, proposals } = step.kernel ?? program.kernel;
        return proposals.length > 0 ? -1 : recorded.kernels.findIndex((each) => each.version === version && (written === version || written === each.release) && each.arch === program.arch && each.pageShift === program.pageShift);
    };
    const steps = trace.steps.map((step) => {
        const path = stepPath(step);
        return path === null ? null : degreeOf(path, kernelOf(step), recorded);
    });
    const counts = Object.fromEntries(COVERAGE_DEGREES.map((degree) => [degree, steps.filter((each) => each === degree).length])) as Record<CoverageDegree, number>;
    return { degree: worst(steps), counts, steps };
}

const WORDS: Readonly<Record<CoverageDegree, string>> = { recorded: 'recorded', elsewhere: 'recorded on another kernel', parts: 'recorded in parts', source: 'from the source' };

/** `3 of 5 steps recorded · 2 from the source`; '' where nothing was decided. */
export function coverageWords({ degree, counts }: Coverage): string {
    if (degree === null) return '';
    const all = COVERAGE_DEGREES.reduce((sum, each) => sum + counts[each], 0);
    const said = COVERAGE_DEGREES.filter((each) => counts[each] > 0);
    return said.map((each, index) => index === 0 ? `${counts[each] === all ? 'all' : `${counts[each]} of ${all}`} steps ${WORDS[each]}` : `${counts[each]} ${WORDS[each]}`).join(' · ');
}
