/** What needs the language and the model: a file of its own beside what `hwp` starts with, and in it nothing that is loaded later (scripts/bundles.mts). */
export { TextAnalyzer } from '../analysis/text-analyzer.js';
export { checkCommand } from './check-command.js';
export { exportCommand } from './export-command.js';
export { labFuzzCommand, labRunCommand, labSetupCommand } from './lab/lab-command.js';
export { runCommand } from './run/run-command.js';
export { serveThread } from './run/worker.js';
