import type { LangiumDocument } from 'langium';
import type { Formatter } from 'langium/lsp';
import type { DocumentFormattingParams, DocumentOnTypeFormattingParams, DocumentRangeFormattingParams, FormattingOptions, TextEdit } from 'vscode-languageserver';
import { layoutEdits, type LayoutOptions } from './format.js';

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

    /** After a line end the line before it, after a brace its own. What stands in an expectation's first column is meant to be one. */
    formatDocumentOnType({ textDocument }: LangiumDocument, { options, position, ch }: DocumentOnTypeFormattingParams): TextEdit[] {
        const line = ch === '\n' ? position.line - 1 : position.line;
        return layoutEdits(textDocument.getText(), layoutOptions(options, false)).filter(({ range }) => range.start.line === line && range.end.line === line);
    }
}

function layoutOptions({ tabSize, insertSpaces, insertFinalNewline }: FormattingOptions, keepsClosingExpectations: boolean): LayoutOptions {
    return { indent: insertSpaces ? ' '.repeat(Math.max(1, tabSize)) : '\t', keepsClosingExpectations, ...(insertFinalNewline === undefined ? {} : { insertFinalNewline }) };
}
