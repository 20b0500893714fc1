/** Where something is available, in words. */
import { kernelsThatHave, type Availability, type KernelWithProposals } from './availability.js';
import { compareKernels, releaseOf } from './kernels.js';
import { PROPOSALS } from './proposals.js';

/** `the first that has it is 7.3, or 7.0 with panic-unrecoverable-v4`; for what is gone, `the last that has it is 6.10`. */
export function whereAvailable(availability: Availability, { written }: KernelWithProposals, verb = 'has'): string {
    const having = kernelsThatHave(availability);
    const first = having.length === 0 ? undefined : availability.since ?? having[0];
    const proposal = availability.proposals?.at(-1);
    const proposed = proposal === undefined ? [] : [`${PROPOSALS[proposal].appliesTo[0]} with ${proposal}`];
    if (first !== undefined && compareKernels(first, releaseOf(written)) <= 0) {
        return `the last that ${verb} it is ${availability.until ?? having.at(-1)}`;
    }
    return `the first that ${verb} it is ${[...first === undefined ? [] : [first], ...proposed].join(', or ')}`;
}

/** The kernel to choose instead, as a `kernel` line writes it. */
export function kernelInstead(availability: Availability, { written }: KernelWithProposals): string {
    const having = kernelsThatHave(availability);
    const proposal = availability.proposals?.at(-1);
    return having.length === 0 && proposal !== undefined ? `kernel ${PROPOSALS[proposal].appliesTo.at(-1)} with ${proposal}`
        : `kernel ${compareKernels(having[0]!, releaseOf(written)) <= 0 ? having.at(-1) : having[0]}`;
}
