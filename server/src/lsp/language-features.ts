/** The language features that need no run: one line a provider. */
import type { Module } from 'langium';
import type { LangiumServices, PartialLangiumServices } from 'langium/lsp';
import { HwpCompletionProvider } from './completion/completion-provider.js';

export const LanguageFeaturesModule: Module<LangiumServices, PartialLangiumServices> = {
    lsp: {
        CompletionProvider: ({ shared }) => new HwpCompletionProvider(shared),
    },
};
