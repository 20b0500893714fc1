import type { UnreadFile } from '../report/output/json.js';
import type { Terminal } from './terminal.js';

/** Says which paths led to nothing, and why. */
export function reportUnread(unread: readonly UnreadFile[], terminal: Terminal): void {
    unread.forEach(({ path, error }) => terminal.err(`hwp: ${path}: ${error}\n`));
}
