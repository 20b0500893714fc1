import { chmodSync, existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { findQemu } from '../../server/src/lab/emulator/find-qemu.js';
import { MACHINE_TYPES } from '../../server/src/lab/emulator/machine-types.js';

afterEach(() => void vi.unstubAllEnvs());

/** An emulator that starts machines of some accelerators. */
function emulator(refuses: string): string {
    const file = path.join(mkdtempSync(path.join(tmpdir(), 'hwp-qemu-')), 'qemu');
    writeFileSync(file, `#!/bin/sh\ncase "$*" in\n*--version*) echo "QEMU emulator version 7.2.22" ;;\n${refuses}) exit 1 ;;\nesac\n`);
    chmodSync(file, 0o755);
    vi.stubEnv('HWP_QEMU', file);
    return path.dirname(file);
}

const hasKvm = existsSync('/dev/kvm') && process.arch === 'x64';

test('the version is what the emulator says', () => {
    expect(findQemu(emulator('nothing'), MACHINE_TYPES['x86-64']).version).toBe('7.2.22');
});

test('a machine that does not start with KVM is emulated, whatever devices there are', () => {
    expect(findQemu(emulator('*kvm*'), MACHINE_TYPES['x86-64']).accelerator).toBe('tcg');
});

test.runIf(hasKvm)('KVM is used where the machine starts with it, unless that is forbidden', () => {
    const cache = emulator('nothing');
    expect(findQemu(cache, MACHINE_TYPES['x86-64']).accelerator).toBe('kvm');
    vi.stubEnv('HWP_LAB_ACCELERATOR', 'tcg');
    expect(findQemu(cache, MACHINE_TYPES['x86-64']).accelerator).toBe('tcg');
});
