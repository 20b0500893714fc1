/** Colours of pictures in hovers: a picture there does not see the theme of the editor. */
import { ColorThemeKind, window, type ColorTheme, type Disposable } from 'vscode';
import type { ClientNotifications } from '../../server/src/lsp/protocol.js';
import type { HwpServer } from './server.js';

export function paletteOf({ kind }: ColorTheme): ClientNotifications['hwp/palette'] {
    return kind === ColorThemeKind.Light || kind === ColorThemeKind.HighContrastLight ? 'light' : 'dark';
}

/** Tells the server of another theme. */
export function followTheme(server: HwpServer): Disposable {
    return window.onDidChangeActiveColorTheme((theme) => server.notify('hwp/palette', paletteOf(theme)));
}
