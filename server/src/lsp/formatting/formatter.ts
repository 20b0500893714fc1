import type { LangiumDocument } from 'langium';
import type { Formatter } from 'langium/lsp';
import type { DocumentFormattingParams, DocumentOnTypeFormattingParams, DocumentRangeFormattingParams, FormattingOptions, TextEdit } from 'vscode-languageserver';
import { layoutEdits, type LayoutOptions } from './format.js';

const EXPECTATION = /^\s*(expect|race)\b|^\s*\}\s*(\/\/.*)?$/;

/** Lays out whole texts, ranges of lines, and the line that was just finished. */
export class HwpFormatter implements Formatter {
    readonly formatOnTypeOptions = { firstTriggerCharacter: '\n', moreTriggerCharacter: ['}'] };

    formatDocument({ textDocument }: LangiumDocument, { options }: DocumentFormattingParams): TextEdit[] {
        return layoutEdits(textDocument.getText(), layoutOptions(options, true));
    }

    formatDocumentRange({ textDocument }: LangiumDocument, { options, range }: DocumentRangeFormattingParams): TextEdit[] {
        const last = range.end.character === 0 && range.end.line > range.start.line ? range.end.line - 1 : range.end.line;
        return layoutEdits(textDocument.getText(), layoutOptions(options, true)).filter((edit) => edit.range.start.line >= range.start.line && edit.range.start.line <= last);
    }

    /**
     * After a line end the line before it, after a brace its own. An expectation in the column of the step above it has
     * not been moved yet; behind another expectation somebody has put it there.
     */
    formatDocumentOnType({ textDocument }: LangiumDocument, { options, position, ch }: DocumentOnTypeFormattingParams): TextEdit[] {
        const line = ch === '\n' ? position.line - 1 : position.line;
        const above = textDocument.getText({ start: { line: 0, character: 0 }, end: { line, character: 0 } }).trimEnd();
        const closing = EXPECTATION.test(above.slice(above.lastIndexOf('\n') + 1));
        return layoutEdits(textDocument.getText(), layoutOptions(options, closing)).filter(({ range }) => range.start.line === line && range.end.line === line);
    }
}

function layoutOptions({ tabSize, insertSpaces, insertFinalNewline }: FormattingOptions, keepsClosingExpectations: boolean): LayoutOptions {
    return { indent: insertSpaces ? ' '.repeat(Math.max(1, tabSize)) : '\t', keepsClosingExpectations, ...(insertFinalNewline === undefined ? {} : { insertFinalNewline }) };
}
