/** What the command line and the editor need of the lab: a bundle of its own, loaded when it is asked for. */
export { cacheFolder } from './cache.js';
export { endAllMachines } from './emulator/emulator.js';
export { findQemu } from './emulator/find-qemu.js';
export { MACHINE_TYPES } from './emulator/machine-types.js';
export { placedResult } from './host/placed-result.js';
export { LabProblem, problemOf } from './lab-problem.js';
export { isSamePlatform, platformNamed } from './kernels/platforms.js';
export { byPlatforms, chooseKernel, kernelFor, openLab, type KernelWish } from './open-lab.js';
export { labJson, type LabRun } from './output/json.js';
export { resultLines, totalsLine } from './output/text.js';
export type { LabCase, LabResult } from './run/lab-result.js';
export { runCases, runSharing } from './run/run-cases.js';
export { setUpLab } from './set-up.js';
