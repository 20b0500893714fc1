import { ERROR_OPERATIONS } from './operations-errors.js';
import { FILE_OPERATIONS } from './operations-files.js';
import { INJECT_OPERATIONS } from './operations-inject.js';
import { MEMORY_OPERATIONS } from './operations-memory.js';
import { PAGE_OPERATIONS } from './operations-pages.js';
import { REMOTE_MEMORY_OPERATIONS } from './operations-remote-memory.js';
import { TASK_OPERATIONS } from './operations-tasks.js';
import type { Operation } from './operation.js';

/** Steps that no model describes yet are not here; they are reported as not modelled. */
export const STEP_OPERATIONS: ReadonlyMap<string, Operation> = new Map(Object.entries({ ...INJECT_OPERATIONS, ...ERROR_OPERATIONS, ...MEMORY_OPERATIONS, ...REMOTE_MEMORY_OPERATIONS, ...FILE_OPERATIONS, ...PAGE_OPERATIONS, ...TASK_OPERATIONS }));
