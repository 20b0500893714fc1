/** Which kernels have a word of the tables: a sysctl, an MF type, a file system, an option, a claim. */
import { compareKernels, KERNELS, releaseOf, type KernelVersion, type MainlineRelease } from './kernels.js';
import type { ProposalName } from './proposal-names.js';

export interface Availability {
    /** First mainline release that has it; absent where the oldest described one does. */
    readonly since?: MainlineRelease;
    /** Last mainline release that has it. */
    readonly until?: MainlineRelease;
    /** Series that bring it to kernels older than `since`. */
    readonly proposals?: readonly ProposalName[];
    /** No released kernel has it: only those series do. */
    readonly onlyProposed?: true;
}

/** A kernel and the series on top of it. */
export interface KernelWithProposals {
    /** `7.3`, `6.12.20`. */
    readonly written: string;
    readonly proposals: readonly string[];
}

export function isAvailable({ since, until, proposals: bringing = [], onlyProposed }: Availability, { written, proposals }: KernelWithProposals): boolean {
    const release = releaseOf(written);
    const released = onlyProposed !== true && (since === undefined || compareKernels(release, since) >= 0) && (until === undefined || compareKernels(release, until) <= 0);
    return released || bringing.some((proposal) => proposals.includes(proposal));
}

/** The described kernels that have it as they were released, oldest first. */
export function kernelsThatHave(availability: Availability): readonly KernelVersion[] {
    return KERNELS.map(({ version }) => version).filter((version) => isAvailable(availability, { written: version, proposals: [] }));
}
