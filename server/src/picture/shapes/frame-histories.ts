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

/** A frame while the trace is read. There can be a million of them: signs are bits, and equal moments are one object. */
interface Growing {
    /** A bit for each of `FRAME_SIGNS`. */
    signs: number;
    /** Signs that it ever had. */
    had: number;
    readonly moments: FrameMoment[];
    /** Of the step that is read; '' when it says nothing of the frame. */
    words: string;
}

const bit = (sign: FrameSign): number => 2 ** FRAME_SIGNS.indexOf(sign);
const POISONED = bit('poisoned');
const UNPOISONED = bit('unpoisoned');
const KNOWN_BAD = POISONED | bit('bad');

/** What else is known of a frame. */
export interface FrameLookUp {
    readonly namesOf: (pfn: number) => readonly string[];
    /** Frames of different areas stand in different runs. */
    readonly areaOf: (pfn: number) => number;
}

/** Every frame on which something happened, runs of equal ones together, by the first frame. */
export function frameHistories(trace: Trace, lookUp: FrameLookUp): { readonly frames: readonly FrameHistory[]; readonly joined: number } {
    const frames = new Map<number, Growing>();
    let touched: Growing[] = [];
    const at = (pfn: number): Growing => {
        let known = frames.get(pfn);
        if (known === undefined) {
            known = { signs: 0, had: 0, moments: [], words: '' };
            frames.set(pfn, known);
        }
        return known;
    };
    const note = (frame: Growing, words: string, signs: number): void => {
        if (frame.words === '') touched.push(frame);
        if (!frame.words.includes(words)) frame.words = frame.words === '' ? words : `${frame.words}, ${words}`;
        frame.signs = signs;
        frame.had |= signs;
    };
    for (const [step, { events }] of trace.steps.entries()) {
        for (const event of events) readEvent(event, at, note);
        const moments = new Map<string, FrameMoment>();
        for (const frame of touched) {
            const key = `${frame.signs} ${frame.words}`;
            let moment = moments.get(key);
            if (moment === undefined) {
                moment = { step, signs: FRAME_SIGNS.filter((sign) => (frame.signs & bit(sign)) !== 0), words: frame.words };
                moments.set(key, moment);
            }
            frame.moments.push(moment);
            frame.words = '';
        }
        touched = [];
    }
    return fewer(runsOf([...frames].filter(([, { moments }]) => moments.length > 0).sort(([left], [right]) => left - right), lookUp));
}

type Note = (frame: Growing, words: string, signs: number) => void;

function readEvent(event: TraceEvent, at: (pfn: number) => Growing, note: Note): void {
    if (event.t === 'result') {
        const frame = at(event.pfn);
        note(frame, `${shortType(event.type)} ${shortResult(event.result)}`, frame.signs | bit(RESULT_SIGNS[event.result]));
    } else if (event.t === 'data' && event.pfn !== undefined) {
        const frame = at(event.pfn);
        note(frame, `${event.what} ${event.fate}`, frame.signs | bit('lost'));
    } else if (event.t === 'decision') {
        for (const change of event.changes ?? []) readChange(change, at, note);
        const sign = event.pfn === undefined ? null : signOf(event.id);
        if (sign !== null) {
            const frame = at(event.pfn!);
            // Only a frame that was bad is handed out *again*.
            if (event.id !== 'rmqueue' || (frame.had & KNOWN_BAD) !== 0) note(frame, describeDecision(event.id).text, frame.signs | bit(sign));
        }
    }
}

function signOf(id: DecisionId): FrameSign | null {
    return HANDS_OUT.has(id) || id === 'rmqueue' ? 'handed-out' : OFFLINES.has(id) ? 'offlined' : GOES_BAD.has(id) ? 'bad' : null;
}

function readChange({ of, key, field, after }: StateChange, at: (pfn: number) => Growing, note: Note): void {
    if (of !== 'page' || field !== 'PG_hwpoison') return;
    const frame = at(Number.parseInt(key, 16));
    if (after === 'true') note(frame, 'PG_hwpoison', (frame.signs & ~UNPOISONED) | POISONED);
    else note(frame, 'PG_hwpoison taken off', UNPOISONED);
}

/** A run while it grows. */
interface Run { readonly pfn: number; lastPfn: number; pageCount: number; readonly names: readonly string[]; readonly moments: readonly FrameMoment[]; readonly area: number; }

function runsOf(frames: readonly (readonly [number, Growing])[], { namesOf, areaOf }: FrameLookUp): Run[] {
    const runs: Run[] = [];
    for (const [pfn, { moments }] of frames) {
        const names = namesOf(pfn);
        const area = areaOf(pfn);
        const last = runs.at(-1);
        if (last !== undefined && last.lastPfn + 1 === pfn && last.area === area && sameMoments(last.moments, moments) && sameMapping(last.names, names)) {
            last.lastPfn = pfn;
            last.pageCount += 1;
        } else runs.push({ pfn, lastPfn: pfn, pageCount: 1, names, moments, area });
    }
    return runs;
}

function sameMoments(left: readonly FrameMoment[], right: readonly FrameMoment[]): boolean {
    return left.length === right.length && left.every((moment, index) => moment === right[index]);
}

/** Pages of the same mappings, whichever pages they are. */
function sameMapping(left: readonly string[], right: readonly string[]): boolean {
    const mapping = (name: string): string => name.replace(/\[\d+\]$/, '');
    return left.length === right.length && left.every((name, index) => mapping(name) === mapping(right[index]!));
}

/** Neighbours of one area are put together until there are few enough: none is lost, and each run shows the signs of all of its frames. */
function fewer(runs: readonly Run[]): { readonly frames: readonly FrameHistory[]; readonly joined: number } {
    const by = Math.ceil(runs.length / MAX_RUNS);
    if (by <= 1) return { frames: runs.map(({ pfn, lastPfn, pageCount, names, moments }) => ({ pfn, lastPfn, pageCount, names, moments })), joined: 0 };
    const groups: Run[][] = [];
    for (const run of runs) {
        const last = groups.at(-1);
        if (last !== undefined && last.length < by && last[0]!.area === run.area) last.push(run);
        else groups.push([run]);
    }
    const frames = groups.map((group): FrameHistory => ({ pfn: group[0]!.pfn, lastPfn: group.at(-1)!.lastPfn, pageCount: sumOfPages(group), names: [], moments: togetherOf(group) }));
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
