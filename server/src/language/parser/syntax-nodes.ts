/**
 * The concrete syntax tree. Like Langium's, but every node knows its place relative to the segment of the text that it
 * stands in (one scenario, say): an edit above moves a segment by changing two numbers.
 */
import type { AstNode, CompositeCstNode, CstNode, LeafCstNode, RootCstNode } from 'langium';
import type { Token, TokenType } from './tokens.js';

type Range = CstNode['range'];
type Position = Range['start'];

/** The place in the grammar that a part of the tree comes from. */
export type GrammarSource = NonNullable<CstNode['grammarSource']>;

/** Where a segment starts in its text, and where its lines start in it. */
export interface Place {
    offset: number;
    line: number;
    readonly lineStarts: readonly number[];
}

/** What a token is in the grammar; a type alone when it is none of its tokens, as comments are. */
export type Origin = { readonly type: TokenType; readonly source: GrammarSource } | TokenType;

abstract class SyntaxNode {
    container: CompositeNode | undefined = undefined;

    abstract readonly grammarSource: GrammarSource | undefined;
    abstract readonly offset: number;
    abstract readonly end: number;
    abstract readonly startPosition: Position;
    abstract readonly endPosition: Position;

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

/** A token, or a comment. There are more of these than of anything else: each field counts. */
export class LeafNode extends SyntaxNode implements LeafCstNode {
    private readonly origin: Origin;
    private readonly place: Place;
    private readonly start: number;
    private readonly size: number;

    constructor({ startOffset, image }: Token, place: Place, origin: Origin) {
        super();
        this.origin = origin;
        this.place = place;
        this.start = startOffset;
        this.size = image.length;
    }

    get grammarSource(): GrammarSource | undefined {
        return 'source' in this.origin ? this.origin.source : undefined;
    }

    get tokenType(): TokenType {
        return 'source' in this.origin ? this.origin.type : this.origin;
    }

    get hidden(): boolean {
        return !('source' in this.origin);
    }

    get offset(): number {
        return this.place.offset + this.start;
    }

    get end(): number {
        return this.place.offset + this.start + this.size;
    }

    get range(): Range {
        return { start: this.startPosition, end: this.endPosition };
    }

    get startPosition(): Position {
        return positionIn(this.place, this.start);
    }

    get endPosition(): Position {
        if (this.hidden) return positionIn(this.place, this.start + this.size);
        // A line end itself ends where it stands; comments alone go on in other lines.
        const { line, character } = this.startPosition;
        return { line, character: character + this.size };
    }

    get astNode(): AstNode {
        return this.container!.astNode;
    }
}

function positionIn({ line, lineStarts }: Place, offset: number): Position {
    let low = 0;
    let high = lineStarts.length - 1;
    while (low < high) {
        const middle = (low + high + 1) >> 1;
        if (lineStarts[middle]! <= offset) low = middle;
        else high = middle - 1;
    }
    return { line: line + low, character: offset - lineStarts[low]! };
}

/** What a rule made. */
export class CompositeNode extends SyntaxNode implements CompositeCstNode {
    /** The only child, or all of them: most nodes have one, and arrays take room. */
    private children: LeafNode | CompositeNode | (LeafNode | CompositeNode)[] | undefined = undefined;
    private node: AstNode | undefined = undefined;
    readonly grammarSource: GrammarSource | undefined;

    constructor(grammarSource: GrammarSource | undefined) {
        super();
        this.grammarSource = grammarSource;
    }

    /** A list to read. */
    get content(): (LeafNode | CompositeNode)[] {
        const { children } = this;
        return children === undefined ? [] : Array.isArray(children) ? children : [children];
    }

    get count(): number {
        const { children } = this;
        return children === undefined ? 0 : Array.isArray(children) ? children.length : 1;
    }

    // A field would take room in each of them.
    // eslint-disable-next-line @typescript-eslint/class-literal-property-style
    get hidden(): false {
        return false;
    }

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
        return { start: this.startPosition, end: this.endPosition };
    }

    // Both ends by themselves: ranges of ranges would look at the same leaves once more for each node between.

    get startPosition(): Position {
        return this.first?.startPosition ?? { line: 0, character: 0 };
    }

    get endPosition(): Position {
        return this.last?.endPosition ?? { line: 0, character: 0 };
    }

    append(child: LeafNode | CompositeNode): void {
        child.container = this;
        this.insert(this.count, child);
    }

    /** Puts a child that has its container before the child at an index. */
    insert(index: number, child: LeafNode | CompositeNode): void {
        const { children } = this;
        if (Array.isArray(children)) children.splice(index, 0, child);
        else this.children = children === undefined ? child : index === 0 ? [child, children] : [children, child];
    }

    dropLast(): void {
        if (Array.isArray(this.children)) this.children.pop();
        else this.children = undefined;
    }

    /** Nothing comes to it any more: the tree is kept, and an array that has grown has room for more than it holds. */
    close(): void {
        const { children } = this;
        if (Array.isArray(children)) this.children = children.length === 1 ? children[0] : children.slice();
    }

    private get first(): LeafNode | CompositeNode | undefined {
        const { children } = this;
        return Array.isArray(children) ? children.find(({ hidden }) => !hidden) ?? children[0] : children;
    }

    private get last(): LeafNode | CompositeNode | undefined {
        const { children } = this;
        if (!Array.isArray(children)) return children;
        for (let index = children.length - 1; index >= 0; index -= 1) {
            if (!children[index]!.hidden) return children[index];
        }
        return children[children.length - 1];
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
