import { BAD, INJECTIONS } from '../kernel/injections.js';
import type { PageState } from '../kernel/page-states/index.js';
import type { Step } from '../../server/src/simulator/program.js';
import { step } from '../simulator/programs.js';

/** Every way for the model to be asked about a page. */
export const ENTRIES = [
    'corrupt-pfn', 'hard_offline_page', 'soft_offline_page', 'MADV_HWPOISON', 'MADV_SOFT_OFFLINE', 'unpoison-pfn', 'machine check AO', 'machine check UCNA', 'machine check AR',
    'machine check AR, not restartable', 'machine check by registers', 'cec-threshold',
] as const;

export type Entry = (typeof ENTRIES)[number];

/** Entries that name a virtual address of the task that makes them. */
const BY_ADDRESS: ReadonlySet<Entry> = new Set<Entry>(['MADV_HWPOISON', 'MADV_SOFT_OFFLINE']);

/** Can that entry lead to that page? */
export function reaches(entry: Entry, state: PageState): boolean {
    return BY_ADDRESS.has(entry) ? state.owner !== undefined : state.virtualOnly !== true;
}

/** How an entry is made: by whom, and with which registers. */
export interface EntryManner {
    /** Who writes to the files of debugfs and sysfs. */
    readonly writer: 'root' | 'owner';
    readonly status: string;
    readonly mcgStatus: number;
    readonly broadcast: 'broadcast' | 'single' | 'poll';
}

export function stepOf(entry: Entry, state: PageState, manner: EntryManner): Step {
    const writer = manner.writer === 'owner' && state.owner !== undefined ? state.owner : 'root';
    switch (entry) {
        case 'unpoison-pfn':
            return step('unpoison-pfn', { target: BAD }, writer);
        case 'cec-threshold':
            return step('cec-threshold', { target: BAD });
        case 'machine check by registers':
            return step('machine-check-registers', { status: manner.status, mcgStatus: manner.mcgStatus, broadcast: manner.broadcast, target: BAD, cpu: 0 });
        case 'corrupt-pfn':
        case 'hard_offline_page':
        case 'soft_offline_page':
            return { ...INJECTIONS[entry](), actor: writer };
        default:
            return INJECTIONS[entry](state);
    }
}

/** Operations that can poison a page, by the words of the language. */
export const POISONING: ReadonlySet<string> = new Set(['corrupt-pfn', 'hard_offline_page', 'soft_offline_page', 'madvise', 'process_madvise', 'machine-check', 'machine-check-registers', 'cec-threshold']);
