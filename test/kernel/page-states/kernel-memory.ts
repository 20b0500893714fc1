import { PAGE_KINDS, type PageKindName } from '../../../server/src/vocabulary/page-kinds.js';
import { inRegion, type PageState } from './page-state.js';

const ELSEWHERE: ReadonlySet<string> = new Set(['hugetlb-free', 'pmem-raw', 'device-private', 'pgmap-metadata', 'pfnmap', 'hole']);

/** A region of one kind of memory that no process maps. */
export function region(kind: string, pageCount = 4): PageState {
    return { machine: { regions: [{ name: 'r', source: 0, kind, pageCount, content: 'k' }] }, target: inRegion('r', pageCount > 1 ? 1 : 0) };
}

export type KernelMemoryName = Exclude<PageKindName, 'hugetlb-free' | 'pmem-raw' | 'device-private' | 'pgmap-metadata' | 'pfnmap' | 'hole'>;

/** Every page kind of the vocabulary that a region of RAM, or beyond it, can be. */
export const KERNEL_MEMORY = Object.fromEntries(
    (Object.keys(PAGE_KINDS) as PageKindName[]).filter((kind) => !ELSEWHERE.has(kind)).map((kind) => [kind, region(kind, PAGE_KINDS[kind].structPage ? 4 : 1)]),
) as unknown as Readonly<Record<KernelMemoryName, PageState>>;
