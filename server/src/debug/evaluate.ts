/** Values of words at a position: places, tasks, counters, settings, and what has just happened. */
import { decisions } from '../vocabulary/decisions.js';
import { UNITS } from '../vocabulary/units.js';
import { durationWords } from '../vocabulary/units.js';
import { parseExpression, type Comparison, type Expression } from './expressions.js';
import type { DebugError, DebugValue } from './messages.js';
import type { DebugTimeline } from './timeline.js';
import { dataIdOf, pathText, sidePath, type VariableTree } from './variables.js';

/** A value that stands for nothing further. */
const plain = (value: string): DebugValue => ({ value, path: '', dataId: '' });

/** Texts whose expressions are kept. */
const MAX_PARSED = 1000;

export class Evaluation {
    readonly #timeline: DebugTimeline;
    readonly #tree: VariableTree;
    /** Conditions are asked again and again. */
    readonly #parsed = new Map<string, ReturnType<typeof parseExpression>>();

    constructor(timeline: DebugTimeline, tree: VariableTree) {
        this.#timeline = timeline;
        this.#tree = tree;
    }

    /** The value of a text, or why it has none. */
    value(text: string, position: number, side: string): DebugValue | DebugError {
        const parsed = this.#parsed.get(text) ?? parseExpression(text);
        if (this.#parsed.size < MAX_PARSED) this.#parsed.set(text, parsed);
        return 'error' in parsed ? parsed : this.#of(parsed, position, side);
    }

    /** Does a condition hold? */
    holds(text: string, position: number, side: string): boolean | DebugError {
        const found = this.value(text, position, side);
        return 'error' in found ? found : isTrue(found.value);
    }

    /** A text with `{expressions}` in it. */
    message(text: string, position: number, side: string): string {
        return text.replaceAll(/\{([^{}]*)\}/g, (_all, inner: string) => {
            const found = this.value(inner, position, side);
            return 'error' in found ? `{${found.error}}` : found.value;
        });
    }

    #of(expression: Expression, position: number, side: string): DebugValue | DebugError {
        switch (expression.kind) {
            case 'words':
                return this.#words(expression.words, position, side) ?? { error: `\`${expression.words}\` is no place, task, counter or setting of this scenario.` };
            case 'not': {
                const operand = this.#of(expression.operand, position, side);
                return 'error' in operand ? operand : plain(isTrue(operand.value) ? 'no' : 'yes');
            }
            case 'and':
            case 'or': {
                const left = this.#of(expression.left, position, side);
                if ('error' in left) return left;
                if (isTrue(left.value) === (expression.kind === 'or')) return plain(expression.kind === 'or' ? 'yes' : 'no');
                const right = this.#of(expression.right, position, side);
                return 'error' in right ? right : plain(isTrue(right.value) ? 'yes' : 'no');
            }
            case 'compare': {
                const left = this.#of(expression.left, position, side);
                if ('error' in left) return left;
                // What names nothing on the right is a word to compare with: `bad.kind = anon`.
                const word = expression.right.kind === 'words' ? expression.right.words : null;
                const right = this.#of(expression.right, position, side);
                const other = 'error' in right ? word === null ? right : plain(word) : right;
                return 'error' in other ? other : plain(compare(left.value, expression.operator, other.value) ? 'yes' : 'no');
            }
        }
    }

    #words(words: string, position: number, side: string): DebugValue | null {
        const literal = /^(?:"([^"]*)"|'([^']*)'|(0x[0-9a-f]+|-?\d+(?:\.\d+)?(?: [KMGT]iB)?))$/i.exec(words);
        if (literal !== null) return this.#frame(words, position, side, false) ?? plain(literal[1] ?? literal[2] ?? literal[3] ?? words);
        return this.#fact(words, position, side) ?? this.#moment(words, position) ?? this.#counter(words, position, side) ?? this.#thing(words, position, side)
            ?? this.#property(words, position, side) ?? this.#setting(words, position, side) ?? this.#inGuest(words, position);
    }

    /** `poisoned bad`, `killed db`, `survives db`. */
    #fact(words: string, position: number, side: string): DebugValue | null {
        const [, fact, rest] = /^(poisoned|not-poisoned|killed|survives) (.+)$/.exec(words) ?? [];
        if (fact === undefined || rest === undefined) return null;
        if (fact === 'killed' || fact === 'survives') {
            const state = this.#tree.fields(position, [...sidePath(side), 'processes', rest])?.['state'];
            return state === undefined ? null : plain(state.startsWith('killed') === (fact === 'killed') ? 'yes' : 'no');
        }
        const key = this.#pfnOf(rest, position, side);
        const poisoned = key === null ? undefined : this.#tree.fields(position, [...sidePath(side), 'frames', key])?.['PG_hwpoison'];
        return poisoned === undefined ? null : plain((poisoned === 'yes') === (fact === 'poisoned') ? 'yes' : 'no');
    }

    /** What has just happened: `step`, `phase`, `time`, `operation`, `actor`, `decision`, `function`, `pfn`, `note`. */
    #moment(words: string, position: number): DebugValue | null {
        const step = this.#timeline.step(position);
        const decision = this.#timeline.decisionAt(position);
        switch (words) {
            case 'step': return plain(String(this.#timeline.positions.stepOf(position) + 1));
            case 'phase': return plain(step?.phase ?? '');
            case 'time': return plain(durationWords(step?.timeNs ?? 0));
            case 'operation': return plain(step?.op ?? 'end');
            case 'actor': return plain(step?.actor ?? '');
            case 'decision': return plain(decision?.id ?? 'none');
            case 'function': return plain(decision === null ? 'none' : decisions()[decision.id].function);
            case 'pfn': return plain(decision?.pfn === undefined ? 'none' : `0x${decision.pfn.toString(16)}`);
            case 'note': return plain(decision?.note ?? '');
            default: return null;
        }
    }

    /** `HardwareCorrupted`, `node 0 ignored`, `node 0`. */
    #counter(words: string, position: number, side: string): DebugValue | null {
        const prefix = [...sidePath(side), 'counters'];
        if (words === 'HardwareCorrupted') return this.#fieldOf(position, prefix, words);
        const [, node, field] = /^(node \d+)(?: (\w+))?$/.exec(words) ?? [];
        if (node === undefined) return null;
        return field === undefined ? this.#whole(position, [...prefix, node]) : this.#fieldOf(position, [...prefix, node], field);
    }

    /** A frame, a page of a mapping, a mapping, a task, a file, a pool. */
    #thing(words: string, position: number, side: string): DebugValue | null {
        const prefix = sidePath(side);
        return this.#frame(words, position, side, true) ?? this.#page(words, position, side) ?? this.#mapping(words, position, side) ?? this.#task(words, position, side)
            ?? this.#whole(position, [...prefix, 'files', words]) ?? this.#whole(position, [...prefix, 'pools', words.replace(/^(?:hugetlb|pool) /, '')]) ?? this.#whole(position, [...prefix, 'swaps', words]);
    }

    /** @param bare whether a number alone is no frame */
    #frame(words: string, position: number, side: string, bare: boolean): DebugValue | null {
        const key = this.#keyOfFrame(words, side, bare);
        return key === null ? null : this.#whole(position, [...sidePath(side), 'frames', key]);
    }

    #keyOfFrame(words: string, side: string, bare: boolean): string | null {
        const { trace } = this.#timeline;
        const end = this.#timeline.endOf(side);
        const bound = Object.hasOwn(end.frames, words) ? end.frames[words] : undefined;
        if (bound !== undefined) return `0x${bound.pfn.toString(16)}`;
        const [, kind, digits] = /^(pfn |phys )?(0x[0-9a-f]+|\d+)$/i.exec(words) ?? [];
        if (digits !== undefined && (kind !== undefined || !bare && digits.startsWith('0x'))) {
            const value = Number(digits);
            return `0x${(kind === 'phys ' ? Math.floor(value / 2 ** trace.pageShift) : value).toString(16)}`;
        }
        const [, region, page] = /^([\w-]+)(?:\[(\d+)\])?$/.exec(words) ?? [];
        const first = region !== undefined && Object.hasOwn(end.regions, region) ? end.regions[region] : undefined;
        return first === undefined ? null : `0x${(first + Number(page ?? 0)).toString(16)}`;
    }

    /** `heap[2]`, `db.heap[2]`, `db:heap[2]`: the entry of the page, and what is known of its frame. */
    #page(words: string, position: number, side: string): DebugValue | null {
        const found = this.#entry(words, position, side);
        if (found === null) return this.#pageOfFile(words, position, side);
        const { path, field, entry } = found;
        const pfn = /0x[0-9a-f]+/.exec(entry)?.[0];
        const frame = pfn === undefined ? null : this.#tree.summary(position, [...sidePath(side), 'frames', pfn]);
        return { value: frame === null ? entry : `${entry} · ${frame}`, path: frame === null ? '' : pathText([...sidePath(side), 'frames', pfn!]), dataId: dataIdOf(path, field) };
    }

    #entry(words: string, position: number, side: string): { readonly path: readonly string[]; readonly field: string; readonly entry: string } | null {
        const [, process, mapping, page] = /^(?:([\w-]+)[.:])?([\w-]+)\[(\d+)\]$/.exec(words) ?? [];
        if (mapping === undefined || page === undefined) return null;
        for (const path of this.#mappingsNamed(mapping, process, side)) {
            const entry = this.#tree.fields(position, path)?.[`[${page}]`];
            if (entry !== undefined) return { path, field: `[${page}]`, entry };
        }
        return null;
    }

    /** `log[0]`: the frame that caches the page, where one is followed. */
    #pageOfFile(words: string, position: number, side: string): DebugValue | null {
        const [, file] = /^([\w-]+)\[\d+\]$/.exec(words) ?? [];
        if (file === undefined || this.#tree.fields(position, [...sidePath(side), 'files', file]) === null) return null;
        const owner = `file ${words}`;
        const frames = [...sidePath(side), 'frames'];
        for (const key of this.#tree.keysBelow(frames)) if (this.#tree.fields(position, [...frames, key])?.['owner'] === owner) return this.#whole(position, [...frames, key]);
        return null;
    }

    /** Mappings of a name, by process in the order in which these came up. */
    *#mappingsNamed(name: string, process: string | undefined, side: string): Generator<readonly string[]> {
        const processes = [...sidePath(side), 'processes'];
        for (const each of process === undefined ? this.#tree.keysBelow(processes) : [process]) yield [...processes, each, 'mappings', name];
    }

    #mapping(words: string, position: number, side: string): DebugValue | null {
        const [, process, mapping] = /^(?:([\w-]+)[.:])?([\w-]+)$/.exec(words) ?? [];
        if (mapping === undefined) return null;
        for (const path of this.#mappingsNamed(mapping, process, side)) {
            const found = this.#whole(position, path);
            if (found !== null) return found;
        }
        return null;
    }

    #task(words: string, position: number, side: string): DebugValue | null {
        const [process = '', thread, ...more] = words.split('.');
        if (more.length > 0) return null;
        const path = [...sidePath(side), 'processes', process];
        return this.#whole(position, thread === undefined ? path : [...path, 'threads', thread]);
    }

    /** `bad.refcount`, `heap[2].PG_hwpoison`, `db.state`, `db.main.policy`. */
    #property(words: string, position: number, side: string): DebugValue | null {
        const dot = words.lastIndexOf('.');
        if (dot <= 0) return null;
        const [of, field] = [words.slice(0, dot), words.slice(dot + 1)];
        const thing = this.#thing(of, position, side);
        const path = thing === null || thing.path === '' ? null : JSON.parse(thing.path) as string[];
        return path === null ? null : this.#fieldOf(position, path, field);
    }

    /** `panic`, `oops`, `kernel`, `vm.memory_failure_recovery`. */
    #setting(words: string, position: number, side: string): DebugValue | null {
        return this.#fieldOf(position, [...sidePath(side), 'machine'], words.replace(/^sysctl /, ''));
    }

    /** `vm.heap[2]`, `vm:panic`: what stands in a virtual machine. */
    #inGuest(words: string, position: number): DebugValue | null {
        const [, guest, rest] = /^([\w-]+)[.:](.+)$/.exec(words) ?? [];
        return guest === undefined || rest === undefined || guest === '' || !this.#timeline.sides.includes(guest) ? null : this.#words(rest, position, guest);
    }

    #whole(position: number, path: readonly string[]): DebugValue | null {
        const value = this.#tree.summary(position, path);
        return value === null ? null : { value, path: pathText(path), dataId: dataIdOf(path) };
    }

    #fieldOf(position: number, path: readonly string[], field: string): DebugValue | null {
        const fields = this.#tree.fields(position, path);
        const value = fields !== null && Object.hasOwn(fields, field) ? fields[field] : undefined;
        return value === undefined ? null : { value, path: '', dataId: dataIdOf(path, field) };
    }

    #pfnOf(words: string, position: number, side: string): string | null {
        return this.#keyOfFrame(words, side, false) ?? /0x[0-9a-f]+/.exec(this.#entry(words, position, side)?.entry ?? '')?.[0] ?? null;
    }
}

function isTrue(value: string): boolean {
    return !['', '0', 'no', 'none', 'false', 'nobody'].includes(value);
}

/** By size where both are numbers, also with units; else word by word. */
function compare(left: string, operator: Comparison, right: string): boolean {
    const [first, second] = [numberOf(left), numberOf(right)];
    const order = first !== null && second !== null ? first - second : left === right ? 0 : left < right ? -1 : 1;
    switch (operator) {
        case '=': return order === 0;
        case '!=': return order !== 0;
        case '<': return order < 0;
        case '<=': return order <= 0;
        case '>': return order > 0;
        case '>=': return order >= 0;
    }
}

function numberOf(text: string): number | null {
    const [, digits, unit] = /^(0x[0-9a-f]+|-?\d+(?:\.\d+)?)(?: (\w+))?$/i.exec(text.trim()) ?? [];
    if (digits === undefined) return null;
    const factor = unit === undefined ? 1 : Object.hasOwn(UNITS, unit) ? UNITS[unit as keyof typeof UNITS].factor : null;
    return factor === null ? null : Number(digits) * factor;
}
