/** Kernel logs, traces and explanations as read-only documents that follow the edits of their scenario. */
import * as vscode from 'vscode';
import type { ReportLinePlace, ReportText, StepParams, VariantParams } from '../../server/src/lsp/protocol.js';
import type { Results } from './results.js';
import type { HwpServer } from './server.js';

/** Scheme of the URIs; the query holds what is shown, as JSON. */
export const REPORT_SCHEME = 'hwp';

interface ReportKind {
    /** Extension of the document's name, by which it gets its language. */
    readonly extension: string;
    readonly read: (server: HwpServer, what: StepParams) => Promise<ReportText | null>;
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

/** The URI of an explanation stays when the cursor goes to another step: its query has no step. */
export interface Shown extends VariantParams {
    readonly kind: ReportName;
}

export class ReportDocuments implements vscode.TextDocumentContentProvider {
    readonly #server: HwpServer;
    readonly #changed = new vscode.EventEmitter<vscode.Uri>();
    readonly #lines = new Map<string, readonly ReportLinePlace[]>();
    /** The steps that are explained, by the document that is. */
    readonly #explained = new Map<string, StepParams>();

    readonly onDidChange = this.#changed.event;

    constructor(server: HwpServer, results: Results, context: vscode.ExtensionContext) {
        this.#server = server;
        context.subscriptions.push(
            vscode.workspace.registerTextDocumentContentProvider(REPORT_SCHEME, this),
            results.onChange(({ uri }) => this.#refresh(uri)),
            vscode.workspace.onDidCloseTextDocument(({ uri }) => this.#lines.delete(uri.toString())),
        );
    }

    async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
        const shown = shownIn(uri);
        const { read, empty } = KINDS[shown.kind];
        const report = await read(this.#server, { step: -1, ...shown, ...this.#explained.get(uri.toString()) });
        this.#lines.set(uri.toString(), report?.lines ?? []);
        return report === null ? GONE : report.text === '' ? empty : report.text;
    }

    /** What the lines of a report speak of. */
    linesOf(report: vscode.Uri): readonly ReportLinePlace[] {
        return this.#lines.get(report.toString()) ?? [];
    }

    /** Opens a report of a scenario beside it. */
    async show(kind: 'log' | 'trace', what: VariantParams, title: string): Promise<vscode.TextDocument> {
        return this.#open(uriOf({ ...what, kind }, title));
    }

    /** Opens the explanation of a step, in the place of the last one that was explained of that file. */
    async explain(step: StepParams): Promise<vscode.TextDocument> {
        const name = step.uri.replace(/^.*\//, '').replace(/\.hwp$/, '');
        const uri = uriOf({ kind: 'explanation', uri: step.uri, scenario: '' }, `Explain ${decodeURIComponent(name)}`);
        const before = this.#explained.get(uri.toString());
        this.#explained.set(uri.toString(), step);
        const document = await this.#open(uri);
        if (before !== undefined && JSON.stringify(before) !== JSON.stringify(step)) {
            await this.#renewed(document);
        }
        return document;
    }

    /** Lets an explanation that is shown speak of another step of its file. */
    follow(step: StepParams): void {
        for (const [key, explained] of this.#explained) {
            if (explained.uri === step.uri && JSON.stringify(explained) !== JSON.stringify(step)) {
                this.#explained.set(key, step);
                this.#changed.fire(vscode.Uri.parse(key));
            }
        }
    }

    /** Waits until the editor has read a document again. */
    async #renewed(document: vscode.TextDocument): Promise<void> {
        const wanted = await this.provideTextDocumentContent(document.uri);
        if (document.getText() === wanted) {
            return;
        }
        const changed = new Promise<void>((resolve) => {
            const listening = vscode.workspace.onDidChangeTextDocument((event) => {
                if (event.document === document) {
                    listening.dispose();
                    resolve();
                }
            });
        });
        this.#changed.fire(document.uri);
        await changed;
    }

    async #open(uri: vscode.Uri): Promise<vscode.TextDocument> {
        const document = await vscode.workspace.openTextDocument(uri);
        const shown = vscode.window.visibleTextEditors.find((editor) => editor.document === document);
        await vscode.window.showTextDocument(document, { viewColumn: shown?.viewColumn ?? vscode.ViewColumn.Beside, preview: true, preserveFocus: true });
        return document;
    }

    #refresh(source: string): void {
        for (const { uri } of vscode.workspace.textDocuments) {
            if (uri.scheme === REPORT_SCHEME && sourceOf(uri) === source) {
                this.#changed.fire(uri);
            }
        }
    }
}

function uriOf(shown: Shown, title: string): vscode.Uri {
    const path = `/${title.replaceAll(/[/\\]/g, '-')}.${KINDS[shown.kind].extension}`;
    return vscode.Uri.from({ scheme: REPORT_SCHEME, path, query: JSON.stringify(shown) });
}

export function shownIn(report: vscode.Uri): Shown {
    return JSON.parse(report.query) as Shown;
}

/** The file that a report is of, as VS Code writes its URI. */
export function sourceOf(report: vscode.Uri): string {
    return vscode.Uri.parse(shownIn(report).uri).toString();
}
