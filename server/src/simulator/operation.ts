import type { StepContext } from './step-context.js';
import type { StepOutcome } from './trace.js';

/** What one step does. Rows are keyed by the ids of vocabulary/operations. */
export type Operation = (context: StepContext) => StepOutcome;
