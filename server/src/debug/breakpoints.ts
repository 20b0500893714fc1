/** What stops a run: places in the text, functions and decisions, states of a machine, changes. */
import type { Fields } from '../simulator/recording/state-log.js';
import type { TraceEvent } from '../simulator/trace.js';
import { decisions, type DecisionId } from '../vocabulary/decisions.js';
import { knownFunctions } from '../vocabulary/kernel-functions.js';
import { nearestWords } from '../vocabulary/nearest.js';
import { resultWords } from '../report/step/wording.js';
import type { Evaluation } from './evaluate.js';
import { parseExpression } from './expressions.js';
import type { CheckedBreakpoint, DebugBreakpoint, StopFilter } from './messages.js';
import { decisionAtLine } from './outline.js';
import type { DebugTimeline } from './timeline.js';
import { dataOf, type VariableTree } from './variables.js';

/** What a breakpoint meets at a position. */
interface Met { readonly breakpoint: DebugBreakpoint; readonly text: string }

/** Finds where breakpoints are met. What each meets is looked for once; a condition is asked where it is met. */
export class BreakpointFinder {
    readonly #timeline: DebugTimeline;
    readonly #tree: VariableTree;
    readonly #evaluation: Evaluation;
    #breakpoints: readonly DebugBreakpoint[] = [];
    /** By breakpoint: its positions in order. */
    readonly #found = new Map<string, readonly number[]>();

    constructor(timeline: DebugTimeline, tree: VariableTree, evaluation: Evaluation) {
        this.#timeline = timeline;
        this.#tree = tree;
        this.#evaluation = evaluation;
    }

    /** Takes the place of all breakpoints. */
    set(breakpoints: readonly DebugBreakpoint[]): CheckedBreakpoint[] {
        this.#breakpoints = breakpoints;
        return breakpoints.map((breakpoint) => this.#check(breakpoint));
    }

    /**
     * The nearest position at which something stops, in a direction; log points on the way are told of.
     * @param limit the last position that counts
     * @param onlyLogs look for log points only
     */
    next(from: number, direction: 1 | -1, limit: number, onLog: (position: number, breakpoint: DebugBreakpoint) => void, onlyLogs = false): { readonly position: number; readonly met: readonly Met[] } | null {
        const queues = this.#breakpoints.filter(({ logMessage }) => !onlyLogs || logMessage !== undefined)
            .map((breakpoint) => ({ breakpoint, positions: this.#positionsOf(breakpoint), at: 0 }));
        for (const queue of queues) queue.at = direction > 0 ? firstAfter(queue.positions, from) : firstAfter(queue.positions, from - 1) - 1;
        for (;;) {
            const nearest = queues.reduce<number | null>((best, { positions, at }) => {
                const position = positions[at];
                return position === undefined || (position - limit) * direction > 0 ? best : best === null || (position - best) * direction < 0 ? position : best;
            }, null);
            if (nearest === null) return null;
            const here = queues.filter(({ positions, at }) => positions[at] === nearest);
            for (const queue of here) queue.at += direction;
            const met = here.map(({ breakpoint }) => breakpoint).filter((breakpoint) => this.#isHit(breakpoint, nearest));
            met.filter(({ logMessage }) => logMessage !== undefined).forEach((breakpoint) => onLog(nearest, breakpoint));
            const stops = met.filter(({ logMessage }) => logMessage === undefined);
            if (stops.length > 0) return { position: nearest, met: stops.map((breakpoint) => ({ breakpoint, text: this.#textOf(breakpoint, nearest) })) };
        }
    }

    #isHit(breakpoint: DebugBreakpoint, position: number): boolean {
        if (!this.#conditionHolds(breakpoint, position)) return false;
        const hits = hitCondition(breakpoint.hitCondition);
        if (hits === null || typeof hits === 'string') return true;
        // Times are counted from the beginning of the run, whichever way one has come.
        return hits(firstAfter(this.#hitsOf(breakpoint), position));
    }

    /** Positions at which the condition holds, too. */
    #hitsOf(breakpoint: DebugBreakpoint): readonly number[] {
        const positions = this.#positionsOf(breakpoint);
        if ((breakpoint.condition ?? '').trim() === '') return positions;
        const key = `${keyOf(breakpoint)} ${breakpoint.condition}`;
        const known = this.#found.get(key) ?? positions.filter((position) => this.#conditionHolds(breakpoint, position));
        this.#found.set(key, known);
        return known;
    }

    #conditionHolds({ condition }: DebugBreakpoint, position: number): boolean {
        if (condition === undefined || condition.trim() === '') return true;
        return this.#evaluation.holds(condition, position, this.#timeline.sideOf(position)) === true;
    }

    #check(breakpoint: DebugBreakpoint): CheckedBreakpoint {
        const { id, condition } = breakpoint;
        const refused = (message: string): CheckedBreakpoint => ({ id, verified: false, message });
        if (condition !== undefined && condition.trim() !== '') {
            const parsed = parseExpression(condition);
            if ('error' in parsed) return refused(`The condition cannot be read: ${parsed.error}`);
        }
        const hits = hitCondition(breakpoint.hitCondition);
        if (typeof hits === 'string') return refused(hits);
        if (breakpoint.kind === 'line') {
            const line = this.#lineOf(breakpoint);
            return line === null ? refused('No step of the scenario that is debugged stands here or below it.') : { id, verified: true, line };
        }
        if (breakpoint.kind === 'outline') {
            const decision = decisionAtLine(breakpoint.function, breakpoint.line);
            return decision === null ? refused('No decision stands here.') : { id, verified: true, line: decision.line };
        }
        if (breakpoint.kind === 'function') return this.#checkFunction(breakpoint.id, breakpoint.name);
        return { id, verified: true };
    }

    #checkFunction(id: number, name: string): CheckedBreakpoint {
        const bare = nameOf(name);
        if (Object.hasOwn(decisions(), bare) || knownFunctions().has(bare)) return { id, verified: true };
        const [nearest] = nearestWords(bare, [...knownFunctions(), ...Object.keys(decisions())]);
        return { id, verified: false, message: `The model knows no kernel function and no decision \`${bare}\`${nearest === undefined ? '.' : `; did you mean \`${nearest}\`?`}` };
    }

    /** The first line from there on at which a step stands. */
    #lineOf({ uri, line }: DebugBreakpoint & { kind: 'line' }): number | null {
        const { program } = this.#timeline;
        const whole = program.sources[program.source];
        if (whole !== undefined && whole.uri === uri && (line < whole.startLine || line > whole.endLine)) return null;
        let best: number | null = null;
        for (let step = 0; step < this.#timeline.trace.steps.length; step += 1) {
            const place = this.#timeline.placeOf(step);
            if (place !== null && place.uri === uri && place.line >= line && (best === null || place.line < best)) best = place.line;
        }
        return best;
    }

    #positionsOf(breakpoint: DebugBreakpoint): readonly number[] {
        const key = keyOf(breakpoint);
        const known = this.#found.get(key) ?? this.#search(breakpoint);
        this.#found.set(key, known);
        return known;
    }

    #search(breakpoint: DebugBreakpoint): number[] {
        const { positions, trace } = this.#timeline;
        switch (breakpoint.kind) {
            case 'line': {
                const line = this.#lineOf(breakpoint);
                return line === null ? [] : trace.steps.flatMap((_step, index) => {
                    const place = this.#timeline.placeOf(index);
                    return place?.uri === breakpoint.uri && place.line === line ? [positions.before(index)] : [];
                });
            }
            case 'outline': {
                const decision = decisionAtLine(breakpoint.function, breakpoint.line);
                return decision === null ? [] : this.#eventPositions((event) => event.t === 'decision' && event.id === decision.id);
            }
            case 'function':
                return this.#functionPositions(nameOf(breakpoint.name));
            case 'filter':
                return breakpoint.filter === 'page' ? this.#firstChanges() : this.#eventPositions((event) => meets(event, breakpoint.filter));
            case 'data':
                return this.#changePositions(breakpoint.dataId);
        }
    }

    #eventPositions(wanted: (event: TraceEvent) => boolean): number[] {
        const found: number[] = [];
        let position = 0;
        for (const { events } of this.#timeline.trace.steps) {
            position += 1;
            for (const event of events) {
                if (wanted(event.t === 'guest' ? event.event : event)) found.push(position);
                position += 1;
            }
        }
        return found;
    }

    /** Of a decision every time that it is taken; of a function the first decision after it was entered. */
    #functionPositions(name: string): number[] {
        if (Object.hasOwn(decisions(), name) && decisions()[name as DecisionId].function !== name) return this.#eventPositions((event) => event.t === 'decision' && event.id === name);
        const { positions } = this.#timeline;
        const found: number[] = [];
        let inside = new Set<unknown>();
        for (let position = 0; position < positions.end; position += 1) {
            if (positions.isStep(position)) {
                inside = new Set();
                continue;
            }
            if (this.#timeline.decisionAt(position) === null) continue;
            for (let call = this.#timeline.call(position, this.#timeline.sideOf(position)); call !== null; call = call.caller) {
                if (call.function !== name) continue;
                if (!inside.has(call)) found.push(position);
                inside.add(call);
                break;
            }
        }
        return found;
    }

    /** By frame the first position at which something of it changes. */
    #firstChanges(): number[] {
        const { states } = this.#timeline;
        const seen = new Set<number>();
        const found: number[] = [];
        for (const [position, changes] of states.changes.entries()) {
            let first = false;
            for (const { item, before } of changes) {
                const path = states.items[item]!;
                if (before === null || seen.has(item) || path[0] !== 'frames' && path[2] !== 'frames') continue;
                seen.add(item);
                first = true;
            }
            if (first) found.push(position);
        }
        return found;
    }

    #changePositions(dataId: string): number[] {
        const data = dataOf(dataId);
        if (data === null) return [];
        const { states } = this.#timeline;
        const wanted = new Set(states.items.flatMap((path, item) => data.path.every((part, index) => path[index] === part) && (data.field === undefined || path.length === data.path.length) ? [item] : []));
        return [...states.changes.entries()].filter(([, changes]) => changes.some(({ item, before, after }) => before !== null && wanted.has(item) && differs(before, after, data.field))).map(([position]) => position);
    }

    #textOf(breakpoint: DebugBreakpoint, position: number): string {
        const event = this.#timeline.positions.event(position)?.event;
        switch (breakpoint.kind) {
            case 'line': return '';
            case 'outline':
            case 'function': return event?.t === 'decision' ? event.id : '';
            case 'filter': return event === undefined || breakpoint.filter === 'page' ? this.#changesAt(position, (path) => path[0] === 'frames' || path[2] === 'frames') : eventText(event);
            case 'data': {
                const data = dataOf(breakpoint.dataId);
                return this.#changesAt(position, (path) => data?.path.every((part, index) => path[index] === part) === true);
            }
        }
    }

    #changesAt(position: number, wanted: (path: readonly string[]) => boolean): string {
        const { states } = this.#timeline;
        return (states.changes[position] ?? []).filter(({ item, before }) => before !== null && wanted(states.items[item]!)).slice(0, 3).map(({ item, before, after }) => {
            const fields = Object.keys({ ...before, ...after }).filter((name) => before?.[name] !== after?.[name]);
            return `${this.#tree.words(states.items[item]!)}: ${fields.map((name) => `${name} ${before?.[name] ?? 'none'} → ${after?.[name] ?? 'gone'}`).join(', ')}`;
        }).join('; ');
    }
}

/** What decides where a breakpoint can be met. */
function keyOf(breakpoint: DebugBreakpoint): string {
    switch (breakpoint.kind) {
        case 'line': return `line ${breakpoint.line} ${breakpoint.uri}`;
        case 'outline': return `outline ${breakpoint.line} ${breakpoint.function}`;
        case 'function': return `function ${nameOf(breakpoint.name)}`;
        case 'filter': return `filter ${breakpoint.filter}`;
        case 'data': return `data ${breakpoint.dataId}`;
    }
}

/** Index of the first position that is greater. */
function firstAfter(positions: readonly number[], position: number): number {
    let low = 0;
    let high = positions.length;
    while (low < high) {
        const middle = (low + high) >>> 1;
        if (positions[middle]! <= position) low = middle + 1;
        else high = middle;
    }
    return low;
}

function meets(event: TraceEvent, filter: StopFilter): boolean {
    switch (filter) {
        case 'panic': return event.t === 'panic';
        case 'oops': return event.t === 'oops';
        case 'sigbus': return event.t === 'signal' && event.signal === 'SIGBUS';
        case 'ignored': return event.t === 'result' && event.result === 'MF_IGNORED';
        case 'page': return false;
    }
}

function eventText(event: TraceEvent): string {
    switch (event.t) {
        case 'panic': return `panic: ${event.text}`;
        case 'oops': return `oops: ${event.text}`;
        case 'signal': return `${event.signal} ${event.code} to ${event.task}`;
        case 'result': return resultWords(event);
        default: return '';
    }
}

function differs(before: Fields, after: Fields | null, field: string | undefined): boolean {
    return field === undefined || before[field] !== after?.[field];
}

/** `get_any_page()` and `get_any_page` are one. */
function nameOf(name: string): string {
    return name.trim().replace(/\(\)$/, '');
}

/** @returns the test of a number of times, null for no condition, or what is wrong with it */
function hitCondition(text: string | undefined): ((times: number) => boolean) | null | string {
    if (text === undefined || text.trim() === '') return null;
    const [, operator = '=', digits] = /^\s*(>=|<=|==|=|>|<|%)?\s*(\d+)\s*$/.exec(text) ?? [];
    if (digits === undefined) return `\`${text}\` is no number of times: write \`3\`, \`>= 3\` or \`% 2\`.`;
    const limit = Number(digits);
    switch (operator) {
        case '>=': return (times) => times >= limit;
        case '<=': return (times) => times <= limit;
        case '>': return (times) => times > limit;
        case '<': return (times) => times < limit;
        case '%': return (times) => limit > 0 && times % limit === 0;
        default: return (times) => times === limit;
    }
}

