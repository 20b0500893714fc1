/** The parts of a C program as they are found to be needed. */
import type { Construct, Gap } from '../constructs/construct.js';
import type { Program, SourceId, Place, MappingSpec } from '../../simulator/program.js';
import type { ExportRequest } from '../request.js';
import { CannotMake } from '../cannot-make.js';
import { HELPERS, type HelperName } from './helpers.js';
import { identifier } from './text.js';

/** A task of the program: a process, or a thread of one. */
export interface Task {
    /** `TASK_DB`, its index in the table of tasks. */
    readonly constant: string;
    readonly process: string;
    /** '' for the main thread. */
    readonly thread: string;
}

/** Fields of the shared memory that helpers fill. */
const RESULTS: ReadonlyMap<string, string> = new Map([['value', 'int value'], ['text', 'char text[256]'], ['pipe_byte', 'char pipe_byte']]);

export class CSource {
    readonly pageBytes: number;
    readonly tasks: Task[] = [];
    readonly gaps: Gap[] = [];
    /** Fields of the shared memory, by name. */
    readonly fields = new Map<string, string>();
    /** File-scope variables of the scenario. */
    readonly globals = new Set<string>();
    /** The functions of the scenario. */
    readonly functions: string[] = [];
    /** Lines of the test itself: set-up, then steps. */
    readonly setup: string[] = [];
    readonly steps: string[] = [];
    readonly includes = new Set<string>();
    readonly defines = new Set<string>();
    readonly kpf = new Set<string>();
    /** Mappings that there are by now: `process.mapping`. */
    readonly mappings = new Map<string, { readonly field: string; readonly spec: MappingSpec }>();
    /** Open descriptors: where each name is open, and the variable. */
    readonly descriptors = new Map<string, { readonly variable: string; readonly owner: string; readonly file: string }>();
    readonly paths = new Map<string, string>();
    readonly #helpers = new Set<HelperName>();
    readonly #names = new Map<string, string>();

    readonly request: ExportRequest;

    constructor(request: ExportRequest) {
        this.request = request;
        this.pageBytes = 2 ** this.program.pageShift;
    }

    get program(): Program {
        return this.request.program;
    }

    use(...names: readonly HelperName[]): void {
        for (const name of names) {
            if (this.#helpers.has(name)) continue;
            const { includes = [], defines = [], uses = [], code } = HELPERS[name];
            this.use(...uses);
            this.#helpers.add(name);
            for (const each of includes) this.includes.add(each);
            for (const each of defines) this.defines.add(each);
            for (const [field, declaration] of RESULTS) if (code.includes(`sh->${field}`)) this.fields.set(field, declaration);
            for (const [, flag] of code.matchAll(/\bKPF_(\w+)/g)) this.kpf.add(flag!);
        }
    }

    uses(name: HelperName): boolean {
        return this.#helpers.has(name);
    }

    /** Undoes what is written until then, for what turns out not to be makeable half-way. */
    checkpoint(): () => void {
        const sets = [this.includes, this.defines, this.kpf, this.globals, this.#helpers] as readonly Set<string>[];
        const keptSets = sets.map((set) => [...set]);
        const lists = [this.functions, this.setup, this.steps] as readonly string[][];
        const lengths = lists.map(({ length }) => length);
        const maps = [this.fields, this.mappings, this.descriptors, this.paths] as readonly Map<string, unknown>[];
        const keptMaps = maps.map((map) => [...map]);
        return () => {
            sets.forEach((set, index) => {
                set.clear();
                for (const each of keptSets[index]!) set.add(each);
            });
            lists.forEach((list, index) => list.splice(lengths[index]!));
            maps.forEach((map, index) => {
                map.clear();
                for (const [key, value] of keptMaps[index]!) map.set(key, value);
            });
        };
    }

    /** The needed helpers, callees first. */
    helpers(): readonly HelperName[] {
        return [...this.#helpers];
    }

    /** An identifier for a name of the scenario; two names never share one. */
    named(prefix: string, name: string): string {
        const key = `${prefix} ${name}`;
        const known = this.#names.get(key);
        if (known !== undefined) return known;
        const base = `${prefix}${identifier(name)}`;
        const taken = new Set(this.#names.values());
        let free = base;
        for (let count = 2; taken.has(free); count += 1) free = `${base}_${count}`;
        this.#names.set(key, free);
        return free;
    }

    /** A field of the shared memory. */
    field(type: string, name: string): string {
        this.use('shared');
        const separator = type.endsWith('*') ? '' : ' ';
        this.fields.set(name, `${type}${separator}${name}`);
        return `sh->${name}`;
    }

    /** The test ends with a skip where the machine lacks a file. */
    need(path: string): void {
        const line = `\tneed("${path}");`;
        this.use('need');
        if (!this.setup.includes(line)) this.setup.push(line);
    }

    /** What a step sets is put back at the end. */
    keep(path: string): void {
        const line = `\tkeep("${path}");`;
        this.use('keep');
        if (!this.setup.includes(line)) this.setup.push(line);
    }

    gap(construct: string, why: string, source: SourceId): void {
        if (!this.gaps.some((gap) => gap.construct === construct && gap.why === why)) this.gaps.push({ construct, why, source });
    }

    addTask(process: string, thread: string): Task {
        const task: Task = { constant: this.named('', `TASK_${process}${thread === '' ? '' : `_${thread}`}`.toUpperCase()), process, thread };
        this.tasks.push(task);
        return task;
    }

    /** The task of an actor: `db`, `db.main`, `db.worker`; undefined for those who are none. */
    task(actor: string): Task | undefined {
        const [process = '', thread = ''] = actor.split('.', 2);
        return this.tasks.find((each) => each.process === process && each.thread === (thread === 'main' ? '' : thread));
    }

    /** The tasks of a process, which follow each other. */
    tasksOf(process: string): readonly Task[] {
        return this.tasks.filter((each) => each.process === process);
    }
}

/** Refuses what the table says cannot be made by a C program. */
export function wanted(name: string, construct: Construct | undefined): void {
    if (construct === undefined || construct.c === null) throw new CannotMake(name, construct?.limit ?? 'nothing is known about how to make it');
}

export function isPlace(value: unknown): value is Place {
    return typeof value === 'object' && value !== null && 'kind' in value;
}

export { CannotMake };
