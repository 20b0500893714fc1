import { RACE_WINDOWS, type RaceWindowId } from '../../vocabulary/race-windows.js';
import type { RaceTrace } from '../../simulator/trace.js';
import type { DiagnosticKind } from './finding.js';

export const raceWithoutWindow: DiagnosticKind = {
    code: 'race/no-window',
    severity: 'warning',
    doc: 'The competitor changes nothing: the step never calls memory_failure(), or comes by no window at which the competitor can act. It needs a free frame for an allocation, a page on the LRU for an isolation, and no lock that the handler holds.',
    find: ({ trace }) => trace.steps.flatMap(({ race }) => race === undefined ? [] : race.competitors.filter(({ idle }) => idle).map(({ source, actor, op }) => ({
        source, message: `\`${actor}: ${op}\` meets no window: ${reason(race)}`,
    }))),
};

function reason({ windows }: RaceTrace): string {
    return windows.length === 0 ? 'the step above does not come to memory_failure() with an online page.'
        : `at none of ${windows.join(', ')} it could act, or is there anything for it to act on. ${windows.map((window: RaceWindowId) => RACE_WINDOWS[window].holds).some((held) => (held as readonly string[]).includes('folio lock')) ? 'The handler holds the folio lock at W6, W8, W11 and W12.' : ''}`.trimEnd();
}
