import type { AstNode, LangiumDocument } from 'langium';
import type { FoldingRangeProvider } from 'langium/lsp';
import type { FoldingRange } from 'vscode-languageserver';
import { isDocument, isExpectation, isImport, isRace, isStep, type Item } from '../../language/generated/ast.js';
import { tokensOf } from '../cursor/tokens.js';

/** Blocks, steps with what is expected of them, phases, imports, comments. */
export class HwpFoldingRangeProvider implements FoldingRangeProvider {
    getFoldingRanges(document: LangiumDocument): FoldingRange[] {
        const root = document.parseResult.value;
        const ranges = commentRanges(document);
        if (!isDocument(root)) {
            return ranges;
        }
        const imports = root.elements.filter(isImport);
        if (imports.length > 1) {
            ranges.push(...between(imports[0]!, imports[imports.length - 1]!, 0, 'imports'));
        }
        root.elements.forEach((element) => blockRanges(element, ranges));
        return ranges.filter(({ startLine, endLine }) => startLine < endLine);
    }
}

function blockRanges(node: AstNode, ranges: FoldingRange[]): void {
    const items = 'items' in node ? node.items as readonly Item[] : [];
    const outcomes = isExpectation(node) ? node.outcomes : [];
    if (items.length > 0 || outcomes.length > 0) {
        // The closing brace stays in sight.
        ranges.push(...between(node, node, 1));
    }
    stepRanges(items, ranges);
    items.forEach((item) => blockRanges(item, ranges));
}

/** A step folds with its expectations, a phase with its steps. */
function stepRanges(items: readonly Item[], ranges: FoldingRange[]): void {
    let step: Item | undefined;
    let phase: Item | undefined;
    let last: Item | undefined;
    const end = (): void => {
        if (step !== undefined && last !== undefined && last !== step) {
            ranges.push(...between(step, last, 0));
        }
    };
    for (const item of items) {
        if (!isExpectation(item) && !isRace(item)) {
            end();
            const isPhase = isStep(item) && item.action?.$type === 'Phrase' && item.action.verb === 'phase';
            if (isPhase && phase !== undefined && last !== undefined) {
                ranges.push(...between(phase, last, 0));
            }
            phase = isPhase ? item : phase;
            step = isStep(item) && !isPhase ? item : undefined;
        }
        last = item;
    }
    end();
    if (phase !== undefined && last !== undefined) {
        ranges.push(...between(phase, last, 0));
    }
}

function between(first: AstNode, last: AstNode, keptLines: number, kind?: 'imports'): FoldingRange[] {
    const start = first.$cstNode?.range.start.line;
    const end = last.$cstNode?.range.end.line;
    return start === undefined || end === undefined ? [] : [{ startLine: start, endLine: end - keptLines, ...(kind === undefined ? {} : { kind }) }];
}

/** Comments over several lines, and line comments below each other. */
function commentRanges({ textDocument }: LangiumDocument): FoldingRange[] {
    const text = textDocument.getText();
    const ranges: FoldingRange[] = [];
    let group: { startLine: number; endLine: number; kind: 'comment' } | undefined;
    for (const token of text.includes('//') || text.includes('/*') ? tokensOf(text) : []) {
        if (token.kind === 'line-end') {
            continue;
        }
        const alone = token.kind === 'comment' && /^[ \t]*$/.test(text.slice(text.lastIndexOf('\n', token.start - 1) + 1, token.start));
        if (!alone) {
            group = undefined;
            continue;
        }
        const startLine = textDocument.positionAt(token.start).line;
        const endLine = textDocument.positionAt(token.start + token.text.length).line;
        if (group !== undefined && group.endLine === startLine - 1 && token.text.startsWith('//')) {
            group.endLine = endLine;
        } else {
            group = { startLine, endLine, kind: 'comment' };
            ranges.push(group);
        }
    }
    return ranges;
}
