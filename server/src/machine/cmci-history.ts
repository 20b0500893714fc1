/** What the kernel remembers of one bank's corrected errors, to notice when they become too many (struct storm_bank). */
export interface CmciHistory {
    /** One bit for each second, the latest lowest: was there one? */
    readonly bits: bigint;
    readonly atNs: number;
    readonly inStorm: boolean;
}
