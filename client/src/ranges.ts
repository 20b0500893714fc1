import * as vscode from 'vscode';
import type { Failure } from '../../server/src/lsp/protocol.js';

/** A range of the protocol as one of the editor. */
export function editorRange({ start, end }: Failure['range']): vscode.Range {
    return new vscode.Range(start.line, start.character, end.line, end.character);
}
