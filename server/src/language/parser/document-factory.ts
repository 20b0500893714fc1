import { DefaultLangiumDocumentFactory, interruptAndCheck, type Cancellation, type AstNode, type LangiumSharedCoreServices, type ParseResult, type URI } from 'langium';
import type { HwpParser } from './parser.js';

/** Parses a document that is known already from what it was; a long text in slices, so that others go on between two. */
export class HwpDocumentFactory extends DefaultLangiumDocumentFactory {
    readonly #services: LangiumSharedCoreServices;

    constructor(services: LangiumSharedCoreServices) {
        super(services);
        this.#services = services;
    }

    protected override async parseAsync<T extends AstNode>(uri: URI, text: string, token: Cancellation.CancellationToken): Promise<ParseResult<T>> {
        const parser = this.serviceRegistry.getServices(uri).parser.LangiumParser as unknown as HwpParser;
        const known = this.#services.workspace.LangiumDocuments.getDocument(uri);
        const slices = parser.parseInSlices(text, known?.parseResult);
        for (;;) {
            const { done, value } = slices.next();
            if (done === true) {
                return value as unknown as ParseResult<T>;
            }
            await interruptAndCheck(token);
        }
    }
}
