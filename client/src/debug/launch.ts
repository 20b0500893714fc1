/** What starts the debugger. */
import type * as vscode from 'vscode';
import { pathOfUri } from './debug-uris.js';

/** Of package.json. */
export const DEBUG_TYPE = 'hwp';

/** Which run: what a lens, a test or a command knows. */
export interface DebugChoice {
    readonly scenario: string;
    readonly variant?: string;
    readonly race?: string;
}

export function launchOf(uri: vscode.Uri, choice: DebugChoice): vscode.DebugConfiguration {
    return { type: DEBUG_TYPE, request: 'launch', name: choice.scenario, program: pathOfUri(uri), ...choice };
}
