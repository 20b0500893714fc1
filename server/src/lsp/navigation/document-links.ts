import type { LangiumDocument } from 'langium';
import type { DocumentLinkProvider } from 'langium/lsp';
import type { DocumentLink } from 'vscode-languageserver';
import { isDocument } from '../../language/generated/ast.js';
import { importsOf, importUri } from '../../language/references/imports.js';
import { findNodeForProperty } from '../../language/parser/syntax-search.js';

/** Imports lead to their files. */
export class ImportLinkProvider implements DocumentLinkProvider {
    getDocumentLinks(document: LangiumDocument): DocumentLink[] {
        const root = document.parseResult.value;
        return (isDocument(root) ? importsOf(root) : []).flatMap((statement) => {
            const path = findNodeForProperty(statement.$cstNode, 'path');
            const target = importUri(statement)?.toString();
            return path === undefined || target === undefined ? [] : [{ range: path.range, target, tooltip: 'Open the imported file' }];
        });
    }
}
