import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { askedOnce } from '../../server/src/lab/emulator/asked-once.js';

const folder = mkdtempSync(path.join(tmpdir(), 'hwp-lab-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function program(name: string, content: string): string {
    const file = path.join(folder, name);
    writeFileSync(file, content);
    return file;
}

describe('what an emulator says of itself', () => {
    test('is asked once, each question by itself, and again when the program is another one', () => {
        const command = program('qemu', '\x7fELF one');
        const ask = (question: string, answer: string): string | undefined => askedOnce(folder, command, question, () => answer);
        const first = [ask('version', '7.2'), ask('version', '8.0'), ask('command', 'true')];
        utimesSync(command, 1, 1);

        expect([...first, ask('version', '8.0')]).toEqual(['7.2', '7.2', 'true', '8.0']);
    });

    test('is asked each time of a script, and where there was no answer', () => {
        const script = program('script', '#!/bin/sh');
        const silent = program('silent', '\x7fELF');
        const answers = [script, script, silent, silent].map((command, at) => askedOnce(folder, command, 'version', () => command === silent && at === 2 ? undefined : String(at)));

        expect(answers).toEqual(['0', '1', undefined, '3']);
    });
});
