/** Claims about all outcomes of a raced step. A step without competitors has one outcome. */
import type { Claim, OutcomePattern } from '../../../simulator/program.js';
import type { RaceOutcome } from '../../../simulator/trace.js';
import { outcomeWords, pathWords, stopWords, traceWith, wayWords } from '../../step/races.js';
import type { Finding, Scene } from '../scene.js';
import { countWords } from '../../step/wording.js';

type SetClaim = Claim & { kind: 'outcomes' };
type Judge = (claim: Claim, scene: Scene) => Finding;

const INTRODUCTIONS = { 'exactly': 'outcomes', 'one-of': 'one of', 'never': 'never' } as const;

/** An outcome with the scene as it is when the step goes so. */
interface Possible { readonly outcome: RaceOutcome; readonly scene: Scene }

/** One scene for each outcome of the step that the expectation stands under. */
export function possibleScenes(scene: Scene): readonly Possible[] {
    const step = scene.trace.steps[scene.last];
    if (step === undefined) {
        return [];
    }
    const outcomes = step.race?.outcomes ?? [{ ways: [[]], interleavings: 1, step }];
    return outcomes.map((outcome) => ({ outcome, scene: { ...scene, trace: traceWith(scene.trace, scene.last, outcome), steps: [outcome.step] } }));
}

/** Holds the patterns against the outcomes: `exactly` and `one-of` want a pattern for each outcome, `exactly` also an outcome for each pattern. */
export function judgeOutcomes(claim: SetClaim, scene: Scene, judge: Judge): Finding {
    const possible = possibleScenes(scene);
    const expected = `${INTRODUCTIONS[claim.how]} { ${claim.outcomes.map((pattern) => patternWords(pattern, scene, judge)).join('; ')} }`;
    const fits = (pattern: OutcomePattern, each: Possible): boolean => (claim.how === 'never' || saysItsStops(pattern, each.outcome)) && pattern.claims.every((one) => judge(one, each.scene).holds === true);
    const limit = scene.trace.steps[scene.last]?.race?.limit ?? null;
    const wrong = claim.how === 'never'
        ? possible.filter((each) => claim.outcomes.some((pattern) => fits(pattern, each))).map(({ outcome }) => `possible: ${placed(outcome)}`)
        : [
            ...possible.filter((each) => !claim.outcomes.some((pattern) => fits(pattern, each))).map(({ outcome }) => `extra: ${placed(outcome)}`),
            ...claim.how === 'exactly' ? claim.outcomes.filter((pattern) => !possible.some((each) => fits(pattern, each))).map((pattern) => `missing: ${patternWords(pattern, scene, judge)}`) : [],
        ];
    // Beyond the limit there may be outcomes that nobody has seen: what was seen can refute, but not prove.
    const refuted = limit === null ? wrong.length > 0 : wrong.some((words) => !words.startsWith('missing'));
    return {
        holds: refuted ? false : limit === null ? true : null,
        expected,
        actual: wrong.length > 0 ? wrong.join('; ') : limit === null ? possible.map(({ outcome }) => outcomeWords(outcome)).join('; ') : `the exploration ended at its limit of ${limit}`,
        at: null,
    };
}

/** A claim of another kind holds of a raced step when it holds of every outcome. */
export function judgeEveryOutcome(claim: Claim, scene: Scene, judge: Judge): Finding {
    const quiet = judge(claim, scene);
    const findings = possibleScenes(scene).map(({ outcome, scene: each }) => ({ outcome, finding: judge(claim, each) }));
    const broken = findings.find(({ finding }) => finding.holds === false) ?? findings.find(({ finding }) => finding.holds === null);
    const limit = scene.trace.steps[scene.last]?.race?.limit ?? null;
    if (broken === undefined) {
        return limit === null ? quiet : { ...quiet, holds: null, actual: `${quiet.actual}, as far as the exploration went (${limit})` };
    }
    return broken.outcome.ways[0]?.length === 0 ? broken.finding : { ...broken.finding, actual: `${broken.finding.actual}, in one outcome of the race: ${placed(broken.outcome)}`, at: null };
}

/** A stop that a pattern does not mention is none of its outcomes. */
function saysItsStops({ claims }: OutcomePattern, { step }: RaceOutcome): boolean {
    return stopWords(step).every((stop) => claims.some(({ kind }) => kind === stop || kind === 'panic'));
}

function patternWords({ claims }: OutcomePattern, scene: Scene, judge: Judge): string {
    return claims.map((claim) => judge(claim, scene).expected).join(' ');
}

/** `MF_MSG_BUDDY MF_FAILED (W4, then W4: memory_failure.marked > ...)`. */
function placed(outcome: RaceOutcome): string {
    const [first = [], ...others] = outcome.ways;
    const more = others.length === 0 ? '' : ` and ${countWords(others.length, 'other way')}`;
    const path = pathWords(outcome);
    return `${outcomeWords(outcome)} (${wayWords(first)}${more}${path === '' ? '' : `: ${path}`})`;
}
