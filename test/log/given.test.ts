import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { describe, expect, test } from 'vitest';
import type { LogEvent } from '../../server/src/log/events/event.js';
import type { LogTriage } from '../../server/src/log/judgement/incident.js';
import { triageText } from '../../server/src/log/triage.js';
import { CONCLUDED } from './concluded.js';
import { GIVEN_LOGS } from './given.js';

/** Events in the order in which they are whole, then what was made of them: what a person reads in a review. */
function golden(events: readonly LogEvent[], triage: LogTriage): string {
    const out = [`verdict: ${triage.verdict}`, '', 'events:', ...events.map(eventLine), '', 'boots:', ...triage.boots.map((boot) => `  ${JSON.stringify(boot)}`), '', 'incidents:'];
    for (const { id, verdict, certainty, title, signature, frames, parts, errors, reasons, followed, victims, wouldDecide, inUse } of triage.incidents) {
        out.push(`  ${id} ${verdict}, ${certainty}: ${title}`, `    signature: ${signature}`, `    frames: ${frames.join(' ')}; parts: ${parts.join(' | ')}; errors: ${errors}; in use: ${inUse}`);
        reasons.forEach(({ text, quotes }) => out.push(`    reason: ${text} [${quotes.map(({ line }) => line).join(' ')}]`));
        victims.forEach(({ comm, pid, what, line }) => out.push(`    hit: ${comm}:${pid} ${what} [${line}]`));
        followed.forEach(({ crash, evidence, afterUs }) => out.push(`    followed by: ${crash.title} after ${afterUs ?? '?'} us [${crash.line}]`, ...evidence.map((each) => `      by ${each.kind}: ${each.text} (chance ${each.chance.toPrecision(2)})`)));
        if (wouldDecide !== null) out.push(`    would decide: ${wouldDecide}`);
    }
    return `${[...out, '', 'other crashes:', ...triage.crashes.map(({ signature, line }) => `  ${signature} [${line}]`)].join('\n')}\n`;
}

const LEFT_OUT = new Set(['kind', 'lines', 'bootUs', 'wallMs', 'host', 'speaker', 'caller', 'registers', 'modules', 'decoded', 'ended', 'read']);

function eventLine(event: LogEvent): string {
    const words = JSON.stringify(Object.fromEntries(Object.entries(event).filter(([name]) => !LEFT_OUT.has(name))), (_, value: unknown) => (typeof value === 'bigint' ? `0x${value.toString(16)}` : value));
    return `  ${event.lines.map(({ line }) => line).join(',')}: ${event.kind} ${words}`;
}

describe('given logs', () => {
    test.each(GIVEN_LOGS)('$name: events, joins and verdict are those of its golden file', ({ text, file }) => {
        const events: LogEvent[] = [];
        const triage = triageText(text, { onEvent: (event) => events.push(event) });
        const found = golden(events, triage);
        const expected = file.replace(/\.log$/, '.triage');
        if (process.env['UPDATE_TRIAGE'] === '1' || !existsSync(expected)) writeFileSync(expected, found);
        expect(found).toBe(readFileSync(expected, 'utf8'));
    });

    test.each(GIVEN_LOGS)('$name: the verdict of a careful person', ({ number, text }) => {
        const { verdict, differs } = CONCLUDED[number]!;
        expect(triageText(text).verdict).toBe(differs?.verdict ?? verdict);
    });

    test('at most one verdict differs, and it says why', () => {
        const differing = Object.values(CONCLUDED).filter(({ differs }) => differs !== undefined);
        expect(Object.keys(CONCLUDED)).toHaveLength(28);
        expect(differing.map(({ differs }) => differs!.why)).toHaveLength(1);
    });

    test.each(GIVEN_LOGS)('$name: crashes are tied to the right error, and by what', ({ number, text }) => {
        const { joinedBy, frame } = CONCLUDED[number]!;
        const tied = triageText(text).incidents.flatMap((incident) => incident.followed.flatMap(({ evidence }) => evidence.map(({ kind }) => ({ kind, frames: incident.frames }))));
        if (joinedBy === 'none') {
            expect(tied).toEqual([]);
        } else {
            expect(tied.map(({ kind }) => kind)).toContain(joinedBy);
            if (frame !== undefined) expect(tied[0]!.frames).toEqual([frame]);
        }
    });
});
