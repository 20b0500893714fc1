/** The state at a position as a tree, with what the last step changed. */
import type { Fields } from '../simulator/recording/state-log.js';
import type { DebugVariable } from './messages.js';
import type { DebugTimeline } from './timeline.js';
import type { Difference } from './state-cursor.js';

/** Most frames that are listed: those with names first, then those that the step is about. */
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

interface Entry { readonly item: number; readonly path: readonly string[]; readonly fields: Fields }

export class VariableTree {
    readonly #timeline: DebugTimeline;
    /** Items by their path. */
    readonly #numbers = new Map<string, number>();

    constructor(timeline: DebugTimeline) {
        this.#timeline = timeline;
        for (const [item, path] of timeline.states.items.entries()) this.#numbers.set(path.join('\0'), item);
    }

    /** The groups of a machine that hold something. */
    groups(position: number, side: string): { readonly title: string; readonly path: string }[] {
        const prefix = sidePath(side);
        const present = new Set(this.#below(position, prefix).map(({ path }) => path[prefix.length]));
        return GROUPS.filter(({ key }) => present.has(key)).map(({ key, title }) => ({ title, path: pathText([...prefix, key]) }));
    }

    /** What a thing or a group consists of. @param since the position of the stop before this one */
    children(position: number, since: number, path: readonly string[]): DebugVariable[] {
        const { cursor } = this.#timeline;
        const changes = cursor.between(since, position);
        const entries = this.#below(position, path);
        const own = entries.find((entry) => entry.path.length === path.length);
        const fields = own === undefined ? [] : this.#fields(own, changes.get(own.item));
        const groups = new Map<string, Entry[]>();
        for (const entry of entries) {
            const key = entry.path[path.length];
            if (key === undefined) continue;
            const known = groups.get(key);
            if (known === undefined) groups.set(key, [entry]);
            else known.push(entry);
        }
        const keys = isFrames(path) ? this.#orderFrames(position, [...groups.keys()], path.length === 1 ? '' : path[1]!) : [...groups.keys()];
        return [...fields, ...keys.map((key) => this.#thing([...path, key], groups.get(key)!, changes))];
    }

    /** What differs from the position of the stop before, a line for each property. */
    changed(position: number, since: number): DebugVariable[] {
        const found: DebugVariable[] = [];
        for (const [item, { before, after }] of this.#timeline.cursor.between(since, position)) {
            const path = this.#timeline.states.items[item]!;
            // What is looked at for the first time has not changed.
            if (before === null) continue;
            for (const name of Object.keys({ ...before, ...after })) {
                if (before[name] === after?.[name]) continue;
                found.push({ name: `${this.words(path)} ${name}`, value: `${before[name] ?? 'none'} → ${after?.[name] ?? 'gone'}`, path: '', evaluateName: '', changed: true, dataId: dataIdOf(path, name) });
            }
        }
        return found;
    }

    /** A thing in one line, and whether there is one. */
    summary(position: number, path: readonly string[]): string | null {
        const fields = this.fields(position, path);
        if (fields !== null) return summaryOf(path, fields);
        const entries = this.#below(position, path);
        return entries.length === 0 ? null : `${new Set(entries.map((entry) => entry.path[path.length])).size} of them`;
    }

    fields(position: number, path: readonly string[]): Fields | null {
        const item = this.#numbers.get(path.join('\0'));
        return item === undefined ? null : this.#timeline.cursor.at(position)[item] ?? null;
    }

    /** `bad`, `db:heap`, `db.main`: a thing as the text names it. */
    words(path: readonly string[]): string {
        const [group = '', ...rest] = path;
        if (group === 'guests') return `${rest[0]}.${this.words(rest.slice(1))}`;
        if (group === 'frames') return nameOfFrame(this.#timeline, rest[0] ?? '') ?? rest[0] ?? '';
        if (group === 'processes' && rest[1] === 'mappings') return `${rest[0]}:${rest[2]}`;
        if (group === 'processes' && rest[1] === 'threads') return `${rest[0]}.${rest[2]}`;
        return rest.length === 0 ? '' : rest.join(' ');
    }

    #below(position: number, path: readonly string[]): Entry[] {
        const { states: { items }, cursor } = this.#timeline;
        const state = cursor.at(position);
        const found: Entry[] = [];
        for (let item = 0; item < items.length; item += 1) {
            const at = items[item]!;
            const fields = state[item];
            if (fields == null || at.length < path.length) continue;
            let index = 0;
            while (index < path.length && at[index] === path[index]) index += 1;
            if (index === path.length) found.push({ item, path: at, fields });
        }
        return found;
    }

    #fields({ path, fields }: Entry, change: Difference | undefined): DebugVariable[] {
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

    #thing(path: readonly string[], entries: readonly Entry[], changes: ReadonlyMap<number, Difference>): DebugVariable {
        const own = entries.find((entry) => entry.path.length === path.length);
        const changed = entries.some(({ item }) => (changes.get(item)?.before ?? null) !== null);
        const key = path.at(-1)!;
        const name = path.at(-2) === 'frames' ? frameTitle(this.#timeline, key) : key;
        const summary = own === undefined ? '' : summaryOf(path, own.fields);
        const count = entries.length === 1 && own === undefined ? summaryOf(entries[0]!.path, entries[0]!.fields) : own === undefined ? `${new Set(entries.map((entry) => entry.path[path.length])).size}` : summary;
        return { name, value: changed ? `${count} (changed)` : count, path: pathText(path), evaluateName: this.words(path), changed, dataId: dataIdOf(path) };
    }

    /** Frames with names in the order of the text, then those of the step, then the others. */
    #orderFrames(position: number, keys: readonly string[], side: string): string[] {
        const end = this.#timeline.endOf(side);
        const known = new Set(keys);
        const first = Object.values(end.frames).map(({ pfn }) => `0x${pfn.toString(16)}`);
        const step = (this.#timeline.step(position)?.events ?? []).flatMap((event) => {
            const inner = event.t === 'guest' ? event.event : event;
            return 'pfn' in inner && inner.pfn !== undefined ? [`0x${inner.pfn.toString(16)}`] : [];
        });
        return [...new Set([...first, ...step, ...keys])].filter((key) => known.has(key)).slice(0, MAX_LISTED);
    }
}

function isFrames(path: readonly string[]): boolean {
    return path.at(-1) === 'frames' && (path.length === 1 || path.length === 3);
}

/** Name that `page` gave a frame. */
export function nameOfFrame({ trace }: DebugTimeline, key: string): string | undefined {
    return Object.entries(trace.end.frames).find(([, { pfn }]) => `0x${pfn.toString(16)}` === key)?.[0];
}

function frameTitle(timeline: DebugTimeline, key: string): string {
    const name = nameOfFrame(timeline, key);
    return name === undefined ? key : `${name} (${key})`;
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
