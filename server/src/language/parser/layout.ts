/**
 * The layout pass: turns raw tokens into the stream that the grammar expects.
 *
 * - exactly one NL before every item, none anywhere else: none inside parentheses, none before
 *   `and` `or` `when` `{`, none after `,` `=` `and` `or` when the next line is indented deeper;
 * - line ends and `}` of blocks inside the outermost one have types of their own, so that an item
 *   that does not parse is skipped as a whole;
 * - unit words after numbers become UNITs;
 * - a text whose braces do not match is mended by its layout: a line that starts a scenario in the
 *   first column ends every open block, and inside such a scenario a line that is indented no
 *   deeper than the line that opened a block ends that block. Each mend is an error that names
 *   the block, so that one broken scenario leaves the others their results;
 * - lines outside every scenario, nesting and items over their limits are dropped with one error.
 */
import { nearestWords } from '../../vocabulary/nearest.js';
import { controlIn } from '../../vocabulary/control-characters.js';
import type { IssueData } from '../issue-data.js';
import { codePointWords } from './characters.js';
import { describeOpener, inserted, isClosed, joined, lastLineEnd, segmentIsBalanced, skipBlock, startsSegment, TOP_LEVEL_WORDS, withType, type InsertedName } from './layout-tokens.js';
import { TOKEN_TYPES } from './scanner.js';
import type { Token } from './tokens.js';
import { UNITS } from '../../vocabulary/units.js';
import { MAX_BLOCK_DEPTH, MAX_ITEM_TOKENS } from './limits.js';

/** An error of the layout pass at a token: zero-length `length` marks a place between tokens. */
export interface LayoutIssue {
    readonly code: string;
    /** By the number of lines above the segment. */
    readonly message: (linesAbove: number) => string;
    readonly data?: (linesAbove: number) => IssueData;
    readonly at: Token;
}

export interface LayoutResult {
    readonly tokens: Token[];
    readonly issues: readonly LayoutIssue[];
}

interface OpenBlock {
    readonly brace: Token;
    /** First token of the line that opened the block. */
    readonly line: Token;
}

const UNIT_WORDS: ReadonlySet<string> = new Set(Object.keys(UNITS));
const CONTINUES_AFTER = new Set([',', '=', 'and', 'or', '<', '<=', '!=', '>=', '>']);
const CONTINUES_BEFORE = new Set(['and', 'or', 'when', '{']);
const BLOCK_WORDS = new Set(['scenario', 'machine']);

/** Runs the pass over the tokens of one segment; `following` is the word that starts the next one. */
export function layOut(tokens: readonly Token[], following: Token | undefined): LayoutResult {
    return new LayoutPass(tokens, following).run();
}

class LayoutPass {
    private readonly out: Token[] = [];
    private readonly issues: LayoutIssue[] = [];
    private readonly blocks: OpenBlock[] = [];
    private parentheses = 0;
    /** An NL stands before the next token that is kept. */
    private lineBreak = true;
    private lineStart: Token | undefined;
    private itemTokens = 0;
    /** The segment's braces do not match: its layout says where blocks end. */
    private mending = false;
    private droppingLine = false;
    private droppingItem = false;
    private strayReported = false;

    private readonly tokens: readonly Token[];
    private readonly following: Token | undefined;

    constructor(tokens: readonly Token[], following: Token | undefined) {
        this.tokens = tokens;
        this.following = following;
    }

    run(): LayoutResult {
        let physicalLineStart = true;
        for (let index = 0; index < this.tokens.length; index++) {
            const token = this.tokens[index]!;
            if (token.tokenType.name === 'NL') {
                const last = lastLineEnd(this.tokens, index);
                physicalLineStart ||= last > index || token.image !== ';';
                this.endLine(this.tokens[index - 1], this.tokens[last + 1] ?? this.following);
                index = last;
                continue;
            }
            if (physicalLineStart) {
                physicalLineStart = false;
                this.startLine(token, index);
            }
            index = this.take(token, index);
        }
        this.finish();
        return { tokens: this.out, issues: this.issues };
    }

    /** A line end: separates items unless the line continues. */
    private endLine(previous: Token | undefined, next: Token | undefined): void {
        const nextStartsSegment = next !== undefined && startsSegment(next);
        if (this.parentheses > 0 && !this.droppingItem && !nextStartsSegment) {
            return;
        }
        if (previous !== undefined && CONTINUES_AFTER.has(previous.image) && (next?.startColumn ?? 0) > (this.lineStart?.startColumn ?? 0)) {
            return;
        }
        if (next !== undefined && CONTINUES_BEFORE.has(next.image)) {
            return;
        }
        this.openMissing();
        this.breakItem();
    }

    /** `scenario "title"` whose line ends without `{`: what follows is its content all the same. */
    private openMissing(): void {
        const line = this.lineStart;
        if (this.blocks.length > 0 || this.lineBreak || this.droppingLine || line === undefined || !BLOCK_WORDS.has(line.image)
            || this.out[this.out.length - 1]?.image === '}') {
            return;
        }
        this.issues.push({ code: 'hwp/missing-brace', message: () => `Expected \`{\` at the end of this line.`, at: line });
        this.emitInserted('{', line);
        this.blocks.push({ brace: line, line });
    }

    private breakItem(): void {
        this.lineBreak = true;
        this.parentheses = 0;
        this.itemTokens = 0;
        this.droppingItem = false;
        this.droppingLine = false;
    }

    /** The first token of a line: segments start here, and mended blocks end here. */
    private startLine(token: Token, index: number): void {
        this.lineStart = token;
        if (startsSegment(token)) {
            while (this.blocks.length > 0) {
                this.closeMissing(token);
            }
            this.breakItem();
            this.strayReported = false;
            this.mending = !segmentIsBalanced(this.tokens, index);
            return;
        }
        if (this.mending && this.lineBreak) {
            while (this.blocks.length > 1 && this.endsBlock(token)) {
                this.closeMissing(token);
            }
        }
    }

    private endsBlock(token: Token): boolean {
        const opener = this.blocks[this.blocks.length - 1]!.line;
        const column = token.startColumn ?? 1;
        const openerColumn = opener.startColumn ?? 1;
        return token.image === '}' ? column < openerColumn : column <= openerColumn;
    }

    /** Ends the innermost block at a place where the text does not. */
    private closeMissing(at: Token): void {
        this.popMissing(at, 'is not closed before this line');
        this.lineBreak = true;
    }

    /** Takes one token; answers the index of the last token consumed. */
    private take(token: Token, index: number): number {
        if (this.blocks.length === 0 && this.lineBreak && !TOP_LEVEL_WORDS.has(token.image)) {
            this.reportStray(token);
            this.droppingLine = true;
            this.lineBreak = false;
        }
        if (this.droppingLine || this.droppingItem) {
            return token.image === '{' ? skipBlock(this.tokens, index) : index;
        }
        switch (token.image) {
            case '{': return this.open(token, index);
            case '}': this.close(token); return index;
            case '(':
                this.parentheses++;
                if (this.parentheses > MAX_BLOCK_DEPTH) {
                    this.issues.push({ code: 'hwp/too-deep', message: () => `Parentheses are nested deeper than ${MAX_BLOCK_DEPTH}. Simplify the condition.`, at: token });
                    this.droppingItem = true;
                    return index;
                }
                break;
            case ')':
                this.parentheses = Math.max(0, this.parentheses - 1);
                break;
        }
        this.emit(token);
        return index;
    }

    private open(token: Token, index: number): number {
        if (this.blocks.length >= MAX_BLOCK_DEPTH) {
            this.issues.push({ code: 'hwp/too-deep', message: () => `Blocks are nested deeper than ${MAX_BLOCK_DEPTH}: this one is left out. Nest fewer.`, at: token });
            this.dropItem();
            return skipBlock(this.tokens, index);
        }
        this.emit(token);
        this.blocks.push({ brace: token, line: this.lineStart ?? token });
        this.breakItem();
        return index;
    }

    /** Takes back what has been put out of the item, and leaves out the rest of its line. */
    private dropItem(): void {
        let last = this.out.length - 1;
        while (last >= 0 && !this.out[last]!.tokenType.name.endsWith('NL')) {
            last--;
        }
        this.out.length = Math.max(last, 0);
        this.droppingItem = true;
    }

    private close(token: Token): void {
        if (this.blocks.length === 0) {
            this.reportStray(token);
            return;
        }
        this.lineBreak = false;
        this.push(this.blocks.length > 1 ? withType(token, TOKEN_TYPES.INNER_END) : token);
        this.blocks.pop();
    }

    private emit(token: Token): void {
        if (++this.itemTokens > MAX_ITEM_TOKENS) {
            this.issues.push({ code: 'hwp/item-too-long', message: () => `One item is longer than ${MAX_ITEM_TOKENS} words: the rest of it is left out. Make it shorter, or several.`, at: token });
            this.droppingItem = true;
            return;
        }
        this.push(token);
    }

    private push(token: Token): void {
        if (this.lineBreak) {
            this.emitInserted(this.lineEnd, token);
            this.lineBreak = false;
        }
        const previous = this.out[this.out.length - 1];
        if (previous?.tokenType.name === 'NUMBER' && previous.endOffset! + 1 === token.startOffset && token.tokenType.name === 'ID' && !UNIT_WORDS.has(token.image)) {
            // `9p` is a word, and so is a number that is misspelt: readers say what they expected.
            this.out[this.out.length - 1] = joined(previous, token);
            return;
        }
        this.out.push(this.retyped(token));
    }

    /** Unit words after numbers are UNITs; a text that is not closed is reported. */
    private retyped(token: Token): Token {
        if (token.tokenType.name === 'STRING' && !isClosed(token.image)) {
            this.issues.push({ code: 'hwp/unclosed-string', message: () => 'The text is not closed on its line. Add `"`.', at: token });
        }
        const control = token.tokenType.name === 'STRING' ? controlIn(token.image) : undefined;
        if (control !== undefined) {
            this.issues.push({ code: 'hwp/unexpected-character', message: () => `The text holds the control character ${codePointWords(control)}, which cannot be seen. Remove it.`, at: token });
        }
        if (!UNIT_WORDS.has(token.image)) {
            return token;
        }
        const previous = this.out[this.out.length - 1];
        return previous?.tokenType.name === 'NUMBER' ? withType(token, TOKEN_TYPES['UNIT']!) : token;
    }

    /** The line end that separates items at this depth. */
    private get lineEnd(): 'NL' | 'INNER_NL' {
        return this.blocks.length > 1 ? 'INNER_NL' : 'NL';
    }

    private emitInserted(name: InsertedName, near: Token): void {
        this.out.push(inserted(name, near));
    }

    private reportStray(token: Token): void {
        if (token.image === '}') {
            this.issues.push({ code: 'hwp/stray-brace', message: () => 'This `}` closes nothing. Remove it.', at: token });
            return;
        }
        if (this.strayReported) {
            return;
        }
        this.strayReported = true;
        const [meant] = nearestWords(token.image, TOP_LEVEL_WORDS, 1);
        this.issues.push({ code: 'hwp/outside-scenario', message: () => `This line is outside every scenario.${meant === undefined ? '' : ` Did you mean \`${meant}\`?`} A file holds \`scenario "title" { ... }\`, \`machine NAME { ... }\` and \`import "file.hwp"\`.`, at: token });
    }

    private finish(): void {
        this.openMissing();
        while (this.blocks.length > 0) {
            if (this.following === undefined) {
                this.popMissing(this.blocks[this.blocks.length - 1]!.brace, 'is never closed', { atEnd: true });
            } else {
                this.closeMissing(this.following);
            }
        }
    }

    private popMissing(at: Token, what: string, data: IssueData = {}): void {
        const block = this.blocks[this.blocks.length - 1]!;
        // A block whose `{` is missing too has its error there.
        if (block.brace !== block.line) {
            this.issues.push({
                code: 'hwp/unclosed-block', at,
                message: (linesAbove) => `The block that ${describeOpener(block.line)} opens on line ${block.brace.startLine! + linesAbove} ${what}. Add \`}\`.`,
                data: (linesAbove) => ({ ...data, line: block.brace.startLine! + linesAbove - 1 }),
            });
        }
        this.emitInserted(this.blocks.length > 1 ? 'INNER_END' : '}', at);
        this.blocks.pop();
    }
}
