/** Claims about frames and their contents, after the step. */
import type { Claim } from '../../../simulator/program.js';
import { placeWords } from '../../step/wording.js';
import { dataFateOf, poisonOf } from '../../step/page-states.js';
import type { Finding, Scene } from '../scene.js';

/** Every frame of the place carries (does not carry) PG_hwpoison. */
export function judgePoisoned(claim: Claim & { kind: 'poisoned' | 'not-poisoned' }, scene: Scene): Finding {
    const wanted = claim.kind === 'poisoned';
    const { poisoned, at } = poisonOf(claim.place, scene);
    const where = placeWords(claim.place);
    return {
        holds: poisoned === null ? null : poisoned === wanted,
        expected: `${wanted ? 'poisoned' : 'not poisoned'} ${where}`,
        actual: poisoned === null ? `the trace does not tell which frame ${where} is` : `${where} is ${poisoned ? 'poisoned' : 'not poisoned'}`,
        at,
    };
}

/** What became of the contents: lost (dropped silently), stale (an older copy took their place), or neither. */
export function judgeContents(claim: Claim & { kind: 'contents' }, scene: Scene): Finding {
    const { fate, at } = dataFateOf(claim.place, scene);
    const where = placeWords(claim.place);
    return {
        holds: fate === null ? null : fate === claim.state,
        expected: `contents of ${where} ${claim.state}`,
        actual: fate === null ? `the trace does not tell which frame ${where} is` : `contents of ${where} ${fate}`,
        at,
    };
}
