/** What the writer of a step knows, and what it writes. */
import type { MappingSpec, Place, Step } from '../../../simulator/program.js';
import { address, frame, lengthOf, physical } from '../places.js';
import { CannotMake, isPlace, type CSource, type Task } from '../source.js';
import { pages } from '../text.js';

/** Statements without indentation, by who makes them. */
export interface Written {
    /** Inside the task that acts. */
    readonly task?: readonly string[];
    /** By the test itself, before and after the task. */
    readonly test?: readonly string[];
    readonly after?: readonly string[];
}

export type StepWriter = (scope: StepScope) => Written;

export class StepScope {
    readonly c: CSource;
    readonly step: Step;
    /** Index in the program. */
    readonly index: number;

    constructor(c: CSource, step: Step, index: number) {
        this.c = c;
        this.step = step;
        this.index = index;
    }

    /** Who acts; undefined for root, the kernel and the hardware. */
    get actor(): Task | undefined {
        return this.c.task(this.step.actor);
    }

    /** The statements where the actor is: in the task, or in the test. */
    by(...statements: readonly string[]): Written {
        return this.actor === undefined ? { test: statements } : { task: statements };
    }

    text(name: string): string | undefined {
        const value = this.step.args[name];
        return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : undefined;
    }

    number(name: string): number | undefined {
        const value = this.step.args[name];
        return typeof value === 'number' ? value : typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : undefined;
    }

    mapping(): MappingSpec {
        return this.step.args['mapping'] as MappingSpec;
    }

    place(name = 'target'): Place {
        const value = this.step.args[name];
        if (!isPlace(value)) throw new CannotMake(`step ${this.step.op}`, 'no place is named');
        return value;
    }

    optionalPlace(name = 'target'): Place | undefined {
        const value = this.step.args[name];
        return isPlace(value) ? value : undefined;
    }

    address(name = 'target'): string {
        return address(this.c, this.place(name));
    }

    /** Bytes: as written, else those of the pages. */
    length(): string {
        const written = this.step.args['length'];
        if (typeof written === 'string') return `${written}${/^0x/.test(written) || Number(written) > 0x7fff_ffff ? 'UL' : ''}`;
        if (typeof written === 'number') return this.bytes(written);
        return lengthOf(this.place());
    }

    /** What a call transfers: as written, the pages of a range, else a few bytes. */
    transfer(): string {
        const written = this.number('length');
        if (written !== undefined) return this.bytes(written);
        const place = this.place();
        return 'pageCount' in place && place.pageCount > 1 ? lengthOf(place) : '64';
    }

    bytes(count: number): string {
        return count > 0 && count % this.c.pageBytes === 0 ? pages(count / this.c.pageBytes) : String(count);
    }

    pageCount(): number {
        const place = this.place();
        return 'pageCount' in place ? place.pageCount : 1;
    }

    frame(name = 'target'): string {
        return frame(this.c, this.place(name));
    }

    physical(): string {
        return physical(this.c, this.place());
    }

    /** The task whose memory a place is. */
    owner(name = 'target'): Task {
        const place = this.place(name);
        const bound = place.kind === 'frame' ? this.c.program.machine.frames.find((each) => each.name === place.frame)?.place : place;
        const task = bound?.kind === 'mapping' ? this.c.task(bound.process) : undefined;
        if (task === undefined) throw new CannotMake(`step ${this.step.op}`, 'a page that no process of the scenario maps');
        return task;
    }

    /** A function for a task that is not the one that acts: its name. */
    helperFunction(prefix: string, statements: readonly string[]): string {
        const name = this.c.named(prefix, String(this.index + 1));
        this.c.functions.push(`static void ${name}(void)\n{\n${statements.map((each) => `\t${each}`).join('\n')}\n}\n`);
        return name;
    }
}
