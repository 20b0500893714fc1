/** One sentence about an incident. */
import type { Incident } from './incident.js';
import type { KnownFault } from './known-faults.js';

const many = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

export function titleOf(incident: Omit<Incident, 'title'>, fault: KnownFault | undefined): string {
    const { frames, frameCount, severity, errors, verdict, actions, followed, parts, what, victims, previousBoot } = incident;
    const where = frameCount === 0 ? parts[0] === undefined ? '' : ` in ${parts[0]}` : frameCount === 1 ? ` in frame ${frames[0]!}` : ` in ${frameCount} frames from ${frames[0]!} on`;
    const kind = verdict === 'injected' ? `${many(errors, 'injected error')}` : severity === 'corrected' ? many(errors, 'corrected error') : severity === 'unknown' ? many(errors, 'memory error')
        : `${many(errors, severity === 'fatal' ? 'fatal error' : severity === 'deferred' ? 'deferred error' : 'uncorrected error')}${what === 'memory' ? ' of memory' : what === 'processor' ? ' of a processor' : ''}`;
    const last = actions.at(-1);
    const done = last === undefined ? '' : `, ${last.words}: ${last.result === null ? '?' : last.result.replace('MF_', '').toLowerCase()}`;
    const who = victims.length === 0 ? '' : `; ${[...new Set(victims.map(({ comm }) => comm))].slice(0, 3).join(', ')} hit`;
    const crash = followed[0]?.crash;
    const then = crash === undefined ? '' : `; then ${crash.kind === 'panic' ? 'a panic' : crash.title.replace(/ \[#\d+\].*$/, '').slice(0, 80)}${crash.function === null ? '' : ` in ${crash.function}()`}`;
    return `${previousBoot ? 'before this boot: ' : ''}${kind}${where}${done}${who}${then}${fault === undefined ? '' : ` (${fault.title})`}`;
}
