/** What the kernel remembers of one bank's corrected errors, to notice when they become too many (struct storm_bank). */
export interface CmciHistory {
    /** One bit for each second, the latest lowest: was there one? */
    readonly bits: bigint;
    readonly atNs: number;
    readonly inStorm: boolean;
}

/** The same in older kernels, of one CPU: its interrupts since a second began (cmci_storm_cnt, cmci_time_stamp), and when it was interrupted last. */
export interface CmciCount {
    readonly count: number;
    readonly sinceNs: number;
    readonly lastNs: number;
    readonly inStorm: boolean;
}
