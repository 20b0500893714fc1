import { eventsOf, soundSteps, wrong, type Invariant } from './run.js';

/** No struct page: nothing is marked. Of a device's memory it is the head of the unit, where its entry could be locked: the decision says so. */
const NOT_ITSELF: ReadonlySet<string> = new Set(['MF_MSG_PFN_MAP', 'MF_MSG_DAX']);

/** Types whose page is taken away from everybody, or was mapped by nobody. */
const UNMAPPED: ReadonlySet<string> = new Set(['MF_MSG_DIRTY_LRU', 'MF_MSG_CLEAN_LRU', 'MF_MSG_DIRTY_UNEVICTABLE_LRU', 'MF_MSG_CLEAN_UNEVICTABLE_LRU', 'MF_MSG_DIRTY_SWAPCACHE', 'MF_MSG_CLEAN_SWAPCACHE', 'MF_MSG_BUDDY', 'MF_MSG_FREE_HUGE', 'MF_MSG_HUGE']);

/** Once poisoned, a frame stays poisoned until it is unpoisoned or another kernel runs. */
export const poisonStays: Invariant = (run) => {
    const { trace, bad } = run;
    if (bad === null || trace.end.oops !== null) return [];
    let poisoned = false;
    for (const step of trace.steps) {
        if (eventsOf(step, 'boot').length > 0) poisoned = false;
        if (eventsOf(step, 'result').some(({ pfn, type }) => pfn === bad && !NOT_ITSELF.has(type))) poisoned = true;
        if (eventsOf(step, 'decision').some(({ pfn, id }) => pfn === bad && (id === 'mf_generic_kill_procs.marked' || id === 'mf_dax_kill_procs.marked'))) poisoned = true;
        if (step.op === 'unpoison-pfn' && step.outcome.errno === '0') poisoned = false;
        if (step.op === 'soft_offline_page' && step.outcome.errno === '0') poisoned = true;
    }
    return poisoned && trace.end.frames['bad']?.poisoned !== true ? ['the frame lost its mark without unpoison'] : [];
};

/** A frame that was taken away is mapped nowhere from then on, until it is unpoisoned. */
export const takenAwayIsNotMapped: Invariant = (run) => {
    const away = new Set<number>();
    return soundSteps(run).flatMap((step) => {
        for (const { pfn, type } of eventsOf(step, 'result')) if (UNMAPPED.has(type)) away.add(pfn);
        if (step.op === 'unpoison-pfn' && step.outcome.errno === '0') away.clear();
        const { pfn } = step.outcome;
        return step.op === 'pagemap' && pfn != null && away.has(pfn) ? [wrong(step, `maps the poisoned frame 0x${pfn.toString(16)}`)] : [];
    });
};
