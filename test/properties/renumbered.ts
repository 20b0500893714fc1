import type { MachineSpec, Program } from '../../server/src/simulator/program.js';
import type { Trace } from '../../server/src/simulator/trace.js';
import { mapping, process } from '../simulator/programs.js';

/** Fields that hold nothing but a frame, an id or an address. */
const NUMBERS: ReadonlySet<string> = new Set(['pfn', 'pid', 'tid', 'address']);
/** The same inside of text: hex numbers, `comm:pid`, addresses without 0x, pids in notes. */
const IN_TEXT: readonly (readonly [RegExp, string])[] = [[/0x[0-9a-f]+/g, '#'], [/\b([\w-]+):\d+/g, '$1:#'], [/\bpid \d+/gi, 'pid #'], [/(fault at |access at |user space at |present |on page )[0-9a-f]+/g, '$1#'], [/slot \d+/g, 'slot #']];

/** A trace as lines of text: one a step, and one for the rest. */
function lines(trace: Trace, replacer?: (key: string, value: unknown) => unknown): readonly string[] {
    return [...trace.steps.map((step) => JSON.stringify(step, replacer)), JSON.stringify({ ...trace, steps: [] }, replacer)];
}

export function exactly(trace: Trace): readonly string[] {
    return lines(trace);
}

/** The same with every number replaced that depends on where things are. */
export function withoutNumbers(trace: Trace): readonly string[] {
    return lines(trace, (key, value) => {
        if (NUMBERS.has(key) && typeof value === 'number') return '#';
        // Where each declared region is, and all else at the start: another program has others, elsewhere.
        if (key === 'regions' || key === 'start') return '#';
        // fork() returns a pid.
        if (key === 'returned' && typeof value === 'number' && value > 100 && value % 64 !== 0) return '#';
        return typeof value === 'string' ? IN_TEXT.reduce((text, [pattern, by]) => text.replace(pattern, by), value) : value;
    });
}

function withMachine(program: Program, more: Partial<MachineSpec>): Program {
    return { ...program, machine: { ...program.machine, ...more } };
}

/** The same program with its frames elsewhere and other pids. */
export function moved(program: Program): Program {
    const { machine } = program;
    const before = { name: 'in the way', source: 0, kind: 'vmalloc', pageCount: 777, content: '' };
    return withMachine(program, { regions: [before, ...machine.regions], processes: machine.processes.map((each, index) => (each.forkedFrom === undefined ? { ...each, pid: 5000 + 10 * index } : each)) });
}

/** The same program with a process and memory that have nothing to do with it. */
export function withBystander(program: Program): Program {
    const { machine } = program;
    const bystander = process('bystander', [mapping('quiet', { pageCount: 8 })], { threads: [{ name: '', source: 0, policy: 'early', sigbusBlocked: false }], sigbus: 'default' });
    const region = { name: 'quiet slab', source: 0, kind: 'slab', pageCount: 3, content: '' };
    return withMachine(program, { regions: [...machine.regions, region], processes: [...machine.processes, bystander] });
}
