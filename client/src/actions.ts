/** What somebody asks for. Nothing of it is read before, so that the extension starts as fast as without it. */
export { COMMANDS } from './commands/all.js';
export { ScenarioView } from './pictures/scenario-view.js';
export { RealKernelRuns } from './real-kernel/real-kernel-runs.js';
export { allTasks, taskOf } from './tasks/run-tasks.js';
