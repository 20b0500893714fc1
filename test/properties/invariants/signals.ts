import type { MappingSpec, ProcessSpec } from '../../../server/src/simulator/program.js';
import type { SignalEvent, StepTrace } from '../../../server/src/simulator/trace.js';
import { consumes, currentTask, eventsOf, isSince, poisonSignals, poisons, wrong, type Invariant, type Run } from './run.js';

/** Action required is for the task that consumes the poison, nobody else. */
export const actionRequiredIsForCurrent: Invariant = (run) => run.trace.steps.flatMap((step) => poisonSignals(step)
    .filter(({ code, task }) => code === 'BUS_MCEERR_AR' && task !== currentTask(run, step))
    .map(({ task }) => wrong(step, `BUS_MCEERR_AR for ${task}`)));

/** Only a failure sends action-optional signals; they are never forced, action-required ones always are. */
export const signalsHaveTheirForm: Invariant = (run) => run.trace.steps.flatMap((step) => poisonSignals(step).flatMap((signal) => {
    const found: string[] = [];
    if (signal.forced !== (signal.code === 'BUS_MCEERR_AR')) found.push(wrong(step, `${signal.code} forced: ${signal.forced}`));
    if (signal.address === null || signal.addressLsbBits === null) found.push(wrong(step, `${signal.code} without address`));
    const delivered = signal.fate === 'handled' || signal.fate === 'killed';
    if (signal.code === 'BUS_MCEERR_AO' && !poisons(run, step) && !(delivered && (step.op === 'sigprocmask' || step.op === 'sigaction' || wasPending(run, step, signal)))) found.push(wrong(step, `${signal.code} out of the blue`));
    if (signal.fate === 'killed' && !eventsOf(step, 'exit').some(({ process, signal: by }) => process === signal.task.split('.')[0] && by === 'SIGBUS')) found.push(wrong(step, `${signal.task} was killed and did not end`));
    return found;
}));

function wasPending({ trace }: Run, step: StepTrace, { task }: SignalEvent): boolean {
    return trace.steps.slice(0, step.index).some((earlier) => poisonSignals(earlier).some((signal) => signal.task === task && signal.fate === 'pending'));
}

/** Every signal of a failure, or of a fault on what it left, is announced by a line, and every line leads to a signal unless its process is gone by then. */
export const signalsAreAnnounced: Invariant = (run) => run.trace.steps.flatMap((step) => {
    if (!poisons(run, step)) return [];
    const lines = eventsOf(step, 'log').filter(({ text }) => text.includes(': Sending SIGBUS to ') || text.startsWith('MCE: Killing ')).length;
    const old = poisonSignals(step).filter((signal) => signal.fate !== 'pending' && wasPending(run, step, signal)).length;
    const signals = poisonSignals(step).length;
    if (signals - old > lines) return [wrong(step, `${signals} signals, ${lines} announced`)];
    const killed = eventsOf(step, 'exit').length > 0 || step.events.some((event) => event.t === 'panic');
    return signals < lines && !killed ? [wrong(step, `${lines} announced, ${signals} signals`)] : [];
});

/** A place in an address space: `db m 1`. */
type PlaceName = `${string} ${string} ${number}`;

/** Places whose page tables named a frame, by the probes and by what forks copied. */
class Sightings {
    readonly #ever = new Map<PlaceName, Set<number>>();
    readonly #last = new Map<PlaceName, number | null>();

    note(place: PlaceName, pfn: number | null): void {
        this.#last.set(place, pfn);
        if (pfn !== null) this.#ever.set(place, (this.#ever.get(place) ?? new Set<number>()).add(pfn));
    }

    /** At the latest probe. */
    shows(place: PlaceName, pfns: ReadonlySet<number>): boolean {
        const pfn = this.#last.get(place) ?? null;
        return pfn !== null && pfns.has(pfn);
    }

    /** At any probe: a hwpoison entry remembers it. */
    showed(place: PlaceName, pfns: ReadonlySet<number>): boolean {
        return [...(this.#ever.get(place) ?? [])].some((pfn) => pfns.has(pfn));
    }

    copy(from: string, to: string): void {
        for (const [place, pfns] of [...this.#ever]) {
            if (!place.startsWith(`${from} `)) continue;
            const copied = `${to}${place.slice(from.length)}` as PlaceName;
            for (const pfn of pfns) this.note(copied, pfn);
            this.#last.set(copied, this.#last.get(place) ?? null);
        }
    }
}

function specOf(processes: readonly ProcessSpec[], process: string, mapping: string): MappingSpec | undefined {
    const own = processes.find(({ name }) => name === process);
    return own?.mappings.find(({ name }) => name === mapping) ?? (own?.forkedFrom === undefined ? undefined : specOf(processes, own.forkedFrom, mapping));
}

/** Does the mapping cover a page of a file? Then its owner is told, whether or not it ever touched the page (section 4.3). */
function isOfFile(run: Run, { task, mapping }: SignalEvent): boolean {
    const spec = specOf(run.program.machine.processes, task.split('.')[0]!, mapping!);
    return spec === undefined || spec.from.kind === 'file' || spec.from.kind === 'shared-anon';
}

function isMerged(run: Run, { task, mapping }: SignalEvent): boolean {
    return specOf(run.program.machine.processes, task.split('.')[0]!, mapping!)?.ksm !== undefined;
}

/** madvise() maps the page for its caller, and so for every thread of it, before it looks at the frame; so does a load that then meets bad memory. */
function isOfCaller(step: StepTrace, { task }: SignalEvent): boolean {
    return (step.op === 'madvise' || consumes(step)) && task.split('.')[0] === step.actor.split('.')[0];
}

/** Frames that the step was about. */
function framesOf(run: Run, step: StepTrace): ReadonlySet<number> {
    const named = [...eventsOf(step, 'result').map(({ pfn }) => pfn), ...eventsOf(step, 'decision').flatMap(({ pfn }) => (pfn === undefined ? [] : [pfn]))];
    return new Set(run.bad === null ? named : [...named, run.bad]);
}

/** Nobody is told of a failure in a frame that his page tables do not name, as the probes before it saw them. */
export const onlyMappersAreSignalled: Invariant = (run) => {
    const sightings = new Sightings();
    return run.trace.steps.flatMap((step) => {
        const { op, args } = run.program.steps[step.index]!;
        if (op === 'pagemap' && step.outcome.pfn !== undefined) {
            const place = args['target'] as { readonly process: string; readonly mapping: string; readonly page: number };
            sightings.note(`${place.process} ${place.mapping} ${place.page}`, step.outcome.pfn);
        }
        if (op === 'fork') sightings.copy(step.actor.split('.')[0]!, String(args['as']));
        if (!poisons(run, step)) return [];
        return poisonSignals(step).flatMap((signal) => {
            if (signal.mapping === undefined || signal.offset === undefined) return [wrong(step, `${signal.task} is told of an address that no mapping holds`)];
            if (isOfFile(run, signal) || isOfCaller(step, signal) || wasPending(run, step, signal)) return [];
            // Up to 6.1 the address is the start of the huge page, which need not be the bad one (section 10).
            if (!isSince(run, '6.6') && specOf(run.program.machine.processes, signal.task.split('.')[0]!, signal.mapping)?.hugetlbShift !== undefined) return [];
            const page = Math.floor(signal.offset / 2 ** run.trace.pageShift);
            const place: PlaceName = `${signal.task.split('.')[0]!} ${signal.mapping} ${page}`;
            const frames = framesOf(run, step);
            // A hwpoison entry is no page any more; KSM goes by its own list, not by page tables.
            const known = signal.code === 'BUS_MCEERR_AR' || isMerged(run, signal) ? sightings.showed(place, frames) : sightings.shows(place, frames);
            return known ? [] : [wrong(step, `${signal.task} is told of ${signal.mapping}[${page}], which does not map the frame`)];
        });
    });
};
