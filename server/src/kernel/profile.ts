import { compareKernels, type KernelVersion } from '../vocabulary/kernels.js';
import { DIFFERENCES, type Difference, type DifferenceName } from './versions/differences.js';

/** How one kernel behaves: the set of named differences that hold in it, and the proposals applied on top. */
export class Profile {
    readonly version: KernelVersion;
    readonly proposals: readonly string[];
    readonly #held = new Set<DifferenceName>();

    constructor(version: KernelVersion, proposals: readonly string[]) {
        this.version = version;
        this.proposals = proposals;
        for (const [name, difference] of Object.entries(DIFFERENCES) as [DifferenceName, Difference][]) {
            const reached = difference.from === undefined || compareKernels(version, difference.from) >= 0;
            const passed = difference.before !== undefined && compareKernels(version, difference.before) >= 0;
            if (reached && !passed) this.#held.add(name);
        }
    }

    has(name: DifferenceName): boolean {
        return this.#held.has(name);
    }
}
