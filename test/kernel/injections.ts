import type { Step } from '../../server/src/simulator/program.js';
import { step } from '../simulator/programs.js';
import type { PageState } from './page-states/index.js';

/** Name under which a program binds the frame of the page that is meant. */
export const BAD = { kind: 'frame', frame: 'bad', byteOffset: 0 } as const;

/** Ways for a failure to reach a page, each as the step that makes it. */
export const INJECTIONS = {
    'corrupt-pfn': () => step('corrupt-pfn', { target: BAD }),
    'hard_offline_page': () => step('hard_offline_page', { target: BAD }),
    'soft_offline_page': () => step('soft_offline_page', { target: BAD }),
    'MADV_HWPOISON': (state) => step('madvise', { target: state.target, advice: 'MADV_HWPOISON' }, state.owner),
    'MADV_SOFT_OFFLINE': (state) => step('madvise', { target: state.target, advice: 'MADV_SOFT_OFFLINE' }, state.owner),
    'machine check AO': () => step('machine-check', { severity: 'AO', target: BAD }),
    'machine check UCNA': () => step('machine-check', { severity: 'UCNA', target: BAD }),
    'machine check AR': () => step('machine-check', { severity: 'AR', target: BAD, cpu: 0 }),
    'machine check AR, not restartable': () => step('machine-check', { severity: 'AR', target: BAD, cpu: 0, restart: 'no-ripv' }),
} satisfies Record<string, (state: PageState) => Step>;

export type Injection = keyof typeof INJECTIONS;
