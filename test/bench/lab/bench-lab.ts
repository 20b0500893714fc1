// The times of the lab on the newest kernel of the cache, each against a floor of the same run.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseKernel } from '../../../server/src/analysis/overrides.js';
import { TextAnalyzer } from '../../../server/src/analysis/text-analyzer.js';
import { Emulator, endAllMachines } from '../../../server/src/lab/emulator/emulator.js';
import { emptyQcow2 } from '../../../server/src/lab/emulator/qcow2.js';
import { cpioArchive } from '../../../server/src/lab/guest/cpio.js';
import { cacheFolder } from '../../../server/src/lab/cache.js';
import { chooseKernel, openLab } from '../../../server/src/lab/open-lab.js';
import type { LabKernel } from '../../../server/src/lab/kernels/lab-kernel.js';
import type { LabCase, LabResult } from '../../../server/src/lab/run/lab-result.js';
import { runCases } from '../../../server/src/lab/run/run-cases.js';
import { labCases } from '../../conformance/lab-records/lab-cases.js';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const REPEATS = 3;
let repeats = REPEATS;
/** Recorded cases for each boot, where what may harm the machine has a boot of its own and the others share one: 528 cases took 149 boots so. */
const CASES_A_BOOT = 528 / 149;

const HARMLESS = `scenario "harmless" {
    process db { prctl PR_MCE_KILL_EARLY; sigbus handler longjmp; map heap = anon 4 pages written }
    corrupt-pfn heap[1]
    db: read heap[1]
}
`;

const INIT = `#include <fcntl.h>
#include <sys/mount.h>
#include <unistd.h>
int main(void)
{
	int fd;
	mkdirat(AT_FDCWD, "/dev", 0755);
	mount("devtmpfs", "/dev", "devtmpfs", 0, 0);
	fd = open("/dev/ttyS1", O_WRONLY);
	if (write(fd, "up\\n", 3) != 3)
		return 1;
	for (;;)
		pause();
}
`;

const quiet = (): void => undefined;

function seconds(milliseconds: number): string {
    return `${(milliseconds / 1000).toFixed(2)} s`;
}

/** The median of a few, and how far they are apart. */
async function measured(work: () => Promise<number>): Promise<{ readonly median: number; readonly words: string }> {
    const times: number[] = [];
    for (let run = 0; run < repeats; run += 1) {
        times.push(await work());
    }
    times.sort((a, b) => a - b);
    return { median: times[Math.floor(times.length / 2)]!, words: times.map(seconds).join(', ') };
}

/** From the start of the emulator to the first word of an init that does nothing. */
async function bareBoot(kernel: LabKernel, folder: string, init: string): Promise<number> {
    const archive = path.join(folder, 'bare.cpio');
    const disk = path.join(folder, 'bare.qcow2');
    writeFileSync(archive, cpioArchive([{ name: 'dev' }, { name: 'init', data: readFileSync(init) }]));
    writeFileSync(disk, emptyQcow2());
    const { qemu } = openLab(cacheFolder(), kernel, ROOT, quiet);
    const started = performance.now();
    const emulator = await Emulator.start({ qemu, kernelImage: kernel.image, initramfs: archive, stateImage: disk, resume: false, parameters: '' }, quiet);
    for (let line: string | null = ''; line !== 'up';) {
        line = await emulator.agent.next(240_000);
        if (line === null) throw new Error('the bare machine did not come up');
    }
    const took = performance.now() - started;
    await emulator.end();
    return took;
}

async function caseOf(text: string, uri: string, kernel: LabKernel): Promise<readonly LabCase[]> {
    const parsed = parseKernel(kernel.version);
    if ('error' in parsed) throw new Error(parsed.error);
    const { scenarios } = await new TextAnalyzer().analyze(uri, text, { overrides: { kernel: parsed.value, sysctls: {} } });
    return scenarios.flatMap((scenario) => scenario.variants.filter(({ trace }) => trace !== null).map((variant) => ({ uri, scenario, variant })));
}

/** A lab is opened, runs the cases and is closed. @returns from the first to the last result */
async function run(cases: readonly LabCase[], cache: string, kernel: LabKernel, sharing = false): Promise<{ readonly took: number; readonly results: readonly LabResult[] }> {
    const started = performance.now();
    const { session } = openLab(cache, kernel, ROOT, quiet);
    const results: LabResult[] = [];
    let took = 0;
    try {
        await session.open();
        for await (const { result } of runCases(cases, session, () => false, undefined, sharing)) {
            results.push(result);
            took = performance.now() - started;
        }
    } finally {
        await session.close();
    }
    return { took, results };
}

/** A cache with the kernels and the agent of the real one, and no kept machine. */
function emptyCache(folder: string): string {
    const cache = mkdtempSync(path.join(folder, 'cache-'));
    for (const name of ['kernels', 'agent']) {
        if (existsSync(path.join(cacheFolder(), name))) symlinkSync(path.join(cacheFolder(), name), path.join(cache, name));
    }
    return cache;
}

export async function main(args: readonly string[]): Promise<number> {
    process.env['HWP_CACHE'] ??= path.join(ROOT, '.cache/lab');
    repeats = args.includes('--repeats') ? Number(args[args.indexOf('--repeats') + 1]) : REPEATS;
    const limit = args.includes('--cases') ? Number(args[args.indexOf('--cases') + 1]) : Infinity;
    const kernel = chooseKernel(cacheFolder(), { version: '7.3' });
    const folder = mkdtempSync(path.join(os.tmpdir(), 'lab-bench-'));
    process.on('exit', endAllMachines);
    try {
        const init = path.join(folder, 'init');
        writeFileSync(`${init}.c`, INIT);
        const made = spawnSync(process.env['CC'] ?? 'cc', ['-O1', '-static', '-include', 'sys/stat.h', '-o', init, `${init}.c`], { encoding: 'utf8' });
        if (made.status !== 0) throw new Error(made.stderr);
        console.log(`Linux ${kernel.release}, load ${os.loadavg()[0]!.toFixed(1)}`);
        const bare = await measured(async () => await bareBoot(kernel, folder, init));
        console.log(`a bare boot to init                     ${seconds(bare.median)}  (${bare.words})`);
        const harmless = await caseOf(HARMLESS, 'file:///harmless.hwp', kernel);
        const nothing = await measured(async () => {
            const cache = emptyCache(folder);
            const { took } = await run(harmless, cache, kernel);
            rmSync(cache, { recursive: true });
            return took;
        });
        console.log(`one harmless scenario from nothing      ${seconds(nothing.median)}  (${nothing.words}): ${(nothing.median / bare.median).toFixed(2)} bare boots, 1.5 asked`);
        await run(harmless, cacheFolder(), kernel);
        const warm = await measured(async () => (await run(harmless, cacheFolder(), kernel)).took);
        console.log(`one harmless scenario from a kept state ${seconds(warm.median)}  (${warm.words}): 1/${(nothing.median / warm.median).toFixed(1)} of from nothing, 1/${(bare.median / warm.median).toFixed(1)} of a bare boot; 1/6 asked`);
        if (limit > 0) await recorded(kernel, limit, bare.median);
        return 0;
    } finally {
        rmSync(folder, { recursive: true, force: true });
    }
}

/** All recorded cases, from the kept state of a booted machine; what may share a machine shares one. */
async function recorded(kernel: LabKernel, limit: number, bare: number): Promise<void> {
    const cases = (await labCases(kernel.version, () => true)).map(({ each }) => each);
    const { took, results } = await run(cases.slice(0, limit), cacheFolder(), kernel, true);
    const made = results.filter(({ observation }) => observation !== null);
    const boots = made.length / CASES_A_BOOT * bare;
    console.log(`${made.length} recorded cases of ${Math.min(limit, cases.length)}           ${seconds(took)}: ${seconds(took / made.length)} a case; the boots alone of one machine for ${CASES_A_BOOT.toFixed(1)} cases: ${seconds(boots)}, 1/${(boots / took).toFixed(1)} of that; 1/5 of boots and cases asked`);
    console.log(`  ${made.filter(({ verdict }) => verdict === 'agrees').length} agree, ${made.filter(({ verdict }) => verdict === 'differs').length} differ`);
}
