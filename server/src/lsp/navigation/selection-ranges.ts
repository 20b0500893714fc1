import { CstUtils, DocumentState, URI, type CstNode, type LangiumDocument } from 'langium';
import type { LangiumSharedServices } from 'langium/lsp';
import type { Connection, Position, Range, SelectionRange } from 'vscode-languageserver';

/** Langium has no service for these: the word, then every construct around it. */
export function answerSelectionRanges(connection: Connection, { workspace }: LangiumSharedServices): void {
    connection.onSelectionRanges(async ({ textDocument, positions }, cancelToken) => {
        const uri = URI.parse(textDocument.uri);
        await workspace.DocumentBuilder.waitUntil(DocumentState.Parsed, uri, cancelToken);
        const document = workspace.LangiumDocuments.getDocument(uri);
        return document === undefined ? null : positions.map((position) => selectionRangeAt(document, position));
    });
}

export function selectionRangeAt(document: LangiumDocument, position: Position): SelectionRange {
    const { textDocument } = document;
    const root = document.parseResult.value.$cstNode;
    const offset = textDocument.offsetAt(position);
    const leaf = root === undefined ? undefined : CstUtils.findLeafNodeAtOffset(root, offset) ?? CstUtils.findLeafNodeBeforeOffset(root, offset);
    const ranges: Range[] = [];
    for (let node: CstNode | undefined = leaf; node !== undefined; node = node.container) {
        ranges.push(node.range);
    }
    ranges.push({ start: { line: 0, character: 0 }, end: textDocument.positionAt(textDocument.getText().length) });
    const around = ranges.filter((range) => contains(range, position)).filter((range, index, all) => index === 0 || !isSame(range, all[index - 1]!));
    return around.reduceRight<SelectionRange | undefined>((parent, range) => parent === undefined ? { range } : { range, parent }, undefined) ?? { range: { start: position, end: position } };
}

function contains({ start, end }: Range, position: Position): boolean {
    return before(start, position) && before(position, end);
}

function before(left: Position, right: Position): boolean {
    return left.line < right.line || left.line === right.line && left.character <= right.character;
}

function isSame(left: Range, right: Range): boolean {
    return before(left.start, right.start) && before(right.start, left.start) && before(left.end, right.end) && before(right.end, left.end);
}
