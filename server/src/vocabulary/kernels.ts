/**
 * The kernels that are described, and which of them a written version stands for.
 * The version that is written counts: three numbers name a point release, and which changes it has stands in kernel-changes.ts.
 */

export type KernelVersion = '6.1' | '6.6' | '6.12' | '6.18' | '7.0' | '7.1' | '7.2' | '7.3';

/** A mainline release: `6.15`. Point releases of it come later. */
export type MainlineRelease = `${number}.${number}`;

/** Three numbers: `6.12.107`; the mainline release itself is `6.12.0`. */
export type Release = `${number}.${number}.${number}`;

export interface Kernel {
    readonly version: KernelVersion;
    /** The point release that was recorded or read: what the version without a third number stands for. */
    readonly release: Release;
    /** Point release whose behaviour was recorded on a live machine. */
    readonly recordedAs?: string;
    /** `recorded`: compared with observations of a running kernel; `derived`: from its source only. */
    readonly basis: 'recorded' | 'derived';
    readonly doc: string;
}

/** Oldest first. */
export const KERNELS: readonly Kernel[] = [
    {
        version: '6.1', release: '6.1.192', recordedAs: '6.1.192', basis: 'recorded',
        doc: 'Failed reference grabs report `unknown page`, KSM pages are not handled, MADV_HWPOISON is action optional, and there are no per-node statistics.',
    },
    {
        version: '6.6', release: '6.6.93', basis: 'derived',
        doc: 'Adds KSM handling, per-node statistics, byte-exact reads of poisoned hugetlbfs pages and the refusal to bring a block with poisoned pages back online.',
    },
    {
        version: '6.12', release: '6.12.107', recordedAs: '6.12.107', basis: 'recorded',
        doc: 'MADV_HWPOISON becomes action required; types `get hwpoison page` and `already poisoned page`; an unsplittable THP is Failed with signals; `vm.enable_soft_offline`.',
    },
    {
        version: '6.18', release: '6.18.15', recordedAs: '6.18.15', basis: 'recorded',
        doc: 'process_madvise() takes MADV_HWPOISON for the caller\'s own address space; synchronous firmware errors run the handler in the task that took them.',
    },
    {
        version: '7.0', release: '7.0.13', recordedAs: '7.0.13', basis: 'recorded',
        doc: 'A reference held by the caller no longer skips the checks of the grab; physical addresses without struct page report `non struct page pfn`; folios are split to the minimum order of their mapping.',
    },
    { version: '7.1', release: '7.1.13', recordedAs: '7.1.13', basis: 'recorded', doc: 'As 7.0 in everything described here.' },
    {
        version: '7.2', release: '7.2.12', recordedAs: '7.2.12', basis: 'recorded',
        doc: 'Slab and large kmalloc pages have a frozen reference count of 0.',
    },
    {
        version: '7.3', release: '7.3.4', recordedAs: '7.3.4', basis: 'recorded',
        doc: 'Pages owned by the kernel (reserved, slab, page table, large kmalloc) report `reserved kernel page`; `vm.panic_on_unrecoverable_memory_failure`; soft offline of such a page returns ENOTRECOVERABLE.',
    },
];

const RELEASES = new Map<string, Release>(KERNELS.map(({ version, release }) => [version, release]));

export const DEFAULT_KERNEL: KernelVersion = '7.3';

/** How what is said about a described kernel is known. */
export function basisOf(version: KernelVersion): Kernel['basis'] {
    return KERNELS.find((kernel) => kernel.version === version)!.basis;
}

export type KernelResolution =
    /** `exact`: that version is described itself (any point release of it counts). */
    | { readonly version: KernelVersion; readonly exact: boolean }
    | { readonly error: 'malformed' | 'too-old' };

const WRITTEN = /^(0|[1-9]\d{0,3})\.(0|[1-9]\d{0,3})(?:\.(0|[1-9]\d{0,4}))?$/;

/** Versions are compared all the time, and there are few of them. */
const READ = new Map<string, readonly number[] | null>();

function numbers(written: string): readonly number[] | undefined {
    let read = READ.get(written);
    if (read === undefined) {
        read = WRITTEN.exec(written)?.slice(1).filter((part) => part !== undefined).map(Number) ?? null;
        READ.set(written, read);
    }
    return read ?? undefined;
}

/** The newest described version that is not above the written one. */
export function resolveKernel(written: string): KernelResolution {
    if (!numbers(written)) return { error: 'malformed' };
    const found = KERNELS.filter((kernel) => compareKernels(kernel.version, written) <= 0).at(-1);
    if (!found) return { error: 'too-old' };
    return { version: found.version, exact: compareKernels(found.version, written) === 0 };
}

/** The release that a written version names: a described one without a third number the one that was looked at, another the mainline release. */
export function releaseOf(written: string): Release {
    const known = RELEASES.get(written);
    if (known !== undefined) return known;
    const [major = 0, minor = 0, point] = numbers(written) ?? [];
    const release: Release = `${major}.${minor}.${point ?? 0}`;
    RELEASES.set(written, release);
    return release;
}

/** Does the written version name that kernel or a point release of it? */
export function isSameKernel(written: string, version: KernelVersion): boolean {
    return compareKernels(written, version) === 0;
}

/**
 * Negative, zero or positive as `a` is older than, the same as or newer than `b`.
 * Only what both name is compared: 6.12 and 6.12.95 are the same kernel, 6.12.9 is older than 6.12.95.
 * So this orders series, and releases with three numbers each; it is no sort order for a mixture of both spellings.
 */
export function compareKernels(a: string, b: string): number {
    const left = numbers(a) ?? [];
    const right = numbers(b) ?? [];
    for (let i = 0; i < Math.min(left.length, right.length); i++) {
        const difference = (left[i] ?? 0) - (right[i] ?? 0);
        if (difference !== 0) return difference;
    }
    return 0;
}
