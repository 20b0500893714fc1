import type { ResultEvent } from '../../../server/src/simulator/trace.js';
import { TYPE_IN_LOG } from '../../kernel/injection-rows.js';
import { eventsOf, isSince, soundSteps, wrong, type Invariant, type Run } from './run.js';

/** Results that each type can have since 6.12 without a race (section 3.2). */
const RESULTS: Readonly<Record<string, readonly string[]>> = {
    KERNEL: ['IGNORED'], HUGE: ['RECOVERED', 'FAILED'], FREE_HUGE: ['RECOVERED', 'FAILED'], GET_HWPOISON: ['IGNORED'], UNMAP_FAILED: ['FAILED'], DIRTY_SWAPCACHE: ['DELAYED', 'FAILED'],
    CLEAN_SWAPCACHE: ['RECOVERED', 'FAILED'], DIRTY_UNEVICTABLE_LRU: ['RECOVERED', 'FAILED'], CLEAN_UNEVICTABLE_LRU: ['RECOVERED', 'FAILED'], DIRTY_LRU: ['RECOVERED', 'FAILED'], CLEAN_LRU: ['RECOVERED', 'FAILED'],
    TRUNCATED_LRU: ['IGNORED'], BUDDY: ['RECOVERED'], DAX: ['RECOVERED', 'FAILED'], UNSPLIT_THP: ['FAILED'], ALREADY_POISONED: ['FAILED'], PFN_MAP: ['RECOVERED', 'IGNORED'], UNKNOWN: ['IGNORED'],
};

/** Up to 6.6 (section 10): what cannot be unmapped or split is ignored, and a failed grab has no type of its own. */
const OLDER_RESULTS: typeof RESULTS = { ...RESULTS, UNMAP_FAILED: ['IGNORED'], UNSPLIT_THP: ['IGNORED'], UNKNOWN: ['IGNORED', 'FAILED'], GET_HWPOISON: [], ALREADY_POISONED: [], PFN_MAP: [] };
/** Types that only some kernels report. */
const ONLY: Readonly<Record<string, (run: Run) => boolean>> = {
    PFN_MAP: (run) => isSince(run, '7.0'), UNKNOWN: (run) => !isSince(run, '7.0'), KERNEL: (run) => isSince(run, '7.3') || !isSince(run, '7.0'),
};

function allowedResults(run: Run, type: string): readonly string[] {
    return ONLY[type]?.(run) === false ? [] : (isSince(run, '6.12') ? RESULTS : OLDER_RESULTS)[type] ?? [];
}

/** Every pair of type and result is one that the kernel can report. */
export const resultsAreKnown: Invariant = (run) => soundSteps(run).flatMap((step) => eventsOf(step, 'result').flatMap(({ type, result }) => {
    return allowedResults(run, type.replace('MF_MSG_', '')).includes(result.replace('MF_', '')) ? [] : [wrong(step, `${type} with ${result}`)];
}));

/** Each result has its line in the log, in the same order, and the log has no other such lines. */
export const resultsAreLogged: Invariant = ({ trace }) => trace.steps.flatMap((step) => {
    const expected = eventsOf(step, 'result').map(({ pfn, type, result }) => {
        const outcome = result.replace('MF_', '');
        return `Memory failure: 0x${pfn.toString(16)}: recovery action for ${TYPE_IN_LOG[type.replace('MF_MSG_', '')]}: ${outcome[0]}${outcome.slice(1).toLowerCase()}`;
    });
    const logged = eventsOf(step, 'log').map(({ text }) => text).filter((text) => text.includes(': recovery action for '));
    return logged.join('\n') === expected.join('\n') ? [] : [wrong(step, `log says ${JSON.stringify(logged)}, results say ${JSON.stringify(expected)}`)];
});

const SUCCESS: ReadonlySet<string> = new Set(['MF_RECOVERED', 'MF_DELAYED']);

/** What a single result makes memory_failure() return (section 2). */
function returned(run: Run, { type, result }: ResultEvent): readonly string[] {
    if (SUCCESS.has(result)) return ['0'];
    if (type === 'MF_MSG_ALREADY_POISONED') return ['EHWPOISON', '0'];
    if (type === 'MF_MSG_UNSPLIT_THP') return isSince(run, '6.12') ? ['EHWPOISON'] : ['EBUSY'];
    // Another raw page of a huge page that is poisoned; else one that could not be given up.
    if (type === 'MF_MSG_HUGE') return ['EBUSY', 'EHWPOISON'];
    if (type === 'MF_MSG_DAX') return ['EBUSY', 'ENXIO'];
    return ['EBUSY'];
}

const BY_FRAME: ReadonlySet<string> = new Set(['corrupt-pfn', 'hard_offline_page']);

/** The errno of an injection agrees with its result; without a result it is one that needs none. */
export const errnoAgrees: Invariant = (run) => run.trace.steps.flatMap((step) => {
    const results = eventsOf(step, 'result');
    const { errno } = step.outcome;
    if (!BY_FRAME.has(step.op) || errno === '') return [];
    const allowed = results.length === 0 ? ['0', 'ENXIO', 'EPERM', ...isSince(run, '6.12') ? [] : ['EHWPOISON']] : results.length === 1 ? returned(run, results[0]!) : [];
    return allowed.includes(errno) ? [] : [wrong(step, `${errno} with ${results.map(({ type, result }) => `${type} ${result}`).join(', ') || 'no result'}`)];
});
