/** Patch series outside the released kernels, to be applied with `kernel 7.0 with NAME`. */
import type { KernelVersion } from './kernels.js';
import type { MfType } from './mf-types.js';
import type { ProposalName } from './proposal-names.js';

export interface Proposal {
    readonly status: 'superseded' | 'rfc';
    /** Where its behaviour is described. */
    readonly source: string;
    /** Kernels that it can be applied to. */
    readonly appliesTo: readonly KernelVersion[];
    /** Types that panic with result Ignored when vm.panic_on_unrecoverable_memory_failure is 1. */
    readonly panicTypes?: readonly MfType[];
    /** Keeps the list of poisoned pages for the next kernel, and replays the one it finds. */
    readonly handsOverPoison?: true;
    readonly doc: string;
}

const UNRELEASED_PANIC = ['7.0', '7.1', '7.2'] as const;

const ROWS = {
    'panic-unrecoverable-v1': {
        status: 'superseded', source: 'linux-mm, first version of the series "panic on unrecoverable memory failure"', appliesTo: UNRELEASED_PANIC,
        panicTypes: ['MF_MSG_GET_HWPOISON'],
        doc: 'Adds `vm.panic_on_unrecoverable_memory_failure` and panics on `get hwpoison page`: every page of which no reference could be had, so also a user page that was off the LRU for a moment.',
    },
    'panic-unrecoverable-v2': {
        status: 'superseded', source: 'linux-mm, second version of the series', appliesTo: UNRELEASED_PANIC,
        panicTypes: ['MF_MSG_KERNEL', 'MF_MSG_KERNEL_HIGH_ORDER', 'MF_MSG_UNKNOWN'],
        doc: 'Panics on MF_MSG_KERNEL (a failed grab of a PG_reserved page), MF_MSG_KERNEL_HIGH_ORDER and MF_MSG_UNKNOWN instead of `get hwpoison page`.',
    },
    'panic-unrecoverable-v3': {
        status: 'superseded', source: 'linux-mm, third version of the series', appliesTo: UNRELEASED_PANIC,
        panicTypes: ['MF_MSG_KERNEL', 'MF_MSG_KERNEL_HIGH_ORDER', 'MF_MSG_UNKNOWN'],
        doc: 'As the second version, with a configuration option for the value of the sysctl at boot.',
    },
    'panic-unrecoverable-v4': {
        status: 'superseded', source: 'linux-mm, 2026-04-15, fourth version of the series, on mainline after 7.0', appliesTo: UNRELEASED_PANIC,
        panicTypes: ['MF_MSG_KERNEL', 'MF_MSG_KERNEL_HIGH_ORDER', 'MF_MSG_UNKNOWN'],
        doc: 'As the third version without the configuration option. Panics for PG_reserved pages and for two types that only races reach (a free page that user space has just taken among them); slab, page tables and large kmalloc still report `get hwpoison page` and do not panic. 7.3 went the other way round.',
    },
    'kho-hwpoison': {
        status: 'rfc', source: 'linux-mm, RFC of 2026-06-24: hand the list of poisoned pages over kexec', appliesTo: ['7.0', '7.1', '7.2', '7.3'], handsOverPoison: true,
        doc: 'Keeps the PFNs of poisoned pages in a list that kexec handover (KHO) carries to the next kernel, which calls memory_failure(pfn, 0) for each of them early in its boot. Both kernels need it; unpoison is disabled after the replay, because it counts as hardware failure.',
    },
} as const satisfies Record<ProposalName, Proposal>;

export const PROPOSALS: Readonly<Record<ProposalName, Proposal>> = ROWS;
