/** Per-node statistics (/sys/devices/system/node/nodeN/memory_failure). */
export interface NodeStatistics { total: number; ignored: number; failed: number; delayed: number; recovered: number; }

/** What /proc/meminfo and sysfs count. */
export class PoisonCounters {
    /** HardwareCorrupted in pages: events, not distinct pages. */
    poisonedPages = 0;
    readonly nodes: NodeStatistics[];

    constructor(nodeCount: number) {
        this.nodes = Array.from({ length: nodeCount }, () => ({ total: 0, ignored: 0, failed: 0, delayed: 0, recovered: 0 }));
    }
}
