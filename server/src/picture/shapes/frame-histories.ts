/** What became of each frame, step by step, folded from what the decisions of a trace recorded. */
import type { StateChange, Trace, TraceEvent } from '../../simulator/trace.js';
import { shortResult, shortType } from '../../report/step/wording.js';
import { describeDecision } from '../../report/explanation/explain.js';
import type { DecisionId } from '../../vocabulary/decisions.js';
import type { MfResult } from '../../vocabulary/mf-types.js';
import { signsAfter } from './frame-signs.js';
import { FRAME_SIGNS, type FrameHistory, type FrameMoment, type FrameSign } from './picture.js';

/** Runs of frames that are kept apart; a picture of more shows nothing more. */
const MAX_RUNS = 2000;

/** The frame leaves use for good: its contents moved, or no kernel takes it as memory. */
const OFFLINES: ReadonlySet<DecisionId> = new Set(['page_handle_poison.free', 'migrate_pages.moved', 'soft_offline_in_use_page.invalidated', 'setup_arch.not-ram', 'memblock_reserve.bad'] as const);

/** Somebody gets a frame that is known to be bad. */
const HANDS_OUT: ReadonlySet<DecisionId> = new Set(['memblock_free_all.known-bad', 'start_kernel.in-use', 'get_any_page.raced-with-allocation', 'memory_failure.no-longer-free', 'take_page_off_buddy.failed'] as const);

/** The memory is bad, and no kernel says so. */
const GOES_BAD: ReadonlySet<DecisionId> = new Set(['memory.latent', 'memory.bad-data-delivered', 'start_kernel.early-error'] as const);

const RESULT_SIGNS: Readonly<Record<MfResult, FrameSign>> = { MF_IGNORED: 'ignored', MF_FAILED: 'failed', MF_DELAYED: 'delayed', MF_RECOVERED: 'recovered' };

interface Growing {
    readonly signs: Set<FrameSign>;
    readonly moments: FrameMoment[];
    /** Words of the step that is read. */
    words: string[];
    touched: boolean;
}

/** Every frame on which something happened, runs of equal ones together, by the first frame. */
export function frameHistories(trace: Trace, namesOf: (pfn: number) => readonly string[]): { readonly frames: readonly FrameHistory[]; readonly joined: number } {
    const frames = new Map<number, Growing>();
    const at = (pfn: number): Growing => {
        let known = frames.get(pfn);
        if (known === undefined) {
            known = { signs: new Set(), moments: [], words: [], touched: false };
            frames.set(pfn, known);
        }
        return known;
    };
    for (const [index, step] of trace.steps.entries()) {
        const touched = new Set<Growing>();
        for (const event of step.events) {
            for (const each of readEvent(event, at)) touched.add(each);
        }
        for (const each of touched) {
            if (each.touched) each.moments.push({ step: index, signs: FRAME_SIGNS.filter((sign) => each.signs.has(sign)), words: [...new Set(each.words)].join(', ') });
            each.words = [];
            each.touched = false;
        }
    }
    return fewer(runsOf([...frames].filter(([, { moments }]) => moments.length > 0).sort(([left], [right]) => left - right), namesOf));
}

/** @returns the frames that it speaks of */
function readEvent(event: TraceEvent, at: (pfn: number) => Growing): Growing[] {
    if (event.t === 'result') return [noted(at(event.pfn), `${shortType(event.type)} ${shortResult(event.result)}`, RESULT_SIGNS[event.result])];
    if (event.t === 'data') return event.pfn === undefined ? [] : [noted(at(event.pfn), `${event.what} ${event.fate}`, 'lost')];
    if (event.t !== 'decision') return [];
    const changed = (event.changes ?? []).flatMap((change) => readChange(change, at));
    return event.pfn === undefined ? changed : [...changed, ...readDecision(event.id, at(event.pfn))];
}

function readDecision(id: DecisionId, frame: Growing): Growing[] {
    const isKnownBad = frame.signs.has('poisoned') || frame.signs.has('bad') || frame.moments.some(({ signs }) => signs.includes('poisoned'));
    if (HANDS_OUT.has(id) || id === 'rmqueue' && isKnownBad) return [noted(frame, describeDecision(id).text, 'handed-out')];
    if (OFFLINES.has(id)) return [noted(frame, describeDecision(id).text, 'offlined')];
    return GOES_BAD.has(id) ? [noted(frame, describeDecision(id).text, 'bad')] : [];
}

function readChange({ of, key, field, after }: StateChange, at: (pfn: number) => Growing): Growing[] {
    if (of !== 'page') return [];
    const frame = (): Growing => at(Number.parseInt(key, 16));
    if (field === 'PG_hwpoison') {
        if (after === 'true') {
            const known = frame();
            known.signs.delete('unpoisoned');
            return [noted(known, 'PG_hwpoison', 'poisoned')];
        }
        const known = frame();
        known.signs.clear();
        return [noted(known, 'PG_hwpoison taken off', 'unpoisoned')];
    }
    return [];
}

function noted(frame: Growing, words: string, sign?: FrameSign): Growing {
    frame.words.push(words);
    frame.touched = true;
    if (sign !== undefined) frame.signs.add(sign);
    return frame;
}

function runsOf(frames: readonly (readonly [number, Growing])[], namesOf: (pfn: number) => readonly string[]): FrameHistory[] {
    const runs: FrameHistory[] = [];
    let lastKey = '';
    for (const [pfn, { moments }] of frames) {
        const names = namesOf(pfn);
        const key = JSON.stringify([moments, names.map((name) => name.replace(/\[\d+\]$/, ''))]);
        const last = runs.at(-1);
        if (last !== undefined && last.pfn + last.pageCount === pfn && key === lastKey) runs[runs.length - 1] = { ...last, pageCount: last.pageCount + 1, lastPfn: pfn };
        else runs.push({ pfn, lastPfn: pfn, pageCount: 1, names, moments });
        lastKey = key;
    }
    return runs;
}

/** Neighbours are put together until there are few enough: none is lost, and each run shows the signs of all of its frames. */
function fewer(runs: readonly FrameHistory[]): { readonly frames: readonly FrameHistory[]; readonly joined: number } {
    const by = Math.ceil(runs.length / MAX_RUNS);
    if (by <= 1) return { frames: runs, joined: 0 };
    const frames = Array.from({ length: Math.ceil(runs.length / by) }, (_each, index): FrameHistory => {
        const group = runs.slice(index * by, (index + 1) * by);
        return { pfn: group[0]!.pfn, lastPfn: group.at(-1)!.lastPfn, pageCount: sumOfPages(group), names: [], moments: togetherOf(group) };
    });
    return { frames, joined: runs.length - frames.length };
}

function sumOfPages(group: readonly FrameHistory[]): number {
    return group.reduce((sum, { pageCount }) => sum + pageCount, 0);
}

/** At each step, the signs of all of them. */
function togetherOf(group: readonly FrameHistory[]): FrameMoment[] {
    const steps = [...new Set(group.flatMap(({ moments }) => moments.map(({ step }) => step)))].sort((left, right) => left - right);
    return steps.map((step) => {
        const signs = new Set(group.flatMap((each) => signsAfter(each, step)));
        return { step, signs: FRAME_SIGNS.filter((sign) => signs.has(sign)), words: `${sumOfPages(group)} pages` };
    });
}
