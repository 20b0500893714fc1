/** Ends that were forced on a real kernel and are not predicted, each with its reason. */
export interface KnownEnd {
    readonly title: string;
    readonly kernels: readonly string[];
    /** As `hwp lab run` says it. */
    readonly end: string;
    readonly reason: string;
}

export const KNOWN_ENDS: readonly KnownEnd[] = [];
