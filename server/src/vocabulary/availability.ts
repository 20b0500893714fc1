/** Which kernels have a word of the tables: a sysctl, an MF type, a file system, an option, a claim. */
import { compareKernels, KERNELS, type KernelVersion } from './kernels.js';
import type { ProposalName } from './proposal-names.js';

export interface Availability {
    /** First described kernel that has it; absent where the oldest one does. */
    readonly since?: KernelVersion;
    /** Last described kernel that has it. */
    readonly until?: KernelVersion;
    /** Series that bring it to kernels older than `since`. */
    readonly proposals?: readonly ProposalName[];
    /** No released kernel has it: only those series do. */
    readonly onlyProposed?: true;
}

/** A kernel and the series on top of it. */
export interface KernelWithProposals {
    readonly version: KernelVersion;
    readonly proposals: readonly string[];
}

export function isAvailable({ since, until, proposals: bringing = [], onlyProposed }: Availability, { version, proposals }: KernelWithProposals): boolean {
    const released = onlyProposed !== true && (since === undefined || compareKernels(version, since) >= 0) && (until === undefined || compareKernels(version, until) <= 0);
    return released || bringing.some((proposal) => proposals.includes(proposal));
}

/** The described kernels that have it as they were released, oldest first. */
export function kernelsThatHave(availability: Availability): readonly KernelVersion[] {
    return KERNELS.map(({ version }) => version).filter((version) => isAvailable(availability, { version, proposals: [] }));
}
