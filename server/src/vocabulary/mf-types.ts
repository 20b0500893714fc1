/** enum mf_action_page_type: what kind of page memory_failure() found. */
import type { Availability } from './availability.js';
import { compareKernels, releaseOf, type MainlineRelease } from './kernels.js';
import { MF_RESULTS, type MfResult } from './mf-results.js';
import { withFields } from './with-words.js';
import { MF_TYPE_WORDS } from './words/mf-type-words.js';

export { MF_RESULTS, type MfResult };

export interface MfTypeDescription extends Availability {
    /** Text of the `recovery action` line; '' where the kernel has none. */
    readonly string: string;
    /** Text that a line of the log had up to that version, where it differs. */
    readonly oldString?: { readonly until: MainlineRelease; readonly text: string };
    /** Text of the trace event. */
    readonly traceString: string;
    /** Number of the enum, as the binary trace record has it, up to 6.10, up to 6.18 and later; null where the kernel lacks the type. */
    readonly values: readonly [number | null, number | null, number | null];
    /** Results it can come with, over all kernels. */
    readonly results: readonly MfResult[];
    /** How one gets there. */
    readonly reachable: string;
    /** False: neither HardwareCorrupted nor the node statistics count it. */
    readonly counted: boolean;
    readonly since: MainlineRelease;
    /** Last version that can report it. */
    readonly until?: MainlineRelease;
    readonly doc: string;
}

const RECOVERED_OR_FAILED = ['MF_RECOVERED', 'MF_FAILED'] as const;

/** What the words are not. */
type Facts = Omit<MfTypeDescription, 'reachable' | 'doc'>;

const ROWS = {
    MF_MSG_KERNEL: {
        string: 'reserved kernel page', traceString: 'reserved kernel page', values: [0, 0, 0], results: ['MF_IGNORED'], counted: true, since: '6.1',
    },
    MF_MSG_KERNEL_HIGH_ORDER: {
        string: 'high-order kernel page', traceString: 'high-order kernel page', values: [1, 1, 1], results: ['MF_IGNORED'], counted: true, since: '6.1',
    },
    MF_MSG_SLAB: {
        string: 'kernel slab page', traceString: 'kernel slab page', values: [2, null, null], results: ['MF_IGNORED'], counted: true, since: '6.1', until: '6.10',
    },
    MF_MSG_DIFFERENT_COMPOUND: {
        string: '', oldString: { until: '6.10', text: 'different compound page after locking' }, traceString: '', values: [3, 2, 2], results: ['MF_IGNORED'], counted: true, since: '6.1', until: '6.10',
    },
    MF_MSG_HUGE: {
        string: 'huge page', traceString: 'huge page', values: [4, 3, 3], results: RECOVERED_OR_FAILED, counted: true, since: '6.1',
    },
    MF_MSG_FREE_HUGE: {
        string: 'free huge page', traceString: 'free huge page', values: [5, 4, 4], results: RECOVERED_OR_FAILED, counted: true, since: '6.1',
    },
    MF_MSG_GET_HWPOISON: {
        string: 'get hwpoison page', traceString: 'get hwpoison page', values: [null, 5, 5], results: ['MF_IGNORED'], counted: true, since: '6.11',
    },
    MF_MSG_UNMAP_FAILED: {
        string: 'unmapping failed page', traceString: 'unmapping failed page', values: [6, 6, 6], results: ['MF_FAILED', 'MF_IGNORED'], counted: true, since: '6.1',
    },
    MF_MSG_DIRTY_SWAPCACHE: {
        string: 'dirty swapcache page', traceString: 'dirty swapcache page', values: [7, 7, 7], results: ['MF_DELAYED', 'MF_FAILED'], counted: true, since: '6.1',
    },
    MF_MSG_CLEAN_SWAPCACHE: {
        string: 'clean swapcache page', traceString: 'clean swapcache page', values: [8, 8, 8], results: RECOVERED_OR_FAILED, counted: true, since: '6.1',
    },
    MF_MSG_DIRTY_MLOCKED_LRU: {
        string: 'dirty mlocked LRU page', traceString: 'dirty mlocked LRU page', values: [9, 9, 9], results: RECOVERED_OR_FAILED, counted: true, since: '6.1',
    },
    MF_MSG_CLEAN_MLOCKED_LRU: {
        string: 'clean mlocked LRU page', traceString: 'clean mlocked LRU page', values: [10, 10, 10], results: RECOVERED_OR_FAILED, counted: true, since: '6.1',
    },
    MF_MSG_DIRTY_UNEVICTABLE_LRU: {
        string: 'dirty unevictable LRU page', traceString: 'dirty unevictable LRU page', values: [11, 11, 11], results: RECOVERED_OR_FAILED, counted: true, since: '6.1',
    },
    MF_MSG_CLEAN_UNEVICTABLE_LRU: {
        string: 'clean unevictable LRU page', traceString: 'clean unevictable LRU page', values: [12, 12, 12], results: RECOVERED_OR_FAILED, counted: true, since: '6.1',
    },
    MF_MSG_DIRTY_LRU: {
        string: 'dirty LRU page', traceString: 'dirty LRU page', values: [13, 13, 13], results: RECOVERED_OR_FAILED, counted: true, since: '6.1',
    },
    MF_MSG_CLEAN_LRU: {
        string: 'clean LRU page', traceString: 'clean LRU page', values: [14, 14, 14], results: RECOVERED_OR_FAILED, counted: true, since: '6.1',
    },
    MF_MSG_TRUNCATED_LRU: {
        string: 'already truncated LRU page', traceString: 'already truncated LRU page', values: [15, 15, 15], results: ['MF_IGNORED'], counted: true, since: '6.1',
    },
    MF_MSG_BUDDY: {
        string: 'free buddy page', traceString: 'free buddy page', values: [16, 16, 16], results: RECOVERED_OR_FAILED, counted: true, since: '6.1',
    },
    MF_MSG_DAX: {
        string: 'dax page', traceString: 'dax page', values: [17, 17, 17], results: RECOVERED_OR_FAILED, counted: true, since: '6.1',
    },
    MF_MSG_UNSPLIT_THP: {
        string: 'unsplit thp', traceString: 'unsplit thp', values: [18, 18, 18], results: ['MF_FAILED', 'MF_IGNORED'], counted: true, since: '6.1',
    },
    MF_MSG_ALREADY_POISONED: {
        string: 'already poisoned page', traceString: 'already poisoned', values: [null, 19, 19], results: ['MF_FAILED'], counted: false, since: '6.11',
    },
    MF_MSG_PFN_MAP: {
        string: 'non struct page pfn', traceString: 'non struct page pfn', values: [null, null, 20], results: ['MF_RECOVERED', 'MF_IGNORED'], counted: false, since: '7.0',
    },
    MF_MSG_UNKNOWN: {
        string: 'unknown page', traceString: 'unknown page', values: [19, 20, 21], results: ['MF_IGNORED', 'MF_FAILED'], counted: true, since: '6.1',
    },
} as const satisfies Record<string, Facts>;

export type MfType = keyof typeof ROWS;

export const MF_TYPES: Readonly<Record<MfType, MfTypeDescription>> = /* @__PURE__ */ withFields<MfType, Facts, 'reachable' | 'doc'>(ROWS, ['reachable', 'doc'], (type) => MF_TYPE_WORDS[type]);

/** The number of a type in the enum of that kernel; undefined where it has none. */
export function mfTypeNumber({ values }: MfTypeDescription, written: string): number | undefined {
    const release = releaseOf(written);
    return values[compareKernels(release, '6.11') < 0 ? 0 : compareKernels(release, '7.0') < 0 ? 1 : 2] ?? undefined;
}
