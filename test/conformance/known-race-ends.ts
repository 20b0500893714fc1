/** Ends that were forced on a real kernel and are not predicted, each with its reason. */
export interface KnownEnd {
    readonly title: string;
    readonly kernels: readonly string[];
    /** As `hwp lab run` says it. */
    readonly end: string;
    readonly reason: string;
}

export const KNOWN_ENDS: readonly KnownEnd[] = [
    {
        title: 'MADV_HWPOISON, truncated', kernels: ['7.3.4'], end: 'dirty LRU page: Recovered',
        reason: 'not predicted: ftruncate() was slow there (a soft lockup of the guest on a busy host); it seems to have unmapped the page before its tasks were collected, and to have taken its reference behind W9, which the model takes as one',
    },
    {
        title: 'swap cache, stored to', kernels: ['6.12.117'], end: 'clean swapcache page: Recovered · app: SIGBUS BUS_MCEERR_AR at heap+0x1000 lsb 12',
        reason: 'not predicted: a store behind the unmapping at W8 gets SIGBUS at once there, while on 7.3.4 it waits for the folio lock with a reference',
    },
];
