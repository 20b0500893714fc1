import type { Program } from '../../server/src/simulator/program.js';
import { compareKernels, type KernelVersion } from '../../server/src/vocabulary/kernels.js';
import { SYSCTLS, type Sysctl } from '../../server/src/vocabulary/sysctls.js';

/** The program on another kernel, without the sysctls that it lacks. */
export function onKernel(program: Program, version: KernelVersion): Program {
    const has = (name: string): boolean => compareKernels(version, (SYSCTLS as Readonly<Record<string, Sysctl>>)[name]?.since ?? '6.1') >= 0;
    const sysctls = Object.fromEntries(Object.entries(program.machine.sysctls).filter(([name]) => has(name)));
    return { ...program, kernel: { written: version, version, proposals: [] }, machine: { ...program.machine, sysctls } };
}
