import { Kernel, MachineStopped } from '../kernel/kernel.js';
import { loadsMeetPoison } from '../kernel/ras/consumption.js';
import { ringExitWork } from '../kernel/mm/exit.js';
import type { PendingChanges } from '../kernel/pending-changes.js';
import { Profile } from '../kernel/profile.js';
import { keepsList, runInitcalls, startNextKernel } from '../kernel/kexec/kexec.js';
import { isStuck } from '../kernel/mm/page-fault.js';
import { deliverPending } from '../kernel/signal/signals.js';
import type { Machine } from '../machine/machine.js';
import type { Thread } from '../machine/mm-types.js';
import { PoisonList } from '../machine/poison-list.js';
import { AFTER_PANIC, BOOTS, bootPlan, bootedKernel, listLimit } from './boot.js';
import { kernelWords } from './kernel-words.js';
import { buildMachine } from './build-machine.js';
import { buildProcesses, findThread } from './build-processes.js';
import { memoryState } from './memory-at-start.js';
import { STEP_OPERATIONS } from './operations.js';
import { Guest } from './guest.js';
import { CompetitorContext } from './races/competitor-context.js';
import { CompetitorRun } from './races/competitor.js';
import { courseOf } from './races/courses.js';
import { Checkpoint } from './races/checkpoint.js';
import { Exploration, type Played } from './races/exploration.js';
import { happened } from './races/outcome-key.js';
import { RaceSchedule, type Watcher } from './races/race-schedule.js';
import { ReplayedStep, type BeforeStep } from './races/raced-step.js';
import { unpackEvents } from './events/packed-events.js';
import { RecordedStep, packCounters } from './events/recorded-step.js';
import { claimedPages, pageName } from './claimed-pages.js';
import { PlaceResolver } from './places.js';
import type { GuestSpec, KernelChoice, Program, Step } from './program.js';
import { SILENT, StepContext } from './step-context.js';
import { pageClasses, type PageClass } from './sweep/page-classes.js';
import { PageTableIndex } from './sweep/page-table-index.js';
import { Sweep } from './sweep/sweep.js';
import { sweptFrames } from './sweep/swept-frames.js';
import { TRACE_SCHEMA, type EndState, type FrameState, type MemoryState, type NotModelled, type StepTrace, type SweepTrace, type Trace } from './trace.js';
import { TraceRecorder, countersOf } from './trace-recorder.js';

/** Simulates one program, step by step, so that a caller can stop between two. Pure: same program, same trace. */
export class Simulation {
    readonly #program: Program;
    #kernel: Kernel;
    #machine: Machine;
    #running: KernelChoice;
    #bootedNs: number | null = null;
    /** Processes that were dead when their kernel ended. */
    readonly #formerExits: Record<string, EndState['exits'][string]> = {};
    readonly #recorder: TraceRecorder;
    readonly #places: PlaceResolver;
    readonly #claimed: ReturnType<typeof claimedPages>;
    readonly #steps: StepTrace[] = [];
    readonly #notModelled: NotModelled[] = [];
    /** One for each step with competitors, in order. */
    readonly #explorations: Exploration[];
    /** Set in a run that explores: the step whose windows competitors use; those before it are run. */
    readonly #raced: number | null;
    /** The state before the raced step, and changes that were noted and belong to the next decision. */
    #before: { readonly competitors: readonly CompetitorRun[]; readonly checkpoint: Checkpoint; readonly pending: PendingChanges } | null = null;
    /** The raced step is being played. */
    #playing: { readonly plan: readonly number[]; readonly watcher: Watcher; schedule: RaceSchedule | null } | null = null;
    #moments = 0;
    readonly #guests: readonly Guest[];
    /** Null in a run that explores. */
    readonly #memoryAtStart: MemoryState | null;
    #next = 0;
    #phase = '';
    /** The sweep that is under way: the step at `#next`. */
    #sweep: Sweep | null = null;

    /** @param raced a step that is to be played with its competitors: only those before it are run */
    constructor(program: Program, raced: number | null = null) {
        this.#program = program;
        this.#raced = raced;
        this.#claimed = claimedPages(program);
        this.#explorations = raced !== null ? [] : program.steps.flatMap(({ races }, step) => races === undefined || races.length === 0 ? []
            : [new Exploration(step, races, new ReplayedStep(step, (): BeforeStep => new Simulation(program, step)))]);
        const profile = new Profile(program.kernel.written, program.kernel.proposals, program.arch);
        this.#running = program.kernel;
        this.#machine = buildMachine(program, profile);
        this.#recorder = new TraceRecorder(this.#machine);
        this.#kernel = new Kernel(this.#machine, profile, this.#recorder);
        loadsMeetPoison(this.#kernel);
        this.#places = new PlaceResolver(this.#kernel, program.steps.some(({ op }) => BOOTS.has(op)));
        this.#recorder.locate = (process, page) => this.#places.locate(process, page);
        buildProcesses(this.#kernel, program);
        deliverPending(this.#kernel);
        this.#keepList();
        for (const process of this.#machine.processes) this.#places.remember(process);
        for (const { name, place } of program.machine.frames) {
            const pfn = this.#places.pfn(place, null);
            if (pfn === null) this.#notModelled.push({ source: program.source, step: -1, what: `page ${name}: no frame is mapped there` });
            else this.#places.frames.set(name, pfn);
        }
        for (const each of program.notModelled) this.#notModelled.push(each);
        this.#recorder.muted = false;
        this.#kernel.running = true;
        this.#recorder.unmodelled.length = 0;
        this.#memoryAtStart = raced === null ? memoryState(this.#machine) : null;
        this.#guests = (program.guests ?? []).map((guest) => this.#start(guest));
        this.#places.guestPlace = (name, place) => this.#guests.find(({ spec }) => spec.name === name)?.hostPlace(place) ?? null;
    }

    /**
     * Runs the next steps.
     * @param maxSteps at most about that many; those that a sweep repeats count
     * @returns true when the timeline has ended
     */
    run(maxSteps: number): boolean {
        const { steps } = this.#program;
        const last = this.#raced ?? steps.length;
        let left = maxSteps;
        while (left > 0 && this.#next < last) {
            left -= this.#sweepHere(left);
            if (this.#sweep?.ended === false) return false;
            this.#runStep(steps[this.#next]!, this.#next, this.#sweep?.trace());
            this.#sweep = null;
            this.#next += 1;
            left -= 1;
        }
        for (const exploration of this.#explorations) if (this.#reached(exploration)) left = exploration.run(left);
        return this.#next >= last && this.#explorations.every((exploration) => exploration.done || !this.#reached(exploration));
    }

    /** Goes on with the sweep that the next step is, if it is one. What it does happens elsewhere: a run that explores leaves it out. @returns steps spent */
    #sweepHere(budget: number): number {
        if (this.#program.steps[this.#next]!.sweep === undefined || this.#raced !== null || this.#machine.panic !== null) return 0;
        this.#sweep ??= new Sweep(this.#program, this.#next, (program) => new Simulation(program));
        return this.#sweep.run(budget);
    }

    /** Of the kernel that runs. */
    get profile(): Profile {
        return this.#kernel.profile;
    }

    /** Is there anything to explore? Not when the machine had stopped before. */
    #reached({ step }: Exploration): boolean {
        return this.#steps[step]?.skipped === false;
    }

    /** Does a checkpoint cover all that the raced step changes? Virtual machines and kernels that boot have a state of their own. */
    get canGoBack(): boolean {
        return this.#guests.length === 0 && !BOOTS.has(this.#program.steps[this.#raced!]!.op);
    }

    /**
     * Plays the raced step; all steps before it have been run.
     * @param plan the choice at each moment at which somebody can move
     */
    play(plan: readonly number[], watcher: Watcher): Played {
        const index = this.#raced!;
        if (this.#before !== null) {
            this.#before.checkpoint.restore();
            this.#kernel.pendingChanges.become(this.#before.pending);
        }
        this.#recorder.events.clear();
        this.#recorder.unmodelled.length = 0;
        this.#playing = { plan, watcher, schedule: null };
        this.#runStep(this.#program.steps[index]!, index);
        return { step: this.#steps.pop()!, opened: this.#playing.schedule?.opened ?? [] };
    }

    /** The frames that a sweep is over, by their state. What is looked at here is marked: the simulation cannot go on afterwards. */
    classes({ sweep }: Step): PageClass[] {
        const tables = new PageTableIndex(this.#machine.pageShift);
        if (sweep === undefined) return [];
        const guests = new Map(this.#guests.map((guest) => [guest.spec.name, guest.swept(tables)]));
        return pageClasses(this.#machine, tables, sweptFrames(this.#machine, this.#places, tables, sweep.over, guests), [...guests.values()].map(({ frames }) => frames));
    }

    #runStep(step: Step, index: number, sweep?: SweepTrace): void {
        if (step.op === 'phase') this.#phase = String(step.args['label'] ?? '');
        this.#machine.timeNs = step.timeNs;
        const stopped = this.#machine.panic !== null && !AFTER_PANIC.has(step.op);
        if (this.#playing !== null && !BOOTS.has(step.op)) this.#openWindows(step);
        const { outcome, skipped } = stopped ? { outcome: SILENT, skipped: true } : step.sweep !== undefined ? { outcome: SILENT, skipped: false }
            : BOOTS.has(step.op) && step.guest === undefined ? { outcome: this.#boot(step, index), skipped: false } : this.#perform(step);
        if (sweep !== undefined) for (const what of new Set(sweep.classes.flatMap(({ notModelled }) => notModelled))) this.#notModelled.push({ source: step.source, step: index, what });
        const { unmodelled } = this.#recorder;
        if (unmodelled.length > 0) for (const what of unmodelled.splice(0)) this.#notModelled.push({ source: step.source, step: index, what });
        for (const guest of this.#guests) for (const what of guest.takeUnmodelled()) this.#notModelled.push({ source: step.source, step: index, what });
        this.#steps.push(this.#stepTrace(step, index, outcome, skipped, sweep));
    }

    #stepTrace(step: Step, index: number, outcome: StepTrace['outcome'], skipped: boolean, sweep: SweepTrace | undefined): StepTrace {
        const { events } = this.#recorder;
        const { machine: { counters }, profile } = this.#kernel;
        if (this.#bootedNs === null && sweep === undefined && this.#guests.length === 0 && !this.#claimed.has(index)) {
            packCounters(events, counters.poisonedPages, profile.has('nodeStatistics') ? counters.nodes : []);
            return new RecordedStep(step, index, this.#phase, skipped, events.take(), outcome);
        }
        return {
            index, source: step.source, phase: this.#phase, timeNs: step.timeNs, ...this.#where(), op: step.op, actor: step.actor, skipped, events: unpackEvents(events.take()), outcome, counters: countersOf(this.#kernel),
            ...this.#claimedAfter(index),
            ...(step.guest === undefined ? {} : { guest: step.guest }),
            ...(this.#guests.length === 0 ? {} : { guestCounters: Object.fromEntries(this.#guests.map((guest) => [guest.spec.name, guest.counters])) }),
            ...(sweep === undefined ? {} : { sweep }),
        };
    }

    /** From here on the handler's windows are open to the competitors of the step. */
    #openWindows(step: Step): void {
        this.#before ??= {
            competitors: this.#competitors(step),
            checkpoint: new Checkpoint([this.#machine, this.#places]), pending: this.#kernel.pendingChanges.copy(),
        };
        const { checkpoint, competitors } = this.#before;
        for (const each of competitors) each.restart();
        // What a virtual machine was doing when it met the host is known to nobody: every moment of such a step is one of its own.
        const state = step.guest === undefined ? (held: readonly unknown[]): string => checkpoint.difference(JSON.stringify(happened(this.#recorder.events.rare())), ...held)
            : (): string => `${(this.#moments += 1)}`;
        const playing = this.#playing!;
        playing.schedule = new RaceSchedule(this.#kernel, competitors, playing.plan, playing.watcher, state);
        this.#kernel.schedule = playing.schedule;
    }

    #competitors({ races, args: { target }, actor }: Step): CompetitorRun[] {
        const place = typeof target === 'object' && !Array.isArray(target) && 'kind' in target ? target : null;
        const frame = place === null ? null : this.#places.pfn(place, findThread(this.#kernel, actor)?.process ?? null);
        return races!.map((competitor) => {
            const context = new CompetitorContext(this.#kernel, this.#program, competitor, this.#places, frame);
            return new CompetitorRun(courseOf(context), context);
        });
    }

    /** The kernel that runs, where it is not the first. */
    #where(): Pick<StepTrace, 'kernel' | 'bootedNs'> {
        if (this.#bootedNs === null) return {};
        return kernelWords(this.#running) === kernelWords(this.#program.kernel) ? { bootedNs: this.#bootedNs } : { kernel: this.#running, bootedNs: this.#bootedNs };
    }

    /** The first kernel has booted long ago: its list is published with the first entry. */
    #keepList(): void {
        if (!keepsList(this.#kernel.profile, this.#machine)) return;
        this.#machine.poisonList = new PoisonList(listLimit(this.#program, 0));
        this.#machine.poisonList.heldBack = false;
    }

    /** kexec, reboot, power cycle: the next kernel takes the place of the one that ran. */
    #boot(step: Step, index: number): StepTrace['outcome'] {
        for (const process of this.#machine.processes) if (!process.alive) this.#formerExits[process.name] = process.killedBy;
        const next = bootedKernel(step, this.#running, this.#program.kernel);
        const plan = bootPlan(this.#program, step, index, this.#kernel, this.#running, next, this.#places);
        const { kernel, carried } = startNextKernel(this.#kernel, plan);
        this.#recorder.boot({ t: 'boot', how: plan.boot, kernel: next, ramBytes: plan.pageCount * 2 ** this.#program.pageShift, carrier: plan.carrier.name, carried: carried.count });
        this.#kernel = kernel;
        this.#machine = kernel.machine;
        this.#running = next;
        this.#bootedNs = step.timeNs;
        this.#places.nextKernel(kernel);
        for (const guest of this.#guests) guest.hostEnded();
        if (this.#playing !== null) this.#openWindows(step);
        try {
            runInitcalls(kernel, plan, carried);
            deliverPending(kernel);
        } catch (error) {
            if (!(error instanceof MachineStopped)) throw error;
        }
        return SILENT;
    }

    /** On the guest's side, or on the host, whose VMMs then hand on what they were told. */
    #perform(step: Step): { readonly outcome: StepTrace['outcome']; readonly skipped: boolean } {
        if (step.guest !== undefined) return this.#guests.find(({ spec }) => spec.name === step.guest)?.run(step) ?? { outcome: SILENT, skipped: true };
        const outcome = this.perform(step);
        for (const guest of this.#guests) guest.forward(step.timeNs);
        return { outcome, skipped: false };
    }

    /** What the step gives on this machine. */
    perform(step: Step): StepTrace['outcome'] {
        const operation = STEP_OPERATIONS.get(step.op);
        if (operation === undefined) {
            this.#recorder.notModelled(step.op);
            return SILENT;
        }
        const isTask = step.actor !== 'root' && step.actor !== 'kernel' && step.actor !== 'hardware';
        const thread = isTask ? findThread(this.#kernel, step.actor) : null;
        const hindrance = isTask ? hindranceOf(this.#kernel, thread) : null;
        if (hindrance !== null) {
            this.#kernel.decide(hindrance, undefined, step.actor);
            return hindrance === 'task.tries-again' ? TRIES_AGAIN : SILENT;
        }
        try {
            const ringWork = this.#machine.ringExitWork.length === 0 ? [] : this.#machine.ringExitWork.splice(0);
            const outcome = operation(new StepContext(this.#kernel, this.#program, step, this.#places, thread));
            deliverPending(this.#kernel);
            this.#noteFrame(step);
            ringExitWork(this.#kernel, ringWork);
            const diedInCall = isTask && thread !== null && (!thread.process.alive || thread.hung) && step.op !== 'exit' && step.op !== 'pthread_exit';
            if (thread?.stuckAt != null) return withSignal(TRIES_AGAIN, this.#recorder);
            return this.#recorder.events.first('oops') !== undefined || diedInCall ? withSignal(SILENT, this.#recorder) : withSignal(outcome, this.#recorder);
        } catch (error) {
            if (!(error instanceof MachineStopped)) throw error;
            return SILENT;
        }
    }

    /** The frames behind the pages that the step's expectations speak of. */
    #claimedAfter(index: number): Pick<StepTrace, 'claimed'> {
        const found = (this.#claimed.get(index) ?? []).flatMap((page): [string, number][] => {
            const pfn = this.#places.now(page);
            return pfn === null ? [] : [[pageName(page), pfn]];
        });
        return found.length === 0 ? {} : { claimed: Object.fromEntries(found) };
    }

    /** The frame that the page named by the step meant: it keeps the name when its kernel has ended. */
    #noteFrame({ args }: Step): void {
        const target = args['target'];
        if (typeof target !== 'object' || Array.isArray(target) || !('kind' in target)) return;
        const pfn = this.#recorder.events.firstResult();
        if (pfn !== undefined) this.#places.seen(target, pfn);
    }

    /** What is known so far; complete once `run` has returned true. */
    trace(): Trace {
        const explored = new Map(this.#explorations.filter((exploration) => this.#reached(exploration)).map((exploration) => [exploration.step, exploration]));
        const raced = (step: StepTrace): StepTrace => {
            const race = explored.get(step.index)?.trace();
            return race === undefined ? step : { ...step, race };
        };
        const gaps = [...explored.values()].flatMap(({ notModelled }) => notModelled).filter(({ step, what }) => !this.#notModelled.some((known) => known.step === step && known.what === what));
        return {
            schema: TRACE_SCHEMA, scenario: this.#program.title, kernel: this.#program.kernel, arch: this.#program.arch, pageShift: this.#program.pageShift,
            steps: explored.size === 0 ? [...this.#steps] : this.#steps.map(raced), end: this.endState(), notModelled: [...this.#notModelled, ...gaps],
            ...(this.#memoryAtStart === null ? {} : { start: this.#memoryAtStart }),
            ...(this.#guests.length === 0 ? {} : { guests: Object.fromEntries(this.#guests.map(({ spec, end, start }) => [spec.name, { kernel: spec.program.kernel, arch: spec.program.arch, pageShift: spec.program.pageShift, end, ...(start === null ? {} : { start }) }])) }),
        };
    }

    /** A virtual machine, and what no model describes of how it is declared. */
    #start(spec: GuestSpec): Guest {
        const guest = new Guest(spec, new Simulation(spec.program), this.#kernel, this.#recorder);
        this.#notModelled.push(...guest.gaps);
        return guest;
    }

    /** What no model describes so far. */
    get gaps(): readonly NotModelled[] {
        return this.#notModelled;
    }

    get kernel(): Kernel {
        return this.#kernel;
    }

    get memoryAtStart(): MemoryState | null {
        return this.#memoryAtStart;
    }

    get places(): PlaceResolver {
        return this.#places;
    }

    /** Steps that have been run. */
    get stepsRun(): readonly StepTrace[] {
        return this.#steps;
    }

    /** The kernels of the virtual machines, in the order of the text. */
    get guestKernels(): readonly { readonly name: string; readonly kernel: Kernel }[] {
        return this.#guests.map(({ spec, kernel }) => ({ name: spec.name, kernel }));
    }

    get recorder(): TraceRecorder {
        return this.#recorder;
    }

    get counters(): StepTrace['counters'] {
        return countersOf(this.#kernel);
    }

    /** Does something to the machine outside a step; a panic ends it. */
    protect(act: () => void): void {
        try {
            act();
            deliverPending(this.#kernel);
        } catch (error) {
            if (!(error instanceof MachineStopped)) throw error;
        }
    }

    endState(): EndState {
        const exits: Record<string, EndState['exits'][string]> = { ...this.#formerExits };
        for (const process of this.#machine.processes) if (!process.alive) exits[process.name] = process.killedBy;
        const frames: Record<string, FrameState> = {};
        for (const [name, pfn] of this.#places.frames) {
            const folio = this.#machine.memory.folio(pfn);
            frames[name] = { pfn, poisoned: this.#machine.memory.isPoisoned(pfn) || folio.hugetlb?.rawPoison?.has(pfn) === true, description: folio.kind };
        }
        return { counters: countersOf(this.#kernel), panic: this.#machine.panic, oops: this.#machine.oops, exits, frames, regions: Object.fromEntries([...this.#machine.regions].map(([name, { pfn }]) => [name, pfn])) };
    }
}

/** A handler returned to the access that it was called for. */
const TRIES_AGAIN: StepTrace['outcome'] = { errno: '', text: 'tried again without end' };

/** Why the task cannot take a step, or null. */
function hindranceOf(kernel: Kernel, thread: Thread | null): 'task.dead' | 'task.waits' | 'task.stopped' | 'task.tries-again' | null {
    if (thread === null || !thread.process.alive || thread.exited || thread.hung) return 'task.dead';
    if (thread.waitsFor !== null) return 'task.waits';
    if (thread.process.stopped) return 'task.stopped';
    return isStuck(kernel, thread) ? 'task.tries-again' : null;
}

/** A load that ended in a signal names it in its outcome. */
function withSignal(outcome: StepTrace['outcome'], recorder: TraceRecorder): StepTrace['outcome'] {
    if (outcome.errno !== '' || outcome.value !== undefined) return outcome;
    const signal = recorder.events.first('signal');
    return signal === undefined ? outcome : { ...outcome, signal };
}
