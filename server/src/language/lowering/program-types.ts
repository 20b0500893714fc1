/** The types of programs, for the checks that look at lowered scenarios. */
export type { Claim, Expectation, FileSpec, MappingSpec, PfnRange, Place, Step } from '../../simulator/program.js';
