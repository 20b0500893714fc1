/**
 * The concrete syntax tree. Like Langium's, but every node knows its place relative to the segment of the text that it
 * stands in (one scenario, say): an edit above moves a segment by changing two numbers.
 */
import type { AstNode, CompositeCstNode, CstNode, LeafCstNode, RootCstNode } from 'langium';
import type { Token, TokenType } from './tokens.js';

type Range = CstNode['range'];

/** The place in the grammar that a part of the tree comes from. */
export type GrammarSource = NonNullable<CstNode['grammarSource']>;

/** Where a segment starts in its text. */
export interface Place {
    offset: number;
    line: number;
}

abstract class SyntaxNode {
    container: CompositeNode | undefined = undefined;
    readonly grammarSource: GrammarSource | undefined;

    constructor(grammarSource: GrammarSource | undefined) {
        this.grammarSource = grammarSource;
    }

    abstract readonly offset: number;
    abstract readonly end: number;

    get root(): RootCstNode {
        // A walk up starts at the node itself.
        // eslint-disable-next-line @typescript-eslint/no-this-alias
        let node: SyntaxNode = this;
        while (node.container !== undefined) {
            node = node.container;
        }
        return node as unknown as RootCstNode;
    }

    get length(): number {
        return this.end - this.offset;
    }

    get text(): string {
        return this.root.fullText.substring(this.offset, this.end);
    }
}

/** A token, or a comment. */
export class LeafNode extends SyntaxNode implements LeafCstNode {
    readonly tokenType: TokenType;
    readonly hidden: boolean;
    private readonly place: Place;
    private readonly start: number;
    private readonly size: number;
    private readonly startLine: number;
    private readonly startColumn: number;
    private readonly endLine: number;
    private readonly endColumn: number;

    constructor(token: Token, place: Place, grammarSource?: GrammarSource) {
        super(grammarSource);
        this.tokenType = token.tokenType;
        this.hidden = grammarSource === undefined;
        this.place = place;
        this.start = token.startOffset;
        this.size = token.image.length;
        this.startLine = token.startLine! - 1;
        this.startColumn = token.startColumn! - 1;
        this.endLine = token.endLine! - 1;
        this.endColumn = token.endColumn!;
    }

    get offset(): number {
        return this.place.offset + this.start;
    }

    get end(): number {
        return this.place.offset + this.start + this.size;
    }

    get range(): Range {
        const { line } = this.place;
        return { start: { line: line + this.startLine, character: this.startColumn }, end: { line: line + this.endLine, character: this.endColumn } };
    }

    get astNode(): AstNode {
        return this.container!.astNode;
    }
}

/** What a rule made. */
export class CompositeNode extends SyntaxNode implements CompositeCstNode {
    readonly content: (LeafNode | CompositeNode)[] = [];
    private node: AstNode | undefined = undefined;

    readonly hidden = false;

    get astNode(): AstNode {
        // A walk up starts at the node itself.
        // eslint-disable-next-line @typescript-eslint/no-this-alias
        let current: CompositeNode | undefined = this;
        while (current !== undefined) {
            if (current.node !== undefined) {
                return current.node;
            }
            current = current.container;
        }
        throw new Error('This part of the syntax tree belongs to no node.');
    }

    set astNode(node: AstNode) {
        this.node = node;
    }

    get offset(): number {
        return this.first?.offset ?? 0;
    }

    get end(): number {
        return this.last?.end ?? 0;
    }

    get range(): Range {
        const { first, last } = this;
        if (first === undefined || last === undefined) {
            return { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
        }
        const { start } = first.range;
        const { end } = last.range;
        return { start, end: end.line < start.line ? start : end };
    }

    append(child: LeafNode | CompositeNode): void {
        child.container = this;
        this.content.push(child);
    }

    private get first(): LeafNode | CompositeNode | undefined {
        for (const child of this.content) {
            if (!child.hidden) {
                return child;
            }
        }
        return this.content[0];
    }

    private get last(): LeafNode | CompositeNode | undefined {
        for (let index = this.content.length - 1; index >= 0; index--) {
            if (!this.content[index]!.hidden) {
                return this.content[index];
            }
        }
        return this.content[this.content.length - 1];
    }
}

/** A text. */
export class RootNode extends CompositeNode implements RootCstNode {
    readonly fullText: string;

    constructor(fullText: string) {
        super(undefined);
        this.fullText = fullText;
    }

    override get text(): string {
        return this.fullText.substring(this.offset, this.end);
    }
}
