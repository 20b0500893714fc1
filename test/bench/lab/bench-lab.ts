// The times of the lab on the newest kernel of the cache, each against a floor of the same run.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseKernel } from '../../../server/src/analysis/overrides.js';
import { TextAnalyzer } from '../../../server/src/analysis/text-analyzer.js';
import { Emulator, endAllMachines } from '../../../server/src/lab/emulator/emulator.js';
import { MACHINE_TYPES } from '../../../server/src/lab/emulator/machine-types.js';
import { cpioArchive } from '../../../server/src/lab/guest/cpio.js';
import { cacheFolder } from '../../../server/src/lab/cache.js';
import { chooseKernel, openLab } from '../../../server/src/lab/open-lab.js';
import type { LabSession } from '../../../server/src/lab/session.js';
import type { LabKernel } from '../../../server/src/lab/kernels/lab-kernel.js';
import type { LabCase, LabResult } from '../../../server/src/lab/run/lab-result.js';
import { runCases } from '../../../server/src/lab/run/run-cases.js';
import { labCases } from '../../conformance/lab-records/lab-cases.js';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const REPEATS = 3;
let repeats = REPEATS;

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

/** Clock ticks of a second in /proc: USER_HZ. */
const TICKS = 100;

/** Milliseconds of processor that this process has taken with those that it has started, those that run and those that have ended. */
function processorTime(): number {
    const own = String(process.pid);
    let ticks = 0;
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
        const fields = statOf(pid);
        if (pid === own || fields[1] === own) {
            // utime, stime, and those of children that were waited for: proc_pid_stat(5), counted from the state.
            ticks += fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
        }
    }
    return ticks * 1000 / TICKS;
}

/** From the state on, which stands behind the name; [] of a process that is no more. */
function statOf(pid: string): readonly string[] {
    try {
        const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
        return text.slice(text.lastIndexOf(')') + 2).split(' ');
    } catch {
        return [];
    }
}

interface Measured { readonly took: number; readonly processor: number }

async function timed(work: () => Promise<number>): Promise<Measured> {
    const before = processorTime();
    return { took: await work(), processor: processorTime() - before };
}

/** The medians of a few, and how far they are apart. */
async function measured(work: () => Promise<number>): Promise<Measured & { readonly words: string }> {
    const times: Measured[] = [];
    for (let run = 0; run < repeats; run += 1) {
        times.push(await timed(work));
    }
    const median = (numbers: readonly number[]): number => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)]!;
    return { took: median(times.map(({ took }) => took)), processor: median(times.map(({ processor }) => processor)), words: times.map(({ took, processor }) => `${seconds(took)}, ${seconds(processor)} of processor`).join('; ') };
}

function words({ took, processor }: Measured): string {
    return `${seconds(took)}, ${seconds(processor)} of processor`;
}

/** In time, and in processor time: the second one is what a busy machine leaves as it is. */
function times(a: Measured, b: Measured): string {
    return `${(a.took / b.took).toFixed(2)} (${(a.processor / b.processor).toFixed(2)} in processor time)`;
}

/** From the start of the emulator to the first word of an init that does nothing. */
async function bareBoot(kernel: LabKernel, folder: string, init: string): Promise<number> {
    const archive = path.join(folder, 'bare.cpio');
    writeFileSync(archive, cpioArchive([{ name: 'dev' }, { name: 'init', data: readFileSync(init) }]));
    const { qemu } = openLab(cacheFolder(), kernel, ROOT, quiet);
    const started = performance.now();
    const emulator = await Emulator.start({ qemu, type: MACHINE_TYPES[kernel.arch], kernelImage: kernel.image, initramfs: archive, ram: null, devices: null, parameters: '' }, quiet);
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

interface Ran {
    /** Milliseconds up to the last result. */
    readonly took: number;
    /** By the index of the case. */
    readonly results: readonly (LabResult | undefined)[];
    readonly restores: number;
    /** Milliseconds. */
    readonly restoring: number;
}

/** A lab is opened, runs the cases and is closed. */
async function run(cases: readonly LabCase[], cache: string, kernel: LabKernel): Promise<Ran> {
    const started = performance.now();
    const { session } = openLab(cache, kernel, ROOT, quiet);
    try {
        await session.open();
        return await runOn([session], cases, started);
    } finally {
        await session.close();
    }
}

/** @param started when it began: what came before counts, too */
async function runOn(sessions: readonly LabSession[], cases: readonly LabCase[], started: number, sharing = false): Promise<Ran> {
    const spent = (what: 'restores' | 'restoring'): number => sessions.reduce((sum, session) => sum + session.spent[what], 0);
    const before = { restores: spent('restores'), restoring: spent('restoring') };
    const results: LabResult[] = [];
    let took = 0;
    for await (const { index, result } of runCases(cases, sessions, () => false, undefined, sharing)) {
        results[index] = result;
        took = performance.now() - started;
    }
    return { took, results, restores: spent('restores') - before.restores, restoring: spent('restoring') - before.restoring };
}

/** A cache with the kernels and the agent of the real one, and no kept machine. */
function emptyCache(folder: string): string {
    const cache = mkdtempSync(path.join(folder, 'cache-'));
    for (const name of ['kernels', 'agent']) {
        if (existsSync(path.join(cacheFolder(), name))) symlinkSync(path.join(cacheFolder(), name), path.join(cache, name));
    }
    return cache;
}

function option(args: readonly string[], name: string): string | undefined {
    return args.includes(name) ? args[args.indexOf(name) + 1] : undefined;
}

export async function main(args: readonly string[]): Promise<number> {
    process.env['HWP_CACHE'] ??= path.join(ROOT, '.cache/lab');
    repeats = Number(option(args, '--repeats') ?? REPEATS);
    const limit = Number(option(args, '--cases') ?? Infinity);
    const prototype = option(args, '--prototype');
    const kernel = chooseKernel(cacheFolder(), { version: '7.3' });
    const folder = mkdtempSync(path.join(os.tmpdir(), 'lab-bench-'));
    process.on('exit', endAllMachines);
    try {
        const init = path.join(folder, 'init');
        writeFileSync(`${init}.c`, INIT);
        const made = spawnSync(process.env['CC'] ?? 'cc', ['-O1', '-static', '-include', 'sys/stat.h', '-o', init, `${init}.c`], { encoding: 'utf8' });
        if (made.status !== 0) throw new Error(made.stderr);
        console.log(`Linux ${kernel.release}, load ${os.loadavg()[0]!.toFixed(1)}`);
        if (repeats > 0) await single(kernel, folder, init);
        // As many machines as the prototype has emulators.
        if (limit > 0) await recorded(kernel, { limit, every: Number(option(args, '--every') ?? 1), portions: Number(option(args, '--portions') ?? 3), jobs: Number(option(args, '--jobs') ?? 2) }, folder, prototype === undefined ? undefined : { folder: prototype });
        return 0;
    } finally {
        rmSync(folder, { recursive: true, force: true });
    }
}

/** One scenario, against a boot. */
async function single(kernel: LabKernel, folder: string, init: string): Promise<void> {
    const bare = await measured(async () => await bareBoot(kernel, folder, init));
    console.log(`a bare boot to init                     ${seconds(bare.took)}  (${bare.words})`);
    const harmless = await caseOf(HARMLESS, 'file:///harmless.hwp', kernel);
    const nothing = await measured(async () => {
        const cache = emptyCache(folder);
        const { took } = await run(harmless, cache, kernel);
        rmSync(cache, { recursive: true });
        return took;
    });
    console.log(`one harmless scenario from nothing      ${seconds(nothing.took)}  (${nothing.words}): ${times(nothing, bare)} bare boots, 1.5 asked`);
    await run(harmless, cacheFolder(), kernel);
    const warm = await measured(async () => (await run(harmless, cacheFolder(), kernel)).took);
    console.log(`one harmless scenario from a kept state ${seconds(warm.took)}  (${warm.words}): 1/${times(nothing, warm)} of from nothing, 1/${times(bare, warm)} of a bare boot; 1/6 asked`);
}

/** The recording prototype: a folder with its driver, set up for the kernel. */
interface Prototype { readonly folder: string }

/**
 * The recorded cases in portions, from nothing: the first portion boots the machine, the others go on with it. What may share a machine
 * shares one. With a prototype, each portion is recorded by it right after, so that both meet the same load.
 */
async function recorded(kernel: LabKernel, { limit, every, portions, jobs }: { readonly limit: number; readonly every: number; readonly portions: number; readonly jobs: number }, folder: string, prototype: Prototype | undefined): Promise<void> {
    const cases = (await labCases(kernel.version, () => true)).slice(0, limit).filter((_each, at) => at % every === 0);
    const { session, sessions } = openLab(emptyCache(folder), kernel, ROOT, quiet, jobs);
    const sums = { ours: { took: 0, processor: 0 }, theirs: { took: 0, processor: 0 }, made: 0, boots: 0 };
    const add = (to: { took: number; processor: number }, { took, processor }: Measured): void => {
        to.took += took;
        to.processor += processor;
    };
    const slow: { readonly name: string; readonly milliseconds: number }[] = [];
    for (let portion = 0; portion < portions; portion += 1) {
        const mine = cases.filter((_each, at) => at % portions === portion);
        let ran: Ran | undefined;
        const ours = await timed(async () => {
            const started = performance.now();
            await session.open();
            ran = await runOn(sessions, mine.map(({ each }) => each), started, true);
            return ran.took;
        });
        const { results, restores, restoring } = ran!;
        const made = mine.filter((_each, at) => results[at]?.observation != null);
        const verdicts = ['agrees', 'differs', 'not made', 'not modelled'].map((verdict) => `${results.filter((result) => result?.verdict === verdict).length} ${verdict}`).join(', ');
        console.log(`portion ${portion + 1}: ${made.length} of ${mine.length} cases in ${words(ours)}, ${restores} states loaded in ${seconds(restoring)} (load ${os.loadavg()[0]!.toFixed(1)}); ${verdicts}`);
        const differing = mine.filter((_each, at) => results[at]?.verdict === 'differs').map(({ case: name }) => name);
        if (differing.length > 0) console.log(`  differ: ${differing.join(', ')}`);
        slow.push(...mine.map(({ case: name }, at) => ({ name, milliseconds: results[at]?.milliseconds ?? 0 })));
        add(sums.ours, ours);
        sums.made += made.length;
        if (prototype !== undefined) {
            let said = '';
            const theirs = await timed(async () => {
                const by = byPrototype(prototype, kernel.version, made.map(({ case: name }) => name), portion);
                sums.boots += by.boots;
                said = by.said;
                return await Promise.resolve(by.took);
            });
            add(sums.theirs, theirs);
            console.log(`  the prototype: ${words(theirs)} (load ${os.loadavg()[0]!.toFixed(1)}): ${said}`);
        }
    }
    await Promise.all(sessions.map(async (each) => await each.close()));
    console.log(`${sums.made} recorded cases of ${cases.length}           ${words(sums.ours)}: ${seconds(sums.ours.took / sums.made)} a case${prototype === undefined ? '' : `; the prototype ${words(sums.theirs)} with ${sums.boots} boots: 1/${times(sums.theirs, sums.ours)} of that; 1/5 asked`}`);
    slow.sort((a, b) => b.milliseconds - a.milliseconds);
    console.log(`  slowest: ${slow.slice(0, 12).map(({ name, milliseconds }) => `${name} ${seconds(milliseconds)}`).join(', ')}`);
}

/** As its own notes have it: two emulators at a time, twelve cases to a boot where they may share one. */
function byPrototype({ folder }: Prototype, version: string, names: readonly string[], portion: number): { readonly took: number; readonly boots: number; readonly said: string } {
    const started = performance.now();
    const ran = spawnSync('python3', ['lab.py', 'run', version, '--tag', `bench${portion}`, '--only', `^(${names.join('|')})$`], { cwd: folder, encoding: 'utf8' });
    const took = performance.now() - started;
    const said = ran.stdout.trim().split('\n').at(-1) ?? '';
    if (ran.status !== 0) throw new Error(`${said}\n${ran.stderr}`);
    return { took, boots: Number(/(\d+) boots/.exec(said)?.[1]), said };
}
