/** What a reader is to know of a kernel that is written: how its behaviour is known, and what of it is not. */
import { isAfterTheLast, READ_UP_TO, releasesOf, seriesOf, uncertainChanges, wasRead } from './kernel-changes.js';
import { basisOf, isSameKernel, KERNELS, releaseOf, resolveKernel } from './kernels.js';

export interface KernelNote {
    /** The series is described itself. */
    readonly described: boolean;
    readonly text: string;
}

/** So many changes are named, and the number of the others is told. */
const NAMED = 3;

/** Each scenario of a text asks anew, and texts name few kernels. */
const known = new Map<string, KernelNote | undefined>();
const MAX_KNOWN = 100;

/** Undefined for a release of a recorded series of which everything is known, and for what is no kernel. */
export function noteOnBasis(written: string): KernelNote | undefined {
    if (!known.has(written)) {
        if (known.size >= MAX_KNOWN) known.clear();
        known.set(written, noteOf(written));
    }
    return known.get(written);
}

function noteOf(written: string): KernelNote | undefined {
    const resolved = resolveKernel(written);
    if ('error' in resolved) return undefined;
    const parts = [...standing(written, resolved.version), ...resolved.exact && !wasRead(releaseOf(written)) ? [] : uncertainty(written)];
    return parts.length === 0 ? undefined : { described: resolved.exact, text: parts.join(' ') };
}

/** How the kernel is known. */
function standing(written: string, version: (typeof KERNELS)[number]['version']): string[] {
    const derived = basisOf(version) === 'derived';
    const release = releaseOf(written);
    if (isAfterTheLast(written)) {
        return [`Linux ${written} is newer than what was looked at: it behaves as ${KERNELS.at(-1)!.release}.`];
    }
    if (!isSameKernel(written, version)) {
        return [`Linux ${written} is not described: it behaves as ${version}${derived ? ', which is derived from its source and was not recorded' : ''}, with the changes that are known to have come since.`];
    }
    if (derived) {
        const recorded = KERNELS.filter(({ basis }) => basis === 'recorded').map((kernel) => kernel.version).join(', ');
        return [`What Linux ${written} does is derived from its source; no running kernel of it was recorded. Recorded are ${recorded}.`];
    }
    return wasRead(release) ? [] : [`Linux ${written} is newer than the releases of ${seriesOf(release)} that were read, up to ${seriesOf(release)}.${READ_UP_TO[seriesOf(release)]}: what was taken over since is not known.`];
}

/** What may be in it or not. */
function uncertainty(written: string): string[] {
    const changes = isAfterTheLast(written) ? [] : uncertainChanges(written);
    const named = changes.slice(0, NAMED).map((change) => `"${change.title}" (${releasesOf(change)})`);
    const rest = changes.length > named.length ? ` and ${changes.length - named.length} more` : '';
    return changes.length === 0 ? [] : [`Not known is whether it has ${named.join(', ')}${rest}; here it has not.`];
}
