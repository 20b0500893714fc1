import type { ScenarioStatus } from '../../server/src/lsp/protocol.js';

/** Before the title of a scenario, as the command line prints it. */
export const STATUS_MARKS: Readonly<Record<ScenarioStatus, string>> = { passed: '✓', failed: '✗', unverified: '?', invalid: '!' };
