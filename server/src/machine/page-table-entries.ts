import type { Pfn } from './units.js';

export type Protection = 'none' | 'read' | 'write' | 'exec';

/** A page-table entry of a base page. */
export type Pte =
    | { readonly kind: 'present'; readonly pfn: Pfn; readonly dirty: boolean; readonly writable: boolean }
    /** `shared`: the page was not the task's alone when it was swapped out, or has been shared by fork() since (pte_swp_exclusive() is false). */
    | { readonly kind: 'swap'; readonly slot: number; readonly shared?: true }
    | { readonly kind: 'hwpoison'; readonly pfn: Pfn };

/** A huge entry: PMD-mapped THP or a hugetlb page. `head` is the first pfn. */
export type HugeEntry =
    | { readonly kind: 'present'; readonly head: Pfn; readonly dirty: boolean; readonly writable: boolean }
    | { readonly kind: 'hwpoison'; readonly head: Pfn; readonly pfn: Pfn };

/**
 * Pages that were mapped when the machine was set up, kept as a rule: page i of the VMA maps `pfn + i`.
 * Page tables hold only what differs from it, so that cost does not grow with the mapping.
 */
export interface Backing {
    readonly pfn: Pfn;
    readonly dirty: boolean;
    readonly writable: boolean;
    /** Order of the folios behind it; entries are PMDs while the folio is whole and fills one. */
    readonly order: number;
}

export interface SpecialMapping {
    /** Row of SPECIAL_MAPPINGS. */
    readonly what: string;
    /** Mapped into every process by the kernel: never cut. */
    readonly ofKernel?: true;
    /** Not for reading and writing: code, or data that nobody may ever write. */
    readonly protection?: { readonly exec: boolean; readonly mayWrite: boolean };
    /** It begins with something that counts. */
    readonly changes?: true;
    /** get_user_pages() reaches the pages. */
    readonly gup: boolean;
    readonly pfn: Pfn | null;
    /** First byte of its pages where no frame stands behind them. */
    readonly content: string;
}
