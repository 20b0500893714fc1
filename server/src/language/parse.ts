/** Texts to validated documents, with the files that they import. */
import { EmptyFileSystem, URI, type LangiumDocument } from 'langium';
import type { KernelChoice } from './lowering/program-types.js';
import { createHwpServices, type HwpServices } from './module.js';
import { HwpDocumentValidator } from './validation/document-validator.js';
import { isDocument, type Document } from './generated/ast.js';
import { importUri, importsOf, MAX_IMPORT_DEPTH } from './references/imports.js';
import type { LangiumSharedCoreServices } from 'langium';

/** Gives the text of a file by its URI; undefined when there is none or it cannot be read. */
export type ReadFile = (uri: string) => string | undefined | Promise<string | undefined>;

/** A URI as documents, and with them all places, spell it. */
export function spelledUri(uri: string): string {
    return URI.parse(uri).toString();
}

export type HwpDocument = LangiumDocument<Document>;

/** Parses, links and validates texts; imported files are read once and kept. */
export class TextParser {
    private readonly shared: LangiumSharedCoreServices;
    private readonly hwp: HwpServices;
    private readonly readFile: ReadFile;
    /** Files that others import: they are kept. */
    private readonly imported = new Set<string>();

    /** @param others URIs of files that there are besides: what an import may have meant */
    constructor(readFile: ReadFile = () => undefined, others: readonly string[] = []) {
        const { shared, hwp } = createHwpServices(EmptyFileSystem);
        this.shared = shared;
        this.hwp = hwp;
        this.readFile = readFile;
        if (hwp.validation.DocumentValidator instanceof HwpDocumentValidator) {
            hwp.validation.DocumentValidator.filesFromOutside = others;
        }
    }

    /** The validated document of a text, on the kernel it chooses or on the one given. Replaces what was known of that URI; never throws on any text. */
    async parse(uri: string, text: string, kernel?: KernelChoice): Promise<HwpDocument> {
        const { LangiumDocuments, LangiumDocumentFactory, DocumentBuilder } = this.shared.workspace;
        const id = URI.parse(uri);
        if (LangiumDocuments.hasDocument(id)) {
            await DocumentBuilder.update([], [id]);
        }
        const document = LangiumDocumentFactory.fromString<Document>(text, id);
        LangiumDocuments.addDocument(document);
        const imports = await addImports(document, this.shared, this.readFile);
        imports.forEach(({ uri: of }) => this.imported.add(of.toString()));
        const documents = [document, ...imports];
        const validator = this.hwp.validation.DocumentValidator;
        if (validator instanceof HwpDocumentValidator) {
            validator.kernelFromOutside = kernel;
        }
        await DocumentBuilder.build(documents, { validation: true });
        return document;
    }

    /** URIs of what a document imports, directly or not, whether it is there or not. */
    importsOf(document: HwpDocument): string[] {
        const found = new Set<string>();
        const follow = ({ parseResult: { value } }: LangiumDocument): void => {
            for (const uri of isDocument(value) ? importsOf(value).flatMap((statement) => importUri(statement) ?? []) : []) {
                const imported = this.shared.workspace.LangiumDocuments.getDocument(uri);
                if (!found.has(uri.toString())) {
                    found.add(uri.toString());
                    if (imported !== undefined) follow(imported);
                }
            }
        };
        follow(document);
        return [...found];
    }

    /** Drops a document that nobody imports: what is kept would be looked at again with each further text. */
    async forget({ uri }: HwpDocument): Promise<void> {
        if (!this.imported.has(uri.toString())) {
            await this.shared.workspace.DocumentBuilder.update([], [uri]);
        }
    }
}

/** Reads what a document imports, and what that imports, into the workspace; answers the documents that were added. */
export async function addImports(document: LangiumDocument, shared: LangiumSharedCoreServices, readFile: ReadFile): Promise<LangiumDocument[]> {
    const { LangiumDocuments, LangiumDocumentFactory } = shared.workspace;
    const added: LangiumDocument[] = [];
    let level = [document];
    for (let depth = 0; depth < MAX_IMPORT_DEPTH && level.length > 0; depth++) {
        const next: LangiumDocument[] = [];
        for (const importing of level) {
            const root = importing.parseResult.value;
            for (const statement of isDocument(root) ? importsOf(root) : []) {
                const uri = importUri(statement);
                if (uri === undefined || LangiumDocuments.hasDocument(uri)) {
                    continue;
                }
                const text = await readFile(uri.toString());
                if (text !== undefined && !LangiumDocuments.hasDocument(uri)) {
                    const imported = LangiumDocumentFactory.fromString(text, uri);
                    LangiumDocuments.addDocument(imported);
                    next.push(imported);
                }
            }
        }
        added.push(...next);
        level = next;
    }
    return added;
}
