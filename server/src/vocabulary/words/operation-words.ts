/** What the steps do, and what their parameters are. */
import { ERROR_WORDS } from './error-steps.js';
import { FILE_WORDS } from './file-steps.js';
import { MACHINE_WORDS } from './machine-steps.js';
import { MEMORY_WORDS } from './memory-steps.js';
import { TASK_WORDS } from './task-steps.js';
import type { OperationWords } from './step-words.js';

export const OPERATION_WORDS: Readonly<Record<string, OperationWords>> = { ...ERROR_WORDS, ...MEMORY_WORDS, ...TASK_WORDS, ...FILE_WORDS, ...MACHINE_WORDS };
