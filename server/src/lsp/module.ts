/** The services of the language with those of the editor around them. */
import { inject, type FileSystemProvider, type Module } from 'langium';
import { createDefaultSharedModule, DefaultDocumentHighlightProvider, DefaultReferencesProvider, type LangiumServices, type LangiumSharedServices, type PartialLangiumServices, type PartialLangiumSharedServices } from 'langium/lsp';
import type { Connection } from 'vscode-languageserver';
import { coreServices } from '../language/core-services.js';
import { HwpSharedModule } from '../language/module.js';
import { ScenarioCodeLensProvider } from './code-lens-provider.js';
import { DocumentationLinks } from './documentation-links.js';
import { HwpDocumentUpdateHandler } from './document-update-handler.js';
import { HintTooltips } from './hints/hint-tooltips.js';
import { HwpInlayHintProvider } from './hints/inlay-hint-provider.js';
import { HoverPictures } from './hover/hover-pictures.js';
import { HwpHoverProvider } from './hover/hover-provider.js';
import { LanguageFeaturesModule, SharedLanguageFeaturesModule } from './language-features.js';
import { HwpCodeActionProvider } from './quick-fixes/code-action-provider.js';
import { ReportStore } from './report-store.js';
import { ResultsInSight } from './results-in-sight.js';
import { SimulatingDocumentBuilder } from './simulating-document-builder.js';

export interface HwpServer {
    readonly shared: LangiumSharedServices;
    readonly hwp: LangiumServices;
    readonly reports: ReportStore;
    readonly tooltips: HintTooltips;
    readonly pictures: HoverPictures;
    readonly documentation: DocumentationLinks;
}

/** Services for one connection. */
export function createHwpServer(connection: Connection, fileSystemProvider: () => FileSystemProvider): HwpServer {
    const reports = new ReportStore();
    const results = new ResultsInSight(reports, () => shared.workspace.DocumentBuilder);
    const tooltips = new HintTooltips(reports);
    const pictures = new HoverPictures();
    const sharedModule: Module<LangiumSharedServices, PartialLangiumSharedServices> = {
        lsp: { DocumentUpdateHandler: (services) => new HwpDocumentUpdateHandler(services) },
        workspace: { DocumentBuilder: (services) => new SimulatingDocumentBuilder(services, reports) },
    };
    const hwpModule: Module<LangiumServices, PartialLangiumServices> = {
        lsp: {
            CodeActionProvider: ({ shared }) => new HwpCodeActionProvider(reports, shared.workspace.LangiumDocuments),
            CodeLensProvider: () => new ScenarioCodeLensProvider(results),
            DocumentHighlightProvider: (services) => new DefaultDocumentHighlightProvider(services),
            HoverProvider: (services) => new HwpHoverProvider(services, reports, documentation, pictures),
            InlayHintProvider: (services) => new HwpInlayHintProvider(results, tooltips, () => services.shared.workspace.ConfigurationProvider),
            ReferencesProvider: (services) => new DefaultReferencesProvider(services),
        },
    };
    const shared = inject(createDefaultSharedModule({ connection, fileSystemProvider }), HwpSharedModule, SharedLanguageFeaturesModule, sharedModule) as LangiumSharedServices;
    const hwp = inject(coreServices(shared) as Module<LangiumServices, PartialLangiumServices>, { shared: () => shared }, LanguageFeaturesModule, hwpModule) as LangiumServices;
    shared.ServiceRegistry.register(hwp);
    const documentation = new DocumentationLinks(shared);
    return { shared, hwp, reports, tooltips, pictures, documentation };
}
