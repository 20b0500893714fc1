import type { Pfn } from '../machine/units.js';
import type { RaceWindowId } from '../vocabulary/race-windows.js';

/** What the handler can remember across a window. */
export type Held = 'retry' | 'attempt' | 'again' | 'folio' | 'saved flags' | 'classifies' | 'leaves' | 'action' | 'hugetlb' | 'collected' | 'unmapped' | 'to kill';

/**
 * Decides what happens at the windows of memory_failure(): the handler asks wherever it looks at a page a second time, and
 * reads the state of the page anew after it was answered.
 */
export interface Schedule {
    /** A call of memory_failure() begins; it holds nothing yet. */
    begin(): void;
    /** The window is open: competitors that are to act here have done so when this returns. */
    choose(window: RaceWindowId, pfn: Pfn): void;
    /**
     * The handler remembers that from here on, whatever becomes of the page; undefined: no more. Two moments at which the machine, the
     * competitors and all that is held are the same go on alike, so everything that the code behind a window uses and does not read
     * anew must be told.
     */
    hold(what: Held, value: unknown): void;
}

/** Nobody interferes. */
export const QUIET: Schedule = { begin: () => undefined, choose: () => undefined, hold: () => undefined };
