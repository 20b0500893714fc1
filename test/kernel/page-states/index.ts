import { DEVICE_MEMORY } from './device-memory.js';
import { HUGETLB } from './hugetlb.js';
import { KERNEL_MEMORY } from './kernel-memory.js';
import { PAGE_CACHE } from './page-cache.js';
import type { PageState } from './page-state.js';
import { USER_MEMORY } from './user-memory.js';

export { DEVICE_MEMORY, HUGETLB, KERNEL_MEMORY, PAGE_CACHE, USER_MEMORY };
export type { PageState } from './page-state.js';

/** Every state a page can be in, by name. */
export const PAGE_STATES: Readonly<Record<string, PageState>> = { ...USER_MEMORY, ...PAGE_CACHE, ...HUGETLB, ...KERNEL_MEMORY, ...DEVICE_MEMORY };
