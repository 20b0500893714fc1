/** Editing against a bare server: both do the same edits in turns. */
import path from 'node:path';
import type { Row } from '../benchmarks.js';
import { median } from '../measure.js';
import { editedPlace, textOf } from './texts.js';
import { TimedClient } from './timed-client.js';

export interface Servers {
    readonly own: string;
    readonly bare: string;
}

const FLOOR_IS = 'a bare server that scans lines';
/** Lines of the text, and the most milliseconds from an edit to diagnostics and hints. */
const EDITS: readonly (readonly [lines: number, limitMs: number])[] = [[100, 10], [1000, 40], [10_000, 300]];
const START_RATIO = 2.2;

export async function editingBenchmarks(servers: Servers, quick: boolean): Promise<Row[]> {
    const rows: Row[] = [];
    for (const [lines, limit] of EDITS) {
        const [value, floor] = await editTimes(servers, lines, quick ? 8 : 30);
        rows.push({ what: `edit to diagnostics and hints, ${lines.toLocaleString('en')} lines`, value, unit: 'ms', floor, floorIs: FLOOR_IS, target: `< ${limit} ms`, met: value < limit });
    }
    const [value, floor] = await startTimes(servers, quick ? 5 : 15);
    rows.push({ what: 'spawn to first results, 100 lines', value, unit: 'ms', floor, floorIs: FLOOR_IS, target: `ratio < ${START_RATIO}`, met: value / floor < START_RATIO });
    return rows;
}

/** Medians of warm edits; each makes a scenario that was never run. */
async function editTimes({ own, bare }: Servers, lines: number, rounds: number): Promise<[number, number]> {
    const text = textOf(lines);
    const place = editedPlace(lines);
    const clients = [own, bare].map((bundle) => new TimedClient(bundle));
    const times: number[][] = [[], []];
    for (const client of clients) {
        await client.open(text, performance.now());
    }
    for (let round = -10; round < rounds; round += 1) {
        for (const [index, client] of clients.entries()) {
            const time = await client.edit(place, 35 + round);
            if (round >= 0) {
                times[index]!.push(time);
            }
        }
    }
    await Promise.all(clients.map((client) => client.stop()));
    return [median(times[0]!), median(times[1]!)];
}

/** Medians. Ours is started as the extension does (client-on-node.ts), with what Node compiled the last time; the bare one as any server. */
async function startTimes({ own, bare }: Servers, rounds: number): Promise<[number, number]> {
    const text = textOf(100);
    const times: number[][] = [[], []];
    for (let round = 0; round < rounds; round += 1) {
        for (const [index, bundle] of [own, bare].entries()) {
            const started = performance.now();
            const client = new TimedClient(bundle, index === 0 ? { NODE_COMPILE_CACHE: path.join(path.dirname(bundle), 'compiled') } : {});
            times[index]!.push(await client.open(text, started));
            await client.stop();
        }
    }
    return [median(times[0]!), median(times[1]!)];
}
