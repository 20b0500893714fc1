/** Claims about the MF type and result of a memory failure. */
import type { Claim } from '../../../simulator/program.js';
import { resultWords } from '../../step/wording.js';
import { eventsOf, type Finding, type Scene } from '../scene.js';

/** One of the frames that the step was about has this type and this result. */
export function judgeResult(claim: Claim & { kind: 'result' }, scene: Scene): Finding {
    const results = eventsOf(scene, 'result');
    const match = results.find(({ event }) => (claim.type ?? event.type) === event.type && (claim.result ?? event.result) === event.result);
    return {
        holds: match !== undefined,
        expected: [claim.type, claim.result].filter((word) => word !== undefined).join(' '),
        actual: [...new Set(results.map(({ event }) => resultWords(event)))].join(', ') || 'no result: memory_failure() reported none',
        at: (match ?? results[0])?.at ?? null,
    };
}
