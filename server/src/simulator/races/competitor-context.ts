import type { Kernel } from '../../kernel/kernel.js';
import type { Folio } from '../../machine/mm-types.js';
import type { Pfn } from '../../machine/units.js';
import { findThread } from '../build-processes.js';
import { STEP_OPERATIONS } from '../operations.js';
import type { PlaceResolver } from '../places.js';
import type { ArgumentValue, Competitor, Place, Program } from '../program.js';
import { StepContext } from '../step-context.js';

/** Competitors that act on one page at a time: of several that are named, the one that the handler is about matters. */
const PAGE_BY_PAGE: ReadonlySet<string> = new Set(['allocate', 'free', 'pcp-refill', 'isolate', 'lru-add', 'lru-drain', 'get', 'mark-dirty', 'start-writeback', 'split', 'dissolve', 'demote', 'munlock', 'reclaim', 'writeback']);

/** Most pages of a range that are looked at for the handler's. */
const MAX_PAGES = 65_536;

/** The page of a range behind which that frame is; the range itself when none is. */
function narrowed(place: Place, frame: Pfn | null, pfnOf: (place: Place) => Pfn | null): Place {
    if (frame === null || !('pageCount' in place) || place.pageCount === 1) return place;
    for (let page = place.page; page < place.page + Math.min(place.pageCount, MAX_PAGES); page += 1) {
        const one: Place = { ...place, page, pageCount: 1 };
        if (pfnOf(one) === frame) return one;
    }
    return place;
}

function isPlace(value: ArgumentValue | undefined): value is Place {
    return typeof value === 'object' && !Array.isArray(value) && 'kind' in value && !('from' in value);
}

/** What the stages of a competitor work with. */
export class CompetitorContext extends StepContext {
    readonly competitor: Competitor;
    /** The folio that the competitor has begun with. */
    begun: Folio | null = null;
    /** What was behind the target when the step began. */
    readonly #first: Pfn | null;

    /** @param frame the handler's */
    constructor(kernel: Kernel, program: Program, competitor: Competitor, places: PlaceResolver, frame: Pfn | null) {
        const { source, actor, op, args, from } = competitor;
        const isTask = actor !== 'root' && actor !== 'kernel' && actor !== 'hardware';
        const thread = isTask ? findThread(kernel, actor) : null;
        const pfnOf = (place: Place): Pfn | null => places.pfn(place, thread?.process ?? null);
        const { target } = args;
        super(kernel, program, { source, actor, op, args: PAGE_BY_PAGE.has(op) && isPlace(target) ? { ...args, target: narrowed(target, frame, pfnOf) } : args, timeNs: 0 }, places, thread);
        this.competitor = from === undefined ? competitor : { ...competitor, from: narrowed(from, frame, pfnOf) };
        this.#first = super.pfn();
    }

    /** The kernel goes on with the frame that it had before the handler unmapped it; a task has only its mappings. */
    override pfn(name = 'target'): Pfn | null {
        const now = super.pfn(name);
        return now === null && name === 'target' && this.thread === null ? this.#first : now;
    }

    /** A dead task does nothing. */
    get alive(): boolean {
        return this.process === null || this.process.alive;
    }

    /** The frame that the allocator hands out for it, or null. */
    get from(): Pfn | null {
        const { from } = this.competitor;
        return from === undefined ? null : this.places.pfn(from, this.process);
    }

    /** The folio behind the target now, or null. */
    get folio(): Folio | null {
        const pfn = this.pfn();
        return pfn === null ? null : this.kernel.machine.memory.folio(pfn);
    }

    /** Performs the step, or another operation on its target. */
    perform(op = this.step.op): void {
        const operation = STEP_OPERATIONS.get(op);
        if (operation === undefined) {
            this.kernel.recorder.notModelled(op);
            return;
        }
        operation(op === this.step.op ? this : new StepContext(this.kernel, this.program, { ...this.step, op }, this.places, this.thread));
    }
}
