/** Claims about processes that died or went on. They are about the state after the step. */
import type { Claim } from '../../../simulator/program.js';
import { eventsUntil, type Finding, type Scene } from '../scene.js';

/** The process has been ended by a signal. */
export function judgeKilled(claim: Claim & { kind: 'killed' }, scene: Scene): Finding {
    const death = deathOf(claim.process, scene);
    return {
        holds: death !== undefined && death.event.signal !== null,
        expected: `${claim.process} killed`,
        actual: stateWords(claim.process, death?.event.signal),
        at: death?.at ?? null,
    };
}

/** The process has not been ended by a signal. */
export function judgeSurvives(claim: Claim & { kind: 'survives' }, scene: Scene): Finding {
    const death = deathOf(claim.process, scene);
    return {
        holds: death === undefined || death.event.signal === null,
        expected: `${claim.process} survives`,
        actual: stateWords(claim.process, death?.event.signal),
        at: death?.at ?? null,
    };
}

function deathOf(process: string, scene: Scene) {
    return eventsUntil(scene, 'exit').find(({ event }) => event.process === process);
}

function stateWords(process: string, signal: string | null | undefined): string {
    if (signal === undefined) {
        return `${process} is alive`;
    }
    return signal === null ? `${process} exited` : `${process} was killed by ${signal}`;
}
