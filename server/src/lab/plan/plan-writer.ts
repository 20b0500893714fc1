import type { Place, SourceId } from '../../simulator/program.js';
import { PC_GUEST, type Guest } from '../kernels/platforms.js';
import type { NotMade, Plan } from './plan.js';

/** Numbers that the agent has room for. */
const MOST_TASKS = 24;
const MOST_SLOTS = 128;
/** LINE_BYTES of the agent, with the end of the line. */
const LINE_BYTES = 8192;

/** Who takes a line: a task by its number, or the runner. */
export type Taker = number | 'r';

/** Collects the lines of a plan, gives out the numbers in them, and remembers what cannot be made. */
export class PlanWriter {
    /** The machine that the plan is for. */
    readonly guest: Guest;
    readonly notMade: NotMade[] = [];
    /** Descriptors that a step opened under a name of their own. `process`: '' for the runner; `file`: its name. */
    readonly opened = new Map<string, { readonly taker: Taker; readonly process: string; readonly file: string }>();
    /** Names of descriptors that a process has closed, behind its own name and a colon. */
    private readonly closed = new Set<string>();
    /** Processes that have put pages into a pipe of their own. */
    private readonly pipes = new Set<string>();
    private readonly taken = new Set<string>();
    private readonly lines: string[] = [];
    private readonly tasks: string[] = [];
    private readonly ranges: string[][] = [];
    private readonly rangeOf = new Map<string, number>();
    private readonly slotOf = new Map<string, number>();
    private readonly parents = new Map<string, string>();
    private readonly steps: number[] = [];
    private aloneBecause = '';
    private harmBecause = '';
    private chance = '';
    private readonly lacks: ReadonlySet<string>;

    /** @param lacks what this machine does not have, as the agent calls it */
    constructor(lacks: ReadonlySet<string>, guest: Guest = PC_GUEST) {
        this.lacks = lacks;
        this.guest = guest;
    }

    line(taker: Taker, ...words: readonly (string | number)[]): void {
        this.lines.push(`${taker} ${words.join(' ')}`);
    }

    /** In a step: the line must succeed, or the step cannot be made. */
    must(taker: Taker, ...words: readonly (string | number)[]): void {
        this.lines.push(`?${taker} ${words.join(' ')}`);
    }

    /** Lines as they are. */
    raw(...lines: readonly string[]): void {
        this.lines.push(...lines);
    }

    /** Takes the lines back that were written from there on. */
    take(from: number): readonly string[] {
        return this.lines.splice(from);
    }

    process(name: string, comm: string): number {
        const task = this.task(name);
        this.lines.push(`p ${task} ${comm}`);
        return task;
    }

    /** The task takes the line while the plan goes on. */
    start(task: number, ...words: readonly (string | number)[]): void {
        this.lines.push(`& ${task} ${words.join(' ')}`);
    }

    /** Until the task has come back. */
    await(task: number): void {
        this.lines.push(`w ${task}`);
    }

    /** There is one of it: whoever asks first takes it. */
    isTaken(path: string): boolean {
        const taken = this.taken.has(path);
        this.taken.add(path);
        return taken;
    }

    /** Puts a page of the task's memory, or of a file, into the pipe of its process. */
    fillsPipe(task: Taker): void {
        const label = task === 'r' ? undefined : this.tasks[task];
        if (label !== undefined) {
            this.pipes.add(label.split('.', 1)[0]!);
        }
    }

    /** Has the process, or the one that it was forked from, a pipe with pages? */
    hasPipe(process: string): boolean {
        return this.lineage(process).some((owner) => this.pipes.has(owner));
    }

    /** The process, and those that it was forked from, the nearest first. */
    lineage(process: string): readonly string[] {
        const found = [process];
        for (let owner = this.parents.get(process); owner !== undefined; owner = this.parents.get(owner)) {
            found.push(owner);
        }
        return found;
    }

    chancy(why: string): void {
        this.chance ||= why;
    }

    monitor(command: string): void {
        this.lines.push(`! ${command}`);
    }

    step(index: number, write: () => void): void {
        this.lines.push(`@ ${index}`);
        this.steps.push(index);
        write();
        this.lines.push('.');
    }

    /** Gives a new task its number. */
    task(name: string): number {
        this.tasks.push(name);
        return this.tasks.length - 1;
    }

    /** `process` or `process.thread`; undefined when there is none. */
    taskOf(label: string): number | undefined {
        const index = this.tasks.lastIndexOf(label);
        return index < 0 ? undefined : index;
    }

    inherits(child: string, parent: string): void {
        this.parents.set(child, parent);
        for (const each of [...this.closed]) {
            if (each.startsWith(`${parent}:`)) {
                this.closed.add(`${child}${each.slice(parent.length)}`);
            }
        }
    }

    newRange(process: string, mapping: string): number {
        this.ranges.push([`${process}:${mapping}`]);
        this.rangeOf.set(`${process}:${mapping}`, this.ranges.length - 1);
        return this.ranges.length - 1;
    }

    /** How many ranges the process has made, with those that it had from its parent. */
    rangesOf(process: string): number {
        const owners = this.lineage(process);
        return this.ranges.filter(([first]) => owners.some((owner) => first!.startsWith(`${owner}:`))).length;
    }

    /** The range that a process, or the one that it was forked from, calls so. */
    range(process: string, mapping: string): number | undefined {
        for (const owner of this.lineage(process)) {
            const known = this.rangeOf.get(`${owner}:${mapping}`);
            if (known !== undefined) {
                const names = this.ranges[known]!;
                if (!names.includes(`${process}:${mapping}`)) {
                    names.push(`${process}:${mapping}`);
                }
                return known;
            }
        }
        return undefined;
    }

    /** A slot for a descriptor or a frame; the same for the same key. */
    slot(key: string): number {
        const known = this.slotOf.get(key) ?? this.slotOf.size;
        this.slotOf.set(key, known);
        return known;
    }

    hasSlot(key: string): boolean {
        return this.slotOf.has(key);
    }

    /** The process has closed, or opened anew, what it calls so. */
    setClosed(process: string, name: string, closed: boolean): void {
        if (closed) {
            this.closed.add(`${process}:${name}`);
        } else {
            this.closed.delete(`${process}:${name}`);
        }
    }

    hasClosed(process: string, name: string): boolean {
        return this.closed.has(`${process}:${name}`);
    }

    cannot(construct: string, reason: string, source: SourceId): void {
        if (!this.notMade.some((each) => each.construct === construct && each.reason === reason)) {
            this.notMade.push({ construct, reason, source });
        }
    }

    /** The construct asks for something that some kernels do not have. */
    needs(what: string, construct: string, source: SourceId): void {
        if (this.lacks.has(what)) {
            this.cannot(construct, `this kernel comes without ${what}`, source);
        }
    }

    alone(why: string): void {
        this.aloneBecause ||= why;
    }

    /** Alone, since the machine is not the same after it. */
    harms(why: string): void {
        this.alone(why);
        this.harmBecause ||= why;
    }

    plan(): Plan {
        return { pageBytes: this.guest.pageBytes, lines: this.lines, tasks: this.tasks, ranges: this.ranges, steps: this.steps, alone: this.aloneBecause, harm: this.harmBecause, chance: this.chance };
    }

    /** What the agent has no room for; null: for all of it. */
    get tooLarge(): { readonly construct: string; readonly room: string } | null {
        if (this.lines.some((line) => line.length >= LINE_BYTES)) return { construct: 'contents of that many pages', room: `${LINE_BYTES} bytes in a line of the plan` };
        return this.tasks.length > MOST_TASKS || this.ranges.length > MOST_SLOTS || this.slotOf.size > MOST_SLOTS
            ? { construct: 'that many tasks, mappings and frames', room: `${MOST_TASKS} tasks and ${MOST_SLOTS} of the others` } : null;
    }
}

/** Text as one word of a line. */
export function word(text: string): string {
    return text === '' ? '%' : text.replace(/[^!-$&-~]/g, (character) => `%${character.charCodeAt(0).toString(16).padStart(2, '0').slice(-2)}`);
}

/** `@3+4096`: where the agent finds the place in the address space of the task that takes the line. */
export function addressWord(writer: PlanWriter, place: Place, actor: string): string | undefined {
    if (place.kind === 'raw') {
        return place.address;
    }
    if (place.kind !== 'mapping') {
        return undefined;
    }
    const process = actor.split('.', 1)[0]!;
    const range = writer.range(place.process, place.mapping) ?? writer.range(process, place.mapping);
    return range === undefined ? undefined : `@${range}+${place.page * writer.guest.pageBytes + place.byteOffset}`;
}
