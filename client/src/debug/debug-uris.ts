/** Documents of a session: outlines of kernel functions, and texts as they were. The editor knows files by paths, all else by URIs. */
import * as vscode from 'vscode';

/** The outline of a function, where a session stands in it. Its query is the session. */
export const FUNCTION_SCHEME = 'hwp-function';

/** A text as it was when a session began. Its query is the session and the URI. */
export const BEFORE_SCHEME = 'hwp-debugged';

/** A path that is a URI; `c:\` is none. */
const URI = /^[a-z][a-z0-9+.-]+:/i;

export function uriOfPath(path: string): vscode.Uri {
    return URI.test(path) ? vscode.Uri.parse(path) : vscode.Uri.file(path);
}

export function pathOfUri(uri: vscode.Uri): string {
    return uri.scheme === 'file' ? uri.fsPath : uri.toString();
}

export function functionUri(session: string, kernelFunction: string): vscode.Uri {
    return vscode.Uri.from({ scheme: FUNCTION_SCHEME, path: `/${kernelFunction}.hwp-function`, query: session });
}

export function functionIn({ path }: vscode.Uri): string {
    return path.replace(/^\/|\.hwp-function$/g, '');
}

export function beforeUri(session: string, uri: vscode.Uri): vscode.Uri {
    return vscode.Uri.from({ scheme: BEFORE_SCHEME, path: uri.path, query: JSON.stringify([session, uri.toString()]) });
}
