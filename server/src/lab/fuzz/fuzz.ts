/** Random scenarios, run both ways; what differs is made as small as it gets. */
import type { LabCase, LabResult } from '../run/lab-result.js';
import { runCases, type PlanRunner } from '../run/run-cases.js';
import { draft, smaller, textOf, type Draft } from './generate.js';

export interface FuzzOptions {
    readonly seed: number;
    readonly scenarios: number;
    /** The first one that is drawn. */
    readonly from: number;
    /** The case of a text; null when the text has errors. */
    readonly analyze: (text: string) => Promise<LabCase | null>;
    readonly stopped: () => boolean;
}

export interface Finding {
    readonly index: number;
    readonly text: string;
    readonly result: LabResult;
}

export interface FuzzCounts { run: number; agree: number; differ: number; notMade: number; notModelled: number; invalid: number }

/** Most runs that are spent on making one finding small. */
const SHRINKING = 60;

export async function* fuzz(options: FuzzOptions, runner: PlanRunner, counts: FuzzCounts): AsyncGenerator<Finding> {
    for (let index = options.from; index < options.from + options.scenarios && !options.stopped(); index += 1) {
        const whole = draft(options.seed, index);
        const result = await runDraft(whole, options, runner);
        if (result === null) {
            counts.invalid += 1;
            continue;
        }
        counts.run += 1;
        counts.agree += result.verdict === 'agrees' ? 1 : 0;
        counts.notMade += result.verdict === 'not made' ? 1 : 0;
        counts.notModelled += result.verdict === 'not modelled' ? 1 : 0;
        if (result.verdict === 'differs') {
            counts.differ += 1;
            const small = await shrink({ whole, result }, options, runner);
            yield { index, text: textOf(small.whole), result: small.result };
        }
    }
}

interface Found { readonly whole: Draft; readonly result: LabResult }

/** Leaves out what the difference does not need. */
async function shrink(found: Found, options: FuzzOptions, runner: PlanRunner): Promise<Found> {
    let best = found;
    let runs = 0;
    for (let again = true; again && runs < SHRINKING;) {
        again = false;
        for (const whole of smaller(best.whole)) {
            if (runs >= SHRINKING || options.stopped()) {
                break;
            }
            runs += 1;
            const result = await runDraft(whole, options, runner);
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
    const decisive = ({ differences: [first], variant }: LabResult): string => first === undefined ? '' : `${first.field} ${variant.program.steps[first.step]?.op}`;
    return decisive(a) === decisive(b);
}

async function runDraft(whole: Draft, options: FuzzOptions, runner: PlanRunner): Promise<LabResult | null> {
    const each = await options.analyze(textOf(whole));
    if (each === null) {
        return null;
    }
    for await (const { result } of runCases([each], runner)) {
        return result;
    }
    return null;
}
