import type { MachineSpec, MappingSpec, Place, ProcessSpec, Program, Step, ThreadSpec } from '../../server/src/simulator/program.js';
import { at, mapping, process, step } from '../simulator/programs.js';
import { programFor } from '../kernel/observed.js';
import type { PageState } from '../kernel/page-states/index.js';
import { ACTIONS, type Scene } from './actions.js';
import type { Action, Choices } from './choices.js';
import { POISONING, stepOf, type Entry } from './entries.js';

/** A page, the entry that meets it, and what was drawn for the rest. */
export interface Meeting { readonly state: PageState; readonly entry: Entry; readonly choices: Choices; }

/** First frame of the second node: the low frames are on one, everything a program allocates is on the other. */
const NODE_1 = 0x2000;
const CGROUP = { name: 'g', source: 0, inode: 28 };

function threads(choices: Choices): readonly ThreadSpec[] {
    const main: ThreadSpec = { name: '', source: 0, policy: choices.policy, sigbusBlocked: choices.blocked };
    return choices.worker === null ? [main] : [main, { name: 'w', source: 0, policy: choices.worker, sigbusBlocked: false }];
}

/** The mapping that holds the page, in a process of its own. */
function sharerOf(state: PageState, mappings: readonly MappingSpec[], choices: Choices): ProcessSpec {
    const held = mappings.find((each) => state.target.kind === 'mapping' && each.name === state.target.mapping && each.from.kind === 'file');
    return process('sharer', held === undefined ? [mapping('s')] : [{ ...held, name: 's' }], { threads: [{ name: '', source: 0, policy: choices.worker ?? 'early', sigbusBlocked: false }] });
}

function machineOf({ state, choices }: Meeting): Partial<MachineSpec> {
    const given = state.machine.processes ?? [];
    const owners = given.map((each, index): ProcessSpec => (index === 0 ? { ...each, threads: threads(choices), sigbus: choices.sigbus, cgroup: 'g' } : each));
    const first = owners[0];
    const company = choices.company === 'child' && first !== undefined && !given.some(({ name }) => name === 'child') ? [process('child', [], { forkedFrom: first.name })]
        : choices.company === 'sharer' ? [sharerOf(state, first?.mappings ?? [], choices)] : [];
    const runner = process('runner', [mapping('own')], { sigbus: choices.sigbus });
    return {
        processes: [...owners, ...company, runner], cgroups: [CGROUP], cpuVendor: choices.vendor,
        sysctls: {
            'vm.memory_failure_early_kill': choices.earlyKill, 'vm.memory_failure_recovery': choices.recovery, 'vm.enable_soft_offline': choices.softOffline, 'vm.panic_on_unrecoverable_memory_failure': choices.panicSysctl,
        },
        filters: Object.fromEntries(Object.entries(choices.filter).map(([name, value]) => [`corrupt-filter-${name}`, value])),
        running: [{ source: 0, cpu: 0, task: choices.runs === 'owner' && first !== undefined ? first.name : 'runner', mode: choices.mode }],
        nodes: choices.twoNodes ? [{ id: 0, pfn: 0, pageCount: NODE_1 }, { id: 1, pfn: NODE_1, pageCount: 2 ** 24 }] : [],
    };
}

/** The page beside the bad one, as the actor names it. */
function moved<Kind extends Extract<Place, { page: number }>>(place: Kind, offset: number): Kind {
    return { ...place, page: Math.max(0, place.page + offset) };
}

/** The bad page as one of the processes names it. */
export function pageOf(state: PageState, machine: Partial<MachineSpec>, actor: string): Extract<Place, { kind: 'mapping' }> | null {
    if (state.target.kind !== 'mapping') return null;
    const spec = machine.processes?.find(({ name }) => name === actor);
    const name = actor === 'sharer' ? (spec?.mappings[0]?.name ?? 's') : state.target.mapping;
    return actor === 'runner' ? null : at(actor, name, actor === 'sharer' && spec?.mappings[0]?.from.kind !== 'file' ? 0 : state.target.page);
}

function filePageOf(state: PageState): Extract<Place, { kind: 'file' }> | null {
    if (state.target.kind === 'file') return state.target;
    const { target } = state;
    const file = state.machine.files?.[0];
    return file === undefined || target.kind !== 'mapping' ? null : { kind: 'file', file: file.name, page: target.page, pageCount: 1, byteOffset: 0 };
}

function actionStep(meeting: Meeting, machine: Partial<MachineSpec>, { name, offset, by }: Action, fresh: string): Step | null {
    const { state, choices } = meeting;
    const owner = state.owner ?? 'runner';
    const company = choices.company === 'child' && machine.processes?.some((each) => each.name === 'child') === true ? 'child' : choices.company === 'sharer' ? 'sharer' : owner;
    const actor = by === 'owner' ? owner : company;
    const page = pageOf(state, machine, actor);
    const filePage = filePageOf(state);
    const hugetlbShift = machine.processes?.[0]?.mappings[0]?.hugetlbShift;
    const scene: Scene = { actor, page: page === null ? null : moved(page, offset), filePage: filePage === null ? null : moved(filePage, offset), fresh, hugetlbShift, hasFrame: state.virtualOnly !== true };
    return ACTIONS[name](scene);
}

/** Probes of the page tables of everybody who was declared, at the start, before each failure and at the end: an oracle beside the reverse map. */
function probes(state: PageState, machine: Partial<MachineSpec>): readonly Step[] {
    const found: Step[] = [];
    for (const { name, mappings, forkedFrom } of machine.processes ?? []) {
        const all = forkedFrom === undefined ? mappings : (machine.processes?.find((each) => each.name === forkedFrom)?.mappings ?? []);
        for (const each of all) {
            const pages = each.pageCount <= 4 ? [...Array(each.pageCount).keys()] : state.target.kind === 'mapping' ? [state.target.page, state.target.page + 1] : [];
            for (const page of pages) found.push(step('pagemap', { target: at(name, each.name, page) }, name));
        }
    }
    return found;
}

/** The program of a meeting, and where in it the entry stands. */
export function randomProgram(given: Meeting): { readonly program: Program; readonly entryAt: number } {
    const meeting = given.entry === 'unpoison-pfn' ? { ...given, choices: { ...given.choices, ...TO_BE_UNPOISONED } } : given;
    const { state, entry, choices } = meeting;
    const machine = machineOf(meeting);
    const steps: Step[] = [];
    const act = (actions: readonly Action[], prefix: string): void => {
        for (const [index, action] of actions.entries()) {
            const made = actionStep(meeting, machine, action, `${prefix}${index}`);
            if (made !== null) steps.push(made);
        }
    };
    const enter = (which: Entry): void => {
        const made = stepOf(which, state, choices.manner);
        if (POISONING.has(made.op)) steps.push(...probes(state, machine));
        steps.push(made);
    };
    const prepared = state.prepare?.length ?? 0;
    steps.push(...probes(state, machine));
    if (entry === 'unpoison-pfn') enter(choices.poisoner);
    // What comes before must leave the page to be met: the owner lives, and nothing stopped the machine.
    act(choices.before.filter(({ name }) => !ENDS.has(name)), 'b');
    enter(entry);
    const entryAt = prepared + steps.length - 1;
    act(choices.after, 'a');
    if (choices.second !== null && (state.owner !== undefined || !choices.second.startsWith('MADV')) && !(state.virtualOnly === true && !choices.second.startsWith('MADV'))) enter(choices.second);
    act(choices.afterSecond, 'z');
    steps.push(...probes(state, machine));
    return { program: programFor(state, steps, machine), entryAt };
}

/** The machine survives the failure that comes before the unpoisoning, and so does who unpoisons. */
const TO_BE_UNPOISONED = { panicSysctl: 0, recovery: 1, sigbus: 'longjmp' } as const;

const ENDS: ReadonlySet<string> = new Set(['exit', 'execve', 'munmap', 'give up CAP_SYS_ADMIN', 'truncate to nothing', 'punch a hole', 'read-protect', 'free', 'unlink', 'exec']);
