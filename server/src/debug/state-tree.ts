/** What a run follows, by where it stands: things are found by their paths, and no motion looks at all of them. */
import type { Fields } from '../simulator/recording/state-log.js';

/** A place in the tree of the state. */
export interface StateNode {
    readonly path: readonly string[];
    /** Index in `StateLog.items`; -1 where only things below it are followed. */
    item: number;
    /** By the next part of the path, in the order in which things came into being. */
    readonly below: Map<string, StateNode>;
}

type State = readonly (Fields | null | undefined)[];

export class StateTree {
    readonly #root: StateNode = { path: [], item: -1, below: new Map() };

    constructor(items: readonly (readonly string[])[]) {
        for (const [item, path] of items.entries()) this.#grown(path).item = item;
    }

    node(path: readonly string[]): StateNode | null {
        let node: StateNode | undefined = this.#root;
        for (const part of path) {
            node = node.below.get(part);
            if (node === undefined) return null;
        }
        return node;
    }

    #grown(path: readonly string[]): StateNode {
        let node = this.#root;
        for (const [depth, part] of path.entries()) {
            let next = node.below.get(part);
            if (next === undefined) {
                next = { path: path.slice(0, depth + 1), item: -1, below: new Map() };
                node.below.set(part, next);
            }
            node = next;
        }
        return node;
    }
}

/** Properties of a thing itself; null where there is none in that state. */
export function fieldsOf({ item }: StateNode, state: State): Fields | null {
    return item < 0 ? null : state[item] ?? null;
}

/** Is there something at a place, or below it? */
export function exists(node: StateNode, state: State): boolean {
    if (fieldsOf(node, state) !== null) return true;
    for (const each of node.below.values()) if (exists(each, state)) return true;
    return false;
}

/** Places right below, where something is. */
export function* existingBelow(node: StateNode, state: State): Generator<StateNode> {
    for (const each of node.below.values()) if (exists(each, state)) yield each;
}

/** The only thing below a place; null where there are several, or none. */
export function onlyThing(node: StateNode, state: State): StateNode | null {
    const found: StateNode[] = [];
    const collect = (at: StateNode): void => {
        if (fieldsOf(at, state) !== null) found.push(at);
        for (const each of at.below.values()) {
            if (found.length > 1) return;
            collect(each);
        }
    };
    collect(node);
    return found.length === 1 ? found[0]! : null;
}
