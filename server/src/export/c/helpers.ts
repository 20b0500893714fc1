/** The functions that an exported C program can use; it holds those that it needs. */
import { KPAGEFLAGS, type KpageFlagName } from '../../vocabulary/page-flags.js';
import { ACCESS_HELPERS } from './helpers/accesses.js';
import { FILE_HELPERS } from './helpers/files.js';
import { FRAME_HELPERS } from './helpers/frames.js';
import type { HelperRow } from './helpers/helper.js';
import { MAPPING_HELPERS } from './helpers/mappings.js';
import { SETTING_HELPERS } from './helpers/settings.js';
import { TASK_HELPERS } from './helpers/tasks.js';
import { TEST_HELPERS } from './helpers/test.js';

const ROWS = { ...TEST_HELPERS, ...TASK_HELPERS, ...SETTING_HELPERS, ...FRAME_HELPERS, ...MAPPING_HELPERS, ...ACCESS_HELPERS, ...FILE_HELPERS };

export type HelperName = keyof typeof ROWS;

export interface Helper extends HelperRow {
    readonly uses?: readonly HelperName[];
}

export const HELPERS: Readonly<Record<HelperName, Helper>> = ROWS;

/** `#define KPF_SLAB 7`, for the flags that are named. */
export function kpfDefine(name: string): string | undefined {
    return name in KPAGEFLAGS ? `#define KPF_${name}\t\t(1ULL << ${KPAGEFLAGS[name as KpageFlagName].bit})` : undefined;
}
