/** What needs the language and the model: a file of its own beside what `hwp` starts with, and in it nothing that is loaded later (scripts/bundles.mts). */
export { checkCommand } from './check-command.js';
export { labRunCommand, labSetupCommand } from './lab/lab-command.js';
export { runCommand } from './run-command.js';
export { TextAnalyzer } from '../analysis/text-analyzer.js';
