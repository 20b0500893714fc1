/** The services of the language, for entries that bring their own file system. Nothing here depends on Node or on an editor. */
import {
    createDefaultCoreModule, createDefaultSharedCoreModule, DefaultServiceRegistry, inject,
    type DefaultSharedCoreModuleContext, type LangiumCoreServices, type LangiumSharedCoreServices, type Module, type PartialLangiumCoreServices, type URI,
} from 'langium';
import { HwpGeneratedModule, HwpGeneratedSharedModule } from './generated/module.js';
import { HwpLexer } from './parser/lexer.js';
import { HwpParserErrorMessageProvider } from './parser/messages.js';
import { createParser, createParserForCompletion } from './parser/parser.js';
import { HwpLinker, HwpScopeComputation, HwpScopeProvider } from './references/scope.js';
import { HwpDocumentValidator } from './validation/document-validator.js';

export type HwpServices = LangiumCoreServices;

/** What differs from Langium's defaults; the language server adds its own module to it. */
export const HwpModule: Module<HwpServices, PartialLangiumCoreServices> = {
    parser: {
        Lexer: (services) => new HwpLexer(services),
        LangiumParser: (services) => createParser(services),
        CompletionParser: (services) => createParserForCompletion(services),
        ParserErrorMessageProvider: () => new HwpParserErrorMessageProvider(),
    },
    references: {
        Linker: (services) => new HwpLinker(services),
        ScopeComputation: (services) => new HwpScopeComputation(services),
        ScopeProvider: (services) => new HwpScopeProvider(services),
    },
    validation: {
        DocumentValidator: (services) => new HwpDocumentValidator(services),
    },
};

/** There is one language: a text is read as a scenario whatever its file is called. */
class OneLanguageRegistry extends DefaultServiceRegistry {
    override getServices(uri: URI): LangiumCoreServices {
        return this.all.length === 1 ? this.all[0]! : super.getServices(uri);
    }

    /** Only files with our extension are looked for in a folder; what an editor has open says itself what it is. */
    override hasServices(uri: URI): boolean {
        return this.fileExtensionMap.has(uri.path.slice(uri.path.lastIndexOf('.')))
            || this.languageIdMap.has(this.textDocuments?.get(uri)?.languageId ?? '');
    }
}

export const HwpSharedModule: Module<LangiumSharedCoreServices, Pick<LangiumSharedCoreServices, 'ServiceRegistry'>> = {
    ServiceRegistry: (services) => new OneLanguageRegistry(services),
};

/** Shared and language services without a connection to an editor. */
export function createHwpServices(context: DefaultSharedCoreModuleContext): { readonly shared: LangiumSharedCoreServices; readonly hwp: HwpServices } {
    const shared = inject(createDefaultSharedCoreModule(context), HwpGeneratedSharedModule, HwpSharedModule);
    const hwp = inject(createDefaultCoreModule({ shared }), HwpGeneratedModule, HwpModule);
    shared.ServiceRegistry.register(hwp);
    return { shared, hwp };
}
