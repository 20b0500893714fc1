/** What a log says is written as a scenario that says the same: of the examples' logs, and of pages and ways in drawn at random. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PAGES_BY_TYPE } from '../../server/src/log/scenario/page-guesses.js';
import { dmesgLines } from '../../server/src/report/output/dmesg.js';
import { analyze, asked, holds } from './reproducing.js';
import { KERNELS } from '../../server/src/vocabulary/kernels.js';

const EXAMPLES = path.resolve(import.meta.dirname, '../../examples');

describe('the examples', () => {
    test.each(readdirSync(EXAMPLES).filter((name) => name.endsWith('.hwp') && !/09|10|11/.test(name)))('%s', { timeout: 600_000 }, async (name) => {
        const { scenarios } = await analyze(readFileSync(path.join(EXAMPLES, name), 'utf8'));
        for (const { trace } of scenarios) {
            const log = trace === null ? '' : dmesgLines(trace).filter((line) => line.startsWith('[')).join('\n');
            for (const [incident, found] of await asked(log)) if (found !== null) await holds(incident, found);
        }
    });
});

const WAYS: Readonly<Record<string, (target: string) => string>> = {
    'hard offline': (target) => `hard_offline_page ${target}`, 'hwpoison-inject': (target) => `corrupt-pfn ${target}`, 'hardware': (target) => `machine-check UE at ${target}`,
};
const PAGES = Object.values(PAGES_BY_TYPE).flat().filter(({ machine = [] }, index, all) => !machine.some((line) => line.startsWith('pmem')) && all.findIndex(({ what }) => what === all[index]!.what) === index);

/** A log of one error: the page as the language declares it, at a place of its own. */
async function logOf(page: (typeof PAGES)[number], way: string, kernel: string, pfn: number): Promise<string> {
    const place = (line: string): string => line.replace('{pfn}', `0x${pfn.toString(16)}`);
    const { scenarios } = await analyze([
        'scenario "printed" {', `    kernel ${kernel}`, '    memory 8 GiB', ...(page.machine ?? []).map(place),
        ...page.process === undefined ? [] : ['    process app pid 4711 comm "db" {', '        sigbus handler longjmp', ...page.process.map(place), '    }'], '', `    ${WAYS[way]!(place(page.target))}`, '}', '',
    ].join('\n'));
    const trace = scenarios[0]?.trace;
    return trace == null ? '' : [`[    0.000000] Linux version ${kernel}.0 (gcc) #1 SMP`, ...dmesgLines(trace)].join('\n');
}

test('a page and a way in, drawn at random, on any kernel: the incident is reproduced', { timeout: 600_000 }, async () => {
    let reproduced = 0;
    let all = 0;
    await fc.assert(fc.asyncProperty(fc.constantFrom(...PAGES), fc.constantFrom(...Object.keys(WAYS)), fc.constantFrom(...KERNELS.map(({ version }) => version)), fc.integer({ min: 0x40000, max: 0x180000 }), async (page, way, kernel, pfn) => {
        for (const [incident, found] of await asked(await logOf(page, way, kernel, pfn))) {
            if (found === null) continue;
            all += 1;
            await holds(incident, found);
            if (found.differs.length === 0) reproduced += 1;
        }
    }), { seed: 8, numRuns: 40 });
    expect(all).toBeGreaterThan(20);
    expect(reproduced / all).toBeGreaterThan(0.9);
});
