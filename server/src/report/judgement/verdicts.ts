/** Holds a trace against the expectations of its program. */
import type { Claim, Expectation, Program, SourceId } from '../../simulator/program.js';
import type { StepTrace, Trace } from '../../simulator/trace.js';
import { judgeExpected } from './claims/table.js';
import { guestSides } from '../step/guests.js';
import { conditionHolds, conditionWords } from './guards.js';
import { waysWords } from '../step/races.js';
import { sceneOf, type Finding, type Scene } from './scene.js';
import type { ScenarioStatus } from './scenario-status.js';
import { judgeSwept } from '../sweeps/judge-sweep.js';

/** `skipped`: its `when` does not hold here. `unverified`: the model does not describe it, or something that came before. */
export type VerdictStatus = 'passed' | 'failed' | 'skipped' | 'unverified';

export interface Verdict {
    readonly status: VerdictStatus;
    /** Kind of the claim, or what happened without being expected. */
    readonly kind: Claim['kind'] | 'unexpected-panic' | 'unexpected-oops';
    /** The claim; the step for what was not expected. */
    readonly source: SourceId;
    /** Index in `Program.expectations`; -1 for what was not expected. */
    readonly expectation: number;
    /** Index in `Program.steps` of the step that it stands under; -1 for the end of the run. */
    readonly step: number;
    readonly expected: string;
    readonly actual: string;
    /** What the trace says, whether or not the model can be trusted there; null when it says nothing. */
    readonly holds: boolean | null;
    /** Step and event that decided; null when no single event did. */
    readonly decidedBy: { readonly step: number; readonly event: number } | null;
}

/** A verdict for every claim in text order, then one for every panic or oops that nobody expected. */
export function judge(program: Program, trace: Trace): Verdict[] {
    const sides = new Map(guestSides(program, trace).map((side) => [side.guest, side]));
    const expected = program.expectations.flatMap((expectation, index) => {
        const side = expectation.guest === undefined ? { program, trace } : sides.get(expectation.guest);
        return side === undefined ? [] : judgeExpectation(expectation, index, side.program, side.trace, program);
    });
    const of = (guest: string | undefined): Verdict[] => expected.filter(({ expectation }) => program.expectations[expectation]?.guest === guest);
    const surprises = [...sides.values()].flatMap((side) => judgeUnexpected(side.program, side.trace, of(side.guest)).map((verdict) => ({ ...verdict, actual: `${side.guest}: ${verdict.actual}` })));
    const first = firstGap(trace);
    return [...expected, ...judgeUnexpected(program, trace, of(undefined)), ...surprises].map((verdict) => isBeyond(verdict, first) ? { ...verdict, status: 'unverified' } : verdict);
}

/** Index of the first step that is not modelled: what it and later steps do means nothing. A declaration concerns all steps. */
function firstGap(trace: Trace): number {
    return trace.notModelled.reduce((first, { step }) => Math.min(first, step), Infinity);
}

function isBeyond({ step, status }: Verdict, first: number): boolean {
    return status !== 'skipped' && first !== Infinity && (step < 0 || step >= first);
}

/** The status of a scenario that was simulated. What is not modelled outweighs everything: its result means nothing. */
export function statusOf(program: Program, trace: Trace, verdicts: readonly Verdict[]): ScenarioStatus {
    if (program.notModelled.length > 0 || trace.notModelled.length > 0) {
        return 'unverified';
    }
    if (verdicts.some(({ status }) => status === 'failed')) {
        return 'failed';
    }
    const incomplete = trace.steps.some(({ sweep }) => sweep !== undefined && sweep.limit !== null);
    return incomplete || verdicts.some(({ status }) => status === 'unverified') ? 'unverified' : 'passed';
}

/** @param host whose settings tell variants apart: conditions speak of them, on whichever side the claim is */
function judgeExpectation(expectation: Expectation, index: number, program: Program, trace: Trace, host: Program): Verdict[] {
    const applies = expectation.when === undefined || conditionHolds(expectation.when, host);
    const scene = sceneOf(expectation, program, trace);
    return expectation.claims.map((claim) => {
        const finding = judgeIn(claim, scene);
        const common = { kind: claim.kind, source: claim.source, expectation: index, step: expectation.step, expected: finding.expected, holds: finding.holds };
        if (!applies && expectation.when !== undefined) {
            return { ...common, status: 'skipped', actual: `only when ${conditionWords(expectation.when)}`, decidedBy: null };
        }
        const reached = notReached(scene, finding, expectation.guest);
        return reached === null
            ? { ...common, status: statusOfFinding(finding), actual: finding.actual, decidedBy: finding.at }
            : { ...common, ...reached };
    });
}

/** Below a sweep a claim is about the pages, each on a machine of its own. */
function judgeIn(claim: Claim, scene: Scene): Finding {
    const step = scene.steps.length === 1 ? scene.steps[0] : undefined;
    return step?.sweep === undefined ? judgeExpected(claim, scene) : judgeSwept(claim, { ...step, sweep: step.sweep }, scene.program, scene.trace);
}

function statusOfFinding(finding: Finding): VerdictStatus {
    return finding.holds === null ? 'unverified' : finding.holds ? 'passed' : 'failed';
}

/** Nothing can be said for a step that was not executed, not even that nothing happened. */
function notReached(scene: Scene, finding: Finding, side: string | undefined): Pick<Verdict, 'status' | 'actual' | 'holds' | 'decidedBy'> | null {
    const step = scene.trace.steps[scene.last];
    if (scene.steps.length === 1 && step?.skipped === true) {
        const holds = finding.holds === null ? null : false;
        return { status: holds === null ? 'unverified' : 'failed', holds, ...whyNotExecuted(scene, side) };
    }
    return null;
}

/**
 * A guest whose host has gone on to the next kernel is gone as well, though nothing panicked.
 * @param side the guest whose side of the run is judged: its trace does not name it
 */
function whyNotExecuted({ trace, last }: Scene, side: string | undefined): Pick<Verdict, 'actual' | 'decidedBy'> {
    const panic = panicBefore(trace);
    const guest = trace.steps[last]?.guest ?? side;
    const boot = guest === undefined || panic !== null ? undefined : trace.steps.slice(0, last).reverse().find(({ op }) => op === 'kexec' || op === 'reboot' || op === 'power-cycle');
    if (boot !== undefined) {
        return { actual: `not executed: ${guest} ended with the kernel of its host, in the ${boot.op} before`, decidedBy: { step: boot.index, event: Math.max(0, boot.events.findIndex(({ t }) => t === 'boot')) } };
    }
    return { actual: panic !== null ? 'not executed: the machine had panicked' : `not executed: ${guest === undefined ? 'the machine had stopped' : `${guest} had stopped`}`, decidedBy: panic };
}

function panicBefore(trace: Trace): Verdict['decidedBy'] {
    for (const step of trace.steps) {
        const event = step.events.findIndex(({ t }) => t === 'panic');
        if (event >= 0) {
            return { step: step.index, event };
        }
    }
    return null;
}

/** Claims that say something about a stop, so that it does not come as a surprise. An oops on the way to an expected panic is none. */
const MENTIONS = {
    panic: ['panic', 'no-panic'],
    oops: ['oops', 'no-oops', 'panic'],
} as const;

function judgeUnexpected(program: Program, trace: Trace, verdicts: readonly Verdict[]): Verdict[] {
    return trace.steps.flatMap((step) => (['oops', 'panic'] as const).flatMap((kind) => {
        const stopped = [step, ...(step.race?.outcomes ?? []).map((outcome) => outcome.step)].find(({ events }) => events.some(({ t }) => t === kind));
        const mentioned = verdicts.some((verdict) => verdict.status !== 'skipped' && (verdict.step < 0 || verdict.step === step.index) && mentions(verdict, kind, program));
        return stopped === undefined || mentioned ? [] : [unexpected(kind, step, stopped)];
    }));
}

function mentions({ kind, expectation, source }: Verdict, stop: 'panic' | 'oops', program: Program): boolean {
    const wanted: readonly string[] = MENTIONS[stop];
    if (kind !== 'outcomes') {
        return wanted.includes(kind);
    }
    const claim = program.expectations[expectation]?.claims.find((each) => each.source === source);
    // What `outcomes` and `one of` do not list fails them.
    return claim?.kind === 'outcomes' && (claim.how !== 'never' || claim.outcomes.some(({ claims }) => claims.some((each) => wanted.includes(each.kind))));
}

/** @param stopped the step itself, or the outcome of its race that stops */
function unexpected(kind: 'panic' | 'oops', step: StepTrace, stopped: StepTrace): Verdict {
    const event = stopped.events.findIndex(({ t }) => t === kind);
    const stop = stopped.events[event];
    const text = stop !== undefined && 'text' in stop ? stop.text : '';
    const outcome = stopped === step ? undefined : step.race?.outcomes.find((each) => each.step === stopped);
    return {
        status: 'failed', kind: `unexpected-${kind}`, source: step.source, expectation: -1, step: step.index,
        expected: `no ${kind}`, actual: `${kind} "${text}"${outcome === undefined ? '' : `, in one outcome of the race (${waysWords(outcome)})`}`,
        holds: false, decidedBy: outcome === undefined ? { step: step.index, event } : null,
    };
}
