/** A scenario with a line for each kind of hint. */
export const EVERY_HINT = `scenario "hints" {
    memory 2 GiB
    process db {
        prctl PR_MCE_KILL_EARLY
        map heap = anon 16 KiB written
    }
    process web { map heap = anon 16 KiB written }
    region dentries = slab "dentry" 1 page
    file log = ext4 8 KiB dirty
    db: read db.heap[0]
    corrupt-pfn dentries
    corrupt-pfn log[0]
    corrupt-pfn db.heap[1]
    sysctl vm.memory_failure_recovery = 0
    corrupt-pfn web.heap[3]
        expect panic
    corrupt-pfn web.heap[2]
    power-cycle
}
`;
