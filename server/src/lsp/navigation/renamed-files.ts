import { URI, UriUtils, type LangiumDocument, type LangiumDocuments } from 'langium';
import type { FileOperationHandler, LangiumSharedServices } from 'langium/lsp';
import type { FileOperationOptions, RenameFilesParams, TextEdit, WorkspaceEdit } from 'vscode-languageserver';
import { isDocument } from '../../language/generated/ast.js';
import { findNodeForProperty } from '../../language/parser/syntax-search.js';
import { importsOf, importUri } from '../../language/references/imports.js';

/** Scenario files, and folders, which may hold some. */
const FILTERS: FileOperationOptions = {
    willRename: { filters: [{ pattern: { glob: '**/*.hwp', matches: 'file' } }, { pattern: { glob: '**', matches: 'folder' } }] },
};

/** Files that are renamed or moved in the editor keep being imported, and keep what they import. */
export class RenamedFiles implements FileOperationHandler {
    readonly fileOperationOptions = FILTERS;
    readonly #documents: LangiumDocuments;
    readonly #ready: () => Promise<void>;

    constructor({ workspace }: LangiumSharedServices) {
        this.#documents = workspace.LangiumDocuments;
        this.#ready = () => workspace.WorkspaceManager.ready;
    }

    /** The edits are made before the files move: they name documents by their old URIs. */
    async willRenameFiles({ files }: RenameFilesParams): Promise<WorkspaceEdit | null> {
        await this.#ready();
        const moved = (uri: URI): URI => movedBy(files, uri);
        const changes = Object.fromEntries(this.#documents.all
            .map((document) => [document.textDocument.uri, importEdits(document, moved)] as const).filter(([, edits]) => edits.length > 0).toArray());
        return Object.keys(changes).length === 0 ? null : { changes };
    }
}

/** Where a file is after the move of files and folders. */
function movedBy(files: RenameFilesParams['files'], uri: URI): URI {
    const text = uri.toString();
    for (const { oldUri, newUri } of files) {
        const [from, to] = [URI.parse(oldUri).toString(), URI.parse(newUri).toString()];
        if (text === from) {
            return URI.parse(to);
        }
        if (text.startsWith(`${from}/`)) {
            return URI.parse(to + text.slice(from.length));
        }
    }
    return uri;
}

/** The imports of a document whose way changes, from where it is then to where the imported file is then. */
function importEdits({ parseResult: { value: root }, uri }: LangiumDocument, moved: (uri: URI) => URI): TextEdit[] {
    return (isDocument(root) ? importsOf(root) : []).flatMap((statement) => {
        const [target, place] = [importUri(statement), findNodeForProperty(statement.$cstNode, 'path')];
        if (target === undefined || place === undefined || UriUtils.equals(target, moved(target)) && UriUtils.equals(uri, moved(uri))) {
            return [];
        }
        const path = UriUtils.relative(UriUtils.dirname(moved(uri)), moved(target));
        return path === statement.path ? [] : [{ range: place.range, newText: JSON.stringify(path) }];
    });
}
