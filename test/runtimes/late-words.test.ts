/** Words are data beside the bundles, which nobody waits for who is shown none of them. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
let folder: string;

beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'hwp-'));
    cpSync(path.join(root, 'out'), path.join(folder, 'out'), { recursive: true });
    rmSync(path.join(folder, 'out/words.js'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(...args: readonly string[]): ReturnType<typeof spawnSync> {
    return spawnSync(process.execPath, [path.join(folder, 'out/cli.js'), 'run', ...args, 'examples/01-early-kill.hwp'], { cwd: root, encoding: 'utf8', env: { ...process.env, NODE_DISABLE_COMPILE_CACHE: '1' } });
}

it('a run reads none of them', () => {
    expect(run()).toMatchObject({ status: 0, stdout: expect.stringContaining('DIRTY_LRU Recovered') as string, stderr: '' });
});

it('an explanation asks for them', () => {
    expect(run('--explain').stderr).toContain('words.js');
});
