import { DefaultLangiumDocumentFactory, type AstNode, type LangiumSharedCoreServices, type ParseResult, type URI } from 'langium';
import type { HwpParser } from './parser.js';

/** Parses a document that is known already from what it was. */
export class HwpDocumentFactory extends DefaultLangiumDocumentFactory {
    readonly #services: LangiumSharedCoreServices;

    constructor(services: LangiumSharedCoreServices) {
        super(services);
        this.#services = services;
    }

    protected override parseAsync<T extends AstNode>(uri: URI, text: string): Promise<ParseResult<T>> {
        const parser = this.serviceRegistry.getServices(uri).parser.LangiumParser as unknown as HwpParser;
        const known = this.#services.workspace.LangiumDocuments.getDocument(uri);
        return Promise.resolve(parser.parse(text, known?.parseResult) as unknown as ParseResult<T>);
    }
}
