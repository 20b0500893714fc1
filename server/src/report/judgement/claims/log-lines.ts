/** Claims about the kernel log. */
import type { Claim } from '../../../simulator/program.js';
import { eventsOf, type Finding, type Scene } from '../scene.js';

/** A line of the step contains the text. */
export function judgeDmesg(claim: Claim & { kind: 'dmesg' }, scene: Scene): Finding {
    const lines = eventsOf(scene, 'log');
    const match = lines.find(({ event }) => event.text.includes(claim.text));
    return {
        holds: match !== undefined,
        expected: `dmesg "${claim.text}"`,
        actual: lines.map(({ event }) => `"${event.text}"`).join(', ') || 'nothing was logged',
        at: match?.at ?? null,
    };
}

/** No line of the step contains the text. */
export function judgeNoDmesg(claim: Claim & { kind: 'no-dmesg' }, scene: Scene): Finding {
    const match = eventsOf(scene, 'log').find(({ event }) => event.text.includes(claim.text));
    return {
        holds: match === undefined,
        expected: `no dmesg "${claim.text}"`,
        actual: match === undefined ? 'no such line' : `"${match.event.text}"`,
        at: match?.at ?? null,
    };
}
