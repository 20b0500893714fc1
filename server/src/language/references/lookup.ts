/** Finds what a name means at a place in a scenario. Pure look-ups, no Langium services. */
import type { AstNode } from 'langium';
import { type Expectation, type Guest, type Introduction, type Mapping, type Member, type Named, type Process, isExpectation, isFile, isFrame, isGuest, isIntroduction, isMachine, isMapping, isMmap, isPhrase, isPlace, isProcess, isRace, isRegion, isScenario, isStep } from '../generated/ast.js';
import { scenesOf, symbolsOf, isTaskNode, type Scene, type TaskNode } from './scenario-symbols.js';

/**
 * The scene whose names hold at the node: the virtual machine whose block it is in, or on whose side the step is made;
 * else the scenario or outermost machine.
 */
export function sceneOf(node: AstNode): Scene | undefined {
    let scene: Scene | undefined;
    let below: AstNode | undefined;
    for (let current: AstNode | undefined = node; current !== undefined; below = current, current = current.$container) {
        if (isGuest(current) && below?.$containerProperty === 'items') {
            return current;
        }
        if (below !== undefined && (isStep(current) || isExpectation(current)) && current.guest?.ref !== undefined) {
            return current.guest.ref;
        }
        if (isScenario(current) || isMachine(current)) {
            scene = current;
        }
    }
    return scene;
}

/** The process whose names come first at the node: the declared one around it, or the actor of its step (for an expectation: of the step above). */
export function taskAround(node: AstNode): TaskNode | undefined {
    let below: AstNode | undefined;
    for (let current: AstNode | undefined = node; current !== undefined; below = current, current = current.$container) {
        if (isGuest(current) && below?.$containerProperty === 'items') {
            return undefined;
        }
        if (isProcess(current)) {
            return current;
        }
        const step = isExpectation(current) ? stepAbove(current) : current;
        const acting = isPhrase(step) || isMmap(step) ? step : undefined;
        if (acting?.actor !== undefined) {
            const name = acting.actor.process?.$refText;
            const scene = sceneOf(current);
            return name === undefined || scene === undefined ? undefined : findTask(scene, name);
        }
    }
    return undefined;
}

/** What the step above an expectation does. */
function stepAbove(expectation: Expectation): AstNode | undefined {
    const { items } = expectation.$container;
    for (let index = (expectation.$containerIndex ?? 0) - 1; index >= 0; index--) {
        const item = items[index];
        if (isStep(item)) {
            return item.action;
        }
        if (!isExpectation(item) && !isRace(item)) {
            return undefined;
        }
    }
    return undefined;
}

export function findTask(scene: Scene, name: string): TaskNode | undefined {
    for (const part of scenesOf(scene)) {
        const found = symbolsOf(part).names.get(name)?.find(isTaskNode);
        if (found !== undefined) {
            return found;
        }
    }
    return undefined;
}

/** The process that a task copies: the target of `forked from`, or the actor of the `fork as` that brought it in. */
export function parentOf(task: TaskNode, scene: Scene): TaskNode | undefined {
    if (isIntroduction(task)) {
        const phrase = task.$container;
        const name = phrase.actor?.process?.$refText;
        return name === undefined ? undefined : findTask(scene, name);
    }
    const words = task.arguments.filter(isPlace);
    const from = words.findIndex((word, index) => word.target?.$refText === 'from' && words[index - 1]?.target?.$refText === 'forked');
    const name = from < 0 ? undefined : words[from + 1]?.target?.$refText;
    return name === undefined ? undefined : findTask(scene, name);
}

/** Most generations of forks that names are looked for in. */
const MAX_GENERATIONS = 100;

/** A mapping or thread of the process, its own or inherited from the process that it is a copy of. */
export function findMember(scene: Scene, process: TaskNode, name: string): Member | undefined {
    let current: TaskNode | undefined = process;
    for (let generation = 0; generation < MAX_GENERATIONS && current !== undefined; generation++) {
        for (const part of scenesOf(scene)) {
            const found = symbolsOf(part).membersOf(current).get(name);
            if (found !== undefined && (current === process || isMapping(found))) {
                return found;
            }
        }
        current = parentOf(current, scene);
    }
    return undefined;
}

/** The virtual machine of that name. */
export function findGuest(scene: Scene, name: string): Guest | undefined {
    for (const part of scenesOf(scene)) {
        const found = symbolsOf(part).names.get(name)?.find(isGuest);
        if (found !== undefined) {
            return found;
        }
    }
    return undefined;
}

/** What has frames in a virtual machine, by name: a region, a file, a bound page, the only mapping of that name. */
export function findInGuest(guest: Guest, name: string): Member | undefined {
    const symbols = symbolsOf(guest);
    const mappings = symbols.mappings.get(name) ?? [];
    return symbols.names.get(name)?.find((node) => isRegion(node) || isFile(node) || isFrame(node)) ?? (mappings.length === 1 ? mappings[0] : undefined);
}

/** All mappings of that name, whatever the process. */
export function mappingsNamed(scene: Scene, name: string): readonly Mapping[] {
    return scenesOf(scene).flatMap((part) => symbolsOf(part).mappings.get(name) ?? []);
}

/** Does the place say what a mapping maps? */
function isMapped(node: AstNode): boolean {
    for (let current: AstNode | undefined = node; current !== undefined && !isProcess(current); current = current.$container) if (isMapping(current) || isMmap(current)) return true;
    return false;
}

/** What the name of a place means: a mapping of the task around it, a declaration, or the only mapping of that name. */
export function findNamed(node: AstNode, name: string): Named | undefined {
    const scene = sceneOf(node);
    if (scene === undefined) {
        return undefined;
    }
    const task = taskAround(node);
    const member = task === undefined ? undefined : findMember(scene, task, name);
    // What a mapping maps is never a mapping: `map log = log` means the file.
    if (member !== undefined && isMapping(member) && !isMapped(node)) {
        return member;
    }
    for (const part of scenesOf(scene)) {
        const found = symbolsOf(part).names.get(name)?.[0];
        if (found !== undefined) {
            return found;
        }
    }
    const mappings = mappingsNamed(scene, name);
    return mappings.length === 1 ? mappings[0] : isScenario(scene) ? sharedMachine(scene, name) : undefined;
}

function sharedMachine(scene: Scene, name: string): Named | undefined {
    const machine = isScenario(scene) ? scene.machine?.ref : undefined;
    return machine?.name === name ? machine : undefined;
}

/** Most names that are listed, for suggestions and completion. */
const MAX_VISIBLE_NAMES = 2000;

/** Every name that can stand for a place at the node, with what it means; the first ones, where there are very many. */
export function visibleNames(node: AstNode): ReadonlyMap<string, Named> {
    const names = new Map<string, Named>();
    const scene = sceneOf(node);
    if (scene === undefined) {
        return names;
    }
    for (const part of scenesOf(scene)) {
        const symbols = symbolsOf(part);
        for (const [name, nodes] of symbols.names) {
            if (names.size >= MAX_VISIBLE_NAMES) {
                return names;
            }
            names.set(name, names.get(name) ?? nodes[0]!);
        }
        for (const name of symbols.mappings.keys()) {
            const found = names.size < MAX_VISIBLE_NAMES ? findNamed(node, name) : undefined;
            if (found !== undefined) {
                names.set(name, found);
            }
        }
    }
    return names;
}

/** Tasks that can stand before a colon. */
export function visibleTasks(node: AstNode): ReadonlyMap<string, Process | Introduction> {
    return new Map([...visibleNames(node)].filter((entry): entry is [string, TaskNode] => isTaskNode(entry[1])));
}
