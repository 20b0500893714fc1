/** Answers that few ask for: a file of its own beside the server's bundle, loaded with the first log or the first tool. */
export { answerTool } from './answer-tool.js';
export { logScenario, triageLog } from './read-log.js';
