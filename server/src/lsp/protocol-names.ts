/** What the language server and Langium take out of the protocol: one import for all of them (scripts/bundles.mts). */
export {
    CancellationToken, CancellationTokenSource, CompletionItemKind, CompletionList, DiagnosticSeverity, DidChangeConfigurationNotification, DidChangeWatchedFilesNotification, Disposable,
    DocumentHighlight, Emitter, FileChangeType, FoldingRange, FoldingRangeKind, LSPErrorCodes, Location, LocationLink, Position, ProgressType, ResponseError, SemanticTokenModifiers,
    SemanticTokenTypes, SemanticTokensBuilder, SymbolKind, TextDocumentSyncKind,
} from 'vscode-languageserver';
