import type { Program } from '../../simulator/program.js';
import type { Trace } from '../../simulator/trace.js';

/** A scenario that was run. */
export interface Run {
    readonly program: Program;
    readonly trace: Trace;
}
