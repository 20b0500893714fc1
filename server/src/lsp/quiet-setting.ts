/** The setting `hwp.diagnostics.quiet`: codes that are not shown anywhere. */
import { DiagnosticSeverity, type Diagnostic } from 'vscode-languageserver';
import type { LangiumSharedServices } from 'langium/lsp';

/** @param settings `hwp.diagnostics`, as the editor hands it over */
export function withoutQuiet(diagnostics: readonly Diagnostic[], settings: unknown): Diagnostic[] {
    const quiet: unknown = typeof settings === 'object' && settings !== null && 'quiet' in settings ? settings.quiet : undefined;
    return Array.isArray(quiet) ? diagnostics.filter(({ code, severity }) => severity === DiagnosticSeverity.Error || !quiet.includes(code)) : [...diagnostics];
}

/** What is shown follows the setting: what is open is validated again. */
export function followQuietSetting({ workspace }: LangiumSharedServices): void {
    let before = '';
    workspace.ConfigurationProvider.onConfigurationSectionUpdate(({ configuration }) => {
        const now = JSON.stringify((configuration as { readonly diagnostics?: unknown } | undefined)?.diagnostics ?? null);
        if (now === before) {
            return;
        }
        before = now;
        const open = workspace.LangiumDocuments.all.map(({ uri }) => uri).toArray();
        void workspace.WorkspaceLock.write((token) => workspace.DocumentBuilder.update(open, [], token));
    });
}
