import { State, type BaseLanguageClient } from 'vscode-languageclient';
import { DiagnosticSeverity, Disposable, workspace, type Diagnostic, type Uri } from 'vscode';
import { Gathered, type Portioning } from './gathered.js';

/** Files at once: with them the window looks through Problems, tabs and Explorer. */
const PORTIONS: Portioning = { sizes: [100], pauseMs: 100 };

/**
 * What is wrong with files that nobody has open is given to the editor together, and without remarks: of a folder with thousands of scenarios, Problems
 * would list little else. Whoever opens a file sees all: the server says it then. What concerns open files goes its own way.
 */
export function gatherDiagnostics(client: BaseLanguageClient): Disposable {
    const waiting = new Gathered<[Uri, Diagnostic[]]>((entries) => {
        const { diagnostics } = client;
        // Nothing about a file of which nothing was said is no news.
        diagnostics?.set(entries.filter(([uri, each]) => each.length > 0 || diagnostics.has(uri)));
    }, PORTIONS);
    const { middleware } = client.clientOptions;
    client.clientOptions.middleware = {
        ...middleware,
        handleDiagnostics: (uri, diagnostics, next) => {
            const key = uri.toString();
            if (!workspace.textDocuments.some((document) => document.uri.toString() === key)) {
                waiting.add(key, [uri, diagnostics.filter(({ severity }) => severity <= DiagnosticSeverity.Warning)]);
                return;
            }
            waiting.delete(key);
            if (middleware?.handleDiagnostics === undefined) {
                next(uri, diagnostics);
            } else {
                middleware.handleDiagnostics(uri, diagnostics, next);
            }
        },
    };
    return Disposable.from(
        waiting,
        client.onDidChangeState(({ newState }) => newState === State.Running ? undefined : waiting.clear()),
        workspace.onDidOpenTextDocument(() => waiting.flush()),
    );
}
