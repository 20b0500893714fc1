/** One judge for each kind of claim. */
import type { Claim } from '../../../simulator/program.js';
import type { Finding, Scene } from '../scene.js';
import { judgeHardwareCorrupted, judgeNodeCounter } from './counters.js';
import { judgeDmesg, judgeNoDmesg } from './log-lines.js';
import { judgeErrno, judgeReturns, judgeText, judgeValue } from './outcomes.js';
import { judgeContents, judgePoisoned } from './pages.js';
import { judgeExitStatus, judgeKilled, judgeSurvives } from './processes.js';
import { judgeEveryOutcome, judgeOutcomes } from './races.js';
import { judgeResult } from './results.js';
import { judgeNoSignal, judgeSignal } from './signals.js';
import { judgeNoStop, judgeStop } from './stops.js';

type Judge<Kind extends Claim['kind']> = (claim: Claim & { kind: Kind }, scene: Scene) => Finding;

const JUDGES: { readonly [Kind in Claim['kind']]: Judge<Kind> } = {
    'result': judgeResult,
    'errno': judgeErrno,
    'signal': judgeSignal,
    'no-signal': judgeNoSignal,
    'killed': judgeKilled,
    'survives': judgeSurvives,
    'exit-status': judgeExitStatus,
    'panic': judgeStop,
    'oops': judgeStop,
    'no-panic': judgeNoStop,
    'no-oops': judgeNoStop,
    'dmesg': judgeDmesg,
    'no-dmesg': judgeNoDmesg,
    'hardware-corrupted': judgeHardwareCorrupted,
    'node-counter': judgeNodeCounter,
    'poisoned': judgePoisoned,
    'not-poisoned': judgePoisoned,
    'contents': judgeContents,
    'value': judgeValue,
    'returns': judgeReturns,
    'text': judgeText,
    'outcomes': (claim, scene) => judgeOutcomes(claim, scene, judgeClaim),
    'not-modelled': (claim) => ({ holds: null, expected: claim.what, actual: 'not modelled', at: null }),
};

/** Holds a claim against its scene; under a raced step, against every outcome. */
export function judgeExpected(claim: Claim, scene: Scene): Finding {
    const raced = scene.steps.length === 1 && scene.steps[0]?.race !== undefined;
    return raced && claim.kind !== 'outcomes' ? judgeEveryOutcome(claim, scene, judgeClaim) : judgeClaim(claim, scene);
}

/** As {@link judgeExpected}, of one course of events. */
function judgeClaim(claim: Claim, scene: Scene): Finding {
    return (JUDGES[claim.kind] as Judge<Claim['kind']>)(claim, scene);
}
