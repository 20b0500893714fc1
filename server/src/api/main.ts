/** The package's entry: works in Node, in a browser and in a worker. */
export { analyze, InputError, readLog, simulate } from './api.js';
/** For `hwp mcp`; not part of what programs may rely on. */
export { callTool, inputSchema, TOOLS } from './tools.js';
