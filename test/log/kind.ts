/** A small log, and what a careful person makes of it. */
import { expect } from 'vitest';
import { triageText } from '../../server/src/log/triage.js';

export interface Kind {
    readonly log: readonly string[];
    readonly verdict: string;
    /** Of each incident. */
    readonly frames: readonly (readonly string[])[];
    /** Evidence that ties crashes to errors. */
    readonly joins?: readonly string[];
    readonly parts?: readonly string[];
    readonly errors?: number;
    readonly previousBoot?: boolean;
}

/** A record of firmware with one error. */
export const cper = (number: number, severity: string, ...more: readonly string[]): string[] => ['Hardware error from APEI Generic Hardware Error Source: 0', `event severity: ${severity}`, ` Error 0, type: ${severity}`, ...more].map((line) => `[  101.000000] {${number}}[Hardware Error]: ${line}`);

export function expectKind({ log, verdict, frames, joins = [], parts, errors, previousBoot }: Kind): void {
    const triage = triageText(log.join('\n'));
    expect(triage.verdict).toBe(verdict);
    expect(triage.incidents.map((incident) => incident.frames)).toEqual(frames);
    expect(triage.incidents.flatMap(({ followed }) => followed.flatMap(({ evidence }) => evidence.map(({ kind }) => kind)))).toEqual(joins);
    expect(triage.crashes).toEqual([]);
    if (parts !== undefined) expect(triage.incidents.flatMap((incident) => incident.parts)).toEqual(parts);
    if (errors !== undefined) expect(triage.incidents.map((incident) => incident.errors)).toEqual([errors]);
    if (previousBoot !== undefined) expect(triage.incidents.map((incident) => incident.previousBoot)).toEqual([previousBoot]);
}
