/** enum mf_flags: how memory_failure() was called. */
import type { MainlineRelease } from './kernels.js';

export interface MfFlag {
    readonly value: number;
    readonly since: MainlineRelease;
    readonly doc: string;
}

const ROWS = {
    MF_COUNT_INCREASED: { value: 0x01, since: '6.1', doc: 'The caller already holds a reference on the page, as madvise() does. Up to 6.18 that skips the checks of the reference grab.' },
    MF_ACTION_REQUIRED: { value: 0x02, since: '6.1', doc: 'The current task consumed the poison: if it maps the page it is signalled whatever its policy. Without it the event is action optional.' },
    MF_MUST_KILL: { value: 0x04, since: '6.1', doc: 'Kill even if the page is clean: the instruction cannot be restarted, or the memory is DAX or a PFN map.' },
    MF_SOFT_OFFLINE: { value: 0x08, since: '6.1', doc: 'The queued request is for soft offline; also marks the soft path internally.' },
    MF_UNPOISON: { value: 0x10, since: '6.1', doc: 'Marks the unpoison path internally.' },
    MF_SW_SIMULATED: { value: 0x20, since: '6.1', doc: 'Injected by software. Any event without it turns unpoison off until the next boot.' },
    MF_NO_RETRY: { value: 0x40, since: '6.1', doc: 'Second attempt at a hugetlb page that was neither free nor in use.' },
    MF_MEM_PRE_REMOVE: { value: 0x80, since: '6.8', doc: 'A DAX device is about to be removed: its memory is not bad, and every process that maps it is collected.' },
} as const satisfies Record<string, MfFlag>;

export type MfFlagName = keyof typeof ROWS;

export const MF_FLAGS: Readonly<Record<MfFlagName, MfFlag>> = ROWS;
