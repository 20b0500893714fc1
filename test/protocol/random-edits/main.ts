/** Many random edits: the same results as a fresh server, and no more than half as much memory again as before. */
import { isDeepStrictEqual } from 'node:util';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { editAtRandom } from './editing.js';

/** Edits before the memory is measured first: caches fill, code is compiled. */
const WARM_UP = 100;
const MOST_MEMORY = 1.5;

const [, , examples = '', count = '10000', seed = '1'] = process.argv;
const text = readdirSync(examples).filter((file) => file.endsWith('.hwp')).slice(0, 6).map((file) => readFileSync(path.join(examples, file), 'utf8')).join('\n');

/** Bytes of heap that are in use. */
function heap(): number {
    globalThis.gc?.();
    return process.memoryUsage().heapUsed;
}

async function main(): Promise<boolean> {
    let different = 0;
    let done = 0;
    let before: number | undefined;
    const started = performance.now();
    for await (const { edited, fresh } of editAtRandom(text, { edits: Number(count), compareEvery: WARM_UP, seed: Number(seed), onCompared: (edits) => { done = edits; } })) {
        before ??= heap();
        if (!isDeepStrictEqual(edited, fresh)) {
            different++;
            console.error(`after about ${done} edits the results differ from those of a fresh server, for this text:\n${JSON.stringify(edited.text)}`);
        }
    }
    const ratio = heap() / (before ?? NaN);
    console.log(`${count} edits in ${Math.round((performance.now() - started) / 1000)} s; ${different} of ${Math.ceil(Number(count) / WARM_UP)} comparisons differ; ${((before ?? 0) / 2 ** 20).toFixed(1)} MiB before, ${ratio.toFixed(2)} times that after (at most ${MOST_MEMORY})`);
    return different === 0 && ratio <= MOST_MEMORY;
}

void main().then((passed) => {
    process.exit(passed ? 0 : 1);
});
