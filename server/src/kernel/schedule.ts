import type { Pfn } from '../machine/units.js';
import type { RaceWindowId } from '../vocabulary/race-windows.js';

/**
 * Decides what happens at the windows of memory_failure(): the handler asks wherever it looks at a page a second time, and
 * reads the state of the page anew after it was answered.
 */
export interface Schedule {
    /** The window is open: competitors that are to act here have done so when this returns. */
    choose(window: RaceWindowId, pfn: Pfn): void;
}

/** Nobody interferes. */
export const QUIET: Schedule = { choose: () => undefined };
