import { describe, expect, test } from 'vitest';
import { compare } from '../../server/src/lab/compare/compare.js';
import { observedTrace } from '../../server/src/lab/observation/observed-trace.js';
import { readObservation } from '../../server/src/lab/observation/read-observation.js';
import { runCases } from '../../server/src/lab/run/run-cases.js';
import { caseOf, planOf } from './scenario.js';

const TEXT = `scenario "s" {
    process victim {
        sigbus handler longjmp
        map heap = anon 16 KiB written
    }
    victim: madvise heap[1] MADV_HWPOISON
    victim: read heap[1]
    victim: read heap[2]
    victim: exit
}`;

/** As a 7.3.4 said it. */
const SAID = [
    'b', 'c\t-1\t4\t7\t0\t0\t0\t7', 'a\t0\t0x7fd8439bc000\t0x4000',
    'g\t0', 'o\t0\t0\t-\t-\t-\t-', 's\t0\t0\t7\t4\t0x7fd8439bd000\t12\t0',
    'k\t0\t6\tInjecting memory failure for pfn 0x31f6 at process virtual address 0x7fd8439bd000', 'k\t0\t4\tclocksource: timekeeping watchdog on CPU1',
    'k\t0\t3\tMemory failure: 0x31f6: Sending SIGBUS to victim:99 due to hardware memory corruption', 'k\t0\t3\tMemory failure: 0x31f6: recovery action for dirty LRU page: Recovered', 'c\t0\t8\t8\t0\t0\t0\t8',
    'g\t1', 'o\t1\t-\t-\t-\t-\t-', 's\t1\t0\t7\t4\t0x7fd8439bd000\t12\t1', 'k\t1\t3\tMCE: Killing victim:99 due to hardware memory corruption fault at 7fd8439bd000', 'c\t1\t8\t8\t0\t0\t0\t8',
    'g\t2', 'o\t2\t-\t-\t67\t-\t-', 'c\t2\t8\t8\t0\t0\t0\t8',
    'g\t3', 'x\t0\t0', 'o\t3\t-\t-\t-\t-\t-', 'c\t3\t8\t8\t0\t0\t0\t8',
];

async function differencesOf(said: readonly string[]) {
    const [{ variant }, plan] = [await caseOf(TEXT), await planOf(TEXT)];
    return compare(variant.trace!, readObservation(plan, said, { how: 'done', console: [] }));
}

describe('a prediction against what a kernel did', () => {
    test('agrees where frames, addresses and pids are other ones, and counters began elsewhere', async () => {
        expect(await differencesOf(SAID)).toEqual([]);
    });

    test.each([
        ['errno', 'o\t0\t0', 'o\t0\tEHWPOISON', 0],
        ['signals', '0x7fd8439bd000\t12\t0', '0x7fd8439bd000\t21\t0', 0],
        ['signals', '0x7fd8439bd000\t12\t1', '0x7fd8439bc000\t12\t1', 1],
        ['log', 'Recovered', 'Delayed', 0],
        ['value', '\t67\t', '\t90\t', 2],
        ['counters', 'c\t2\t8\t8', 'c\t2\t8\t9', 2],
        ['exits', 'x\t0\t0', 'x\t0\t7', 3],
    ] as const)('differs in the %s', async (field, from, to, step) => {
        const differences = await differencesOf(SAID.map((line) => line.replace(from, to)));
        expect(differences[0]).toMatchObject({ field, step });
    });

    test('ends with a panic in the step that the console tells of', async () => {
        const plan = await planOf(TEXT);
        const observation = readObservation(plan, SAID.slice(0, 4), { how: 'panic', console: [{ step: 0, text: 'Memory failure: 0x31f6: recovery action for dirty LRU page: Failed' }, { step: 0, text: 'Kernel panic - not syncing: Fatal' }] });
        expect(observation).toMatchObject({ panic: 'Kernel panic - not syncing: Fatal', cut: { step: 0, why: 'panic' } });
        expect(compare((await caseOf(TEXT)).variant.trace!, observation).map(({ field }) => field)).toContain('panic');
    });

    test('is a trace of its own, for whoever reads hwp run', async () => {
        const [{ variant }, plan] = [await caseOf(TEXT), await planOf(TEXT)];
        const trace = observedTrace(variant.trace!, readObservation(plan, SAID, { how: 'done', console: [] }));
        expect(trace.steps[0]!.events.find(({ t }) => t === 'signal')).toMatchObject({ task: 'victim', mapping: 'heap', offset: 4096, code: 'BUS_MCEERR_AR', addressLsbBits: 12 });
        expect(trace.end.exits).toEqual({ victim: null });
    });
});

async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
    const found: Item[] = [];
    for await (const item of items) {
        found.push(item);
    }
    return found;
}

describe('running cases', () => {
    const observed = async (said: readonly string[]) => readObservation(await planOf(TEXT), said, { how: 'done', console: [] });

    test('a difference on a shared machine counts only if it is there on one of its own', async () => {
        const asked: boolean[] = [];
        const answers = [await observed(SAID.map((line) => line.replace('o\t0\t0', 'o\t0\tEBUSY'))), await observed(SAID)];
        const runner = { lacks: new Set<string>(), open: async () => undefined, run: async (_plan: unknown, own = false) => { asked.push(own); return await Promise.resolve(answers[asked.length - 1]!); } };
        const results = await all(runCases([await caseOf(TEXT)], runner));
        expect(asked).toEqual([false, true]);
        expect(results[0]!.result).toMatchObject({ verdict: 'agrees', unsteady: true });
    });

    test('what could not be set up is not made, and says why', async () => {
        const runner = { lacks: new Set<string>(), open: async () => undefined, run: async () => await observed(['b', 'e\t-1\t0 has @0 22 5 25: ENODATA']) };
        const results = await all(runCases([await caseOf(TEXT)], runner));
        expect(results[0]!.result).toMatchObject({ verdict: 'not made', notMade: [{ construct: 'the state at the start', reason: '0 has @0 22 5 25: ENODATA' }] });
    });

    test('what the model does not describe is not run', async () => {
        const runner = { lacks: new Set<string>(), open: async () => undefined, run: async () => await Promise.reject(new Error('nothing is to be run')) };
        const text = 'scenario "s" {\n    movable at phys 512 MiB size 128 MiB\n    process p { map a = anon 4 KiB written }\n    p: read a[0]\n}';
        const results = await all(runCases([await caseOf(text)], runner));
        expect(results[0]!.result.verdict).toBe('not modelled');
    });

    test('several machines share the scenarios, one at a time each; a few scenarios do not get a second one', async () => {
        const ran = new Map<string, number>();
        const machine = (name: string) => {
            let busy = 0;
            return {
                lacks: new Set<string>(), open: async () => undefined,
                run: async () => {
                    busy += 1;
                    expect(busy).toBe(1);
                    ran.set(name, (ran.get(name) ?? 0) + 1);
                    const observation = await observed(SAID);
                    busy -= 1;
                    return observation;
                },
            };
        };
        const each = await caseOf(TEXT);
        const results = await all(runCases(Array.from({ length: 9 }, () => each), [machine('first'), machine('second'), machine('third')]));
        expect(results.map(({ index }) => index).sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
        expect([...ran.keys()]).toEqual(['first', 'second']);
        expect(ran.get('second')).toBeGreaterThan(1);

        ran.clear();
        await all(runCases([each, each], [machine('first'), machine('second')]));
        expect([...ran]).toEqual([['first', 2]]);
    });

    test('a machine that fails ends the run', async () => {
        const each = await caseOf(TEXT);
        const runner = (fails: boolean) => ({ lacks: new Set<string>(), open: async () => undefined, run: async () => fails ? await Promise.reject(new Error('the emulator ended')) : await observed(SAID) });
        await expect(all(runCases(Array.from({ length: 8 }, () => each), [runner(false), runner(true)]))).rejects.toThrow('the emulator ended');
    });
});
