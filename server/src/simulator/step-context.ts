import type { Errno, Kernel } from '../kernel/kernel.js';
import type { Process, Thread } from '../machine/mm-types.js';
import type { PlaceResolver, VirtualRange } from './places.js';
import type { ArgumentValue, MappingSpec, Place, Program, Step } from './program.js';
import type { StepOutcome } from './trace.js';

/** Steps that bring in a process with the addresses of the one that takes them. */
const COPYING: ReadonlySet<string> = new Set(['fork', 'clone', 'vfork']);

/** What an operation works with: the kernel, who acts, and its arguments. */
export class StepContext {
    readonly kernel: Kernel;
    readonly program: Program;
    readonly step: Step;
    readonly places: PlaceResolver;
    /** The acting thread; null for root, the kernel and hardware. */
    readonly thread: Thread | null;

    constructor(kernel: Kernel, program: Program, step: Step, places: PlaceResolver, thread: Thread | null) {
        this.kernel = kernel;
        this.program = program;
        this.step = step;
        this.places = places;
        this.thread = thread;
    }

    get process(): Process | null {
        return this.thread?.process ?? null;
    }

    #argument(name: string): ArgumentValue | undefined {
        return this.step.args[name];
    }

    place(name = 'target'): Place | null {
        const value = this.#argument(name);
        return typeof value === 'object' && !Array.isArray(value) && 'kind' in value ? value : null;
    }

    mapping(name = 'mapping'): MappingSpec | null {
        const value = this.#argument(name);
        return typeof value === 'object' && !Array.isArray(value) && 'from' in value ? value : null;
    }

    text(name: string): string | undefined {
        const value = this.#argument(name);
        return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : undefined;
    }

    number(name: string): number | undefined {
        const value = this.#argument(name);
        if (typeof value === 'number') return value;
        return typeof value === 'string' && /^(0x[0-9a-f]+|\d+)$/i.test(value) ? Number(value) : undefined;
    }

    /** Pfn of the place, or null. */
    pfn(name = 'target'): number | null {
        const place = this.place(name);
        return place === null ? null : this.places.pfn(place, this.process);
    }

    /** Whose memory the place is: the acting process's own where it has inherited the mapping under that name, else that of the process which the text names. */
    owner(name = 'target'): Process | null {
        const place = this.place(name);
        return place?.kind === 'mapping' && this.process !== null && this.#descends(this.process.name, place.process) ? this.process : this.range(name)?.process ?? null;
    }

    #descends(process: string, from: string): boolean {
        const parents = new Map<string, string>(this.program.machine.processes.flatMap(({ name, forkedFrom }) => forkedFrom === undefined ? [] : [[name, forkedFrom]]));
        for (const { op, actor, args } of this.program.steps) {
            if (COPYING.has(op) && typeof args.as === 'string') parents.set(args.as, actor.split('.', 1)[0]!);
        }
        let at: string | undefined = process;
        for (let seen = 0; at !== undefined && at !== from && seen <= parents.size; seen += 1) at = parents.get(at);
        return at === from;
    }

    range(name = 'target'): VirtualRange | null {
        const place = this.place(name);
        return place === null ? null : this.places.virtual(place, this.process);
    }
}

const PLAIN = new Map<Errno, StepOutcome>();

/** Outcome of a call that returns its errno alone: one for all of them. */
function plain(errno: Errno): StepOutcome {
    const known = PLAIN.get(errno) ?? { errno };
    PLAIN.set(errno, known);
    return known;
}

/** Outcome of a call: its errno, and what it returned where that is of interest. */
export function called(errno: Errno, more?: Omit<StepOutcome, 'errno'>): StepOutcome {
    return more === undefined ? plain(errno) : { errno, ...more };
}

/** Outcome of a read() or write(): bytes, or an errno. */
export function transferred(errno: Errno, bytes: number, value?: string): StepOutcome {
    if (errno !== '0') return { errno };
    return value === undefined ? { errno, returned: bytes } : { errno, returned: bytes, value };
}

/** Nothing is returned to anybody. */
export const SILENT: StepOutcome = { errno: '' };

/** No frame is mapped where the step would act: nothing happens, and the trace says why. */
export function noFrame({ kernel, step }: StepContext): StepOutcome {
    kernel.decide('step.no-frame', undefined, step.op);
    return SILENT;
}
