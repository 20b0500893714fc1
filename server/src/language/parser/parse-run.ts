/** One run of the parser over the tokens of a segment: where it stands, what it has built, how it goes on after an error. */
import { tokensAfter, tokensWithin, type Decision, type State } from './prediction.js';
import { EOF_INDEX, TOKEN_TYPES, type Scan } from './scanner.js';
import { mismatch, type SyntaxError } from './syntax-errors.js';
import { CompositeNode, LeafNode, type GrammarSource, type Place } from './syntax-nodes.js';
import type { Token, TokenType } from './tokens.js';

export type { GrammarSource };

/** A place in the grammar that takes a token. */
export interface TokenSite {
    readonly type: TokenType;
    readonly source: GrammarSource;
    /** What comes after it. */
    readonly after: State;
    follows?: ReadonlySet<number>;
}

/** A place in the grammar that calls a rule. */
export interface CallSite {
    readonly after: State;
    follows?: ReadonlySet<number>;
}

/** What stands for a token that is not there. */
export const INSERTED = Symbol('inserted');

/**
 * What stands after the last token; where more text follows, a line end. Its properties stand in another order than those of tokens that are scanned,
 * so that V8 takes the places of these for small integers: NaN would make an object of each of their numbers.
 */
export const END_OF_FILE: Token = {
    startOffset: NaN, endOffset: NaN, startLine: NaN, endLine: NaN, startColumn: NaN, endColumn: NaN, image: '', tokenType: TOKEN_TYPES.EOF, tokenTypeIdx: EOF_INDEX,
};
export const END_OF_SEGMENT: Token = { ...END_OF_FILE, image: '\n' };

export class ParseRun {
    readonly errors: SyntaxError[] = [];
    /** The node that tokens go to. */
    current: CompositeNode;
    private position = 0;
    private hiddenPosition = 0;
    private readonly tokens: readonly Token[];
    private readonly hidden: readonly Token[];
    private readonly place: Place;
    private readonly end: Token;
    private readonly complete: () => void;
    private readonly calls: CallSite[] = [];
    /** Index of the token where parsing can go on after an error; found once for each. */
    private resumption: number | undefined = undefined;

    /** @param complete makes the graph of the grammar whole, once what can follow is asked for */
    constructor({ tokens, hidden }: Scan, place: Place, root: CompositeNode, end: Token, complete: () => void) {
        this.complete = complete;
        this.end = end;
        this.tokens = tokens;
        this.hidden = hidden;
        this.place = place;
        this.current = root;
    }

    get next(): Token {
        return this.tokens[this.position] ?? this.end;
    }

    get previous(): Token | undefined {
        return this.tokens[this.position - 1];
    }

    predict(decision: Decision): number {
        return decision.predict(this.tokens, this.position);
    }

    /** The token of a site as a leaf; INSERTED when only it is missing, undefined when the rule cannot go on. */
    take(site: TokenSite): LeafNode | typeof INSERTED | undefined {
        const token = this.next;
        const expected = site.type.tokenTypeIdx!;
        if (token.tokenTypeIdx !== expected) {
            this.errors.push(mismatch(site.type, token, this.previous));
            if (this.canInsert(site)) {
                return INSERTED;
            }
            if (!this.canSkipTo(expected)) {
                return undefined;
            }
            this.position++;
        }
        return this.leafOf(this.tokens[this.position++]!, site);
    }

    private canInsert(site: TokenSite): boolean {
        if (site.follows === undefined) {
            this.complete();
            site.follows = tokensAfter(site.after);
        }
        return site.follows.has(this.next.tokenTypeIdx);
    }

    /** Is the expected token there once the next is left out? */
    private canSkipTo(expected: number): boolean {
        return this.tokens[this.position + 1]?.tokenTypeIdx === expected;
    }

    private leafOf(token: Token, site: TokenSite): LeafNode | typeof INSERTED {
        if (Number.isNaN(token.startOffset)) {
            // The layout pass put it in.
            return INSERTED;
        }
        this.addHidden(token.startOffset);
        const leaf = new LeafNode(token, this.place, site);
        this.current.append(leaf);
        return leaf;
    }

    /** Comments before an offset become siblings of what comes next, or of the outermost node that starts with it. */
    private addHidden(offset: number): void {
        while (this.hiddenPosition < this.hidden.length && this.hidden[this.hiddenPosition]!.startOffset < offset) {
            const comment = this.hidden[this.hiddenPosition++]!;
            const leaf = new LeafNode(comment, this.place, comment.tokenType);
            let before: CompositeNode | undefined = this.current;
            if (before.count > 0) {
                before.append(leaf);
                continue;
            }
            while (before.container !== undefined && before.container.count === 1) {
                before = before.container;
            }
            const { container } = before;
            leaf.container = container ?? before;
            leaf.container.insert(container === undefined ? 0 : container.count - 1, leaf);
        }
    }

    /** Comments after the last token. */
    finish(): void {
        this.addHidden(Infinity);
    }

    /** Opens a node for what a rule makes; answers the one around it. */
    open(source: GrammarSource): CompositeNode {
        const around = this.current;
        this.current = new CompositeNode(source);
        around.append(this.current);
        return around;
    }

    /** Closes the node; one without tokens is dropped. Answers it, or undefined. */
    close(around: CompositeNode): CompositeNode | undefined {
        const closed = this.current;
        this.current = around;
        if (closed.count === 0) {
            around.dropLast();
            return undefined;
        }
        closed.close();
        return closed;
    }

    enter(site: CallSite): void {
        this.calls.push(site);
    }

    /** Leaves a rule. After an error in it: does its caller go on, at a token that can follow the call? */
    leave(site: CallSite, succeeded: boolean): boolean {
        if (succeeded) {
            this.calls.pop();
            return true;
        }
        this.resumption ??= this.findResumption();
        this.calls.pop();
        const token = this.tokens[this.resumption];
        if (token !== undefined && this.followsOf(site).has(token.tokenTypeIdx)) {
            this.position = this.resumption;
            this.resumption = undefined;
            return true;
        }
        return false;
    }

    /** The next token that can follow one of the open rules, past blocks that open on the way. */
    private findResumption(): number {
        const follows = new Set(this.calls.flatMap((site) => [...this.followsOf(site)]));
        return this.search(this.position, ({ tokenTypeIdx }) => follows.has(tokenTypeIdx));
    }

    /**
     * After a list of items: what stands before its end belongs to no item. Reports it, and skips to the next item.
     * Answers whether there is one.
     */
    skipToItem(decision: Decision, closing: TokenSite): boolean {
        const expected = closing.type.tokenTypeIdx!;
        if (this.next.tokenTypeIdx === expected || this.canInsert(closing) || this.canSkipTo(expected)) {
            return false;
        }
        const index = this.search(this.position, ({ tokenTypeIdx }, at) => tokenTypeIdx === expected || decision.predict(this.tokens, at) === 0);
        const token = this.tokens[index];
        if (token === undefined && expected !== EOF_INDEX) {
            return false;
        }
        this.errors.push(mismatch(closing.type, this.next, this.previous));
        this.position = index;
        return token !== undefined && token.tokenTypeIdx !== expected;
    }

    private search(from: number, fits: (token: Token, index: number) => boolean): number {
        let depth = 0;
        for (let index = from; index < this.tokens.length; index++) {
            const token = this.tokens[index]!;
            if (depth === 0 && fits(token, index)) {
                return index;
            }
            if (token.tokenType === TOKEN_TYPES['{']) {
                depth++;
            } else if (depth > 0 && token.tokenType === TOKEN_TYPES.INNER_END) {
                depth--;
            }
        }
        return this.tokens.length;
    }

    private followsOf(site: CallSite): ReadonlySet<number> {
        if (site.follows === undefined) {
            this.complete();
            site.follows = tokensWithin(site.after);
        }
        return site.follows;
    }
}
