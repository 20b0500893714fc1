/** Ways between reports and the text: links and definitions from lines to steps, meanings of words, and both sides in step. */
import * as vscode from 'vscode';
import type { ReportLinePlace } from '../../server/src/lsp/protocol.js';
import { editorRange } from './ranges.js';
import { REPORT_SCHEME, shownIn, sourceOf, type ReportDocuments } from './report-documents.js';
import type { HwpServer } from './server.js';

const REPORTS: vscode.DocumentSelector = { scheme: REPORT_SCHEME };

/** Moves of the cursor that come within this time are one, in milliseconds. */
const CURSOR_MS = 120;

/** `[   12.345678]` at the start of a line of a log, behind the name of a guest. */
const TIME_STAMP = /^(?:[\w-]+: )?\[ *\d+\.\d+\]/;

/** Words of reports that have a meaning: ids of decisions in their brackets, windows of races. */
const WORD = /\b(?:W\d+[a-c]?|[a-z_0-9]+(?:\.[a-z0-9-]+)+)\b/;

export function navigateReports(server: HwpServer, reports: ReportDocuments, context: vscode.ExtensionContext): void {
    const highlight = vscode.window.createTextEditorDecorationType({ isWholeLine: true, backgroundColor: new vscode.ThemeColor('editor.rangeHighlightBackground') });
    let timer: ReturnType<typeof setTimeout> | undefined;
    const follow = ({ textEditor, kind }: vscode.TextEditorSelectionChangeEvent): void => {
        clearTimeout(timer);
        if (textEditor.document.uri.scheme === REPORT_SCHEME) {
            // Only what a person does: the text must not move because its report does.
            timer = kind === undefined ? undefined : setTimeout(() => showSource(textEditor, reports, highlight), CURSOR_MS);
        } else if (textEditor.document.languageId === 'hwp') {
            timer = setTimeout(() => void followCursor(textEditor, server, reports, highlight), CURSOR_MS);
        }
    };
    context.subscriptions.push(
        highlight, { dispose: () => clearTimeout(timer) },
        vscode.window.onDidChangeTextEditorSelection(follow),
        vscode.languages.registerDocumentLinkProvider(REPORTS, { provideDocumentLinks: (document) => linksIn(document, reports) }),
        vscode.languages.registerDefinitionProvider(REPORTS, { provideDefinition: ({ uri }, { line }) => definitionAt(reports.linesOf(uri), line) }),
        vscode.languages.registerHoverProvider(REPORTS, { provideHover: (document, position) => meaningAt(document, position, server) }),
    );
}

/** The name of a step leads to the step, the time of a log line to the step that made it, its words to the explanation. */
function linksIn(document: vscode.TextDocument, reports: ReportDocuments): vscode.DocumentLink[] {
    const isLog = shownIn(document.uri).kind === 'log';
    return reports.linesOf(document.uri).filter(({ isHead, line }) => isHead && line < document.lineCount).flatMap((place) => {
        const { text, firstNonWhitespaceCharacterIndex: start } = document.lineAt(place.line);
        const stamp = isLog ? TIME_STAMP.exec(text)?.[0].length ?? 0 : 0;
        const end = stamp > 0 ? stamp : headEnd(text, start);
        const step = link(place.line, start, end, commandUri('hwp.goTo', [place.uri, place.range.start.line, place.range.start.character]), 'Go to the step');
        const rest = stamp > 0 && stamp + 1 < text.length
            ? [link(place.line, stamp + 1, text.length, commandUri('hwp.explainStep', [place.uri, place.range.start.line, place.range.start.character]), 'Explain the step that printed this')] : [];
        return [step, ...rest];
    });
}

/** What stands before the result, which is set off by two blanks. */
function headEnd(text: string, start: number): number {
    const gap = text.indexOf('  ', start);
    return gap < 0 ? text.length : gap;
}

function link(line: number, start: number, end: number, target: vscode.Uri, tooltip: string): vscode.DocumentLink {
    const result = new vscode.DocumentLink(new vscode.Range(line, start, line, end), target);
    result.tooltip = tooltip;
    return result;
}

export function commandUri(command: string, args: readonly unknown[]): vscode.Uri {
    return vscode.Uri.parse(`command:${command}?${encodeURIComponent(JSON.stringify(args))}`);
}

function definitionAt(lines: readonly ReportLinePlace[], line: number): vscode.Location | undefined {
    const place = lines.find((each) => each.line === line);
    return place === undefined ? undefined : new vscode.Location(vscode.Uri.parse(place.uri), editorRange(place.range));
}

async function meaningAt(document: vscode.TextDocument, position: vscode.Position, server: HwpServer): Promise<vscode.Hover | undefined> {
    const range = document.getWordRangeAtPosition(position, WORD);
    const words = range === undefined ? null : await server.request('hwp/reportWord', { word: document.getText(range) });
    return words === null || range === undefined ? undefined : new vscode.Hover(new vscode.MarkdownString(words), range);
}

/** The reports of a file show what they say of the step at its cursor. */
async function followCursor(editor: vscode.TextEditor, server: HwpServer, reports: ReportDocuments, highlight: vscode.TextEditorDecorationType): Promise<void> {
    const { document: { uri }, selection: { active } } = editor;
    editor.setDecorations(highlight, []);
    const shown = vscode.window.visibleTextEditors.filter(({ document }) => document.uri.scheme === REPORT_SCHEME && sourceOf(document.uri) === uri.toString());
    if (shown.length === 0) {
        return;
    }
    if (shown.some(({ document }) => shownIn(document.uri).kind === 'explanation')) {
        const found = await server.request('hwp/stepAt', { uri: uri.toString(), position: { line: active.line, character: active.character } }).catch(() => null);
        if (found !== null) {
            reports.follow({ uri: uri.toString(), scenario: found.scenario, step: found.step });
        }
    }
    for (const report of shown) {
        const lines = reports.linesOf(report.document.uri).filter((place) => vscode.Uri.parse(place.uri).toString() === uri.toString());
        const ranges = linesAbout(lines, active.line).map((line) => new vscode.Range(line, 0, line, 0));
        report.setDecorations(highlight, shownIn(report.document.uri).kind === 'explanation' ? [] : ranges);
        if (ranges[0] !== undefined) {
            report.revealRange(ranges[0], vscode.TextEditorRevealType.InCenterIfOutsideViewport);
        }
    }
}

/** The lines that name what stands at a line of the text; below a step, the step: expectations speak of it. */
function linesAbout(lines: readonly ReportLinePlace[], line: number): number[] {
    const heads = lines.filter(({ isHead, range }) => isHead && range.start.line <= line);
    const nearest = Math.max(-1, ...heads.map(({ range }) => range.start.line));
    return heads.filter(({ range }) => range.start.line === nearest).map((place) => place.line);
}

/** The step that the line at the cursor of a report speaks of, where its file is visible. */
function showSource(report: vscode.TextEditor, reports: ReportDocuments, highlight: vscode.TextEditorDecorationType): void {
    const place = reports.linesOf(report.document.uri).find(({ line }) => line === report.selection.active.line);
    for (const editor of vscode.window.visibleTextEditors.filter(({ document }) => document.languageId === 'hwp')) {
        const range = place === undefined || editor.document.uri.toString() !== vscode.Uri.parse(place.uri).toString() ? undefined : editorRange(place.range);
        editor.setDecorations(highlight, range === undefined ? [] : [range]);
        if (range !== undefined) {
            editor.revealRange(range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
        }
    }
}
