import type { StepTrace } from '../../../server/src/simulator/trace.js';
import { eventsOf, isSince, wrong, type Invariant, type Run } from './run.js';

const UNCOUNTED: ReadonlySet<string> = new Set(['MF_MSG_ALREADY_POISONED', 'MF_MSG_PFN_MAP']);
/** Decisions that end a soft offline that took the page away. */
const SOFT_OFFLINED: ReadonlySet<string> = new Set(['page_handle_poison.free', 'soft_offline_in_use_page.invalidated', 'migrate_pages.moved']);
const FIELD = { MF_IGNORED: 'ignored', MF_FAILED: 'failed', MF_DELAYED: 'delayed', MF_RECOVERED: 'recovered' } as const;

/** Pages that an unpoison gave back: one, or every raw page of a huge page. */
function unpoisoned(step: StepTrace): number {
    if (step.op !== 'unpoison-pfn' || step.outcome.errno !== '0') return 0;
    const note = eventsOf(step, 'decision').find(({ id }) => id === 'unpoison_memory.done')?.note ?? '';
    return Number(/^(\d+) raw pages$/.exec(note)?.[1] ?? 1);
}

function softOfflined(step: StepTrace): number {
    return eventsOf(step, 'decision').filter(({ id }) => SOFT_OFFLINED.has(id)).length;
}

function nodeOf({ program }: Run, pfn: number): number {
    return Math.max(0, program.machine.nodes.findIndex((node) => pfn >= node.pfn && pfn < node.pfn + node.pageCount));
}

/** HardwareCorrupted is the counted results, plus what was soft-offlined, less what was unpoisoned; node statistics are the counted results alone. */
export const countersAreEvents: Invariant = (run) => {
    let pages = 0;
    const nodes = Array.from({ length: Math.max(1, run.program.machine.nodes.length) }, () => ({ total: 0, ignored: 0, failed: 0, delayed: 0, recovered: 0 }));
    return run.trace.steps.flatMap((step) => {
        const counted = eventsOf(step, 'result').filter(({ type }) => !UNCOUNTED.has(type));
        pages += counted.length + softOfflined(step) - unpoisoned(step);
        for (const { pfn, result } of counted) {
            const node = nodes[nodeOf(run, pfn)]!;
            node.total += 1;
            node[FIELD[result]] += 1;
        }
        // Another raw page of a poisoned huge page: counted, and without a result up to 6.6.
        if (!isSince(run, '6.12')) pages += eventsOf(step, 'decision').filter(({ id, note }) => id === 'memory_failure.already-poisoned' && note === 'another raw page').length;
        const expected = JSON.stringify({ poisonedPages: pages, nodes: isSince(run, '6.6') ? nodes : [] });
        return JSON.stringify(step.counters) === expected ? [] : [wrong(step, `counters ${JSON.stringify(step.counters)}, events say ${expected}`)];
    });
};

/** A soft offline by PFN that says success took one page away, or says that it was poisoned already. */
export const softOfflineAgrees: Invariant = ({ trace }) => trace.steps.flatMap((step) => {
    if (step.op !== 'soft_offline_page' || step.outcome.errno === '') return [];
    const already = eventsOf(step, 'log').some(({ text }) => text.endsWith(' page already poisoned'));
    const taken = softOfflined(step);
    const expected = step.outcome.errno === '0' && !already ? 1 : 0;
    return taken === expected || trace.end.oops !== null ? [] : [wrong(step, `${step.outcome.errno} took ${taken} pages away`)];
});
