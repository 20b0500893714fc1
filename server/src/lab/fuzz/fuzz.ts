/** Random scenarios, run both ways; what differs is made as small as it gets. */
import type { Guest } from '../kernels/platforms.js';
import type { LabCase, LabResult } from '../run/lab-result.js';
import { smaller, textOf, withoutLine, type Draft } from './draft.js';
import { draft } from './generate.js';

/** A text as a case; lines (from 0) that are wrong, where it is none. */
export type Analyzed = { readonly each: LabCase } | { readonly wrongLines: readonly number[] };

export interface FuzzOptions {
    readonly seed: number;
    /** The machine that they are for. */
    readonly guest: Guest;
    readonly scenarios: number;
    /** The first one that is drawn. */
    readonly from: number;
    /** Most runs that are spent on making one finding small. */
    readonly shrink: number;
    readonly analyze: (text: string) => Promise<Analyzed>;
    readonly stopped: () => boolean;
}

export interface Finding {
    readonly index: number;
    readonly text: string;
    readonly result: LabResult;
    /** Which step differs in which field: the same for findings of one kind. */
    readonly kind: string;
    /** The first finding of its kind is made small, the others are told as they were drawn. */
    readonly isFirst: boolean;
}

export interface FuzzCounts {
    drawn: number;
    run: number;
    agree: number;
    differ: number;
    notMade: number;
    /** Drafts of which nothing was left to run. */
    empty: number;
    /** Lines that were left out, since no model describes them or nothing makes them, by the reason. */
    readonly leftOut: Map<string, number>;
    /** Findings by kind. */
    readonly kinds: Map<string, number>;
    /** Steps that were run, by their word. */
    readonly steps: Map<string, number>;
}

/** Null: there is no machine any more. */
export type RunCase = (each: LabCase) => Promise<LabResult | null>;

export const noCounts = (): FuzzCounts => ({ drawn: 0, run: 0, agree: 0, differ: 0, notMade: 0, empty: 0, leftOut: new Map(), kinds: new Map(), steps: new Map() });

/** Lines that are left out of a draft until something can be run. */
const MOST_REPAIRS = 20;

export async function* fuzz(options: FuzzOptions, run: RunCase, counts: FuzzCounts): AsyncGenerator<Finding> {
    for (let index = options.from; index < options.from + options.scenarios && !options.stopped(); index += 1) {
        counts.drawn += 1;
        const found = await repaired(draft(options.seed, index, options.guest), options, run, counts);
        if (found === null) {
            counts.empty += 1;
            continue;
        }
        const { result } = found;
        counts.run += 1;
        result.variant.program.steps.forEach(({ op }) => count(counts.steps, op));
        counts.agree += result.verdict === 'agrees' ? 1 : 0;
        if (result.verdict === 'not made') {
            counts.notMade += 1;
            result.notMade.forEach(({ construct, reason }) => count(counts.leftOut, `in the guest: ${construct}: ${reason.replace(/\d+/g, 'N')}`));
        }
        if (result.verdict === 'differs') {
            counts.differ += 1;
            const kind = kindOf(result);
            count(counts.kinds, kind);
            const isFirst = counts.kinds.get(kind) === 1;
            const small = isFirst ? await shrink(found, options, run) : found;
            yield { index, text: textOf(small.whole), result: small.result, kind, isFirst };
        }
    }
}

function count(counts: Map<string, number>, key: string): void {
    counts.set(key, (counts.get(key) ?? 0) + 1);
}

interface Found { readonly whole: Draft; readonly result: LabResult }

/** Runs a draft without the lines that are no scenario, that no model describes or that nothing makes. */
async function repaired(whole: Draft, options: FuzzOptions, run: RunCase, counts: FuzzCounts): Promise<Found | null> {
    let now: Draft | null = whole;
    for (let repairs = 0; now !== null && now.steps.length > 0 && repairs < MOST_REPAIRS; repairs += 1) {
        const analyzed = await options.analyze(textOf(now));
        let wrong: readonly number[];
        if ('wrongLines' in analyzed) {
            wrong = analyzed.wrongLines;
        } else {
            const result = await run(analyzed.each);
            if (result === null) {
                return null;
            }
            if (result.observation !== null) {
                return { whole: now, result };
            }
            result.notMade.forEach(({ construct, reason }) => count(counts.leftOut, `${result.verdict}: ${construct}: ${reason}`));
            wrong = result.notMade.map(({ source }) => result.variant.program.sources[source]!.startLine);
        }
        // The last one: what stands before it keeps its place.
        // A frame without a page has no line of its own to blame.
        now = withoutLine(now, Math.max(-1, ...wrong)) ?? (now.frames.length > 0 ? { ...now, frames: [] } : null);
    }
    return null;
}

/** Leaves out what the difference does not need. */
async function shrink(found: Found, options: FuzzOptions, run: RunCase): Promise<Found> {
    let best = found;
    let runs = 0;
    const deciding = found.result.differences[0]?.step ?? -1;
    for (let again = true; again && runs < options.shrink;) {
        again = false;
        // What follows the deciding step goes at once.
        const beginning = { ...best.whole, steps: best.whole.steps.slice(0, deciding + 1) };
        const drafts = runs === 0 && beginning.steps.length < best.whole.steps.length ? [beginning, ...smaller(best.whole)] : smaller(best.whole);
        for (const whole of drafts) {
            if (runs >= options.shrink || options.stopped()) {
                break;
            }
            const analyzed = await options.analyze(textOf(whole));
            if ('wrongLines' in analyzed) {
                continue;
            }
            runs += 1;
            const result = await run(analyzed.each);
            if (result?.verdict === 'differs' && isAlike(result, found.result)) {
                best = { whole, result };
                again = true;
                break;
            }
        }
    }
    return best;
}

/** The same field of the same kind of step decides. */
function isAlike(a: LabResult, b: LabResult): boolean {
    return kindOf(a) === kindOf(b);
}

/** Step and field that decide, with both sides, without the numbers and names of one scenario. */
function kindOf({ differences: [first], variant }: LabResult): string {
    if (first === undefined) {
        return '';
    }
    const step = variant.program.steps[first.step];
    const general = (text: string): string => text.split('\n').map((line) => line.replace(/\b(a|b|child\d+|t\d+)\b(\.\w+)*/g, 'task').replace(/0x[0-9a-f]+|\d+/g, 'N')).join(' | ');
    return `${step === undefined ? 'start' : `${step.op}${typeof step.args['advice'] === 'string' ? ` ${step.args['advice']}` : ''}`} ${first.field}: ${general(first.predicted)} / ${general(first.observed)}`.slice(0, 300);
}
