/** What the expectations of a step state about it. What is stated, and holds, is intended. */
import type { Verdict } from '../../report/judgement/verdicts.js';
import type { Claim, Program } from '../../simulator/program.js';
import type { StepTrace } from '../../simulator/trace.js';

/** The claims that hold of a step, those about the whole run among them. */
export type StatedClaims = (step: StepTrace) => readonly Claim[];

/** @param guest whose side is meant; undefined: the machine itself */
export function statedClaims(program: Program, verdicts: readonly Verdict[], guest?: string): StatedClaims {
    const byStep = new Map<number, Claim[]>();
    for (const { expectation, status, holds, source, step } of verdicts) {
        const stated = program.expectations[expectation];
        if (stated === undefined || stated.guest !== guest || status === 'skipped' || holds !== true) {
            continue;
        }
        const claims = byStep.get(step) ?? [];
        byStep.set(step, claims);
        claims.push(...stated.claims.filter((claim) => claim.source === source).flatMap(withOutcomes));
    }
    const ofTheRun = byStep.get(-1) ?? [];
    return ({ index }) => [...byStep.get(index) ?? [], ...ofTheRun];
}

/** A set of outcomes states what each of its lines does; what never happens is not stated. */
function withOutcomes(claim: Claim): Claim[] {
    return claim.kind !== 'outcomes' ? [claim] : claim.how === 'never' ? [] : claim.outcomes.flatMap(({ claims }) => claims);
}

/** Claims that say how an access, or a stop of the machine, ended. */
const ENDINGS: ReadonlySet<Claim['kind']> = new Set(['panic', 'oops', 'signal', 'killed', 'exit-status', 'errno', 'value', 'returns', 'text']);

export function statesEnding(claims: readonly Claim[]): boolean {
    return claims.some(({ kind }) => ENDINGS.has(kind));
}
