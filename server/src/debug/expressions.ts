/** Expressions of watches, conditions and log points, in the language's own words: `heap[2]`, `bad.refcount`, `node 0 ignored > 1`, `poisoned bad and not panic`. */

export type Expression =
    | { readonly kind: 'words'; readonly words: string }
    | { readonly kind: 'compare'; readonly left: Expression; readonly operator: Comparison; readonly right: Expression }
    | { readonly kind: 'and' | 'or'; readonly left: Expression; readonly right: Expression }
    | { readonly kind: 'not'; readonly operand: Expression };

export type Comparison = '=' | '!=' | '<' | '<=' | '>' | '>=';

/** Deepest nesting of an expression. */
const MAX_DEPTH = 50;

const TOKEN = /\s*(&&|\|\||==|!=|<=|>=|[=<>!()]|"[^"]*"|'[^']*'|[^\s=<>!()&|"']+)/y;

const COMPARISONS: Readonly<Record<string, Comparison>> = { '=': '=', '==': '=', '!=': '!=', '<': '<', '<=': '<=', '>': '>', '>=': '>=' };

/** @returns the expression, or what is wrong with the text */
export function parseExpression(text: string): Expression | { readonly error: string } {
    const tokens: string[] = [];
    TOKEN.lastIndex = 0;
    for (let at = 0; at < text.trimEnd().length; at = TOKEN.lastIndex) {
        TOKEN.lastIndex = at;
        const match = TOKEN.exec(text);
        if (match === null) return { error: `\`${text.slice(at).trim()}\` cannot be read.` };
        tokens.push(match[1]!);
    }
    if (tokens.length === 0) return { error: 'There is nothing to evaluate.' };
    const parser = new Parser(tokens);
    const expression = parser.or(0);
    if ('error' in expression) return expression;
    return parser.rest === undefined ? expression : { error: `\`${parser.rest}\` stands where the expression should end.` };
}

type Parsed = Expression | { readonly error: string };

class Parser {
    readonly #tokens: readonly string[];
    #at = 0;

    constructor(tokens: readonly string[]) {
        this.#tokens = tokens;
    }

    get rest(): string | undefined {
        return this.#tokens[this.#at];
    }

    or(depth: number): Parsed {
        if (depth > MAX_DEPTH) return { error: 'The expression is nested too deeply.' };
        return this.#joined('or', ['or', '||'], () => this.#joined('and', ['and', '&&'], () => this.#not(depth)));
    }

    #joined(kind: 'and' | 'or', words: readonly string[], operand: () => Parsed): Parsed {
        let left = operand();
        while (!('error' in left) && this.rest !== undefined && words.includes(this.rest)) {
            this.#at += 1;
            const right = operand();
            left = 'error' in right ? right : { kind, left, right };
        }
        return left;
    }

    #not(depth: number): Parsed {
        if (depth > MAX_DEPTH) return { error: 'The expression is nested too deeply.' };
        if (this.rest === 'not' || this.rest === '!') {
            this.#at += 1;
            const operand = this.#not(depth + 1);
            return 'error' in operand ? operand : { kind: 'not', operand };
        }
        return this.#comparison(depth);
    }

    #comparison(depth: number): Parsed {
        const left = this.#operand(depth);
        const operator = this.rest === undefined || !Object.hasOwn(COMPARISONS, this.rest) ? undefined : COMPARISONS[this.rest];
        if ('error' in left || operator === undefined) return left;
        this.#at += 1;
        const right = this.#operand(depth);
        return 'error' in right ? right : { kind: 'compare', left, operator, right };
    }

    #operand(depth: number): Parsed {
        if (this.rest === '(') {
            this.#at += 1;
            const inner = this.or(depth + 1);
            if ('error' in inner) return inner;
            const closing = this.rest as string | undefined;
            if (closing !== ')') return { error: 'A closing parenthesis is missing.' };
            this.#at += 1;
            return inner;
        }
        const words: string[] = [];
        while (this.rest !== undefined && !ENDS.has(this.rest) && !Object.hasOwn(COMPARISONS, this.rest)) {
            words.push(this.rest);
            this.#at += 1;
        }
        return words.length === 0 ? { error: this.rest === undefined ? 'The expression ends where a value is expected.' : `\`${this.rest}\` stands where a value is expected.` } : { kind: 'words', words: words.join(' ') };
    }
}

const ENDS: ReadonlySet<string> = new Set(['and', 'or', '&&', '||', ')', '(', '!', 'not']);
