/** What the lab says to a program that runs it as a process of its own, and what it is told: over the channel of Node's `fork`, by structured clone. */
import type { SourceRange } from '../../simulator/program.js';
import type { Difference } from '../compare/compare.js';
import type { KernelWish } from '../open-lab.js';
import type { LabVerdict } from '../run/lab-result.js';

export type ToLab =
    /** Which kernel is it to be? Answered with `kernel` or `problem`. */
    | { readonly t: 'choose'; readonly wish: KernelWish }
    /**
     * Boots it, or goes on from its kept state, and runs. The cases are `LabCase`s, predicted for that kernel by the language server. Answered
     * with `result` for each case, then `done`.
     */
    | { readonly t: 'run'; readonly cases: readonly object[]; readonly texts: Readonly<Record<string, string>> }
    /** Looks for what runs need and fetches it. Answered with `kernel` or `problem`. */
    | { readonly t: 'setUp'; readonly version: string | undefined }
    /** Ends the run: what is known by then was told. Answered with `done`. */
    | { readonly t: 'stop' };

export type FromLab =
    | { readonly t: 'progress'; readonly text: string }
    | { readonly t: 'kernel'; readonly version: string; readonly release: string }
    | { readonly t: 'result'; readonly index: number; readonly result: PlacedResult }
    | { readonly t: 'done' }
    /** What keeps the lab from running; the process ends. */
    | { readonly t: 'problem'; readonly message: string; readonly mend: string };

/** What became of a case, by places in the text. */
export interface PlacedResult {
    readonly verdict: LabVerdict;
    /** As `hwp lab run` prints it. */
    readonly text: string;
    readonly milliseconds: number;
    /** The steps that were taken; the prediction of a panic or an end counts as taken. */
    readonly steps: readonly { readonly place: SourceRange; readonly agrees: boolean }[];
    /** The first one is in the step that decides. */
    readonly differences: readonly { readonly field: Difference['field'] | 'outcome'; readonly predicted: string; readonly observed: string; readonly place: SourceRange }[];
    readonly notMade: readonly { readonly construct: string; readonly reason: string; readonly place: SourceRange }[];
}
