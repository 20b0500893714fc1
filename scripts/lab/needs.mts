// What the lab takes on this machine, for tests: installed where it lacks, and kept in a cache of the project's own.
import path from 'node:path';
import process from 'node:process';
import { ensureCommands } from '../vscode/debian-packages.mts';

const root = path.resolve(import.meta.dirname, '../..');

/** For the environment of what runs the lab. */
export const LAB_CACHE = process.env['HWP_CACHE'] ?? path.join(root, '.cache/lab');

export function ensureLabNeeds(): void {
    ensureCommands([
        { command: 'qemu-system-x86_64', packageName: 'qemu-system-x86' },
        { command: 'cc', packageName: 'gcc' },
        { command: 'cc', packageName: 'libc6-dev', file: '/usr/lib/x86_64-linux-gnu/libc.a' },
        { command: 'mke2fs', packageName: 'e2fsprogs', file: '/usr/sbin/mke2fs' },
    ]);
}
