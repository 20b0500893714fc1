import type { MemoryMap } from './memory-map.js';
import type { VirtualPage } from './units.js';

/** One place where a merged page is mapped: an rmap item of the stable tree. */
export interface KsmRmapItem {
    readonly mm: MemoryMap;
    readonly page: VirtualPage;
}

/** Node of the stable tree. Items stand newest first, as hlist_add_head() leaves them. */
export class KsmNode {
    readonly kind = 'ksm';
    readonly items: KsmRmapItem[] = [];
}
