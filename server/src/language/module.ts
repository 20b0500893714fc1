/** The services of the language, for entries that bring their own file system. Nothing here depends on Node or on an editor. */
import {
    createDefaultSharedCoreModule, DefaultServiceRegistry, inject,
    type DefaultSharedCoreModuleContext, type LangiumCoreServices, type LangiumSharedCoreServices, type Module, type PartialLangiumSharedCoreServices, type URI,
} from 'langium';
import { coreServices } from './core-services.js';
import { HwpAstReflection } from './generated/ast.js';
import { HwpDocumentFactory } from './parser/document-factory.js';

export type HwpServices = LangiumCoreServices;

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

/** What differs from Langium's defaults for all languages; the language server adds its own module to it. */
export const HwpSharedModule: Module<LangiumSharedCoreServices, PartialLangiumSharedCoreServices> = {
    AstReflection: () => new HwpAstReflection(),
    ServiceRegistry: (services) => new OneLanguageRegistry(services),
    workspace: {
        LangiumDocumentFactory: (services) => new HwpDocumentFactory(services),
    },
};

/** Shared and language services without a connection to an editor. */
export function createHwpServices(context: DefaultSharedCoreModuleContext): { readonly shared: LangiumSharedCoreServices; readonly hwp: HwpServices } {
    const shared = inject(createDefaultSharedCoreModule(context), HwpSharedModule) as LangiumSharedCoreServices;
    const hwp = inject(coreServices(shared)) as HwpServices;
    shared.ServiceRegistry.register(hwp);
    return { shared, hwp };
}
