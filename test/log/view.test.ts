/** What an editor shows, of every log that is here. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { LogEvent } from '../../server/src/log/events/event.js';
import { LogViewer, type View } from '../../server/src/log/output/view.js';
import { triageText } from '../../server/src/log/triage.js';
import { GIVEN_LOGS } from './given.js';
import { OWN_KINDS } from './own-kinds.js';
import { REPORTED_KINDS } from './reported-kinds.js';

const LOGS: readonly (readonly [string, string])[] = [...GIVEN_LOGS.map(({ name, text }) => [name, text] as const), ...[...Object.entries(OWN_KINDS), ...Object.entries(REPORTED_KINDS)].map(([name, { log }]) => [name, log.join('\n')] as const)];

function viewOf(text: string): View {
    const viewer = new LogViewer(text);
    while (!viewer.run(100));
    return viewer.view();
}

describe('an editor', () => {
    test.each(LOGS)('%s', (_, text) => {
        const events: LogEvent[] = [];
        const { incidents, verdict } = triageText(text, { onEvent: (event) => events.push(event) });
        const view = viewOf(text);
        expect(view.verdict).toBe(verdict);
        const hovers = new Map(view.lines.map(({ line, hover, incident }) => [line, { hover, incident }]));
        // Every line that says something has a hover, and every line of an incident its verdict.
        for (const line of events.flatMap(({ lines }) => lines.map((quote) => quote.line - 1))) expect(hovers.get(line)?.hover).toBeTruthy();
        for (const { id, lines } of incidents) expect(lines.every(({ line }) => hovers.get(line - 1)?.incident !== undefined), id).toBe(true);
        // The outline has each incident, and each begins with a hint.
        expect(view.boots.flatMap((boot) => boot.incidents.map(({ id }) => id)).sort()).toEqual(incidents.map(({ id }) => id).sort());
        for (const { first } of incidents) expect(view.hints.map(({ line }) => line)).toContain(first.line - 1);
        // Links come in pairs: to the cause, and back.
        expect(view.links.map(({ line, target }) => `${line} ${target}`).sort()).toEqual(view.links.map(({ line, target }) => `${target} ${line}`).sort());
        for (const { followed } of incidents) for (const { crash, evidence } of followed) if (evidence.length > 0) expect([...view.links, ...view.hints].map(({ line }) => line)).toContain(crash.line - 1);
        // What can be written as a scenario says so.
        for (const boot of view.boots) for (const { id, reproducible } of boot.incidents) expect(reproducible).toBe(incidents.find((incident) => incident.id === id)!.handling.length > 0);
    });

    test('a line about the machine says what it is good for, and never hides what else it says', () => {
        const { lines } = viewOf('[    0.000000]   node   0: [mem 0x0000000040000000-0x00000000ffffffff]\n[   16.816665] Kernel panic - not syncing: Asynchronous SError Interrupt\n[   16.816667] CPU: 6 UID: 1000 PID: 855 Comm: weston Tainted: G   M    W           6.19.0 #1 PREEMPT \n');
        expect(lines.find(({ line }) => line === 0)!.hover).toContain('RAM');
        expect(lines.find(({ line }) => line === 2)!.hover).toContain('A crash');
    });
});

test('logs are known by the names that they have', () => {
    const { contributes } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { contributes: { languages: readonly { id: string; extensions?: readonly string[]; filenames?: readonly string[]; filenamePatterns?: readonly string[] }[] } };
    const { extensions = [], filenames = [], filenamePatterns = [] } = contributes.languages.find(({ id }) => id === 'kernel-log')!;
    const known = (name: string): boolean => extensions.some((extension) => name.endsWith(extension)) || filenames.includes(name) || filenamePatterns.some((pattern) => new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*', '.*')}$`).test(name));
    for (const name of ['node7.dmesg', 'dmesg', 'dmesg.0', 'dmesg-2024-05-01.txt', 'vmcore-dmesg.txt', 'console.kmsg']) expect([name, known(name)]).toEqual([name, true]);
    for (const name of ['notes.txt', 'my-dmesg.md', 'kmsg.c']) expect([name, known(name)]).toEqual([name, false]);
});
