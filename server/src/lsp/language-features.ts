/** The language features that need no run: one line a provider. */
import type { Module } from 'langium';
import type { LangiumServices, LangiumSharedServices, PartialLangiumServices, PartialLangiumSharedServices } from 'langium/lsp';
import { HwpCompletionProvider } from './completion/completion-provider.js';
import { HwpFormatter } from './formatting/formatter.js';
import { HwpLanguageServer } from './language-server.js';
import { HwpDefinitionProvider } from './navigation/definition-provider.js';
import { ImportLinkProvider } from './navigation/document-links.js';
import { HwpDocumentSymbolProvider } from './navigation/document-symbols.js';
import { HwpFoldingRangeProvider } from './navigation/folding.js';
import { HwpReferences } from './navigation/references.js';
import { RenamedFiles } from './navigation/renamed-files.js';
import { HwpRenameProvider } from './navigation/rename-provider.js';
import { HwpWorkspaceSymbolProvider } from './navigation/workspace-symbols.js';
import { HwpSemanticTokenProvider } from './semantic-tokens.js';
import { HwpSignatureHelpProvider } from './signature-help.js';

export const LanguageFeaturesModule: Module<LangiumServices, PartialLangiumServices> = {
    references: {
        References: (services) => new HwpReferences(services),
    },
    lsp: {
        CompletionProvider: ({ shared }) => new HwpCompletionProvider(shared),
        DefinitionProvider: (services) => new HwpDefinitionProvider(services),
        DocumentLinkProvider: () => new ImportLinkProvider(),
        DocumentSymbolProvider: () => new HwpDocumentSymbolProvider(),
        FoldingRangeProvider: () => new HwpFoldingRangeProvider(),
        Formatter: () => new HwpFormatter(),
        RenameProvider: (services) => new HwpRenameProvider(services),
        SemanticTokenProvider: () => new HwpSemanticTokenProvider(),
        SignatureHelp: () => new HwpSignatureHelpProvider(),
    },
};

export const SharedLanguageFeaturesModule: Module<LangiumSharedServices, PartialLangiumSharedServices> = {
    lsp: {
        FileOperationHandler: (services) => new RenamedFiles(services),
        LanguageServer: (services) => new HwpLanguageServer(services),
        WorkspaceSymbolProvider: (services) => new HwpWorkspaceSymbolProvider(services),
    },
};
