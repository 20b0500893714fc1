import { URI, UriUtils, type LangiumDocuments } from 'langium';
import type { SourceTexts } from '../../report/output/source-texts.js';
import { protocolRange } from '../run-diagnostics.js';

/** Texts of the documents that the server knows; a file goes by its name without the folders. */
export function sourcesOf(documents: LangiumDocuments): SourceTexts {
    return {
        pathOf: (uri) => UriUtils.basename(URI.parse(uri)),
        textOf: (range) => documents.getDocument(URI.parse(range.uri))?.textDocument.getText(protocolRange(range)) ?? '',
    };
}
