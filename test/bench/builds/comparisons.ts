/** What this build costs beside another one and beside a floor, in turns, so that a slow moment hits all of them. */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { Program } from '../../../server/src/simulator/program.js';
import { editedPlace, textOf } from '../editing/texts.js';
import { TimedClient } from '../editing/timed-client.js';
import { manyFailures, racedAllocation, typicalScenario } from '../typical-scenario.js';

/** The files of a build that are measured. */
export interface Build {
    /** The extension's bundle. */
    readonly extension: string;
    readonly server: string;
    readonly commandLine: string;
    /** A module that exports `simulate`. */
    readonly simulator: string;
}

export interface Compared {
    readonly what: string;
    readonly unit: 'ms' | 'bytes';
    /** What was measured each time. */
    readonly floor?: readonly number[];
    readonly before: readonly number[];
    readonly now: readonly number[];
}

interface Setting { readonly before: Build; readonly now: Build; readonly bareServer: string; readonly root: string; readonly cache: string; readonly quick: boolean }

type Measure = (round: number) => Promise<number> | number;

async function inTurns(rounds: number, warmUp: number, subjects: readonly Measure[]): Promise<number[][]> {
    const values = subjects.map((): number[] => []);
    for (let round = -warmUp; round < rounds; round += 1) {
        for (const [index, measure] of subjects.entries()) {
            const value = await measure(round);
            if (round >= 0) values[index]!.push(value);
        }
    }
    return values;
}

/** Each start with what Node compiled the last time, as the extension starts its server; the bare one as any server. */
async function starts({ before, now, bareServer, cache, quick }: Setting): Promise<Compared> {
    const measure = (server: string, name?: string): Measure => async () => {
        const started = performance.now();
        const client = new TimedClient(server, name === undefined ? {} : { NODE_COMPILE_CACHE: path.join(cache, name) });
        const time = await client.open(textOf(100), started);
        await client.stop();
        return time;
    };
    const [floor, old, own] = await inTurns(quick ? 5 : 21, 2, [measure(bareServer), measure(before.server, 'before'), measure(now.server, 'now')]);
    return { what: 'spawn to first results, 100 lines', unit: 'ms', floor: floor!, before: old!, now: own! };
}

async function edits(lines: number, { before, now, bareServer, quick }: Setting): Promise<Compared> {
    const clients = [bareServer, before.server, now.server].map((server) => new TimedClient(server));
    for (const client of clients) await client.open(textOf(lines), performance.now());
    // Every edit makes a scenario that was never run.
    const [floor, old, own] = await inTurns(quick ? 8 : 30, 10, clients.map((client): Measure => (round) => client.edit(editedPlace(lines), 35 + round)));
    for (const client of clients) await client.stop();
    return { what: `edit to diagnostics and hints, ${lines.toLocaleString('en')} lines`, unit: 'ms', floor: floor!, before: old!, now: own! };
}

async function coldStarts({ before, now, root, cache, quick }: Setting): Promise<Compared> {
    const measure = (...args: readonly string[]): Measure => () => {
        const started = performance.now();
        spawnSync(process.execPath, args, { cwd: root, env: { ...process.env, NODE_COMPILE_CACHE: undefined, TMPDIR: cache } });
        return performance.now() - started;
    };
    const file = 'examples/01-early-kill.hwp';
    const [floor, old, own] = await inTurns(quick ? 5 : 21, 2, [measure('-e', '0'), measure(before.commandLine, 'run', file), measure(now.commandLine, 'run', file)]);
    return { what: 'hwp run, one small file', unit: 'ms', floor: floor!, before: old!, now: own! };
}

/** In a process with no editor: what Node and our own code do, in processor time. */
async function activations({ before, now, root, quick }: Setting): Promise<Compared[]> {
    const found = { load: [[], []] as number[][], activate: [[], []] as number[][] };
    const measure = (index: number, { extension }: Build): Measure => (round) => {
        const { stdout } = spawnSync(process.execPath, [path.join(root, 'test/client/load-extension.mjs'), extension], { encoding: 'utf8' });
        const times = JSON.parse(stdout) as { readonly load: number; readonly activate: number };
        if (round >= 0) {
            found.load[index]!.push(times.load);
            found.activate[index]!.push(times.activate);
        }
        return times.load;
    };
    await inTurns(quick ? 15 : 51, 2, [measure(0, before), measure(1, now)]);
    return [['load', 'loading the extension, CPU'] as const, ['activate', 'and its activate(), CPU'] as const]
        .map(([part, what]): Compared => ({ what, unit: 'ms', before: found[part][0]!, now: found[part][1]! }));
}

async function wholeFolder({ before, now, root, cache, quick }: Setting): Promise<Compared> {
    const measure = ({ commandLine }: Build): Measure => () => {
        const started = performance.now();
        spawnSync(process.execPath, [commandLine, 'run', 'test/conformance/scenarios'], { cwd: root, env: { ...process.env, TMPDIR: cache }, maxBuffer: 2 ** 30 });
        return performance.now() - started;
    };
    const [old, own] = await inTurns(quick ? 1 : 3, 1, [measure(before), measure(now)]);
    return { what: 'hwp run test/conformance/scenarios', unit: 'ms', before: old!, now: own! };
}

/** What an open text of 10,000 lines leaves on the heap, beside an open text of 20. */
async function memory({ before, now, quick }: Setting): Promise<Compared> {
    const text = textOf(10_000);
    const measure = ({ server }: Build): Measure => async () => {
        const heap = async (lines: number): Promise<number> => {
            const client = new TimedClient(server, {}, true);
            await client.open(textOf(lines), performance.now());
            const bytes = await client.heapUsed();
            await client.stop();
            return bytes;
        };
        return (await heap(10_000) - await heap(20)) / text.length;
    };
    const [old, own] = await inTurns(quick ? 1 : 3, 0, [measure(before), measure(now)]);
    return { what: 'memory of a character of open text', unit: 'bytes', before: old!, now: own! };
}

async function simulations(what: string, program: Program, runs: number, { before, now, quick }: Setting): Promise<Compared> {
    const measure = ({ simulator }: Build): Measure => {
        const { simulate } = createRequire(simulator)(simulator) as { readonly simulate: (program: Program) => unknown };
        return () => {
            const started = performance.now();
            for (let run = 0; run < runs; run += 1) simulate(program);
            return (performance.now() - started) / runs;
        };
    };
    const [old, own] = await inTurns(quick ? 3 : 9, runs === 1 ? 2 : 15, [measure(before), measure(now)]);
    return { what, unit: 'ms', before: old!, now: own! };
}

export async function* comparisons(setting: Setting): AsyncGenerator<Compared> {
    yield await starts(setting);
    yield await coldStarts(setting);
    yield* await activations(setting);
    for (const lines of [100, 1000, 10_000]) yield await edits(lines, setting);
    yield await memory(setting);
    yield await simulations('typical scenario, 20 steps', typicalScenario(), 1000, setting);
    yield await simulations('one competitor for a free page, every way', racedAllocation(), 20, setting);
    yield await simulations('100,000 corrupt-pfn, free pages', manyFailures('free', 100_000), 1, setting);
    yield await simulations('100,000 corrupt-pfn, pages of a process', manyFailures('anon', 100_000), 1, setting);
    yield await wholeFolder(setting);
}
