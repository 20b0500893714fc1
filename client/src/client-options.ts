import { window } from 'vscode';
import type { LanguageClientOptions } from 'vscode-languageclient';
import type { InitializationOptions } from '../../server/src/lsp/protocol.js';
import { DOCUMENTATION_ADDRESS } from './documentation-pages.js';
import { paletteOf } from './palette.js';
import type { Moment } from './moment.js';

/** The id of the language client, and the prefix of its settings. */
export const CLIENT_ID = 'hwp';

/** The name of the output channel. */
export const CLIENT_NAME = 'hwpoison scenarios';

/** What a hover may lead to: what it quotes of a file must not run anything else. */
const LINKED_COMMANDS = ['hwp.explainStep'];

/** What the client on Node and the one in the browser have in common. Which files are watched is the server's to say. */
export function clientOptions(moment: Moment, more: InitializationOptions = {}): LanguageClientOptions {
    return {
        documentSelector: [{ language: 'hwp' }],
        initializationOptions: (): InitializationOptions => ({ documentation: DOCUMENTATION_ADDRESS, commandLinks: true, hoverPictures: paletteOf(window.activeColorTheme), ...more }),
        markdown: { isTrusted: { enabledCommands: LINKED_COMMANDS } },
        middleware: moment.middleware,
    };
}
