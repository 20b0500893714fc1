/** The types of programs, for the checks that look at lowered scenarios. */
export type { Claim, Condition, Expectation, FileSpec, Guard, KernelChoice, MappingSpec, PfnRange, Place, Program, Step } from '../../simulator/program.js';
