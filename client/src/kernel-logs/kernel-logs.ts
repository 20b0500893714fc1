import * as vscode from 'vscode';
import type { LogIncidentItem, LogView } from '../../../server/src/lsp/protocol.js';
import type { HwpServer } from '../server.js';

/** Language id of kernel logs. */
export const KERNEL_LOG = 'kernel-log';

/** A log that grows, as under `tail -f`, is read again when it pauses. Milliseconds. */
const PAUSE_MS = 300;

interface Known { readonly version: number; readonly view: Promise<LogView | null>; readonly token: vscode.CancellationTokenSource; }

/** Shows in kernel logs what the server makes of them: hints behind lines, hovers, links between cause and crash, an outline, scenarios. */
export class KernelLogs {
    readonly #server: HwpServer;
    readonly #known = new Map<string, Known>();
    readonly #changed = new vscode.EventEmitter<void>();

    constructor(server: HwpServer, context: vscode.ExtensionContext) {
        this.#server = server;
        const selector: vscode.DocumentSelector = { language: KERNEL_LOG };
        let pause: ReturnType<typeof setTimeout> | undefined;
        context.subscriptions.push(
            this.#changed,
            server.onRunning(() => this.#changed.fire()),
            vscode.languages.registerInlayHintsProvider(selector, { onDidChangeInlayHints: this.#changed.event, provideInlayHints: (document, range) => this.#hints(document, range) }),
            vscode.languages.registerHoverProvider(selector, { provideHover: (document, position) => this.#hover(document, position) }),
            vscode.languages.registerDocumentLinkProvider(selector, { provideDocumentLinks: (document) => this.#links(document) }),
            vscode.languages.registerDocumentSymbolProvider(selector, { provideDocumentSymbols: (document) => this.#outline(document) }),
            vscode.languages.registerCodeActionsProvider(selector, { provideCodeActions: (document, range) => this.#actions(document, range) }),
            vscode.workspace.onDidCloseTextDocument(({ uri }) => this.#forget(uri.toString())),
            vscode.workspace.onDidChangeTextDocument(({ document }) => {
                if (document.languageId !== KERNEL_LOG) return;
                clearTimeout(pause);
                pause = setTimeout(() => this.#changed.fire(), PAUSE_MS);
            }),
        );
    }

    /** What the server makes of the text as it is. */
    view(document: vscode.TextDocument): Promise<LogView | null> {
        const uri = document.uri.toString();
        const known = this.#known.get(uri);
        if (known?.version === document.version) return known.view;
        known?.token.cancel();
        const token = new vscode.CancellationTokenSource();
        const view = this.#server.request('hwp/triageLog', { text: document.getText() }, token.token);
        const asked = { version: document.version, view, token };
        this.#known.set(uri, asked);
        // A server that died answers nobody: the next question asks again. A later version of the text has been asked for by itself.
        view.catch(() => {
            if (this.#known.get(uri) === asked) this.#known.delete(uri);
        });
        return view;
    }

    /** The incident that a line belongs to, or lies within. */
    async incidentAt(document: vscode.TextDocument, line: number): Promise<LogIncidentItem | undefined> {
        const view = await this.view(document);
        const incidents = view?.boots.flatMap((boot) => boot.incidents) ?? [];
        const own = view?.lines.find((each) => each.line === line)?.incident;
        return incidents.find(({ id }) => id === own) ?? incidents.find(({ firstLine, lastLine }) => firstLine <= line && line <= lastLine);
    }

    /** Opens the scenario that reproduces an incident in a new, unsaved file; undefined where the model has none. */
    async writeScenario(document: vscode.TextDocument, incident: string): Promise<vscode.TextDocument | undefined> {
        const found = await this.#server.request('hwp/logScenario', { text: document.getText(), incident });
        if (found === null) {
            void vscode.window.showInformationMessage(`The model prints none of the lines of incident ${incident}: there is no scenario for it.`);
            return undefined;
        }
        const scenario = await vscode.workspace.openTextDocument({ language: 'hwp', content: found.text });
        await vscode.window.showTextDocument(scenario, { viewColumn: vscode.ViewColumn.Beside });
        return scenario;
    }

    #forget(uri: string): void {
        this.#known.get(uri)?.token.cancel();
        this.#known.delete(uri);
    }

    async #hints(document: vscode.TextDocument, range: vscode.Range): Promise<vscode.InlayHint[]> {
        const view = await this.view(document);
        return (view?.hints ?? []).filter(({ line }) => line >= range.start.line && line <= range.end.line && line < document.lineCount).map(({ line, text, tooltip }) => {
            const hint = new vscode.InlayHint(document.lineAt(line).range.end, text);
            hint.paddingLeft = true;
            hint.tooltip = tooltip;
            return hint;
        });
    }

    async #hover(document: vscode.TextDocument, { line }: vscode.Position): Promise<vscode.Hover | null> {
        const found = (await this.view(document))?.lines.find((each) => each.line === line);
        return found === undefined ? null : new vscode.Hover(new vscode.MarkdownString(found.hover), document.lineAt(line).range);
    }

    async #links(document: vscode.TextDocument): Promise<vscode.DocumentLink[]> {
        const view = await this.view(document);
        return (view?.links ?? []).filter(({ line }) => line < document.lineCount).map(({ line, target, tooltip }) => {
            const { range, firstNonWhitespaceCharacterIndex: start } = document.lineAt(line);
            const link = new vscode.DocumentLink(new vscode.Range(line, start, line, range.end.character), document.uri.with({ fragment: `L${target + 1}` }));
            link.tooltip = tooltip;
            return link;
        });
    }

    async #outline(document: vscode.TextDocument): Promise<vscode.DocumentSymbol[]> {
        const view = await this.view(document);
        const lines = (first: number, last: number): vscode.Range => document.validateRange(new vscode.Range(first, 0, Math.max(first, last), Number.MAX_SAFE_INTEGER));
        return (view?.boots ?? []).map(({ name, firstLine, lastLine, incidents }) => {
            const boot = new vscode.DocumentSymbol(name, '', vscode.SymbolKind.Namespace, lines(firstLine, lastLine), lines(firstLine, firstLine));
            boot.children = incidents.map(({ title, verdict, firstLine: first, lastLine: last }) => new vscode.DocumentSymbol(title, verdict, vscode.SymbolKind.Event, lines(first, last), lines(first, first)));
            return boot;
        });
    }

    async #actions(document: vscode.TextDocument, range: vscode.Range): Promise<vscode.CodeAction[]> {
        const incident = await this.incidentAt(document, range.start.line);
        if (incident?.reproducible !== true) return [];
        const action = new vscode.CodeAction('Write a scenario from this incident', vscode.CodeActionKind.Refactor);
        action.command = { command: 'hwp.scenarioFromLog', title: action.title, arguments: [document.uri.toString(), incident.id] };
        return [action];
    }
}
