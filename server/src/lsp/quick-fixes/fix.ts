/** A quick fix before it takes the form of the protocol, and what every maker of fixes is given. */
import type { LangiumDocument, LangiumDocuments } from 'langium';
import type { Diagnostic, Range, TextEdit } from 'vscode-languageserver';
import type { Document } from '../../language/generated/ast.js';
import type { IssueData } from '../../language/issue-data.js';
import type { FileReport } from '../../report/judgement/scenario-report.js';

export interface Fix {
    readonly title: string;
    readonly edits: readonly TextEdit[];
    /** The diagnostic that it mends; none for what is offered anywhere. */
    readonly diagnostic?: Diagnostic;
    /** The one that is meant most of the time. */
    readonly preferred?: true;
    /** `quickfix` unless it says otherwise. */
    readonly kind?: string;
}

export interface FixContext {
    readonly document: LangiumDocument;
    readonly root: Document;
    readonly report: FileReport | undefined;
    /** All files that are known. */
    readonly documents: LangiumDocuments;
    /** Indentation of one level. */
    readonly indent: string;
}

/** Makes fixes for a diagnostic, from its code, its range and its data: messages are for people, and change. */
export type FixMaker = (diagnostic: Diagnostic, context: FixContext) => readonly Fix[];

/** What the finder of a diagnostic left for its fixes. */
export function dataOf({ data }: Diagnostic): IssueData {
    return (data ?? {}) as IssueData;
}

export function textAt({ document }: FixContext, range: Range): string {
    return document.textDocument.getText(range);
}

export function lineText({ document }: FixContext, line: number): string {
    return document.textDocument.getText({ start: { line, character: 0 }, end: { line: line + 1, character: 0 } }).replace(/[\r\n]+$/, '');
}

export function indentationOf(line: string): string {
    return /^[ \t]*/.exec(line)![0];
}

export function replace(range: Range, newText: string): TextEdit {
    return { range, newText };
}

export function insertAt(line: number, character: number, newText: string): TextEdit {
    return { range: { start: { line, character }, end: { line, character } }, newText };
}

/** Adds lines below a line, after its trailing comment. */
export function insertBelow(context: FixContext, line: number, lines: readonly string[]): TextEdit {
    return insertAt(line, lineText(context, line).length, lines.map((text) => `\n${text}`).join(''));
}

/** Removes whole lines. */
export function removeLines(first: number, last: number): TextEdit {
    return { range: { start: { line: first, character: 0 }, end: { line: last + 1, character: 0 } }, newText: '' };
}
