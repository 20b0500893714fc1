/** Lines of one scenario of the texts that are edited. */
export const LINES_PER_SCENARIO = 20;

/** A scenario of 20 lines, as people write them; `pages` makes it one that was never run. */
function scenario(index: number, pages: number): string {
    return `scenario "early kill ${index}" {
    kernel 7.3
    memory 1 GiB
    process db {
        prctl PR_MCE_KILL_EARLY
        sigbus handler longjmp
        map heap = anon ${pages} pages written
    }
    region dentry = slab "dentry" 1 page
    page bad = heap[2]

    corrupt-pfn bad
        expect MF_MSG_DIRTY_LRU MF_RECOVERED
        expect SIGBUS BUS_MCEERR_AO to db at heap[2] lsb 12
    db: read heap[2]
        expect SIGBUS BUS_MCEERR_AR to db at heap[2] lsb 12
    db: madvise heap[3] MADV_HWPOISON
    corrupt-pfn dentry
        expect MF_MSG_KERNEL MF_IGNORED
}
`;
}

/** A file of so many lines. */
export function textOf(lines: number): string {
    return Array.from({ length: lines / LINES_PER_SCENARIO }, (_each, index) => scenario(index, 16 + index % 8)).join('');
}

/** The line and columns of the number that edits change, in the scenario in the middle. */
export function editedPlace(lines: number): { readonly line: number; readonly character: number } {
    const middle = Math.floor(lines / LINES_PER_SCENARIO / 2);
    return { line: middle * LINES_PER_SCENARIO + 6, character: '        map heap = anon '.length };
}
