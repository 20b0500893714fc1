import type { Kernel } from '../../kernel/kernel.js';
import type { Folio } from '../../machine/folio.js';
import type { Pfn } from '../../machine/units.js';
import { findThread } from '../build-processes.js';
import { STEP_OPERATIONS } from '../operations.js';
import type { PlaceResolver } from '../places.js';
import type { Competitor, Program } from '../program.js';
import { StepContext } from '../step-context.js';

/** What the stages of a competitor work with. */
export class CompetitorContext extends StepContext {
    readonly competitor: Competitor;
    /** What was behind the target when the step began. */
    readonly #first: Pfn | null;

    constructor(kernel: Kernel, program: Program, competitor: Competitor, places: PlaceResolver) {
        const { source, actor, op, args } = competitor;
        const isTask = actor !== 'root' && actor !== 'kernel' && actor !== 'hardware';
        super(kernel, program, { source, actor, op, args, timeNs: 0 }, places, isTask ? findThread(kernel, actor) : null);
        this.competitor = competitor;
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
