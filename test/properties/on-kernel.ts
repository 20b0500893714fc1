import type { Program } from '../../server/src/simulator/program.js';
import { isAvailable } from '../../server/src/vocabulary/availability.js';
import type { KernelVersion } from '../../server/src/vocabulary/kernels.js';
import { SYSCTLS, type SysctlName } from '../../server/src/vocabulary/sysctls.js';

/** The program on another kernel, without the sysctls that it lacks. */
export function onKernel(program: Program, version: KernelVersion): Program {
    const sysctls = Object.fromEntries(Object.entries(program.machine.sysctls).filter(([name]) => isAvailable(SYSCTLS[name as SysctlName], { written: version, proposals: [] })));
    return { ...program, kernel: { written: version, version, proposals: [] }, machine: { ...program.machine, sysctls } };
}
