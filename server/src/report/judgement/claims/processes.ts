/** Claims about processes that died or went on. They are about the state after the step. */
import type { Claim } from '../../../simulator/program.js';
import type { ExitEvent } from '../../../simulator/trace.js';
import { SIGNALS } from '../../../vocabulary/signals.js';
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

/** The process has ended with that status, as a shell shows it. */
export function judgeExitStatus(claim: Claim & { kind: 'exit-status' }, scene: Scene): Finding {
    const death = deathOf(claim.process, scene);
    const status = death === undefined ? undefined : statusOf(death.event);
    return {
        holds: status === claim.status,
        expected: `${claim.process} exited with status ${claim.status}`,
        actual: status === undefined ? `${claim.process} is alive` : `${stateWords(claim.process, death?.event.signal)}, status ${status}`,
        at: death?.at ?? null,
    };
}

/** As a shell shows it: of a process that a signal ended, 128 and the number of the signal, unless its runtime took the signal and exited by itself. */
function statusOf({ status, signal }: ExitEvent): number {
    return status ?? (signal === null ? 0 : 128 + SIGNALS[signal].value);
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
