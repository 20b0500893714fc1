const PRESENT = /^present 0x([0-9a-f]+)$/;

/** The frame that a page-table entry maps, as a trace writes entries; null for one that maps none. */
export function presentPfn(entry: string): number | null {
    const [, pfn] = PRESENT.exec(entry) ?? [];
    return pfn === undefined ? null : Number.parseInt(pfn, 16);
}
