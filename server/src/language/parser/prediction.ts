/**
 * Which alternative the next tokens call for. The grammar as a graph of states; a decision follows all its alternatives
 * at once until one is left, whatever called the rule, and remembers what it saw (the SLL part of ALL(*): Parr, Harwell,
 * Fisher, 2014). Nearly every decision ends after one token.
 */
import { EOF_INDEX } from './scanner.js';
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
 * What a decision comes to, worked out when the parser is generated: by the next token the alternative, or what the token
 * after it says; null where more tokens than that have to be looked at. A token that is not there fits no alternative.
 */
export interface Prediction { readonly [token: number]: number | Prediction | null }

/** Tokens that are looked at ahead of time: four decisions of five need no more than one, and nearly all no more than two. */
const LOOKAHEAD_AHEAD_OF_TIME = 2;

export class Decision {
    private readonly alternatives: readonly State[];
    private known: Prediction | undefined = undefined;
    private written: string | undefined;
    private first: Seen | undefined = undefined;

    /** @param written JSON of its prediction, read when the decision is met */
    constructor(alternatives: readonly State[], written: string | undefined) {
        this.alternatives = alternatives;
        this.written = written;
    }

    /** The number of the alternative that the tokens from `position` on call for. The stream ends with EOF. */
    predict(tokens: readonly Token[], position: number): number {
        if (this.written !== undefined) {
            this.known = JSON.parse(this.written) as Prediction;
            this.written = undefined;
        }
        let known = this.known;
        for (let ahead = 0; known !== undefined; ahead++) {
            const next: number | Prediction | null | undefined = known[tokens[position + ahead]?.tokenTypeIdx ?? EOF_INDEX];
            if (typeof next !== 'object') {
                return next ?? NONE;
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
    return Object.fromEntries([...new Set(seen.threads.map(({ token }) => token))].map((token) => {
        const next = after(seen, token);
        return [token, typeof next === 'number' ? next : depth === 1 ? null : predictionOf(next, depth - 1)];
    }));
}

/** Tokens that can come at a state: in its rule, and where that ends, in whatever may have called it. */
export function tokensAfter(state: State): ReadonlySet<number> {
    return new Set(threadsFrom(state, undefined, 0).map(({ token }) => token));
}

/** Tokens that can come at a state within its own rule. */
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
