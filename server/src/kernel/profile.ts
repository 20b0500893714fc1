import type { MfType } from '../vocabulary/mf-types.js';
import { PROPOSALS } from '../vocabulary/proposals.js';
import type { ProposalName } from '../vocabulary/proposal-names.js';
import { releaseOf, type Release } from '../vocabulary/kernels.js';
import { ARCHITECTURES, type Architecture, type ArchitectureName } from '../vocabulary/architectures.js';
import { differencesIn, type DifferenceName } from './versions/differences.js';

/** How one kernel behaves: the set of named differences that hold in it, the proposals applied on top, and the architecture it was built for. */
export class Profile {
    /** As written: `7.3`, `6.12.20`. */
    readonly written: string;
    /** The release that this is: what differs between releases counts. */
    readonly release: Release;
    readonly proposals: readonly string[];
    readonly arch: Architecture;
    /** Types that panic with result Ignored when vm.panic_on_unrecoverable_memory_failure is 1; empty where the sysctl does not exist. */
    readonly panicTypes: ReadonlySet<MfType>;
    readonly #held: ReadonlySet<DifferenceName>;

    /** Hears of each difference that is asked for. */
    onAsk: ((name: DifferenceName) => void) | null = null;

    constructor(written: string, proposals: readonly string[], arch: ArchitectureName = 'x86-64') {
        this.written = written;
        this.release = releaseOf(written);
        this.proposals = proposals;
        this.arch = ARCHITECTURES[arch];
        this.#held = differencesIn(written);
        const released: readonly MfType[] = this.#held.has('panicOnUnrecoverable') ? ['MF_MSG_KERNEL'] : [];
        this.panicTypes = new Set([...released, ...proposals.flatMap((name) => PROPOSALS[name as ProposalName]?.panicTypes ?? [])]);
    }

    /** Keeps the list of poisoned pages for the next kernel, and replays the one it finds. */
    get handsOverPoison(): boolean {
        return this.proposals.some((name) => PROPOSALS[name as ProposalName]?.handsOverPoison === true);
    }

    /** Versions 2 to 4 of the panic series report a failed grab of a PG_reserved page as MF_MSG_KERNEL. */
    get reservedGrabIsKernel(): boolean {
        return !this.has('kernelOwnedPages') && this.panicTypes.has('MF_MSG_KERNEL');
    }

    has(name: DifferenceName): boolean {
        this.onAsk?.(name);
        return this.#held.has(name);
    }
}
