import process from 'node:process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { simulate } from '../../server/src/simulator/simulate.js';
import type { ArgumentValue, Program, Step } from '../../server/src/simulator/program.js';
import type { StepTrace, SweepTrace } from '../../server/src/simulator/trace.js';
import { PAGE_STATES } from '../kernel/page-states/index.js';
import { choices } from './choices.js';
import { ENTRIES, reaches } from './entries.js';
import { randomProgram } from './random-program.js';

const SEED = Number(process.env['HWP_SEED'] ?? 20260630);
/** Programs for each kind of page: each costs a run for each page of the machine. */
const PROGRAMS = Number(process.env['HWP_SWEEPS'] ?? 1);
/** Small enough to inject into every page by itself; beside device memory, which has many pages, there is less. */
const RAM_BYTES = 8 * 2 ** 20;
const RAM_BYTES_BESIDE_DEVICE = 2 ** 20;

interface Inject { readonly op: string; readonly args: Readonly<Record<string, ArgumentValue>> }

const INJECTIONS: readonly Inject[] = [
    { op: 'machine-check', args: { severity: 'UE' } }, { op: 'machine-check', args: { severity: 'AR', cpu: 0 } }, { op: 'corrupt-pfn', args: {} }, { op: 'hard_offline_page', args: {} }, { op: 'soft_offline_page', args: {} },
    { op: 'unpoison-pfn', args: {} },
];

/** What a page fares, without numbers of pages and addresses. */
function outcome({ events, outcome: { errno }, skipped }: StepTrace): string {
    return JSON.stringify([errno, skipped, events.flatMap((event) => {
        switch (event.t) {
            case 'result': return [[event.type, event.result]];
            case 'signal': return [[event.signal, event.code, event.task, event.addressLsbBits, event.forced, event.fate, event.mapping]];
            case 'exit': return [[event.process, event.signal]];
            case 'data': return [[event.fate]];
            case 'panic': case 'oops': return [[event.t]];
            default: return [];
        }
    })]);
}

function counted(parts: Iterable<readonly [outcome: string, pages: number]>): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const [key, pages] of parts) counts[key] = (counts[key] ?? 0) + pages;
    return counts;
}

function sweepOf(program: Program, inject: Inject): SweepTrace | undefined {
    const sweep: Step = { op: 'sweep', actor: 'root', source: 0, timeNs: 0, args: {}, sweep: { over: { kind: 'machine' }, name: 'machine', inject: { ...inject, actor: 'root' } } };
    return simulate({ ...program, steps: [...program.steps, sweep] }).steps.at(-1)!.sweep;
}

function injected(program: Program, inject: Inject, pfn: number): StepTrace {
    const step: Step = { ...inject, actor: 'root', source: 0, timeNs: 0, args: { ...inject.args, target: { kind: 'pfn', pfn } } };
    return simulate({ ...program, steps: [...program.steps, step] }).steps.at(-1)!;
}

/** Frames of a machine as declared: RAM without holes, devices, and what lies elsewhere. */
function framesOf({ machine }: Program, sweep: SweepTrace): number[] {
    const inHole = (pfn: number): boolean => machine.holes.some((hole) => pfn >= hole.pfn && pfn < hole.pfn + hole.pageCount);
    const frames = new Set(Array.from({ length: machine.ramBytes / 4096 }, (_, pfn) => pfn).filter((pfn) => !inHole(pfn)));
    for (const pmem of machine.pmems) for (let pfn = pmem.pfn; pfn < pmem.pfn + pmem.pageCount; pfn += 1) frames.add(pfn);
    // Regions without struct page are placed by the simulator: one page each here.
    for (const { pfn, pageCount } of sweep.classes) if (!frames.has(pfn)) for (let page = 0; page < pageCount; page += 1) frames.add(pfn + page);
    return [...frames];
}

describe(`a sweep equals single injections (HWP_SEED=${SEED})`, () => {
    for (const [name, state] of Object.entries(PAGE_STATES)) {
        test(name, () => {
            const entries = ENTRIES.filter((entry) => reaches(entry, state));
            fc.assert(fc.property(choices, fc.constantFrom(...entries), fc.constantFrom(...INJECTIONS), fc.double({ min: 0, max: 1, noNaN: true }), (chosen, entry, inject, cut) => {
                const drawn = randomProgram({ state, entry, choices: chosen }).program;
                const ramBytes = Math.min(drawn.machine.ramBytes, state.machine.pmems === undefined ? RAM_BYTES : RAM_BYTES_BESIDE_DEVICE);
                const program: Program = { ...drawn, machine: { ...drawn.machine, ramBytes }, steps: drawn.steps.slice(0, Math.floor(cut * (drawn.steps.length + 1))) };
                const sweep = sweepOf(program, inject);
                if (sweep === undefined) return;
                expect(sweep.limit).toBeNull();
                expect(sweep.classes.reduce((sum, { pageCount }) => sum + pageCount, 0)).toBe(sweep.pageCount);
                for (const { nodes, pageCount } of sweep.classes) expect(nodes.reduce((sum, node) => sum + node.pageCount, 0)).toBe(pageCount);
                const frames = framesOf(program, sweep);
                expect(sweep.pageCount).toBe(frames.length);
                const single = counted(frames.map((pfn) => [outcome(injected(program, inject, pfn)), 1]));
                expect(counted(sweep.classes.map(({ step, pageCount }) => [outcome(step), pageCount]))).toEqual(single);
            }), { seed: SEED, numRuns: PROGRAMS });
        });
    }
});
