import * as vscode from 'vscode';
import type { LanguageClientOptions } from 'vscode-languageclient';
import type { InitializationOptions } from '../../server/src/lsp/protocol.js';
import { DOCUMENTATION_ADDRESS } from './documentation-pages.js';

/** The id of the language client, and the prefix of its settings. */
export const CLIENT_ID = 'hwp';

/** The name of the output channel. */
export const CLIENT_NAME = 'hwpoison scenarios';

/** What the client on Node and the one in the browser have in common. */
export function clientOptions(context: vscode.ExtensionContext): LanguageClientOptions {
    // Langium's own pattern watches every file; scenarios are all that the server reads.
    const scenarioFiles = vscode.workspace.createFileSystemWatcher('**/*.hwp');
    context.subscriptions.push(scenarioFiles);
    return {
        documentSelector: [{ language: 'hwp' }],
        synchronize: { fileEvents: scenarioFiles },
        initializationOptions: { documentation: DOCUMENTATION_ADDRESS } satisfies InitializationOptions,
    };
}
