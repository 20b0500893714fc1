// In a file of its own: who has ended all machines starts no other.
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { endAllMachines } from '../../server/src/lab/emulator/emulator.js';
import { LabSession } from '../../server/src/lab/session.js';

test('who stops while a machine boots does not wait for another', async () => {
    const cache = mkdtempSync(path.join(tmpdir(), 'hwp-lab-'));
    const image = path.join(cache, 'image');
    writeFileSync(image, 'nothing');
    const told: string[] = [];
    const session = new LabSession({
        kernel: { arch: 'x86-64', pageShift: 12, version: '7.3.9', release: '7.3.9-mine', image, modules: [], config: null },
        qemu: { command: path.join(import.meta.dirname, 'fake-emulator.mjs'), version: '7.2.0', guard: [], arguments: [], environment: { FAKE_TROUBLE: 'does not come up' }, accelerator: 'tcg', recording: { missing: '' } },
        agent: image, ext4: null, cache, progress: (text) => told.push(text),
    });
    const opened = session.open().then(() => 'open', () => 'not open');
    const machines = path.join(cache, 'machines');
    while (!existsSync(machines) || readdirSync(machines).length === 0) {
        await sleep(20);
    }
    endAllMachines();

    expect(await opened).toBe('not open');
    await session.close();
    expect(told).toEqual(['booting Linux 7.3.9-mine']);
    expect(readdirSync(machines)).toEqual([]);
    rmSync(cache, { recursive: true });
});
