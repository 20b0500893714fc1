/** The documentation of a diagnostic's code as a read-only page, which the code in the editor links to. */
import * as vscode from 'vscode';

/** Scheme of the pages. package.json has them rendered. */
const SCHEME = 'hwp-docs';

/** Where the server lets the code of a diagnostic lead. */
export const DOCUMENTATION_ADDRESS = `${SCHEME}:/{code}.md`;

export function provideDocumentation({ extensionUri, subscriptions }: vscode.ExtensionContext): void {
    const read = async (file: string): Promise<string> => new TextDecoder().decode(await vscode.workspace.fs.readFile(vscode.Uri.joinPath(extensionUri, 'docs', file)));
    subscriptions.push(vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
        // The reference of the language is linked to from every section.
        provideTextDocumentContent: async ({ path }) => path.endsWith('/language.md') ? read('language.md') : sectionOf(await read('diagnostics.md'), path.slice(1).replace(/\.md$/, '')),
    }));
}

/** The section with that title, as a page of its own. */
function sectionOf(page: string, code: string): string {
    const found = page.split(/^(?=#{2,3} )/m).find((section) => section.startsWith(`### ${code}\n`));
    return found === undefined ? `There is no diagnostic ${code}.\n` : found.replace('###', '#');
}
