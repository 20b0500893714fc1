/** What was recorded: by the hash of a path, the bits of the kernels that took it; pairs of parts of paths. */
export interface Recorded {
    readonly kernels: readonly RecordedKernel[];
    readonly paths: ReadonlyMap<number, number>;
    readonly pairs: ReadonlySet<number>;
}

export interface RecordedKernel {
    readonly name: string;
    readonly version: string;
    /** The point release that ran. */
    readonly release: string;
    readonly arch: string;
    readonly pageShift: number;
}
