/** The plan of a raced step: the scenario up to it, who competes on CPU 0, the handler on CPU 1. */
import type { Competitor, Place, Program, Step } from '../../simulator/program.js';
import type { Trace } from '../../simulator/trace.js';
import type { Guest } from '../kernels/platforms.js';
import { makeState, refuseWhole } from '../plan/make-state.js';
import { PlanWriter } from '../plan/plan-writer.js';
import type { NotMade, Plan } from '../plan/plan.js';
import { makeStep } from '../plan/steps.js';
import { makeActs, parted, type CompetitorPlan } from './acts.js';

export interface RacePlan {
    readonly plan: Plan;
    readonly step: Step;
    /** Index of the step in the program. */
    readonly index: number;
    readonly competitors: readonly CompetitorPlan[];
    /** Boot parameters that the state asks for. */
    readonly parameters: string;
}

export type MadeRace = RacePlan | { readonly notMade: readonly NotMade[] };

/** Options that a boot parameter of the same name turns on, in the order of the kernel's documentation. */
const PARAMETERS = ['init_on_alloc', 'init_on_free'] as const;

/** Processes that are nobody's in the scenario: the handler of root's injections, and root as a competitor. No scenario can call one so. */
const HANDLER = { name: '(handler)', comm: 'handler' };
const ROOT = { name: '(root)', comm: 'root' };

export function isRaced(program: Program): boolean {
    return program.steps.some(({ races }) => races !== undefined);
}

/** The first raced step of a scenario. @param lacks what the machine does not have */
export function makeRacePlan(program: Program, predicted: Trace, lacks: ReadonlySet<string>, guest?: Guest): MadeRace {
    const writer = new PlanWriter(lacks, guest);
    const index = program.steps.findIndex(({ races }) => races !== undefined);
    const step = program.steps[index]!;
    if (!writer.guest.hasRaces) {
        writer.cannot('race', `its windows are found in the code of kernels for x86-64, and this one is for ${writer.guest.arch}`, step.source);
    }
    const checked = PARAMETERS.filter((name) => program.machine.config[name] === 'y');
    const competing: readonly Step[] = step.races!.map((each) => ({ ...each, timeNs: 0 }));
    // Files that competitors work on are open where they are.
    const made: Program = { ...program, steps: [...program.steps, ...competing], machine: { ...program.machine, config: Object.fromEntries(Object.entries(program.machine.config).filter(([name]) => !(PARAMETERS as readonly string[]).includes(name))) } };
    writer.line('r', 'cpu', 0);
    // A dirty page stays so while the handler is held: nobody writes back by the clock.
    writer.must('r', 'set', '/proc/sys/vm/dirty_writeback_centisecs', 0);
    const nobodys = { handler: -1, root: -1 };
    makeState(writer, made, () => {
        nobodys.handler = writer.process(HANDLER.name, HANDLER.comm);
        writer.must(nobodys.handler, 'cpu', 1);
        nobodys.root = writer.process(ROOT.name, ROOT.comm);
    });
    const competitors: CompetitorPlan[] = [];
    program.steps.slice(0, index + 1).forEach((each, at) => {
        if (each.op === 'phase') {
            return;
        }
        // None before the raced one has competitors.
        if (at < index) {
            writer.step(at, () => makeStep(writer, made, each));
            return;
        }
        writer.step(at, () => competitors.push(...raceLines(writer, made, withoutRaces(each), step.races!, nobodys)));
    });
    refuseWhole(writer, predicted.notModelled, program.source);
    writer.alone('a race');
    if (writer.notMade.length > 0) {
        return { notMade: writer.notMade };
    }
    const plan = writer.plan();
    return { plan: { ...plan, lines: warmed(plan.lines) }, step, index, competitors, parameters: PARAMETERS.map((name) => `${name}=${checked.includes(name) ? 1 : 0}`).join(' ') };
}

function withoutRaces({ races: _races, ...step }: Step): Step {
    return step;
}

/** Whatever a process may write later it has written before, so that it takes no frame from the free lists. */
function warmed(lines: readonly string[]): readonly string[] {
    return lines.flatMap((line) => {
        const process = /^p (\d+) /.exec(line)?.[1];
        return process === undefined ? [line] : [line, `${process} warm`];
    });
}

/** Lines that say what the step is about, then the acts, then the race. */
function raceLines(writer: PlanWriter, program: Program, step: Step, races: readonly Competitor[], { handler, root }: { readonly handler: number; readonly root: number }): readonly CompetitorPlan[] {
    const found: CompetitorPlan[] = [];
    const target = step.args['target'] as Place | undefined;
    const before = writer.plan().lines.length;
    makeStep(writer, program, step);
    const { preparing, doing } = parted(writer.take(before));
    const [taker = '', ...words] = (doing.at(-1) ?? '').split(' ');
    const frame = words.find((each) => /^\$\d+\*?$/.test(each))?.replace('*', '') ?? frameOf(writer, target, step);
    if (doing.length !== 1 || frame === undefined) {
        writer.cannot(`race against ${step.op}`, 'no frame is known before the step', step.source);
        return found;
    }
    if (taker !== 'r') {
        writer.must(Number(taker), 'cpu', 1);
    }
    writer.raw(...preparing);
    const late: string[] = [];
    let acts = 0;
    for (const [index, competitor] of races.entries()) {
        const made = makeActs({ writer, program, competitor, frame, root, late, newAct: () => acts++ });
        if (made !== undefined) {
            found.push({ index, ...made });
        }
    }
    writer.raw(...late, `H ${taker === 'r' ? handler : taker} ${frame} ${words.join(' ')}`);
    return found;
}

/** The frame behind the target of a call on an address. */
function frameOf(writer: PlanWriter, target: Place | undefined, step: Step): string | undefined {
    const task = writer.taskOf(step.actor);
    if (target?.kind !== 'mapping' || task === undefined) {
        return undefined;
    }
    const range = writer.range(step.actor.split('.', 1)[0]!, target.mapping);
    const slot = `$${writer.slot(`raced ${target.mapping}[${target.page}]`)}`;
    writer.must('r', 'frame-of', task, `@${range ?? 0}+${target.page * writer.guest.pageBytes}`, slot);
    return slot;
}
