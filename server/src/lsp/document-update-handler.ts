import { DefaultDocumentUpdateHandler } from 'langium/lsp';
import type { FileSystemWatcher } from 'vscode-languageserver';

/** Watches scenario files only, not every file of the workspace. */
export class HwpDocumentUpdateHandler extends DefaultDocumentUpdateHandler {
    protected override getWatchers(): FileSystemWatcher[] {
        return [{ globPattern: '**/*.hwp' }];
    }
}
