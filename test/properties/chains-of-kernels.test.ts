import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { simulate } from '../../server/src/simulator/simulate.js';
import type { KernelChoice, Place, PlacedUse, Step } from '../../server/src/simulator/program.js';
import type { StepTrace, Trace } from '../../server/src/simulator/trace.js';
import { BOOT_USES } from '../../server/src/vocabulary/boot-uses.js';
import { CARRIERS, carriersOver, type BootKind } from '../../server/src/vocabulary/carriers.js';
import { KERNELS } from '../../server/src/vocabulary/kernels.js';
import { at, machine, mapping, process, program, step } from '../simulator/programs.js';
import { SEED } from './meetings.js';

const PROPOSED: readonly KernelChoice[] = ['7.0', '7.1', '7.2', '7.3'].map((written) => ({ written, version: written as KernelChoice['version'], proposals: ['kho-hwpoison'] }));
const RELEASED: readonly KernelChoice[] = KERNELS.map(({ version }) => ({ written: version, version, proposals: [] }));

const pfns = fc.constantFrom(0, 0x50, 0x4000, 0x4001, 0x9000, 0x9001, 0x9200, 0x20000, 0x3ffff, 0x40000, 0x48000);
const places: fc.Arbitrary<Place> = fc.oneof(pfns.map((pfn) => ({ kind: 'pfn', pfn } as const)), fc.integer({ min: 0, max: 3 }).map((page) => at('db', 'm', page)), fc.constant({ kind: 'frame', frame: 'bad', byteOffset: 0 } as const));
const uses: fc.Arbitrary<readonly PlacedUse[]> = fc.array(fc.record({ place: places, use: fc.constantFrom(...Object.keys(BOOT_USES)) }), { maxLength: 3 });

const boots: fc.Arbitrary<Step> = fc.record({
    boot: fc.constantFrom<BootKind>('kexec', 'kexec', 'kexec', 'reboot', 'power-cycle'), kernel: fc.option(fc.constantFrom(...PROPOSED, ...RELEASED)), carry: fc.option(fc.nat(10)),
    memory: fc.option(fc.constantFrom(2 ** 21, 2 ** 28, 2 ** 29, 2 ** 30)), list: fc.option(fc.nat(3)), count: fc.option(fc.constantFrom(0, 1, 4, 512)), version: fc.option(fc.constantFrom(1, 2)),
    validate: fc.boolean(), where: uses, errors: fc.array(places, { maxLength: 2 }),
}).map(({ boot, kernel, carry, memory, list, count, version, validate, where, errors }) => {
    const carriers = carriersOver(boot);
    return step(boot, {
        ...kernel === null || boot !== 'kexec' ? {} : { kernel: kernel.written, proposals: kernel.proposals }, ...carry === null ? {} : { carry: carriers[carry % carriers.length]! },
        ...memory === null ? {} : { memory }, ...list === null ? {} : { list }, ...count === null ? {} : { count }, ...version === null ? {} : { version }, ...validate ? { reading: 'validate' } : {},
        where, errors: errors.map((place) => ({ place, use: '' })),
    });
});

const acts: fc.Arbitrary<Step> = fc.oneof(
    fc.record({ op: fc.constantFrom('corrupt-pfn', 'unpoison-pfn', 'hard_offline_page', 'soft_offline_page', 'kpageflags'), target: places }).map(({ op, target }) => step(op, { target })),
    places.map((target) => step('machine-check', { severity: 'UCNA', target })),
    fc.record({ op: fc.constantFrom('allocate', 'free', 'read', 'write'), target: places }).map(({ op, target }) => step(op, { target }, 'kernel')),
    fc.integer({ min: 0, max: 3 }).map((page) => step('madvise', { target: at('db', 'm', page), advice: 'MADV_HWPOISON' }, 'db')),
    fc.constant(step('exit', {}, 'db')),
    fc.constant(step('sysctl', { name: 'vm.memory_failure_recovery', value: 0 })),
);

const chains = fc.record({ kernel: fc.constantFrom(...PROPOSED, ...RELEASED), steps: fc.array(fc.oneof(acts, acts, boots), { minLength: 1, maxLength: 14 }) });

function run(kernel: KernelChoice, steps: readonly Step[]): Trace {
    const spec = machine({ processes: [process('db', [mapping('m')])], frames: [{ name: 'bad', source: 0, place: at('db', 'm', 1) }], pmems: [{ name: 'pm', source: 0, pfn: 0x48000, pageCount: 512, mode: 'raw', alignBytes: 2 ** 21 }] });
    return simulate({ ...program(spec, steps), kernel });
}

/** Steps that may take the mark off a frame. */
const UNMARKS = new Set(['kexec', 'reboot', 'power-cycle', 'unpoison-pfn', 'online-block']);

/** More marks go than come: that of a huge page moves from its head to the page that is bad when it is dissolved. */
function unmarks({ events }: StepTrace): boolean {
    const changes = events.flatMap((event) => (event.t === 'decision' ? event.changes ?? [] : [])).filter(({ field }) => field === 'PG_hwpoison');
    return changes.filter(({ after }) => after === 'false').length > changes.filter(({ after }) => after === 'true').length;
}

describe(`chains of kernels (seed ${SEED})`, () => {
    test('whatever they are, they end, the same every time, and nothing else takes a mark off', () => {
        fc.assert(fc.property(chains, ({ kernel, steps }) => {
            const trace = run(kernel, steps);
            expect(JSON.stringify(run(kernel, steps))).toBe(JSON.stringify(trace));
            expect(trace.steps).toHaveLength(steps.length);
            expect(trace.steps.filter((each) => unmarks(each) && !UNMARKS.has(each.op)).map(({ op }) => op)).toEqual([]);
        }), { seed: SEED, numRuns: 400 });
    });

    test('a boot forgets only what was known, and counts what its replay reports', () => {
        fc.assert(fc.property(chains, ({ kernel, steps }) => {
            const known = new Set<number>();
            for (const each of run(kernel, steps).steps) {
                for (const event of each.events) {
                    if (event.t === 'result') known.add(event.pfn);
                    if (event.t !== 'decision') continue;
                    for (const { field, key, after } of event.changes ?? []) if (field === 'PG_hwpoison' && after === 'true') known.add(Number(key));
                    if (event.id === 'memblock_free_all.known-bad') expect([...known]).toContain(event.pfn);
                }
                const boot = each.events[0];
                if (boot?.t !== 'boot') continue;
                expect(CARRIERS[boot.carrier].survives).toContain(boot.how);
                expect(each.counters.poisonedPages).toBe(each.events.filter((event) => event.t === 'result' && event.type !== 'MF_MSG_PFN_MAP' && event.type !== 'MF_MSG_ALREADY_POISONED').length);
            }
        }), { seed: SEED, numRuns: 400 });
    });
});
