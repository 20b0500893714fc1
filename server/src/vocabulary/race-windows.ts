/**
 * Where memory_failure() can be raced: the places in the handler between two looks at the same page. From the source of
 * Linux 7.3 unless said; `seen` tells what a 7.3.4 did that was held there while somebody else acted. The handler holds mf_mutex all the time, so two memory failures, soft offlines or unpoisons never
 * interleave.
 */
import { withFields } from './with-words.js';
import { RACE_WINDOW_WORDS } from './words/race-window-words.js';

/** What the handler holds and a competitor may need. The zone and hugetlb locks are never held where a window is open. */
export type Held = 'mark' | 'reference' | 'folio lock';

export interface RaceWindow {
    /** `between A and B`, what stands after the word. */
    readonly between: string;
    readonly holds: readonly Held[];
    /** Who can make a difference here. */
    readonly competitor: string;
    readonly follows: string;
    /** What was seen on 7.3.4, held there by force; 'From source.' where nothing was. */
    readonly seen: string;
}

const ROWS = {
    W1: { holds: ['mark'] },
    W2: { holds: ['mark'] },
    W2b: { holds: ['mark'] },
    W2c: { holds: ['mark'] },
    W3: { holds: ['mark'] },
    W4: { holds: ['mark'] },
    W5: { holds: ['mark', 'reference'] },
    W6: { holds: ['mark', 'reference', 'folio lock'] },
    W7: { holds: ['mark', 'reference'] },
    W8: { holds: ['mark', 'reference', 'folio lock'] },
    W9: { holds: ['mark', 'reference'] },
    W10: { holds: ['mark'] },
    W11: { holds: ['mark', 'reference', 'folio lock'] },
    W12: { holds: ['mark', 'reference', 'folio lock'] },
} as const satisfies Record<string, Pick<RaceWindow, 'holds'>>;

export type RaceWindowId = keyof typeof ROWS;

export const RACE_WINDOWS: Readonly<Record<RaceWindowId, RaceWindow>> = /* @__PURE__ */ withFields<RaceWindowId, Pick<RaceWindow, 'holds'>, 'between' | 'competitor' | 'follows' | 'seen'>(
    ROWS, ['between', 'competitor', 'follows', 'seen'], (window) => RACE_WINDOW_WORDS[window],
);
