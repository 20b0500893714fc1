/** Kernel logs, traces and explanations as read-only documents that follow the edits of their scenario. */
import * as vscode from 'vscode';
import type { StepParams, VariantParams } from '../../server/src/lsp/protocol.js';
import type { Results } from './results.js';
import type { HwpServer } from './server.js';

/** Scheme of the URIs; the query holds what is shown, as JSON. */
const SCHEME = 'hwp';

interface ReportKind {
    /** Extension of the document's name, by which it gets its language. */
    readonly extension: string;
    readonly read: (server: HwpServer, what: StepParams) => Promise<string | null>;
    /** What stands there when there is nothing to show. */
    readonly empty: string;
}

export type ReportName = 'log' | 'trace' | 'explanation';

const KINDS: Readonly<Record<ReportName, ReportKind>> = {
    log: { extension: 'hwp-log', read: (server, what) => server.request('hwp/kernelLog', what), empty: '(the kernel printed nothing)\n' },
    trace: { extension: 'hwp-trace', read: (server, what) => server.request('hwp/trace', what), empty: '(nothing was run)\n' },
    explanation: { extension: 'hwp-trace', read: (server, what) => server.request('hwp/explanation', what), empty: '(nothing was run)\n' },
};

const GONE = '(the file no longer has this scenario)\n';

interface Shown extends StepParams {
    readonly kind: ReportName;
}

export class ReportDocuments implements vscode.TextDocumentContentProvider {
    readonly #server: HwpServer;
    readonly #changed = new vscode.EventEmitter<vscode.Uri>();

    readonly onDidChange = this.#changed.event;

    constructor(server: HwpServer, results: Results, context: vscode.ExtensionContext) {
        this.#server = server;
        context.subscriptions.push(
            vscode.workspace.registerTextDocumentContentProvider(SCHEME, this),
            results.onChange(({ uri }) => this.#refresh(uri)),
        );
    }

    async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
        const shown = JSON.parse(uri.query) as Shown;
        const { read, empty } = KINDS[shown.kind];
        const text = await read(this.#server, shown);
        return text === null ? GONE : text === '' ? empty : text;
    }

    /** Opens a report beside its scenario. */
    async show(kind: ReportName, what: VariantParams | StepParams, title: string): Promise<vscode.TextDocument> {
        const shown: Shown = { step: -1, ...what, kind };
        const path = `/${title.replaceAll(/[/\\]/g, '-')}.${KINDS[kind].extension}`;
        const document = await vscode.workspace.openTextDocument(vscode.Uri.from({ scheme: SCHEME, path, query: JSON.stringify(shown) }));
        await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.Beside, preview: true, preserveFocus: true });
        return document;
    }

    #refresh(source: string): void {
        for (const { uri } of vscode.workspace.textDocuments) {
            if (uri.scheme === SCHEME && vscode.Uri.parse((JSON.parse(uri.query) as Shown).uri).toString() === source) {
                this.#changed.fire(uri);
            }
        }
    }
}
