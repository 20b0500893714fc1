import { askedInSteps } from '../../simulator/recording/asked-differences.js';
import type { Program } from '../../simulator/program.js';
import type { Trace } from '../../simulator/trace.js';
import { changeOf, DIFFERENCES, differencesIn, spanOf, type Difference, type DifferenceName } from '../../kernel/versions/differences.js';
import { releasesOf } from '../../vocabulary/kernel-changes.js';

/** What a step asks of its kernel: something that other releases do otherwise. */
export interface AskedOfKernel {
    readonly name: DifferenceName;
    /** Whether the kernel of the step does it. */
    readonly holds: boolean;
    /** `since 6.11`, `before 6.15, 6.14.3 and 6.12.24`. */
    readonly releases: string;
    readonly effect: string;
    readonly evidence: Difference['evidence'];
    /** The commits that brought it and took it, where they are known. */
    readonly commits: readonly { readonly title: string; readonly commit: string | null; readonly releases: string }[];
}

/**
 * What each step of a run asks of its kernel, by the index of the step. It runs the program once more, and knows all differences: who
 * writes JSON is handed it, so that the lab's bundle needs neither.
 */
export type ReleasesOfSteps = (program: Program, trace: Trace) => readonly (readonly AskedOfKernel[])[];

export const releasesOfSteps: ReleasesOfSteps = (program, { steps, kernel }) => {
    const asked = askedInSteps(program);
    return steps.map((step, index) => askedOfKernel(step.skipped ? [] : asked[index] ?? [], (step.kernel ?? kernel).written));
};

/** What the differences that a step asked for say of a kernel, in the order in which they were asked. */
export function askedOfKernel(names: readonly DifferenceName[], written: string): readonly AskedOfKernel[] {
    const held = differencesIn(written);
    return names.map((name) => {
        const difference: Difference = DIFFERENCES[name];
        const { effect, evidence, from, before } = difference;
        const commits = [changeOf(from), changeOf(before)].flatMap((change) => change === undefined ? [] : [{ title: change.title, commit: change.commit ?? null, releases: releasesOf(change) }]);
        return { name, holds: held.has(name), releases: spanOf(difference), effect, evidence, commits };
    });
}
