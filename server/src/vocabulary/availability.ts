/** Which kernels have a word of the tables: a sysctl, an MF type, a file system, an option, a claim. */
import { compareKernels, KERNELS, type KernelVersion } from './kernels.js';
import { PROPOSALS, type ProposalName } from './proposals.js';

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

/** `the first that has it is 7.3, or 7.0 with panic-unrecoverable-v4`; for what is gone, `the last that has it is 6.6`. */
export function whereAvailable(availability: Availability, { version }: KernelWithProposals, verb = 'has'): string {
    const having = kernelsThatHave(availability);
    const first = having[0];
    const proposal = availability.proposals?.at(-1);
    const proposed = proposal === undefined ? [] : [`${PROPOSALS[proposal].appliesTo[0]} with ${proposal}`];
    if (first !== undefined && compareKernels(first, version) <= 0) {
        return `the last that ${verb} it is ${having.at(-1)}`;
    }
    return `the first that ${verb} it is ${[...first === undefined ? [] : [first], ...proposed].join(', or ')}`;
}

/** The kernel to choose instead, as a `kernel` line writes it. */
export function kernelInstead(availability: Availability, { version }: KernelWithProposals): string {
    const having = kernelsThatHave(availability);
    const proposal = availability.proposals?.at(-1);
    return having.length === 0 && proposal !== undefined ? `kernel ${PROPOSALS[proposal].appliesTo.at(-1)} with ${proposal}`
        : `kernel ${compareKernels(having[0]!, version) <= 0 ? having.at(-1) : having[0]}`;
}
