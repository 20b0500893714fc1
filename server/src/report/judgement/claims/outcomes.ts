/** Claims about what a step gave back to whoever made it. */
import type { Claim } from '../../../simulator/program.js';
import type { StepOutcome } from '../../../simulator/trace.js';
import { signalWords, valueWords } from '../../step/wording.js';
import type { Finding, Scene } from '../scene.js';

export function judgeErrno(claim: Claim & { kind: 'errno' }, scene: Scene): Finding {
    const { outcome, instead } = outcomeOf(scene);
    const errno = outcome?.errno || undefined;
    return finding(errno === claim.errno, `errno ${claim.errno}`, errno === undefined ? instead : `errno ${errno}`);
}

export function judgeValue(claim: Claim & { kind: 'value' }, scene: Scene): Finding {
    const { outcome, instead } = outcomeOf(scene);
    const value = outcome?.value;
    return finding(value === claim.value, `value ${valueWords(claim.value)}`, value === undefined ? instead : `value ${valueWords(value)}`);
}

export function judgeReturns(claim: Claim & { kind: 'returns' }, scene: Scene): Finding {
    const { outcome, instead } = outcomeOf(scene);
    const returned = outcome?.returned;
    return finding(returned === claim.value, `returns ${claim.value}`, returned === undefined ? instead : `returns ${returned}`);
}

export function judgeText(claim: Claim & { kind: 'text' }, scene: Scene): Finding {
    const { outcome, instead } = outcomeOf(scene);
    const text = outcome?.text;
    return finding(text === claim.text, `"${claim.text}"`, text === undefined ? instead : `"${text}"`);
}

/** The outcome, and what to say when it lacks what was asked for. */
function outcomeOf(scene: Scene): { readonly outcome: StepOutcome | undefined; readonly instead: string } {
    const outcome = scene.trace.steps[scene.last]?.outcome;
    if (outcome?.signal !== undefined) {
        return { outcome, instead: signalWords(outcome.signal, scene.trace.pageShift) };
    }
    return { outcome, instead: outcome === undefined || outcome.errno === '' ? 'the step returned nothing' : `errno ${outcome.errno}` };
}

function finding(holds: boolean, expected: string, actual: string): Finding {
    return { holds, expected, actual, at: null };
}
