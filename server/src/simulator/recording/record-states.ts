/** Runs a program once more and writes down what its machines are like after every event. The trace of the run is the one that is known. */
import type { Kernel } from '../../kernel/kernel.js';
import type { Vma } from '../../machine/mm-types.js';
import { hex } from '../../machine/units.js';
import type { KernelChoice, Program } from '../program.js';
import { Simulation } from '../simulation.js';
import type { RaceWay, StepTrace, Trace, TraceEvent } from '../trace.js';
import { followedIn, framesOf, type Followed } from './followed.js';
import { counterFields, fileFields, frameFields, machineFields, mappingFields, poolFields, processFields, swapFields, threadFields } from './machine-view.js';
import { GivenWay } from './race-way.js';
import type { Fields, ItemChange, StateLog } from './state-log.js';

/** Looks at one thing that a run may take; beyond that, things are looked at less often. About three seconds. */
const MAX_LOOKS = 1_500_000;

/** Frames of a step that are looked at after each of its events. */
const MAX_NEAR = 16;

const NOTHING: readonly ItemChange[] = [];

/** A race of the program, gone one of its ways: the run ends with that step. */
export interface ChosenWay { readonly step: number; readonly way: RaceWay }

/** The run that a way belongs to: the steps before the race, and the race as it goes that way. Null: nobody can go it. */
export function traceOfWay(program: Program, trace: Trace, { step, way }: ChosenWay): Trace | null {
    const simulation = new Simulation(program, step);
    while (!simulation.run(1000)) { /* the next slice */ }
    const given = new GivenWay(way);
    const played = simulation.play(given.plan, given);
    return given.complete ? { ...trace, steps: [...trace.steps.slice(0, step), played.step], end: simulation.endState() } : null;
}

export interface Recorded {
    readonly states: StateLog;
    /** The steps as they went while somebody looked: those of the trace. */
    readonly steps: readonly StepTrace[];
}

/** Records the states of a run. Yields between slices of bounded work. */
export function* recordStates(program: Program, trace: Trace, chosen: ChosenWay | null = null): Generator<void, Recorded> {
    const simulation = new Simulation(program, chosen?.step ?? null);
    const recording = new Recording(program, trace, simulation);
    const last = chosen === null ? trace.steps.length : chosen.step;
    for (let step = 0; step < last; step += 1) {
        recording.begin(step);
        while (simulation.stepsRun.length <= step) {
            simulation.run(1);
            yield;
        }
        recording.finish();
        if (step % 100 === 0) yield;
    }
    if (chosen !== null) {
        recording.begin(chosen.step);
        const given = new GivenWay(chosen.way);
        const { step } = simulation.play(given.plan, given);
        recording.finish(step);
        recording.end();
        return { states: recording.log, steps: [...simulation.stepsRun, step] };
    }
    recording.end();
    return { states: recording.log, steps: simulation.stepsRun };
}

/** How often things are looked at: after each event, before each step, or when a step names them. */
type Pace = 'events' | 'steps' | 'named';

class Recording {
    readonly #simulation: Simulation;
    readonly #trace: Trace;
    readonly #sides: readonly Side[];
    readonly #items: (readonly string[])[] = [];
    readonly #numbers = new Map<string, number>();
    readonly #now: (Fields | null)[] = [];
    readonly #changes: (readonly ItemChange[])[] = [];
    readonly #limits: string[] = [];
    /** By item: the look at which it was last met. */
    readonly #metAt: number[] = [];
    #looks = 0;
    #pace: Pace = 'events';
    /** Of the step that runs: its events as they happen, each with what changed by then. */
    #live: { readonly event: TraceEvent; readonly changes: readonly ItemChange[] }[] = [];
    #step = 0;

    constructor(program: Program, trace: Trace, simulation: Simulation) {
        this.#simulation = simulation;
        this.#trace = trace;
        const guests = (program.guests ?? []).map(({ name }) => name);
        this.#sides = ['', ...guests].map((guest) => ({ guest, followed: followedIn(program, trace, guest) }));
        this.#choosePace();
        simulation.recorder.onEvent = (event) => {
            this.#live.push({ event, changes: this.#look(this.#pace === 'events') });
        };
    }

    #choosePace(): void {
        const things = this.#sides.reduce((sum, { guest, followed }) => sum + followed.frames.size + this.#countTasks(guest) + 8, 0);
        const events = this.#trace.steps.reduce((sum, step) => sum + step.events.length + 1, 0);
        const steps = this.#trace.steps.length;
        this.#pace = things * events <= MAX_LOOKS ? 'events' : things * steps <= MAX_LOOKS ? 'steps' : 'named';
        if (this.#pace === 'steps') this.#limits.push('The run is long: inside a step only what the step names is followed, all else before and after it.');
        if (this.#pace === 'named') this.#limits.push('The run is long: frames and processes are looked at when a step names them.');
        const leftOut = this.#sides.reduce((sum, { followed }) => sum + followed.leftOut, 0);
        if (leftOut > 0) this.#limits.push(`${leftOut} more frames are followed only while a step is about them.`);
    }

    #countTasks(guest: string): number {
        return this.#kernelOf(guest)?.machine.processes.reduce((sum, { threads, mm }) => sum + 1 + threads.length + 4 * mm.vmas.length, 0) ?? 0;
    }

    #kernelOf(guest: string): Kernel | undefined {
        return guest === '' ? this.#simulation.kernel : this.#simulation.guestKernels.find(({ name }) => name === guest)?.kernel;
    }

    /** The position before a step. */
    begin(step: number): void {
        this.#step = step;
        this.#changes.push(this.#look(this.#pace !== 'named' || step === 0));
        this.#live = [];
    }

    /** The positions after the events of the step. Those of a boot are written down in another order than they happen in. */
    finish(played?: StepTrace): void {
        const { events } = played ?? this.#simulation.stepsRun[this.#step]!;
        const places = new Map(events.map((event, index) => [event, index]));
        const found: (readonly ItemChange[])[] = events.map(() => NOTHING);
        let earliest = Infinity;
        const targets = this.#live.map(({ event }) => places.get(event) ?? events.length);
        for (let at = targets.length - 1; at >= 0; at -= 1) {
            earliest = Math.min(earliest, targets[at]!);
            targets[at] = earliest;
        }
        for (const [at, { changes }] of this.#live.entries()) {
            const target = targets[at]!;
            if (target < events.length && changes.length > 0) found[target] = [...found[target]!, ...changes];
        }
        for (const each of found) this.#changes.push(each);
    }

    end(): void {
        this.#step = this.#trace.steps.length;
        this.#changes.push(this.#look(true));
    }

    get log(): StateLog {
        return { items: this.#items, changes: this.#changes, limits: this.#limits };
    }

    /** @param all everything that is followed; else what the step names */
    #look(all: boolean): readonly ItemChange[] {
        const changes: ItemChange[] = [];
        this.#looks += 1;
        const seen = (path: readonly string[], fields: Fields): void => this.#compare(path, fields, changes);
        for (const { guest, followed } of this.#sides) {
            const kernel = this.#kernelOf(guest);
            if (kernel !== undefined) this.#lookAt(kernel, guest, followed, all, seen);
        }
        if (all) this.#dropMissing(changes);
        return changes.length === 0 ? NOTHING : changes;
    }

    #lookAt(kernel: Kernel, guest: string, followed: Followed, all: boolean, seen: (path: readonly string[], fields: Fields) => void): void {
        const { machine } = kernel;
        const at = (...path: readonly string[]): readonly string[] => guest === '' ? path : ['guests', guest, ...path];
        const step = this.#trace.steps[this.#step];
        seen(at('machine'), machineFields(kernel, guest === '' ? this.#running() : null));
        for (const { name, fields } of counterFields(kernel)) seen(name === null ? at('counters') : at('counters', name), fields);
        const near = all || step === undefined ? followed.frames : new Set([...framesOf(step, guest)].slice(0, MAX_NEAR));
        for (const pfn of near) seen(at('frames', hex(pfn)), frameFields(machine, pfn));
        if (all && step !== undefined && followed.leftOut > 0) for (const pfn of [...framesOf(step, guest)].slice(0, MAX_NEAR)) if (!near.has(pfn)) seen(at('frames', hex(pfn)), frameFields(machine, pfn));
        const tasks = all || step === undefined ? null : tasksOf(step);
        for (const process of machine.processes) {
            if (tasks?.has(process.name) === false) continue;
            seen(at('processes', process.name), processFields(process));
            for (const thread of process.threads) seen(at('processes', process.name, 'threads', thread.name === '' ? 'main' : thread.name), threadFields(thread, machine));
            for (const [name, parts] of mappingsByName(process.mm.vmas)) seen(at('processes', process.name, 'mappings', name), mappingFields(machine, parts, followed.pages.get(name)));
        }
        if (!all) return;
        for (const { name, fields } of poolFields(machine)) seen(at('pools', name), fields);
        for (const { name, fields } of fileFields(machine)) seen(at('files', name), fields);
        for (const { name, fields } of swapFields(machine)) seen(at('swaps', name), fields);
    }

    /** The kernel that runs: steps say where it is not the first. */
    #running(): KernelChoice {
        for (const event of this.#simulation.recorder.events) if (event.t === 'boot') return event.kernel;
        return this.#simulation.stepsRun.at(-1)?.kernel ?? this.#trace.kernel;
    }

    /** What was not met in a look at everything is no more: processes end with their kernel, mappings with munmap(). */
    #dropMissing(changes: ItemChange[]): void {
        for (const [item, before] of this.#now.entries()) {
            if (before === null || this.#metAt[item] === this.#looks || isLasting(this.#items[item]!)) continue;
            this.#now[item] = null;
            changes.push({ item, before, after: null });
        }
    }

    #compare(path: readonly string[], fields: Fields, changes: ItemChange[]): void {
        const key = path.join('\0');
        let item = this.#numbers.get(key);
        if (item === undefined) {
            item = this.#items.length;
            this.#numbers.set(key, item);
            this.#items.push(path);
            this.#now.push(null);
        }
        this.#metAt[item] = this.#looks;
        const before = this.#now[item] ?? null;
        if (before !== null && sameFields(before, fields)) return;
        this.#now[item] = fields;
        changes.push({ item, before, after: fields });
    }
}

interface Side { readonly guest: string; readonly followed: Followed }

/** A frame that is not looked at is still there. */
function isLasting(path: readonly string[]): boolean {
    return path[0] === 'frames' || path[2] === 'frames';
}

function mappingsByName(vmas: readonly Vma[]): Map<string, Vma[]> {
    const found = new Map<string, Vma[]>();
    for (const vma of vmas) {
        const known = found.get(vma.name);
        if (known === undefined) found.set(vma.name, [vma]);
        else known.push(vma);
    }
    return found;
}

/** Processes that a step names: who acts, who is signalled, whose page tables change. */
function tasksOf({ actor, events }: StepTrace): Set<string> {
    const tasks = new Set([actor.split('.', 1)[0]!]);
    const add = (event: TraceEvent): void => {
        if (event.t === 'signal') tasks.add(event.task.split('.', 1)[0]!);
        else if (event.t === 'exit') tasks.add(event.process);
        else if (event.t === 'guest') add(event.event);
        else if (event.t === 'decision') for (const { of, key } of event.changes ?? []) if (of === 'mapping' || of === 'task') tasks.add(key.split(/[:.]/, 1)[0]!);
    };
    events.forEach(add);
    return tasks;
}

function sameFields(left: Fields, right: Fields): boolean {
    let count = 0;
    for (const name in left) {
        if (left[name] !== right[name]) return false;
        count += 1;
    }
    for (const _name in right) count -= 1;
    return count === 0;
}
