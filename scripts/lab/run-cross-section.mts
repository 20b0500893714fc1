// One real kernel boots, and scenarios of every entry point must do there what is predicted: npm run lab
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { ensureLabNeeds, LAB_CACHE } from './needs.mts';

const root = path.resolve(import.meta.dirname, '../..');
const SCENARIOS = 'test/lab/cross-section.hwp';
const RESULT = path.join(root, '.cache/test-results/lab.json');
/** The newest described kernel. */
const KERNEL = '7.3';

interface LabOutput {
    readonly kernel: { readonly release: string };
    readonly results: readonly { readonly title: string; readonly verdict: string; readonly milliseconds: number; readonly differences: readonly object[]; readonly notMade: readonly { readonly construct: string; readonly reason: string }[] }[];
}

ensureLabNeeds();
if (!existsSync(path.join(root, 'out/lab.js'))) {
    spawnSync(process.execPath, [path.join(root, 'scripts/build.mts')], { cwd: root, stdio: 'inherit' });
}
const env = { ...process.env, HWP_CACHE: LAB_CACHE };
const started = Date.now();
const setUp = hwp('inherit', 'lab', 'setup', KERNEL);
const run = setUp.status === 0 ? hwp('pipe', 'lab', 'run', '--kernel', KERNEL, '--format', 'json', '--keep', path.join(env.HWP_CACHE, 'logs'), SCENARIOS) : setUp;
const output = run.stdout?.startsWith('{') === true ? JSON.parse(run.stdout) as LabOutput : undefined;
const results = output?.results ?? [];
for (const { title, verdict, milliseconds, differences, notMade } of results) {
    console.log(`${verdict === 'agrees' ? 'ok    ' : 'FAILED'}  ${title}  ${milliseconds} ms${verdict === 'agrees' ? '' : `: ${verdict}\n${JSON.stringify([...differences, ...notMade], undefined, 2)}`}`);
}
const passed = results.filter(({ verdict }) => verdict === 'agrees').length;
// Without a result for every scenario the step has failed, whatever the reason.
const failed = results.length === 0 ? 1 : results.length - passed;
console.log(`${output?.kernel.release ?? 'no kernel'}: ${passed} of ${results.length} scenarios as predicted, ${((Date.now() - started) / 1000).toFixed(1)} s`);
mkdirSync(path.dirname(RESULT), { recursive: true });
const failures = results.filter(({ verdict }) => verdict !== 'agrees').map(({ title, verdict, differences, notMade }) => `${title}: ${verdict}: ${JSON.stringify([...differences, ...notMade])}`);
writeFileSync(RESULT, JSON.stringify({ passed, failed, failures }));
process.exitCode = failed === 0 && run.status === 0 ? 0 : 1;

function hwp(output: 'inherit' | 'pipe', ...args: readonly string[]): { readonly status: number | null; readonly stdout: string | null } {
    return spawnSync(process.execPath, [path.join(root, 'out/cli.js'), ...args], { cwd: root, env, encoding: 'utf8', stdio: ['ignore', output, 'inherit'], maxBuffer: 2 ** 28 });
}
