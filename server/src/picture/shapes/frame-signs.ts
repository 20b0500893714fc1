import type { FrameHistory, FrameSign } from './picture.js';

/** What can be seen of a frame after a step. */
export function signsAfter({ moments }: FrameHistory, step: number): readonly FrameSign[] {
    let signs: readonly FrameSign[] = [];
    for (const moment of moments) {
        if (moment.step > step) break;
        signs = moment.signs;
    }
    return signs;
}
