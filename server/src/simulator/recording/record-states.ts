/** Runs a program once more and writes down what its machines are like after every event. The trace of the run is the one that is known. */
import type { Kernel } from '../../kernel/kernel.js';
import type { Process, Vma } from '../../machine/mm-types.js';
import { hex } from '../../machine/units.js';
import type { KernelChoice, Program } from '../program.js';
import { Simulation } from '../simulation.js';
import type { RaceWay, StepTrace, Trace, TraceEvent } from '../trace.js';
import { followedIn, framesOf, framesOfEvents, type Followed } from './followed.js';
import { counterFields, fileFields, frameFields, machineFields, mappingFields, poolFields, processFields, swapFields, threadFields } from './machine-view.js';
import { GivenWay } from './race-way.js';
import type { Fields, ItemChange, StateLog } from './state-log.js';

/** Looks at one thing that a run may take; beyond that, things are looked at less often. About three seconds. */
const MAX_LOOKS = 1_500_000;

/** Events of a run inside of whose steps things are looked at; a longer one is followed from step to step. */
const MAX_EVENTS = 300_000;

/** Events of a run that can be stepped through: half a minute of looking, and a gigabyte. */
const MAX_RECORDED = 1_000_000;

/** Frames, and processes, of a step that are looked at after each of its events; of more, those that the event names. */
const MAX_NEAR = 16;

/** Looks inside of a step at each of the things that it is about. */
const MAX_LOOKS_INSIDE = 20_000;

/** Of each kind, things of a step that are looked at before and after it. */
const MAX_NAMED = 4096;

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

/** Why a run cannot be stepped through; null for one that can. */
export function tooLong({ steps }: Trace): string | null {
    const events = eventsIn(steps);
    return events <= MAX_RECORDED ? null
        : `The run has ${events.toLocaleString('en')} events in ${steps.length.toLocaleString('en')} steps; up to ${MAX_RECORDED.toLocaleString('en')} can be stepped through. Debug a scenario with fewer of its steps.`;
}

function eventsIn(steps: readonly StepTrace[]): number {
    return steps.reduce((sum, { events }) => sum + events.length, 0);
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

/** How often things are looked at: after each event, before each step, when something names them, or after a step that has named them. */
type Pace = 'events' | 'steps' | 'named' | 'afterwards';

/** What a step, or an event of it, is about. */
interface Named { readonly frames: readonly (readonly number[])[]; readonly tasks: ReadonlySet<string> }

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
    /** By the step that runs. */
    #booted: KernelChoice | null = null;
    /** By machine: where processes stand, by their names. */
    readonly #places: { readonly count: number; readonly places: ReadonlyMap<string, number> }[] = [];
    /** What the step that runs is about. */
    #named: Named = { frames: [], tasks: new Set() };
    /** Whether it is about so few that each of them is looked at after each of its events. */
    #few = { frames: true, tasks: true };

    constructor(program: Program, trace: Trace, simulation: Simulation) {
        this.#simulation = simulation;
        this.#trace = trace;
        const guests = (program.guests ?? []).map(({ name }) => name);
        this.#sides = ['', ...guests].map((guest) => ({ guest, followed: followedIn(program, trace, guest) }));
        this.#choosePace();
        simulation.recorder.onEvent = (event) => {
            if (event.t === 'boot') this.#booted = event.kernel;
            this.#live.push({ event, changes: this.#pace === 'afterwards' ? NOTHING : this.#pace === 'events' ? this.#look(null) : this.#look(this.#namedBy(event)) });
        };
    }

    #choosePace(): void {
        const things = this.#sides.reduce((sum, { guest, followed }) => sum + followed.frames.size + this.#countTasks(guest) + 8, 0);
        const steps = this.#trace.steps.length;
        const events = eventsIn(this.#trace.steps) + steps;
        this.#pace = things * events <= MAX_LOOKS ? 'events' : events > MAX_EVENTS ? 'afterwards' : things * steps <= MAX_LOOKS ? 'steps' : 'named';
        if (this.#pace === 'steps') this.#limits.push('The run is long: inside a step only what the step names is followed, all else before and after it.');
        if (this.#pace === 'named') this.#limits.push('The run is long: frames and processes are looked at when a step names them.');
        if (this.#pace === 'afterwards') this.#limits.push(`The run is very long, ${(events - steps).toLocaleString('en')} events: frames and processes are looked at after a step that has named them.`);
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
        const traced = this.#trace.steps[step];
        this.#named = traced === undefined ? { frames: [], tasks: new Set() } : { frames: this.#sides.map(({ guest }) => [...framesOf(traced, guest)]), tasks: tasksOf(traced) };
        const most = Math.min(MAX_NEAR, MAX_LOOKS_INSIDE / (traced?.events.length ?? 0));
        this.#few = { frames: this.#named.frames.every((each) => each.length <= most), tasks: this.#named.tasks.size <= most };
        const all = step === 0 || this.#pace === 'events' || this.#pace === 'steps';
        this.#changes.push(all ? this.#look(null) : this.#pace === 'afterwards' ? NOTHING : this.#look(nearest(this.#named)));
        this.#live = [];
        this.#booted = null;
    }

    /** After an event of a step that is about much, or a long one: what the event names. */
    #namedBy(event: TraceEvent): Named {
        const { frames, tasks } = this.#named;
        const { frames: hasFewFrames, tasks: hasFewTasks } = this.#few;
        if (hasFewFrames && hasFewTasks) return this.#named;
        return { frames: hasFewFrames ? frames : this.#sides.map(({ guest }) => [...framesOfEvents([event], guest)]), tasks: hasFewTasks ? tasks : tasksOfEvents([event]) };
    }

    /** The positions after the events of the step. Those of a boot are written down in another order than they happen in. */
    finish(played?: StepTrace): void {
        const { events } = played ?? this.#simulation.stepsRun[this.#step]!;
        if (this.#pace === 'afterwards' && events.length > 0) this.#live = [{ event: events.at(-1)!, changes: this.#look(nearest(this.#named)) }];
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
        this.#changes.push(this.#look(null));
    }

    get log(): StateLog {
        return { items: this.#items, changes: this.#changes, limits: this.#limits };
    }

    /** @param named what is looked at; null for everything that is followed */
    #look(named: Named | null): readonly ItemChange[] {
        const changes: ItemChange[] = [];
        this.#looks += 1;
        const seen = (path: readonly string[], fields: Fields): void => this.#compare(path, fields, changes);
        for (const [side, { guest, followed }] of this.#sides.entries()) {
            const kernel = this.#kernelOf(guest);
            if (kernel !== undefined) this.#lookAt(kernel, side, followed, named, seen);
        }
        if (named === null) this.#dropMissing(changes);
        return changes.length === 0 ? NOTHING : changes;
    }

    #lookAt(kernel: Kernel, side: number, followed: Followed, named: Named | null, seen: (path: readonly string[], fields: Fields) => void): void {
        const { machine } = kernel;
        const { guest } = this.#sides[side]!;
        const at = (...path: readonly string[]): readonly string[] => guest === '' ? path : ['guests', guest, ...path];
        seen(at('machine'), machineFields(kernel, guest === '' ? this.#running() : null));
        for (const { name, fields } of counterFields(kernel)) seen(name === null ? at('counters') : at('counters', name), fields);
        for (const pfn of named === null ? followed.frames : named.frames[side] ?? []) seen(at('frames', hex(pfn)), frameFields(machine, pfn));
        if (named === null && followed.leftOut > 0) for (const pfn of (this.#named.frames[side] ?? []).slice(0, MAX_NEAR)) if (!followed.frames.has(pfn)) seen(at('frames', hex(pfn)), frameFields(machine, pfn));
        for (const process of named === null ? machine.processes : this.#processesNamed(machine.processes, side, named.tasks)) {
            seen(at('processes', process.name), processFields(process));
            for (const thread of process.threads) seen(at('processes', process.name, 'threads', thread.name === '' ? 'main' : thread.name), threadFields(thread, machine));
            for (const [name, parts] of mappingsByName(process.mm.vmas)) seen(at('processes', process.name, 'mappings', name), mappingFields(machine, parts, followed.pages.get(name)));
        }
        if (named !== null) return;
        for (const { name, fields } of poolFields(machine)) seen(at('pools', name), fields);
        for (const { name, fields } of fileFields(machine)) seen(at('files', name), fields);
        for (const { name, fields } of swapFields(machine)) seen(at('swaps', name), fields);
    }

    /** In the order in which the machine has them. One that is named by an event is not looked for among thousands. */
    #processesNamed(processes: readonly Process[], side: number, names: ReadonlySet<string>): Process[] {
        let known = this.#places[side];
        if (known?.count !== processes.length || [...names].some((name) => known!.places.has(name) && processes[known!.places.get(name)!]?.name !== name)) {
            known = { count: processes.length, places: new Map(processes.map(({ name }, index) => [name, index])) };
            this.#places[side] = known;
        }
        const places = [...names].flatMap((name) => known.places.get(name) ?? []);
        return places.sort((left, right) => left - right).map((index) => processes[index]!);
    }

    /** The kernel that runs: steps say where it is not the first. */
    #running(): KernelChoice {
        return this.#booted ?? this.#simulation.stepsRun.at(-1)?.kernel ?? this.#trace.kernel;
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

/** As much of what a step is about as is looked at before and after it. */
function nearest({ frames, tasks }: Named): Named {
    return { frames: frames.map((each) => each.slice(0, MAX_NAMED)), tasks: new Set([...tasks].slice(0, MAX_NAMED)) };
}

/** Processes that a step names: who acts, who is signalled, whose page tables change. */
function tasksOf({ actor, events }: StepTrace): Set<string> {
    return new Set([actor.split('.', 1)[0]!, ...tasksOfEvents(events)]);
}

function tasksOfEvents(events: readonly TraceEvent[]): Set<string> {
    const tasks = new Set<string>();
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
