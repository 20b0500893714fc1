/** What an exported program is made from, and what comes out. */
import type { Program, SourceId } from '../simulator/program.js';
import type { Trace } from '../simulator/trace.js';
import type { Gap } from './constructs/construct.js';

export interface ExportRequest {
    readonly program: Program;
    /** What the model predicts for it. */
    readonly trace: Trace;
    /** Which scenario it is: `early-kill.hwp:4`. */
    readonly origin: string;
    /** The values of what the scenario varies; '' when nothing is varied. */
    readonly variant: string;
    /** The first line of a source range as it is written, without comments. */
    textOf(source: SourceId): string;
    /**
     * What is checked. `expected`: what the scenario expects, and what the model predicts where it expects nothing.
     * `predicted`: both.
     */
    readonly checks: 'expected' | 'predicted';
}

export interface Reproducer {
    /** The program. It names the gaps as well. */
    readonly text: string;
    /** What is not made; empty when everything is. */
    readonly gaps: readonly Gap[];
}
