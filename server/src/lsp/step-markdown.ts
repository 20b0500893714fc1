/** The explanation of the steps at a place, for hovers and the tooltips of hints. */
import { explanationMarkdown, variantsMarkdown } from '../report/explanation/markdown.js';
import type { PlacedStep } from './steps-in-text.js';

/** Most runs of one step (it is repeated) that are explained. */
const MAX_EXPLAINED_RUNS = 3;

export function stepMarkdown(steps: readonly PlacedStep[]): string[] {
    const variants = steps[0]?.scenario.variants ?? [];
    if (variants.length > 1) {
        return [variantsMarkdown(variants, steps.map(({ index }) => index))];
    }
    const shown = steps.slice(0, MAX_EXPLAINED_RUNS).map(({ trace, index }) => explanationMarkdown(trace, index));
    return steps.length > MAX_EXPLAINED_RUNS ? [...shown, `${steps.length - MAX_EXPLAINED_RUNS} more runs of this step are not shown.`] : shown;
}
