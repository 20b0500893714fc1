// Pages of every kind, injected, with every kind of competitor.
import type { Competitor, Program } from '../../server/src/simulator/program.js';
import { BAD } from '../kernel/injections.js';
import type { PageState } from '../kernel/page-states/index.js';
import { machine, program, step } from '../simulator/programs.js';
import { competitor } from '../simulator/races.js';

/** Competitors for whatever page is meant; those of a task need an owner. */
export function competitors({ target, owner }: PageState): Competitor[] {
    const ofKernel = ['isolate', 'lru-add', 'get', 'mark-dirty', 'start-writeback', 'split', 'reclaim', 'free'].map((op) => competitor(op, { target }));
    const ofTask = owner === undefined ? [] : [
        ...['munmap', 'munlock', 'read', 'write'].map((op) => competitor(op, { target }, owner)), competitor('madvise', { target, advice: 'MADV_DONTNEED' }, owner),
        competitor('pin', { target, by: 'longterm' }, owner), competitor('exit', {}, owner),
    ];
    const ofFile = target.kind === 'file' ? [competitor('ftruncate', { file: target.file, length: 0 }, 'root')] : [];
    const ofHugetlb = target.kind === 'region' ? [competitor('dissolve', { target }), competitor('allocate', { target, kind: 'slab' })] : [];
    return [...ofKernel, ...ofTask, ...ofFile, ...ofHugetlb];
}

/** The page is injected while they compete. */
export function raced(state: PageState, races: readonly Competitor[]): Program {
    return program(machine({ ...state.machine, frames: [{ name: 'bad', source: 0, place: state.target }] }), [
        ...state.prepare ?? [], { ...step('corrupt-pfn', { target: BAD }), ...(races.length === 0 ? {} : { races }) }, step('wait', { duration: 1 }),
    ]);
}
