/**
 * What the names of one scenario (or one shared machine) mean: one map per scenario, built by one
 * synchronous walk and kept as long as its syntax tree. The machine that a scenario runs `on` has
 * its own symbols; a look-up goes there last.
 */
import { AstUtils } from 'langium';
import { type Guest, type Introduction, type Item, type Machine, type Mapping, type Member, type Named, type Process, type ProcessItem, type Scenario, type Thread, isGuest, isIntroduction, isMachine, isMapping, isMmap, isPhrase, isPin, isProcess, isRepeat, isScenario, isStep, isTaskSetting, isCgroup, isFile, isFilesystem, isFrame, isPmem, isRegion, isSwap } from '../generated/ast.js';

import { OPERATION_BY_ID } from '../../vocabulary/operations.js';

/** A scenario, a machine, or a virtual machine: what owns names. */
export type Scene = Scenario | Machine | Guest;

/** What stands before a dot: a process, or the child that a `fork as` brings in. */
export type TaskNode = Process | Introduction;

export class ScenarioSymbols {
    /** Declarations and introductions by name; more than one is a mistake that validation reports. */
    readonly names = new Map<string, Named[]>();
    /** Mappings of all processes by name. */
    readonly mappings = new Map<string, Mapping[]>();
    private readonly members = new Map<TaskNode, Map<string, Member>>();

    constructor(scene: Scene) {
        this.addItems(scene.items);
        if (isGuest(scene)) {
            this.addStepsOf(scene);
        }
    }

    /** Mappings and threads that the process itself declares or makes. */
    membersOf(process: TaskNode): ReadonlyMap<string, Member> {
        return this.members.get(process) ?? new Map();
    }

    private addItems(items: readonly Item[]): void {
        for (const item of items) {
            if (isRepeat(item)) {
                this.addItems(item.items);
            } else if (isMachine(item)) {
                this.addName(item);
                this.addItems(item.items);
            } else if (isProcess(item)) {
                this.addProcess(item);
            } else if (isStep(item)) {
                // What a step on a virtual machine's side brings in is known there.
                if (item.guest === undefined) {
                    this.addStep(item.action);
                }
            } else if (isRegion(item) || isFilesystem(item) || isFile(item) || isSwap(item) || isPmem(item) || isCgroup(item) || isFrame(item)) {
                this.addName(item);
            }
        }
    }

    private addStepsOf(guest: Guest): void {
        const add = (items: readonly Item[]): void => {
            for (const item of items) {
                if (isRepeat(item)) {
                    add(item.items);
                } else if (isStep(item) && item.guest?.$refText === guest.name) {
                    this.addStep(item.action);
                }
            }
        };
        const scenario = AstUtils.getContainerOfType(guest, isScenario);
        add(scenario?.items ?? []);
    }

    private addStep(action: Extract<Item, { $type: 'Step' }>['action'] | undefined): void {
        if (isPhrase(action) && action.introduces !== undefined && OPERATION_BY_ID.get(action.verb ?? '')?.introduces === 'thread') {
            this.addMember(this.taskNamed(action.actor?.process?.$refText), action.introduces);
        } else if (isPhrase(action) && action.introduces !== undefined && introducesAName(action.verb)) {
            this.addName(action.introduces);
        } else if (isMmap(action) && action.mapping !== undefined) {
            this.addMember(this.taskNamed(action.actor.process?.$refText), action.mapping);
        }
    }

    private taskNamed(name: string | undefined): TaskNode | undefined {
        return name === undefined ? undefined : this.names.get(name)?.find(isTaskNode);
    }

    private addProcess(process: Process): void {
        this.addName(process);
        for (const item of process.items as readonly ProcessItem[]) {
            if (isGuest(item)) {
                this.addName(item);
            } else if (!isPin(item) && !isTaskSetting(item)) {
                this.addMember(process, item);
            }
        }
    }

    private addMember(owner: TaskNode | undefined, member: Mapping | Thread | Introduction): void {
        if (member.name === undefined) {
            return;
        }
        if (isMapping(member)) {
            push(this.mappings, member.name, member);
        }
        if (owner !== undefined) {
            const members = this.members.get(owner) ?? new Map<string, Member>();
            this.members.set(owner, members);
            if (!members.has(member.name)) {
                members.set(member.name, member);
            }
        }
    }

    private addName(node: Named): void {
        if (node.name !== undefined) {
            push(this.names, node.name, node);
        }
    }
}

export function isTaskNode(node: Named): node is TaskNode {
    return isProcess(node) || isIntroduction(node) && OPERATION_BY_ID.get(node.$container.verb)?.introduces === 'process';
}

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
    const list = map.get(key);
    if (list === undefined) {
        map.set(key, [value]);
    } else {
        list.push(value);
    }
}

const cache = new WeakMap<Scene, ScenarioSymbols>();

/** Scenes whose symbols are kept: one is looked at from its linking to its checks, and seldom later. */
const MAX_KEPT = 64;
const kept: WeakRef<Scene>[] = [];

/** The symbols of a scene; computed once while it is looked at. */
export function symbolsOf(scene: Scene): ScenarioSymbols {
    let symbols = cache.get(scene);
    if (symbols === undefined) {
        symbols = new ScenarioSymbols(scene);
        cache.set(scene, symbols);
        kept.push(new WeakRef(scene));
        const oldest = kept.length > MAX_KEPT ? kept.shift()!.deref() : undefined;
        if (oldest !== undefined) {
            cache.delete(oldest);
        }
    }
    return symbols;
}

/** The scene and the machine it runs on, if any. */
export function scenesOf(scene: Scene): readonly Scene[] {
    const machine = isScenario(scene) ? scene.machine?.ref : undefined;
    return machine === undefined ? [scene] : [scene, machine];
}

/** In `kernel: allocate spare as slab` what stands after `as` is a word. */
function introducesAName(verb: string | undefined): boolean {
    const operation = OPERATION_BY_ID.get(verb ?? '');
    return operation === undefined || operation.introduces !== undefined;
}
