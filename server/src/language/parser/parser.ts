/** Texts to syntax trees. An edit costs the segments that it touches, not the text. */
import type { AstReflection, Linker, ParseResult } from 'langium';
import type { Document } from '../generated/ast.js';
import { HwpGrammar, type OpenNode } from './grammar.js';
import { PREDICTIONS } from '../generated/parser-predictions.js';
import { capped, lengthProblem, tokensOfPiece, type HwpLexingDiagnostic, type PlacedDiagnostic } from './lexer.js';
import { END_OF_FILE, END_OF_SEGMENT, ParseRun } from './parse-run.js';
import { chunksOf, piecesOf, type Piece } from './segments.js';
import type { SyntaxError } from './syntax-errors.js';
import { CompositeNode, RootNode, type Place } from './syntax-nodes.js';
import type { Token } from './tokens.js';

/** Characters that are scanned at a time: some milliseconds of work. */
const CHUNK_LENGTH = 32 * 1024;

/** A part of a text that is parsed by itself. What it holds counts from its place. */
interface Segment {
    readonly text: string;
    readonly place: Place;
    /** Its first token, when another segment can stand before it. */
    readonly first: Token | undefined;
    readonly following: string | undefined;
    readonly content: CompositeNode['content'];
    readonly elements: readonly OpenNode[];
    readonly errors: readonly SyntaxError[];
    readonly diagnostics: readonly PlacedDiagnostic[];
}

export class HwpParser {
    private readonly grammar: HwpGrammar;
    private readonly segments = new WeakMap<object, readonly Segment[]>();

    constructor(linker: Linker, reflection: AstReflection) {
        this.grammar = new HwpGrammar(linker, reflection, PREDICTIONS);
    }

    /**
     * The syntax tree of a text; never throws. What has not changed since `previous` is taken out of that and is part of
     * the new tree: the old one is no longer of use.
     */
    parse(text: string, previous?: ParseResult): ParseResult<Document> {
        const slices = this.parseInSlices(text, previous);
        for (;;) {
            const { done, value } = slices.next();
            if (done === true) {
                return value;
            }
        }
    }

    /** The same with breaks, where the text is long. */
    *parseInSlices(text: string, previous?: ParseResult): Generator<void, ParseResult<Document>> {
        const tooLong = lengthProblem(text);
        if (tooLong !== undefined) {
            return this.assemble(text, [], [tooLong]);
        }
        const known = previous === undefined ? undefined : this.segments.get(previous.value);
        return this.assemble(text, known === undefined ? yield* this.parseAll(text) : this.reparse(text, known), []);
    }

    private *parseAll(text: string): Generator<void, Segment[]> {
        const segments: Segment[] = [];
        for (const chunk of chunksOf(text, undefined, CHUNK_LENGTH)) {
            if (segments.length > 0) {
                yield;
            }
            segments.push(...piecesOf(chunk.text, chunk.following).map((piece) => this.parsePiece(piece)));
        }
        return segments;
    }

    private reparse(text: string, known: readonly Segment[]): Segment[] {
        let head = 0;
        let start = 0;
        while (head < known.length && text.startsWith(known[head]!.text, start)) {
            start += known[head++]!.text.length;
        }
        if (head > 0 && !startsAlike(text, start, known[head])) {
            // The last one may go on where the next one used to start.
            start -= known[--head]!.text.length;
        }
        let tail = known.length;
        let end = text.length;
        while (tail > Math.max(head, 1) && known[tail - 1]!.first !== undefined && end - known[tail - 1]!.text.length >= start && text.endsWith(known[tail - 1]!.text, end)) {
            end -= known[--tail]!.text.length;
        }
        if (start === end) {
            // An empty segment would pass for the last one that is as it was.
            return [...known.slice(0, head), ...known.slice(tail)];
        }
        let pieces = piecesOf(copyOf(text.slice(start, end)), known[tail]?.first);
        if (tail < known.length && !endsWithItsLine(pieces)) {
            tail = known.length;
            pieces = piecesOf(copyOf(text.slice(start)), undefined);
        }
        return [...known.slice(0, head), ...this.parseAgain(pieces, known.slice(head, tail)), ...known.slice(tail)];
    }

    /** Some pieces are as they were, perhaps elsewhere. */
    private parseAgain(pieces: readonly Piece[], known: readonly Segment[]): Segment[] {
        const byText = new Map(known.map((segment) => [segment.text, segment]));
        return pieces.map((piece) => {
            const segment = byText.get(piece.text);
            byText.delete(piece.text);
            return segment?.following === piece.following?.image ? segment ?? this.parsePiece(piece) : this.parsePiece(piece);
        });
    }

    private parsePiece(piece: Piece): Segment {
        const place = { offset: 0, line: 0, lineStarts: piece.lineStarts };
        const root = new CompositeNode(undefined);
        const laidOut = tokensOfPiece(piece);
        const run = new ParseRun(laidOut, place, root, piece.following === undefined ? END_OF_FILE : END_OF_SEGMENT, () => this.grammar.complete());
        const { elements } = this.grammar.parse(run) as unknown as { readonly elements: readonly OpenNode[] };
        return {
            text: piece.text, place, first: piece.tokens[0], following: piece.following?.image,
            content: root.content, elements, errors: run.errors, diagnostics: laidOut.diagnostics,
        };
    }

    private assemble(text: string, segments: readonly Segment[], diagnostics: HwpLexingDiagnostic[]): ParseResult<Document> {
        const root = new RootNode(text);
        const value = { $type: 'Document', elements: [] as OpenNode[], $cstNode: root };
        const parserErrors: SyntaxError[] = [];
        let offset = 0;
        let line = 0;
        for (const { place, content, elements, errors, diagnostics: found, text: { length } } of segments) {
            Object.assign(place, { offset, line });
            content.forEach((node) => root.append(node));
            for (const element of elements) {
                element.$container = value;
                element.$containerProperty = 'elements';
                element.$containerIndex = value.elements.length;
                value.elements.push(element);
            }
            // One by one: a broken text has more errors than a call takes arguments.
            errors.forEach((error) => parserErrors.push(movedError(error, place)));
            found.forEach((each) => diagnostics.push(movedDiagnostic(each, place)));
            offset += length;
            line += place.lineStarts.length - 1;
        }
        root.astNode = value;
        this.segments.set(value, segments);
        return { value: value as unknown as Document, parserErrors, lexerErrors: [], lexerReport: { diagnostics: capped(diagnostics) } };
    }
}

/** Does a segment that was changed further down still begin where it began, so that the one before ends there? */
function startsAlike(text: string, start: number, segment: Segment | undefined): boolean {
    const image = segment?.first?.image;
    return image !== undefined && segment!.text.startsWith(image) && text.startsWith(image, start) && /[^\w-]/.test(text.charAt(start + image.length));
}

/** Does what follows the pieces start afresh? */
function endsWithItsLine(pieces: readonly Piece[]): boolean {
    const { text, hidden } = pieces[pieces.length - 1]!;
    return (text === '' || /[\r\n]$/.test(text)) && hidden.every(({ tokenType }) => tokenType.name !== 'UNCLOSED_COMMENT');
}

/** The same characters in a string of their own: part of a string keeps the whole of it in memory, and with it every text that there was. */
function copyOf(text: string): string {
    return JSON.parse(JSON.stringify(text)) as string;
}

function movedError(error: SyntaxError, place: Place): SyntaxError {
    return { ...error, token: movedToken(error.token, place), previousToken: error.previousToken === undefined ? undefined : movedToken(error.previousToken, place) };
}

function movedToken(token: Token, { offset, line }: Place): Token {
    return { ...token, startOffset: token.startOffset + offset, endOffset: token.endOffset! + offset, startLine: token.startLine! + line, endLine: token.endLine! + line };
}

function movedDiagnostic({ data, ...found }: PlacedDiagnostic, place: Place): HwpLexingDiagnostic {
    return { ...found, ...(data === undefined ? {} : { data: data(place.line) }), message: found.message(place.line), offset: found.offset! + place.offset, line: found.line! + place.line };
}
