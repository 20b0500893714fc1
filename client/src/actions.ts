/** What somebody asks for, in a browser as well. Nothing of it is read before, so that the extension starts as fast as without it. */
export { COMMANDS } from './commands/all.js';
export { ScenarioView } from './pictures/scenario-view.js';
export { allTasks, taskOf } from './tasks/run-tasks.js';
