/**
 * What Langium takes out of the protocol where no editor is. The bundle of the command line has these names from JSON-RPC,
 * and loads nothing else of the protocol (scripts/bundles.mts).
 */
export { CancellationToken, CancellationTokenSource, Emitter, ResponseError } from 'vscode-languageserver';

/** Codes of errors; JSON-RPC does not know those of the language server protocol. */
export const LSPErrorCodes = { RequestFailed: -32803, ServerCancelled: -32802, ContentModified: -32801, RequestCancelled: -32800 } as const;
