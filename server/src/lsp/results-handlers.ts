/** Who answers for hints and lenses, which wait for a run. */
import { DocumentState, isOperationCancelled, URI, type LangiumDocument } from 'langium';
import type { LangiumServices, LangiumSharedServices } from 'langium/lsp';
import { LSPErrorCodes, ResponseError, type CancellationToken, type Connection, type TextDocumentIdentifier } from 'vscode-languageserver';

/**
 * Langium's own handlers read under the lock of the workspace, and a build waits until nobody reads: one that waits for results there would wait for a build
 * that waits for it, and no file would ever have results again. What is read here is a report, which no build changes.
 */
export function answerWithResults(connection: Connection, shared: LangiumSharedServices): void {
    connection.onCodeLens(outsideLock(shared, ({ lsp }, document, params, token) => lsp.CodeLensProvider?.provideCodeLens(document, params, token)));
    connection.languages.inlayHint.on(outsideLock(shared, ({ lsp }, document, params, token) => lsp.InlayHintProvider?.getInlayHints(document, params, token)));
}

function outsideLock<Params extends { readonly textDocument: TextDocumentIdentifier }, Result>(
    { ServiceRegistry, workspace }: LangiumSharedServices,
    answer: (services: LangiumServices, document: LangiumDocument, params: Params, token: CancellationToken) => Promise<Result> | Result,
): (params: Params, token: CancellationToken) => Promise<NonNullable<Result> | null> {
    return async (params, token) => {
        const uri = URI.parse(params.textDocument.uri);
        try {
            await workspace.WorkspaceManager.ready;
            await workspace.DocumentBuilder.waitUntil(DocumentState.Changed, uri, token);
            const document = workspace.LangiumDocuments.getDocument(uri);
            return document === undefined ? null : await answer(ServiceRegistry.getServices(uri) as LangiumServices, document, params, token) ?? null;
        } catch (error) {
            throw isOperationCancelled(error) ? new ResponseError(LSPErrorCodes.RequestCancelled, 'The request has been cancelled.') : error;
        }
    };
}
