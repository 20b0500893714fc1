import type { VariantReport, ScenarioReport } from '../../report/judgement/scenario-report.js';
import type { Difference } from '../compare/compare.js';
import type { Observation } from '../observation/observation.js';
import type { NotMade } from '../plan/plan.js';
import type { RaceResult } from '../races/race-result.js';

/** Of the prediction, on that kernel. */
export type LabVerdict = 'agrees' | 'differs' | 'not made' | 'not modelled';
export const LAB_VERDICTS: readonly LabVerdict[] = ['agrees', 'differs', 'not made', 'not modelled'];

/** One variant of a scenario, and what became of it. */
export interface LabCase {
    /** The file that it stands in. */
    readonly uri: string;
    readonly scenario: ScenarioReport;
    readonly variant: VariantReport;
}

export interface LabResult extends LabCase {
    readonly verdict: LabVerdict;
    /** In the order of the steps: the first one is in the step that decides. */
    readonly differences: readonly Difference[];
    readonly notMade: readonly NotMade[];
    /** Null when nothing was run. */
    readonly observation: Observation | null;
    /** Two runs gave two results: the second one, on a machine of its own, is the one that counts. */
    readonly unsteady: boolean;
    readonly milliseconds: number;
    /** What was forced, of a scenario with a race. */
    readonly race?: RaceResult;
}
