/** Claims about panics and oopses. */
import type { Claim } from '../../../simulator/program.js';
import { eventsOf, type Finding, type Scene } from '../scene.js';

type Stop = 'panic' | 'oops';

/** The machine panicked (the kernel oopsed) in this step, with the text when one is given. */
export function judgeStop(claim: Claim & { kind: Stop }, scene: Scene): Finding {
    const stops = eventsOf(scene, claim.kind);
    const match = stops.find(({ event }) => event.text.includes(claim.text ?? ''));
    return {
        holds: match !== undefined,
        expected: claim.text === undefined ? claim.kind : `${claim.kind} "${claim.text}"`,
        actual: actualWords(claim.kind, stops[0]?.event.text),
        at: (match ?? stops[0])?.at ?? null,
    };
}

/** The machine went on without a panic (an oops) in this step. */
export function judgeNoStop(claim: Claim & { kind: 'no-panic' | 'no-oops' }, scene: Scene): Finding {
    const kind: Stop = claim.kind === 'no-panic' ? 'panic' : 'oops';
    const stop = eventsOf(scene, kind)[0];
    return { holds: stop === undefined, expected: `no ${kind}`, actual: actualWords(kind, stop?.event.text), at: stop?.at ?? null };
}

function actualWords(kind: Stop, text: string | undefined): string {
    return text === undefined ? `no ${kind}` : `${kind} "${text}"`;
}
