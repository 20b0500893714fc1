// A sweep over a machine that has booted other kernels, compared with the same errors one by one.
import process from 'node:process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { simulate } from '../../server/src/simulator/simulate.js';
import type { KernelChoice, PlacedUse, Program, Step } from '../../server/src/simulator/program.js';
import type { StepTrace } from '../../server/src/simulator/trace.js';
import { BOOT_USES } from '../../server/src/vocabulary/boot-uses.js';
import { carriersOver } from '../../server/src/vocabulary/carriers.js';
import { machine, program, step } from '../simulator/programs.js';
import { SEED } from './meetings.js';

const KERNEL: KernelChoice = { written: '7.3', version: '7.3', proposals: ['kho-hwpoison'] };
const PAGES = 2048;
const PROGRAMS = Number(process.env['HWP_SWEEPS'] ?? 5);

const pfns = fc.constantFrom(0, 0x50, 0x120, 0x121, 0x200, 0x201, 0x3ff, 0x400, 0x5ff, 0x7ff);
const uses: fc.Arbitrary<PlacedUse[]> = fc.array(fc.record({ pfn: pfns, use: fc.constantFrom(...Object.keys(BOOT_USES)) }).map(({ pfn, use }) => ({ place: { kind: 'pfn', pfn } as const, use })), { maxLength: 3 });
const boots: fc.Arbitrary<Step> = fc.record({ carry: fc.constantFrom(...carriersOver('kexec')), memory: fc.option(fc.constantFrom(2 ** 22, 2 ** 23)), where: uses, error: fc.option(pfns) })
    .map(({ carry, memory, where, error }) => step('kexec', { carry, ...memory === null ? {} : { memory }, where, errors: error === null ? [] : [{ place: { kind: 'pfn', pfn: error }, use: '' }] }));
const acts: fc.Arbitrary<Step> = fc.record({ op: fc.constantFrom('corrupt-pfn', 'hard_offline_page', 'soft_offline_page', 'unpoison-pfn'), pfn: pfns }).map(({ op, pfn }) => step(op, { target: { kind: 'pfn', pfn } }));
const chains = fc.record({ before: fc.array(acts, { maxLength: 4 }), boot: boots, between: fc.array(fc.oneof(acts, boots), { maxLength: 3 }), op: fc.constantFrom('corrupt-pfn', 'soft_offline_page', 'unpoison-pfn') });

function outcome({ events, outcome: { errno } }: StepTrace): string {
    return JSON.stringify([errno, events.flatMap((event) => event.t === 'result' ? [[event.type, event.result]] : event.t === 'signal' ? [[event.code, event.task, event.addressLsbBits]] : event.t === 'panic' || event.t === 'oops' ? [[event.t]] : [])]);
}

function counted(parts: Iterable<readonly [outcome: string, pages: number]>): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const [key, pages] of parts) counts[key] = (counts[key] ?? 0) + pages;
    return counts;
}

describe(`sweeps after boots (seed ${SEED})`, () => {
    test('equal the single errors', () => {
        fc.assert(fc.property(chains, ({ before, boot, between, op }) => {
            const steps = [...before, boot, ...between];
            const base: Program = { ...program(machine({ ramBytes: PAGES * 4096 }), steps), kernel: KERNEL };
            const sweep: Step = { ...step('sweep'), sweep: { over: { kind: 'machine' }, name: 'machine', inject: { op, actor: 'root', args: {} } } };
            const { classes, pageCount, limit } = simulate({ ...base, steps: [...steps, sweep] }).steps.at(-1)!.sweep!;
            expect(limit).toBeNull();
            const single = counted(Array.from({ length: PAGES }, (_, pfn) => [outcome(simulate({ ...base, steps: [...steps, step(op, { target: { kind: 'pfn', pfn } })] }).steps.at(-1)!), 1] as const));
            const swept = counted(classes.map((each) => [outcome(each.step), each.pageCount] as const));
            // Frames that the map of the last kernel does not have are not swept, and the only ones that are not.
            const missing = Object.fromEntries([...new Set([...Object.keys(single), ...Object.keys(swept)])].map((key) => [key, (single[key] ?? 0) - (swept[key] ?? 0)]));
            expect(Object.values(missing).every((pages) => pages >= 0), JSON.stringify(missing)).toBe(true);
            expect(Object.values(missing).reduce((sum, pages) => sum + pages, 0)).toBe(PAGES - pageCount);
        }), { seed: SEED, numRuns: PROGRAMS });
    });
});
