/**
 * From the syntax tree of a scenario to a program. Never throws: what is wrong becomes an issue,
 * and a scenario with an error has no program.
 */
import { AstUtils, DocumentState, type AstNode } from 'langium';
import { type Assignment, type Guest, type Item, type Machine, type Process, type Scenario, type Vary, isAssignment, isCpuRun, isExpectation, isFrame, isGuest, isMachine, isMapping, isPin, isPlace, isProcess, isRace, isRepeat, isScenario, isStep, isSweep, isVary } from '../generated/ast.js';
import { CONFIG_OPTIONS, usualValue, type ConfigOption } from '../../vocabulary/config-options.js';
import { CONSTRUCT_BY_WORD } from '../../vocabulary/settings.js';
import type { KernelChoice, Program } from '../../simulator/program.js';
import type { Issue } from '../issues.js';
import { scenesOf, type Scene } from '../references/scenario-symbols.js';
import { checkScene } from '../validation/checks-of-a-scene.js';
import { assignedValue, assignmentValue } from './machine/assignments.js';
import { readArguments } from './word/attributes.js';
import { Context } from './context.js';
import { lowerCpuRun } from './process/cpu-runs.js';
import { lowerFiles } from './machine/files.js';
import { addImplicitPools, freeHugePageShift } from './machine/hugetlb-pools.js';
import { lowerMachineSettings, lowerPageGeometry, noteArchitecture, lowerSettings, noteBasis } from './machine/machine-settings.js';
import { lowerMemory } from './machine/memory.js';
import { movedProgram, standingOf, stands, type Standing } from './variant/moved.js';
import { lowerPin } from './process/pins.js';
import { lowerPlace } from './step/places.js';
import { lowerProcesses } from './process/processes.js';
import { isDeclaration, lowerTimeline, type Timeline } from './step/steps.js';
import { lowerVariants, ONLY_OF_ITS_KERNEL, type Attempt, type LeftOut, type LoweredVariant } from './variant/variants.js';
import { lowerVaryLines, textOfValue } from './variant/vary.js';
import type { Chosen } from './variant/choice.js';

export interface Lowered {
    /** That of the first variant; null when the scenario has an error. */
    readonly program: Program | null;
    /** Every combination of what is varied, one without values when nothing is; none when the scenario has an error. */
    readonly variants: readonly LoweredVariant[];
    /** Combinations that cannot exist. */
    readonly leftOut: readonly LeftOut[];
    readonly issues: readonly Issue[];
}

/** Results by scenario, as long as its syntax tree and that of its machine are the same; an edit elsewhere in the text keeps both. */
const cache = new WeakMap<Scenario, Known>();

interface Known {
    readonly machine: Machine | undefined;
    readonly kernel: KernelChoice | undefined;
    readonly standing: Standing;
    readonly lowered: Lowered;
}

/**
 * The program of a scenario, with the machine it runs on, and everything that lowering and the checks of a scene find.
 * A kernel from outside takes the place of what the text chooses, and everything is checked against it.
 */
export function lowerScenario(scenario: Scenario, kernel?: KernelChoice): Lowered {
    const slices = lowerInSlices(scenario, kernel);
    for (;;) {
        const { done, value } = slices.next();
        if (done === true) {
            return value;
        }
    }
}

/** What is known of a scenario that nobody has touched or moved: of those of a text, all but one after most edits. */
export function knownLowered(scenario: Scenario, kernel?: KernelChoice): Lowered | undefined {
    const machine = scenario.machine?.ref;
    const known = cache.get(scenario);
    return known !== undefined && known.machine === machine && known.kernel === kernel && stands(known.standing, scenario, machine) ? known.lowered : undefined;
}

/** The same with a break between two variants; `lowerScenario` knows the result afterwards. */
export function* lowerInSlices(scenario: Scenario, kernel?: KernelChoice): Generator<void, Lowered> {
    const untouched = knownLowered(scenario, kernel);
    if (untouched !== undefined) {
        return untouched;
    }
    const machine = scenario.machine?.ref;
    const standing = standingOf(scenario, machine);
    const known = cache.get(scenario);
    const isSame = known !== undefined && known.machine === machine && known.kernel === kernel;
    // Messages name lines: what has something to say is lowered again where it stands now.
    const lowered = isSame && known.lowered.issues.length === 0 && known.lowered.leftOut.length === 0 ? movedLowered(known.lowered, known.standing, standing) : yield* lower(scenario, kernel);
    if ((AstUtils.findRootNode(scenario).$document?.state ?? DocumentState.Parsed) >= DocumentState.Linked) {
        cache.set(scenario, { machine, kernel, standing, lowered });
    }
    return lowered;
}

function movedLowered(lowered: Lowered, before: Standing, now: Standing): Lowered {
    const variants = lowered.variants.map((variant) => ({ ...variant, program: movedProgram(variant.program, before, now) }));
    return { ...lowered, variants, program: variants[0]?.program ?? null };
}

function* lower(scenario: Scenario, kernel: KernelChoice | undefined): Generator<void, Lowered> {
    const varying = new Context(scenario, kernel);
    const lines = lowerVaryLines(scenario, varying);
    if (lines.length > 0) {
        const variants = yield* lowerVariants(lines, varying.issues.all, (chosen) => lowerVariant(scenario, kernel, chosen));
        return { ...variants, program: variants.variants[0]?.program ?? null };
    }
    const { program, issues } = lowerVariant(scenario, kernel, new Map());
    const found = [...varying.issues.all, ...issues];
    return found.some(({ severity }) => severity === 'error') || program === null
        ? { program: null, variants: [], leftOut: [], issues: found }
        : { program, variants: [{ values: [], program }], leftOut: [], issues: found };
}

/** The scenario as if it said the chosen values in place of its `vary` lines. */
function lowerVariant(scenario: Scenario, kernel: KernelChoice | undefined, chosen: Chosen): Attempt {
    const { context, timeline } = lowerScene(scenario, kernel, chosen);
    const { title } = scenario;
    const exists = title !== undefined && context.issues.all.every(({ severity, code }) => severity !== 'error' || ONLY_OF_ITS_KERNEL.has(code));
    return { program: exists ? programOf(title, context.sources.of(scenario), context, timeline) : null, issues: context.issues.all };
}

/** What a shared machine has wrong by itself. */
export function lowerMachine(machine: Machine, kernel?: KernelChoice): readonly Issue[] {
    return lowerScene(machine, kernel).context.issues.all;
}

/** A virtual machine: lowered as a scene of its own, within the context of its scenario. */
function lowerGuest(node: Guest, process: Process, context: Context): void {
    const { issues, facts } = context;
    const reading = readArguments(node.arguments, CONSTRUCT_BY_WORD.get('guest')!, {}, node, issues);
    const value = reading.uses.get('backed by')?.value;
    const target = isPlace(value) ? value.target?.ref : undefined;
    const spec = isMapping(target) ? context.mappings.get(target) : undefined;
    if (node.name === undefined) {
        return;
    }
    if (spec === undefined || !isMapping(target) || target.$container !== process) {
        issues.report('guest/backing', value ?? node, `The memory of \`${node.name}\` is a mapping of \`${process.name}\`: it is written \`guest ${node.name} backed by ram { ... }\`.`);
        return;
    }
    const inner = new Context(node, undefined, new Map(), context);
    context.guests.set(node, inner);
    inner.facts.arch = { value: facts.arch.value };
    inner.facts.pageBytes = { value: facts.pageBytes.value };
    const items = declarationsOf(node.items);
    lowerSettings(items, inner);
    noteArchitecture(inner);
    const bytes = spec.pageCount * context.pageBytes;
    if (inner.facts.ramBytes.node === undefined) {
        inner.facts.ramBytes = { value: bytes };
    } else if (inner.facts.ramBytes.value > bytes) {
        issues.report('guest/memory', inner.facts.ramBytes.node, `\`${node.name}\` has ${inner.facts.ramBytes.value / 2 ** 20} MiB, but the mapping \`${spec.name}\` that backs it has ${bytes / 2 ** 20} MiB. Make the mapping larger, or leave this line out: the guest then has all of it.`);
    }
    if (inner.facts.arch.value !== facts.arch.value) {
        issues.report('guest/arch', inner.facts.arch.node ?? node, `KVM runs guests of the host's architecture, ${facts.arch.value}. Leave this line out.`);
    }
    lowerMemory(items, inner);
    lowerFiles(items, inner);
    lowerProcesses(items, inner);
    addImplicitPools(inner);
    lowerRest(items, inner);
    for (const item of items) {
        if (isGuestOwner(item)) {
            issues.report('scenario/misplaced', item, 'A guest runs no guests of its own here. Remove the inner one.');
        } else if (isVary(item)) {
            issues.report('scenario/misplaced', item, `What is varied is said in the scenario, and is the host's. Remove the line; for \`${node.name}\` in two ways write two scenarios.`);
        } else if (isRepeat(item) || isSweep(item) || isRace(item) || isExpectation(item) || isStep(item) && !isDeclaration(item, true)) {
            issues.report('machine/only-declarations', item, `What happens in the guest is a step of the scenario: \`in ${node.name} ...\`. Move it below the declarations.`);
        }
    }
    const program = { ...programOf(node.name, context.sources.of(node), inner, { steps: [], expectations: [] }), sources: [] };
    facts.guests.push({ node, spec: { name: node.name, source: context.sources.of(node), process: process.name, mapping: spec.name, program } });
}

function isGuestOwner(item: Item): boolean {
    return isProcess(item) && item.items.some(isGuest);
}

function lowerScene(scene: Scene, kernel: KernelChoice | undefined, chosen: Chosen = new Map()): { context: Context; timeline: Timeline } {
    const context = new Context(scene, kernel, chosen);
    // The machine's declarations come first; the scenario's settings override them.
    const parts = [...scenesOf(scene)].reverse().map((part) => declarationsOf(part.items));
    // Ranges of the machine are counted in the pages of the scenario, which may say another size.
    for (const items of parts) {
        lowerPageGeometry(items, context);
    }
    noteArchitecture(context);
    for (const items of parts) {
        lowerMachineSettings(items, context);
    }
    const items = parts.flat();
    lowerMemory(items, context);
    lowerFiles(items, context);
    lowerProcesses(items, context);
    addImplicitPools(context);
    for (const process of items.filter(isProcess)) {
        for (const guest of process.items.filter(isGuest)) {
            lowerGuest(guest, process, context);
        }
    }
    lowerRest(items, context);
    if (kernel !== undefined) {
        noteBasis(kernel.written, context.facts.kernel.node ?? scene, context);
    }
    const timeline = lowerTimeline(isScenario(scene) ? scene.items : [], context);
    checkScene(context, timeline);
    for (const guest of context.guests.values()) {
        checkScene(guest, timeline);
    }
    return { context, timeline };
}

/** Items that say how things stand, those of nested machines included. */
function declarationsOf(items: readonly Item[]): Item[] {
    const declarations: Item[] = [];
    for (const item of items) {
        if (isMachine(item)) {
            declarations.push(...declarationsOf(item.items));
        } else {
            declarations.push(item);
        }
    }
    return declarations;
}

/** Assignments and CPUs before the first step, what is chosen for varied ones, bound frames, pins. */
function lowerRest(items: readonly Item[], context: Context): void {
    const { facts } = context;
    let beforeFirstStep = true;
    for (const item of items) {
        if (isStep(item)) {
            beforeFirstStep &&= isDeclaration(item, true);
            if (beforeFirstStep) {
                lowerDeclaringStep(item.action, context);
            }
        } else if (isRepeat(item) || isSweep(item)) {
            beforeFirstStep = false;
        } else if (isFrame(item)) {
            const place = item.place === undefined ? undefined : lowerPlace(item.place, context);
            if (place !== undefined && item.name !== undefined) {
                facts.frames.push({ node: item, spec: { name: item.name, place } });
            }
        } else if (isPin(item)) {
            lowerPin(item, context);
        } else if (isVary(item)) {
            lowerVariedAssignment(item, context);
        }
    }
}

function lowerDeclaringStep(action: Extract<Item, { $type: 'Step' }>['action'], context: Context): void {
    const { facts } = context;
    if (isCpuRun(action)) {
        const spec = lowerCpuRun(action, context);
        if (spec !== undefined) {
            facts.running.push({ spec, node: action });
        }
    } else if (isAssignment(action)) {
        assign(action.word, action.name, assignmentValue(action, context), action, context);
    }
}

/** As if the line were an assignment of the chosen value. */
function lowerVariedAssignment(line: Vary, context: Context): void {
    const choice = context.chosen(line);
    const { word, name } = line;
    if (choice !== undefined && name !== undefined && (word === 'sysctl' || word === 'filter' || word === 'config')) {
        assign(word, name, assignedValue({ word, name, value: textOfValue(choice.node) }, line, choice.node, context), line, context);
    }
}

function assign(word: Assignment['word'], name: string, value: number | string | undefined, node: AstNode, context: Context): void {
    if (value === undefined) {
        return;
    }
    const { facts, issues } = context;
    const key = word === 'config' ? name.replace(/^CONFIG_/, '') : name;
    const earlier = (word === 'sysctl' ? facts.sysctls : word === 'filter' ? facts.filters : facts.config).get(key)?.node;
    // A scenario overrides what its machine says; in one block two lines contradict each other.
    if (isAssignment(earlier) && isAssignment(node) && earlier.$container.$container === node.$container.$container) {
        issues.report('setting/repeated', node, `\`${name}\` is set twice: line ${(earlier.$cstNode?.range.start.line ?? 0) + 1} sets it already. Remove one${word === 'config' ? '' : ', or write it below the first step'}.`);
    }
    switch (word) {
        case 'sysctl': facts.sysctls.set(name, { value: Number(value), node }); break;
        case 'filter': facts.filters.set(name, { value: String(value), node }); break;
        case 'config': setOption(name.replace(/^CONFIG_/, ''), String(value), node, context); break;
    }
}

function setOption(name: string, value: string, node: AstNode, context: Context): void {
    const option: ConfigOption = CONFIG_OPTIONS[name as keyof typeof CONFIG_OPTIONS];
    context.facts.config.set(name, { value, node });
    if (value !== option.default && option.otherNotModelled === true) {
        context.leaveOut(node, -1, `a kernel with ${name} = ${value}`);
    }
}

/** What distributions choose, by kernel version as it is written: most programs say nothing else. */
const usualConfigs = new Map<string, Readonly<Record<string, string>>>();

function usualConfig(written: string): Readonly<Record<string, string>> {
    let config = usualConfigs.get(written);
    if (config === undefined) {
        config = Object.fromEntries(Object.entries(CONFIG_OPTIONS).map(([name, option]) => [name, usualValue(option, written) as string]));
        usualConfigs.set(written, config);
    }
    return config;
}

function programOf(title: string, source: number, context: Context, { steps, expectations }: Timeline): Program {
    const { facts, sources } = context;
    const specs = <Spec>(declared: readonly { readonly spec: Spec }[]): readonly Spec[] => listed(declared.map(({ spec }) => spec));
    const values = <Value>(settings: ReadonlyMap<string, { readonly value: Value }>): Record<string, Value> => Object.fromEntries([...settings].map(([name, { value }]) => [name, value]));
    const usual = usualConfig(facts.kernel.value.written);
    return {
        title, source, kernel: facts.kernel.value, arch: facts.arch.value, pageShift: context.pageShift,
        machine: {
            ramBytes: facts.ramBytes.value, cpus: facts.cpus.value, cpuVendor: facts.vendor.value, ...(facts.ramStart.value === 0 ? {} : { ramStartBytes: facts.ramStart.value }),
            ...(facts.generation.value === undefined ? {} : { cpuGeneration: facts.generation.value }), ...(facts.firmware.value === 'first' ? { firmwareFirst: true } : {}), ...(facts.boot.size === 0 ? {} : { boot: [...facts.boot.keys()] }), ...(facts.ecc.value === 'poison' ? {} : { ecc: facts.ecc.value }), thp: facts.thp.value,
            holes: listed(facts.holes.map(({ range }) => range)), offline: listed(facts.offline.map(({ range }) => range)),
            nodes: listed(facts.nodes.map(({ range, id }) => ({ ...range, id: id ?? 0 }))),
            config: facts.config.size === 0 ? usual : { ...usual, ...values(facts.config) }, sysctls: values(facts.sysctls), filters: values(facts.filters),
            hugetlbPools: specs(facts.pools), swaps: specs(facts.swaps), cgroups: specs(facts.cgroups), pmems: specs(facts.pmems),
            filesystems: specs(facts.filesystems), files: specs(facts.files), regions: specs(facts.regions).map((region) => region.kind === 'hugetlb-free' ? { ...region, hugetlbShift: freeHugePageShift(region.pageCount, context) } : region), processes: specs(facts.processes),
            frames: facts.frames.map(({ spec, node }) => ({ ...spec, source: sources.of(node) })), pins: specs(facts.pins), running: specs(facts.running),
        },
        ...(facts.guests.length === 0 ? {} : { guests: specs(facts.guests) }),
        // Copies have no room to grow.
        steps: listed(steps.slice()), expectations: listed(expectations.slice()), notModelled: context.notModelled,
        // Last: every part above adds its places.
        sources: listed(sources.ranges.slice()),
    };
}

/** Programs are kept, and most lists of most programs are empty: one is enough for all of them. */
function listed<Item>(items: readonly Item[]): readonly Item[] {
    return items.length === 0 ? NONE : items;
}

const NONE: readonly never[] = [];
