/** Who acts in a scenario, or is acted on. */
import type { Program } from '../../simulator/program.js';
import type { Trace } from '../../simulator/trace.js';
import type { Lane } from './picture.js';

/** Lanes of tasks that are told apart; those of further ones are one lane. */
const MAX_TASKS = 24;

/** Names that a trace uses for who is no task. */
const OUTSIDE: ReadonlySet<string> = new Set(['hardware', 'root']);

export class Lanes {
    readonly lanes: readonly Lane[];
    readonly #index: ReadonlyMap<string, number>;
    readonly #threads: ReadonlyMap<string, readonly string[]>;

    constructor(program: Program, trace: Trace) {
        this.#threads = new Map(program.machine.processes.map(({ name, threads }) => [name, threads.map((thread) => thread.name)]));
        const used = this.#usedTasks(trace);
        const tasks = used.slice(0, used.length > MAX_TASKS ? MAX_TASKS - 1 : MAX_TASKS);
        const actors = new Set(trace.steps.filter(({ guest }) => guest === undefined).map(({ actor }) => actor));
        const lanes: Lane[] = [
            ...['hardware', 'root'].filter((name) => actors.has(name)).map((name): Lane => ({ name, sort: 'outside' })),
            ...tasks.map((name): Lane => ({ name, sort: 'thread' })),
            ...(used.length > tasks.length ? [{ name: `${used.length - tasks.length} others`, sort: 'thread' } as const] : []),
            ...(program.guests ?? []).map(({ name }): Lane => ({ name, sort: 'guest' })),
            ...cpusOf(trace).map((cpu): Lane => ({ name: `CPU ${cpu}`, sort: 'cpu' })),
            { name: 'kernel', sort: 'kernel' },
        ];
        this.lanes = lanes;
        const index = new Map(lanes.map(({ name }, at) => [name, at]));
        used.slice(tasks.length).forEach((name) => index.set(name, lanes.findIndex((lane) => lane.name.endsWith(' others'))));
        this.#index = index;
    }

    get kernel(): number {
        return this.lanes.length - 1;
    }

    /** The lane of an actor, `process` or `process.thread`. */
    of(actor: string, guest?: string): number {
        return this.#index.get(guest === undefined ? this.#task(actor) : guest) ?? this.kernel;
    }

    cpu(cpu: number): number {
        return this.#index.get(`CPU ${cpu}`) ?? this.kernel;
    }

    /** The lanes of a process that ends. */
    ofProcess(process: string): readonly number[] {
        return [...new Set([...this.#index].filter(([name]) => name === process || name.startsWith(`${process}.`)).map(([, at]) => at))];
    }

    /** The main thread of a process with several has a name like the others. */
    #task(label: string): string {
        return OUTSIDE.has(label) || label === 'kernel' || label.includes('.') || (this.#threads.get(label)?.length ?? 1) < 2 ? label : `${label}.main`;
    }

    /** Tasks that do something, or that something happens to, in the order of the text and then of the trace. */
    #usedTasks(trace: Trace): string[] {
        const used = new Set<string>();
        const ended = new Set<string>();
        for (const step of trace.steps) {
            if (step.guest === undefined && !OUTSIDE.has(step.actor) && step.actor !== 'kernel') used.add(this.#task(step.actor));
            for (const event of step.events) {
                if (event.t === 'signal') used.add(this.#task(event.task));
                if (event.t === 'exit') ended.add(event.process);
            }
        }
        for (const process of ended) if (![...used].some((name) => name === process || name.startsWith(`${process}.`))) used.add(this.#task(process));
        const order = [...this.#threads].flatMap(([process, threads]) => threads.map((thread) => this.#task(thread === '' ? process : `${process}.${thread}`)));
        const declared = order.filter((name) => used.has(name));
        return [...declared, ...[...used].filter((name) => !declared.includes(name))];
    }
}

/** CPUs that the log names. */
function cpusOf({ steps }: Trace): number[] {
    const cpus = new Set<number>();
    for (const { events } of steps) for (const event of events) if (event.t === 'log' && event.cpu !== undefined) cpus.add(event.cpu);
    return [...cpus].sort((left, right) => left - right).slice(0, 8);
}
