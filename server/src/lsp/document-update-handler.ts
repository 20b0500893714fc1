import { URI, type TextDocument } from 'langium';
import { DefaultDocumentUpdateHandler } from 'langium/lsp';
import type { FileSystemWatcher, TextDocumentChangeEvent } from 'vscode-languageserver';

/** Watches scenario files only, not every file of the workspace, and forgets what is gone with its editor. */
export class HwpDocumentUpdateHandler extends DefaultDocumentUpdateHandler {
    protected override getWatchers(): FileSystemWatcher[] {
        return [{ globPattern: '**/*.hwp' }];
    }

    didCloseDocument({ document }: TextDocumentChangeEvent<TextDocument>): void {
        const uri = URI.parse(document.uri);
        if (uri.scheme === 'untitled') {
            this.fireDocumentUpdate([], [uri]);
        }
    }
}
