/**
 * Which alternative the next tokens call for. The grammar as a graph of states; a decision follows all its alternatives
 * at once until one is left, whatever called the rule, and remembers what it saw (the SLL part of ALL(*): Parr, Harwell,
 * Fisher, 2014). Nearly every decision ends after one token.
 */
import { EOF_INDEX, TOKEN_COUNT } from './scanner.js';
import type { Token } from './tokens.js';

export interface Edge {
    readonly to: State;
    /** The token that it takes; undefined for one that takes none. */
    readonly token?: number;
    /** The rule that it takes. */
    readonly rule?: RuleGraph;
}

export class State {
    readonly edges: Edge[] = [];
    /** Set at the end of a rule. */
    endOf: RuleGraph | undefined = undefined;

    /** A new state that can be reached from here without a token, and leads on without one where it is said. */
    branch(to?: State): State {
        const state = new State();
        this.edges.push({ to: state });
        if (to !== undefined) {
            state.edges.push({ to });
        }
        return state;
    }
}

export class RuleGraph {
    readonly start = new State();
    readonly end = new State();
    /** Where its callers go on. */
    readonly followers: State[] = [];
    readonly isEntry: boolean;

    constructor(isEntry: boolean) {
        this.isEntry = isEntry;
        this.end.endOf = this;
    }
}

/** The rules that are open, innermost first; equal ones are the same object. */
class Open {
    readonly state: State;
    readonly next: Open | undefined;
    private readonly above = new Map<State, Open>();

    private constructor(state: State, next: Open | undefined) {
        this.state = state;
        this.next = next;
    }

    /** Weak: a grammar goes with the parser that it was made for. */
    private static readonly outermost = new WeakMap<State, Open>();

    static with(state: State, next: Open | undefined): Open {
        const known = next?.above ?? Open.outermost;
        let open = known.get(state);
        if (open === undefined) {
            open = new Open(state, next);
            known.set(state, open);
        }
        return open;
    }
}

/** An alternative at a state before a token. */
interface Thread {
    readonly alternative: number;
    readonly token: number;
    readonly to: State | undefined;
    readonly open: Open | undefined;
}

/** What is known after some tokens. */
interface Seen {
    readonly threads: readonly Thread[];
    /** By token: what is known after it, the alternative that it decides for, or that none is left. */
    readonly next: (Seen | number | undefined)[];
}

/** No alternative fits. */
export const NONE = -1;

/** Tokens that a decision looks at; two alternatives that agree so far are the same, and the first is taken. */
const MAX_LOOKAHEAD = 100;

/**
 * What a decision comes to, worked out when the parser is generated: the alternative, or what the token after it says, and the
 * next tokens for which that is so, as pairs of the first and the last of a range; null where more tokens than that have to be
 * looked at. A token that is not there fits no alternative.
 */
export type Prediction = readonly (readonly [comesTo: number | Prediction | null, ...ranges: number[]])[];

/** Tokens that are looked at ahead of time: four decisions of five need no more than one, and the words of a step no more than three. */
const LOOKAHEAD_AHEAD_OF_TIME = 3;

/** A prediction by its tokens, which are spread when the first of them is asked for. */
class Known {
    private readonly prediction: Prediction;
    private byToken: (number | Known | null)[] | undefined = undefined;

    constructor(prediction: Prediction) {
        this.prediction = prediction;
    }

    after(token: number): number | Known | null {
        return (this.byToken ??= this.spread())[token]!;
    }

    private spread(): (number | Known | null)[] {
        const byToken = new Array<number | Known | null>(TOKEN_COUNT).fill(NONE);
        for (const [comesTo, ...ranges] of this.prediction) {
            const known = typeof comesTo === 'object' && comesTo !== null ? new Known(comesTo) : comesTo;
            for (let index = 0; index < ranges.length; index += 2) {
                byToken.fill(known, ranges[index], ranges[index + 1]! + 1);
            }
        }
        return byToken;
    }
}

export class Decision {
    private readonly alternatives: readonly State[];
    private known: Known | undefined = undefined;
    private written: string | undefined;
    private readonly complete: () => void;
    private first: Seen | undefined = undefined;

    /**
     * @param written JSON of its prediction, read when the decision is met
     * @param complete makes the graph whole: what comes after the end of a rule stands in those that call it
     */
    constructor(alternatives: readonly State[], written: string | undefined, complete: () => void) {
        this.alternatives = alternatives;
        this.written = written;
        this.complete = complete;
    }

    /** The number of the alternative that the tokens from `position` on call for. The stream ends with EOF. */
    predict(tokens: readonly Token[], position: number): number {
        if (this.written !== undefined) {
            this.known = new Known(JSON.parse(this.written) as Prediction);
            this.written = undefined;
        }
        let known = this.known;
        for (let ahead = 0; known !== undefined; ahead++) {
            const next: number | Known | null = known.after(tokens[position + ahead]?.tokenTypeIdx ?? EOF_INDEX);
            if (typeof next === 'number') {
                return next;
            }
            known = next ?? undefined;
        }
        return this.work(tokens, position);
    }

    /** For all tokens that can come. */
    tabulate(): Prediction {
        return predictionOf(this.start(), LOOKAHEAD_AHEAD_OF_TIME);
    }

    private start(): Seen {
        if (this.first === undefined) {
            this.complete();
        }
        return this.first ??= { threads: this.alternatives.flatMap((state, alternative) => threadsFrom(state, undefined, alternative)), next: [] };
    }

    private work(tokens: readonly Token[], position: number): number {
        let seen = this.start();
        for (let ahead = 0; ; ahead++) {
            const token = tokens[position + ahead]?.tokenTypeIdx ?? EOF_INDEX;
            const next = seen.next[token] ??= ahead === MAX_LOOKAHEAD ? Math.min(...seen.threads.map(({ alternative }) => alternative)) : after(seen, token);
            if (typeof next === 'number') {
                return next;
            }
            seen = next;
        }
    }
}

function predictionOf(seen: Seen, depth: number): Prediction {
    const groups = new Map<string, { readonly comesTo: Prediction[number][0]; readonly ranges: number[] }>();
    for (const token of [...new Set(seen.threads.map((thread) => thread.token))].sort((one, other) => one - other)) {
        const next = after(seen, token);
        const comesTo = typeof next === 'number' ? next : depth === 1 ? null : predictionOf(next, depth - 1);
        const key = JSON.stringify(comesTo);
        const { ranges } = groups.get(key) ?? groups.set(key, { comesTo, ranges: [] }).get(key)!;
        if (ranges[ranges.length - 1] === token - 1) {
            ranges[ranges.length - 1] = token;
        } else {
            ranges.push(token, token);
        }
    }
    return [...groups.values()].map(({ comesTo, ranges }) => [comesTo, ...ranges]);
}

/** Of a graph that is whole: tokens that can come at a state: in its rule, and where that ends, in whatever may have called it. */
export function tokensAfter(state: State): ReadonlySet<number> {
    return new Set(threadsFrom(state, undefined, 0).map(({ token }) => token));
}

/** Of a graph that is whole: tokens that can come at a state within its own rule. */
export function tokensWithin(state: State): ReadonlySet<number> {
    const found = new Set<number>();
    const seen = new Set<State>();
    const visit = (current: State): void => {
        if (!seen.has(current)) {
            seen.add(current);
            for (const { to, token, rule } of current.edges) {
                if (token !== undefined) {
                    found.add(token);
                } else {
                    visit(rule?.start ?? to);
                    if (rule !== undefined && isNullable(rule.start, new Set())) {
                        visit(to);
                    }
                }
            }
        }
    };
    visit(state);
    return found;
}

/** Can the rule end without a token? */
function isNullable(state: State, seen: Set<State>): boolean {
    if (state.endOf !== undefined) {
        return true;
    }
    if (seen.has(state)) {
        return false;
    }
    seen.add(state);
    return state.edges.some(({ to, token, rule }) => token === undefined && (rule === undefined || isNullable(rule.start, new Set())) && isNullable(to, seen));
}

function after(seen: Seen, token: number): Seen | number {
    const taken = seen.threads.filter((thread) => thread.token === token);
    const alternatives = new Set(taken.map(({ alternative }) => alternative));
    if (alternatives.size < 2 || token === EOF_INDEX) {
        return alternatives.size === 0 ? NONE : Math.min(...alternatives);
    }
    const threads = taken.flatMap(({ to, open, alternative }) => threadsFrom(to!, open, alternative));
    return isAmbiguous(threads) ? Math.min(...alternatives) : { threads, next: [] };
}

/** Do alternatives meet, while none has a state to itself? */
function isAmbiguous(threads: readonly Thread[]): boolean {
    const byState = new Map<State | undefined, Map<Open | undefined, Set<number>>>();
    for (const { to, open, alternative } of threads) {
        const byOpen = byState.get(to) ?? new Map<Open | undefined, Set<number>>();
        byState.set(to, byOpen);
        byOpen.set(open, (byOpen.get(open) ?? new Set()).add(alternative));
    }
    const groups = [...byState.values()];
    return groups.some((byOpen) => [...byOpen.values()].some(({ size }) => size > 1))
        && groups.every((byOpen) => new Set([...byOpen.values()].flatMap((alternatives) => [...alternatives])).size > 1);
}

/** Every token that can come at a state, with where it leads. */
function threadsFrom(start: State, outside: Open | undefined, alternative: number): Thread[] {
    const threads: Thread[] = [];
    const seen = new Map<State, Set<Open | undefined>>();
    const visit = (state: State, open: Open | undefined): void => {
        const known = seen.get(state) ?? new Set();
        if (known.has(open)) {
            return;
        }
        seen.set(state, known.add(open));
        if (state.endOf !== undefined) {
            if (open !== undefined) {
                visit(open.state, open.next);
                return;
            }
            state.endOf.followers.forEach((follower) => visit(follower, undefined));
            if (state.endOf.isEntry) {
                threads.push({ alternative, token: EOF_INDEX, to: undefined, open: undefined });
            }
        }
        for (const { to, token, rule } of state.edges) {
            if (token !== undefined) {
                threads.push({ alternative, token, to, open });
            } else if (rule === undefined) {
                visit(to, open);
            } else {
                visit(rule.start, Open.with(to, open));
            }
        }
    };
    visit(start, outside);
    return threads;
}
