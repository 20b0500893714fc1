/** Runs scenarios on the machine of a session and holds what it does against the prediction. */
import { compare } from '../compare/compare.js';
import type { Guest } from '../kernels/platforms.js';
import type { Observation } from '../observation/observation.js';
import { makePlan } from '../plan/make-plan.js';
import type { NotMade, Plan } from '../plan/plan.js';
import { isRaced } from '../races/race-plan.js';
import { runRace, type RaceMachines } from '../races/run-race.js';
import type { LabCase, LabResult } from './lab-result.js';

/** What runs plans: a session, or in tests something that stands for it. */
export interface PlanRunner {
    /** Once it is open. */
    readonly lacks: ReadonlySet<string>;
    /** What it is; a PC unless given. */
    readonly guest?: Guest;
    /** Does nothing where it is open. */
    readonly open: () => Promise<void>;
    readonly run: (plan: Plan, ownMachine?: boolean) => Promise<Observation>;
}

interface Planned { readonly index: number; readonly each: LabCase; readonly plan: Plan }

/**
 * Yields results as they come: first what needs no machine, then what may share one, then what needs one of its own, then races.
 * @param runners the first one is open before the others; who has nothing to do takes the next scenario
 * @param stopped asked before every scenario
 * @param races machines that races are forced on; without them, races cannot be made
 * @param sharing whatever leaves the machine in order is looked at on one that others have used, first
 */
export async function* runCases(cases: readonly LabCase[], runners: PlanRunner | readonly PlanRunner[], stopped: () => boolean = () => false, races?: RaceMachines, sharing = false): AsyncGenerator<{ readonly index: number; readonly result: LabResult }> {
    const machines = [runners].flat();
    const [runner] = machines;
    const planned: Planned[] = [];
    const raced: { readonly index: number; readonly each: LabCase }[] = [];
    for (const [index, each] of cases.entries()) {
        const { program, trace } = each.variant;
        if (trace !== null && trace.notModelled.length > 0) {
            yield { index, result: nothingRun(each, 'not modelled', trace.notModelled.map(({ what, source }) => ({ construct: what, reason: 'the model does not describe it', source }))) };
            continue;
        }
        if (races !== undefined && trace !== null && isRaced(program)) {
            raced.push({ index, each });
            continue;
        }
        await runner!.open();
        const made = makePlan(program, trace, runner!.lacks, runner!.guest);
        if ('notMade' in made || trace === null) {
            yield { index, result: nothingRun(each, 'not made', 'notMade' in made ? made.notMade : []) };
        } else {
            planned.push({ index, each, plan: made.plan });
        }
    }
    const inOrder = [...planned.filter(({ plan }) => plan.alone === ''), ...planned.filter(({ plan }) => plan.alone !== '')];
    yield* sharedOut(inOrder, machines.slice(0, Math.max(1, Math.floor(planned.length / LEAST_FOR_A_MACHINE))), stopped, async (one, machine) => ({ index: one.index, result: await runOne(one, machine, sharing) }));
    for (const { index, each } of raced) {
        if (stopped()) {
            return;
        }
        yield { index, result: await forceRace(each, races!, stopped) };
    }
}

/** One scenario, on a machine that others have used where it leaves that in order; null when there is no machine any more. */
export async function runSharing(each: LabCase, runner: PlanRunner): Promise<LabResult | null> {
    for await (const { result } of runCases([each], runner, () => false, undefined, true)) {
        return result;
    }
    return null;
}

/** To start a machine from the kept state takes as long as some scenarios: fewer do not get one more. */
const LEAST_FOR_A_MACHINE = 4;

/** Each taker has one piece of work at a time. Yields what is done, in the order in which it is. */
async function* sharedOut<Work, Taker, Done>(work: readonly Work[], takers: readonly Taker[], stopped: () => boolean, take: (work: Work, taker: Taker) => Promise<Done>): AsyncGenerator<Done> {
    const left = work.values();
    const busy = new Map<Taker, Promise<{ readonly taker: Taker; readonly done: Done }>>();
    const begin = (taker: Taker): void => {
        const next = stopped() ? undefined : left.next();
        if (next?.done === false) {
            const taken = take(next.value, taker).then((done) => ({ taker, done }));
            // Who has failed is heard of by whoever waits; nobody waits for the others then.
            taken.catch(() => undefined);
            busy.set(taker, taken);
        }
    };
    takers.forEach(begin);
    while (busy.size > 0) {
        const { taker, done } = await Promise.race(busy.values());
        busy.delete(taker);
        yield done;
        begin(taker);
    }
}

/** It agrees where every end that was forced is one of the predicted ones. */
async function forceRace(each: LabCase, races: RaceMachines, stopped: () => boolean): Promise<LabResult> {
    const started = Date.now();
    const run = await runRace(each, races, stopped);
    if ('notMade' in run) {
        return nothingRun(each, 'not made', run.notMade);
    }
    const { race } = run;
    return { ...each, verdict: race.unpredicted.length > 0 ? 'differs' : 'agrees', differences: [], notMade: [], observation: null, unsteady: false, milliseconds: Date.now() - started, race };
}

async function runOne({ each, plan }: Planned, runner: PlanRunner, sharing: boolean): Promise<LabResult> {
    const started = Date.now();
    const alone = sharing ? plan.harm !== '' : plan.alone !== '';
    const first = judged(each, await runner.run(plan, alone), started);
    if (first.verdict === 'agrees' || alone && plan.chance === '' && first.verdict !== 'not made') {
        return first;
    }
    if (plan.chance !== '') {
        return await again(each, plan, runner, first, started);
    }
    // Whoever was there before may have left something behind: what counts is a machine of its own.
    const second = judged(each, await runner.run(plan, true), started);
    return { ...second, unsteady: JSON.stringify(first.differences) !== JSON.stringify(second.differences) };
}

/** What is up to chance is tried a few times, and so is a plan that was lost on its way: one run as predicted shows that the kernel does it. */
async function again(each: LabCase, plan: Plan, runner: PlanRunner, first: LabResult, started: number): Promise<LabResult> {
    let last = first;
    for (let tries = 1; tries < TRIES_OF_CHANCE && last.verdict !== 'agrees'; tries += 1) {
        last = { ...judged(each, await runner.run(plan, true), started), unsteady: true };
    }
    return last.verdict === 'agrees' ? last : first;
}

const TRIES_OF_CHANCE = 4;

function judged(each: LabCase, observation: Observation, started: number): LabResult {
    const { cut } = observation;
    const source = each.variant.program.steps[cut?.step ?? -1]?.source ?? each.variant.program.source;
    const notMade = cut?.why === 'not made' ? [{ construct: cut.step < 0 ? 'the state at the start' : 'a step', reason: cut.text, source }] : [];
    const differences = notMade.length > 0 ? [] : compare(each.variant.trace!, observation);
    return { ...each, verdict: notMade.length > 0 ? 'not made' : differences.length > 0 ? 'differs' : 'agrees', differences, notMade, observation, unsteady: false, milliseconds: Date.now() - started };
}

function nothingRun(each: LabCase, verdict: 'not made' | 'not modelled', notMade: readonly NotMade[]): LabResult {
    return { ...each, verdict, differences: [], notMade, observation: null, unsteady: false, milliseconds: 0 };
}
