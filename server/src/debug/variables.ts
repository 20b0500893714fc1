/** The state at a position as a tree, with what the last step changed. */
import type { Fields } from '../simulator/recording/state-log.js';
import type { DebugVariable } from './messages.js';
import type { DebugTimeline } from './timeline.js';
import type { Difference } from './state-cursor.js';
import { exists, existingBelow, fieldsOf, onlyThing, StateTree, type StateNode } from './state-tree.js';

/** Most frames and changes that are listed: frames with names first, then those that the step is about. */
const MAX_LISTED = 200;

/** Groups of a machine, in the order in which they are shown. */
export const GROUPS = [
    { key: 'frames', title: 'Frames' }, { key: 'processes', title: 'Processes' }, { key: 'counters', title: 'Counters' }, { key: 'machine', title: 'Machine' },
    { key: 'pools', title: 'Huge Page Pools' }, { key: 'files', title: 'Files' }, { key: 'swaps', title: 'Swap' },
] as const;

/** Paths go over the wire as text. */
export function pathText(path: readonly string[]): string {
    return JSON.stringify(path);
}

export function pathOf(text: string): readonly string[] {
    try {
        const parsed: unknown = JSON.parse(text);
        return Array.isArray(parsed) ? parsed.map(String) : [];
    } catch {
        return [];
    }
}

/** A data breakpoint: on a thing and all below it, or on one property. */
export function dataIdOf(path: readonly string[], field?: string): string {
    return JSON.stringify(field === undefined ? { path } : { path, field });
}

export function dataOf(id: string): { readonly path: readonly string[]; readonly field?: string } | null {
    try {
        const parsed = JSON.parse(id) as { path?: unknown; field?: unknown };
        if (!Array.isArray(parsed.path)) return null;
        return { path: parsed.path.map(String), ...(typeof parsed.field === 'string' ? { field: parsed.field } : {}) };
    } catch {
        return null;
    }
}

/** The path under which the things of a machine stand. */
export function sidePath(side: string): readonly string[] {
    return side === '' ? [] : ['guests', side];
}

export class VariableTree {
    readonly #timeline: DebugTimeline;
    readonly #tree: StateTree;
    /** Names that `page` gave to frames, by their paths. */
    readonly #frameNames: ReadonlyMap<string, string>;

    constructor(timeline: DebugTimeline) {
        this.#timeline = timeline;
        this.#tree = new StateTree(timeline.states.items);
        this.#frameNames = new Map(Object.entries(timeline.trace.end.frames).map(([name, { pfn }]) => [keyOfFrame(pfn), name]));
    }

    /** The groups of a machine that hold something. */
    groups(position: number, side: string): { readonly title: string; readonly path: string }[] {
        const state = this.#timeline.cursor.at(position);
        return GROUPS.flatMap(({ key, title }) => {
            const node = this.#tree.node([...sidePath(side), key]);
            return node === null || !exists(node, state) ? [] : [{ title, path: pathText(node.path) }];
        });
    }

    /** What a thing or a group consists of. @param since the position of the stop before this one */
    children(position: number, since: number, path: readonly string[]): DebugVariable[] {
        const node = this.#tree.node(path);
        if (node === null) return [];
        const { cursor } = this.#timeline;
        const changes = cursor.between(since, position);
        const state = cursor.at(position);
        const own = fieldsOf(node, state);
        const changed = this.#changedNodes(changes);
        const things = isFrames(path) ? this.#listedFrames(node, position, state) : existingBelow(node, state);
        return [...own === null ? [] : this.#fields(path, own, changes.get(node.item)), ...[...things].map((each) => this.#thing(each, state, changed))];
    }

    /** Whatever was there already and differs, and all that it is part of. */
    #changedNodes(changes: ReadonlyMap<number, Difference>): ReadonlySet<StateNode> {
        const found = new Set<StateNode>();
        for (const [item, { before }] of changes) {
            if (before === null) continue;
            const path = this.#timeline.states.items[item]!;
            for (let length = path.length; length > 0; length -= 1) found.add(this.#tree.node(path.slice(0, length))!);
        }
        return found;
    }

    /** What differs from the position of the stop before, a line for each property. */
    changed(position: number, since: number): DebugVariable[] {
        const found: DebugVariable[] = [];
        let left = 0;
        for (const [item, { before, after }] of this.#timeline.cursor.between(since, position)) {
            const path = this.#timeline.states.items[item]!;
            // What is looked at for the first time has not changed.
            if (before === null) continue;
            for (const name of Object.keys({ ...before, ...after })) {
                if (before[name] === after?.[name]) continue;
                if (found.length === MAX_LISTED) left += 1;
                else found.push({ name: `${this.words(path)} ${name}`, value: `${before[name] ?? 'none'} → ${after?.[name] ?? 'gone'}`, path: '', evaluateName: '', changed: true, dataId: dataIdOf(path, name) });
            }
        }
        return left === 0 ? found : [...found, { name: `${left} more`, value: 'changed as well', path: '', evaluateName: '', changed: true, dataId: '' }];
    }

    /** A thing in one line, and whether there is one. */
    summary(position: number, path: readonly string[]): string | null {
        const node = this.#tree.node(path);
        if (node === null) return null;
        const state = this.#timeline.cursor.at(position);
        const fields = fieldsOf(node, state);
        if (fields !== null) return summaryOf(path, fields);
        return exists(node, state) ? `${[...existingBelow(node, state)].length} of them` : null;
    }

    fields(position: number, path: readonly string[]): Fields | null {
        const node = this.#tree.node(path);
        return node === null ? null : fieldsOf(node, this.#timeline.cursor.at(position));
    }

    /** Keys of what stands below a path at some time, whether or not it is there now. */
    keysBelow(path: readonly string[]): Iterable<string> {
        return this.#tree.node(path)?.below.keys() ?? [];
    }

    /** `bad`, `db:heap`, `db.main`: a thing as the text names it. */
    words(path: readonly string[]): string {
        const [group = '', ...rest] = path;
        if (group === 'guests') return `${rest[0]}.${this.words(rest.slice(1))}`;
        if (group === 'frames') return this.#frameNames.get(rest[0] ?? '') ?? rest[0] ?? '';
        if (group === 'processes' && rest[1] === 'mappings') return `${rest[0]}:${rest[2]}`;
        if (group === 'processes' && rest[1] === 'threads') return `${rest[0]}.${rest[2]}`;
        return rest.length === 0 ? '' : rest.join(' ');
    }

    #fields(path: readonly string[], fields: Fields, change: Difference | undefined): DebugVariable[] {
        const before = change?.before ?? null;
        return Object.entries(fields).map(([name, value]) => {
            const changed = before !== null && before[name] !== value;
            return { name, value: changed ? `${value} (was ${before[name] ?? 'none'})` : value, path: '', evaluateName: this.#fieldWords(path, name), changed, dataId: dataIdOf(path, name) };
        });
    }

    /** `bad.refcount`, `db:heap[2]`, `node 0 ignored`; '' for a property of several words. */
    #fieldWords(path: readonly string[], name: string): string {
        const known = this.words(path);
        if (known === '' || name.startsWith('[')) return `${known}${name}`;
        return path.includes('counters') ? `${known} ${name}` : name.includes(' ') ? '' : `${known}.${name}`;
    }

    #thing(node: StateNode, state: readonly (Fields | null)[], changes: ReadonlySet<StateNode>): DebugVariable {
        const { path } = node;
        const changed = changes.has(node);
        const key = path.at(-1)!;
        const name = path.at(-2) === 'frames' ? this.#frameTitle(key) : key;
        const summary = this.#summaryOfNode(node, state);
        return { name, value: changed ? `${summary} (changed)` : summary, path: pathText(path), evaluateName: this.words(path), changed, dataId: dataIdOf(path) };
    }

    /** A group of one thing is known by that. */
    #summaryOfNode(node: StateNode, state: readonly (Fields | null)[]): string {
        const thing = fieldsOf(node, state) !== null ? node : onlyThing(node, state);
        return thing === null ? `${[...existingBelow(node, state)].length}` : summaryOf(thing.path, fieldsOf(thing, state)!);
    }

    /** Frames with names in the order of the text, then those of the step, then the others, as far as they are listed. */
    *#listedFrames(node: StateNode, position: number, state: readonly (Fields | null)[]): Generator<StateNode> {
        const { timeline, side } = { timeline: this.#timeline, side: node.path.length === 1 ? '' : node.path[1]! };
        const keys = function* (): Generator<string> {
            for (const { pfn } of Object.values(timeline.endOf(side).frames)) yield keyOfFrame(pfn);
            for (const event of timeline.step(position)?.events ?? []) {
                const inner = event.t === 'guest' ? event.event : event;
                if ('pfn' in inner && inner.pfn !== undefined) yield keyOfFrame(inner.pfn);
            }
            yield* node.below.keys();
        };
        const listed = new Set<StateNode>();
        for (const key of keys()) {
            const frame = node.below.get(key);
            if (frame === undefined || listed.has(frame) || !exists(frame, state)) continue;
            listed.add(frame);
            yield frame;
            if (listed.size === MAX_LISTED) return;
        }
    }

    #frameTitle(key: string): string {
        const name = this.#frameNames.get(key);
        return name === undefined ? key : `${name} (${key})`;
    }
}

function isFrames(path: readonly string[]): boolean {
    return path.at(-1) === 'frames' && (path.length === 1 || path.length === 3);
}

/** Frames stand in the tree by their PFN. */
function keyOfFrame(pfn: number): string {
    return `0x${pfn.toString(16)}`;
}

/** The two or three properties by which a thing is known. */
function summaryOf(path: readonly string[], fields: Fields): string {
    const group = path[0] === 'guests' ? path[2] : path[0];
    if (group === 'frames') return [fields['PG_hwpoison'] === 'yes' ? 'poisoned' : 'not poisoned', fields['kind'], `refcount ${fields['refcount'] ?? '?'}`, ...fields['mapped by'] === 'nobody' || fields['mapped by'] === undefined ? [] : [fields['mapped by']]].join(', ');
    if (group === 'processes' && path.includes('threads')) return [`policy ${fields['policy']}`, ...fields['pending signal'] === 'none' ? [] : [`pending ${fields['pending signal']}`], ...fields['state'] === 'runs' ? [] : [fields['state']]].join(', ');
    if (group === 'processes' && path.includes('mappings')) return [fields['from'], `${fields['pages']} pages`, fields['sharing'], fields['protection']].join(', ');
    if (group === 'processes') return `${fields['state']}, pid ${fields['pid']}`;
    if (group === 'machine') return [`kernel ${fields['kernel'] ?? ''}`, ...fields['panic'] === 'no' ? [] : ['panic']].join(', ');
    return Object.entries(fields).map(([name, value]) => `${name} ${value}`).join(', ');
}
