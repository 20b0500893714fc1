/** Which files a document imports, and which machines it can use. */
import { AstUtils, UriUtils, type LangiumDocuments, type URI } from 'langium';
import { type Document, type Import, type Machine, isDocument, isImport, isMachine } from '../generated/ast.js';

/** Longest chain of imports that is followed. */
export const MAX_IMPORT_DEPTH = 32;

/** The file that an import names, relative to the file that it stands in; undefined for a path that cannot be one. */
export function importUri(statement: Import): URI | undefined {
    const base = AstUtils.getDocument(statement).uri;
    if (statement.path === undefined || statement.path === '' || /^([a-z][a-z0-9+.-]*:|[\\/])/i.test(statement.path)) {
        return undefined;
    }
    return UriUtils.resolvePath(UriUtils.dirname(base), statement.path);
}

export function importsOf(document: Document): readonly Import[] {
    return document.elements.filter(isImport);
}

/** Machines by name: the document's own first, then those of its imports, then those of theirs. */
export function importedMachines(root: Document, documents: LangiumDocuments): ReadonlyMap<string, Machine> {
    const machines = new Map<string, Machine>();
    const seen = new Set<Document>();
    let level: Document[] = [root];
    for (let depth = 0; depth < MAX_IMPORT_DEPTH && level.length > 0; depth++) {
        const next: Document[] = [];
        for (const document of level) {
            if (seen.has(document)) {
                continue;
            }
            seen.add(document);
            for (const machine of document.elements.filter(isMachine)) {
                if (machine.name !== undefined && !machines.has(machine.name)) {
                    machines.set(machine.name, machine);
                }
            }
            next.push(...importsOf(document).map((statement) => importedDocument(statement, documents)).filter((found) => found !== undefined));
        }
        level = next;
    }
    return machines;
}

/** The document that an import names, when it has been read. */
export function importedDocument(statement: Import, documents: LangiumDocuments): Document | undefined {
    const uri = importUri(statement);
    const root = uri === undefined ? undefined : documents.getDocument(uri)?.parseResult.value;
    return isDocument(root) ? root : undefined;
}
