/** The documentation as read-only pages, which codes of diagnostics and hovers link to. */
import * as vscode from 'vscode';

/** Scheme of the pages. package.json has them rendered. */
const SCHEME = 'hwp-docs';

/** Where the server lets the code of a diagnostic lead, and names of pages. */
export const DOCUMENTATION_ADDRESS = `${SCHEME}:/{code}.md`;

/** Pages that are shown whole; sections of diagnostics link to the first. */
const PAGES = ['language.md', 'races.md'];

export function provideDocumentation({ extensionUri, subscriptions }: vscode.ExtensionContext): void {
    const read = async (file: string): Promise<string> => new TextDecoder().decode(await vscode.workspace.fs.readFile(vscode.Uri.joinPath(extensionUri, 'docs', file)));
    subscriptions.push(vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
        provideTextDocumentContent: async ({ path }) => {
            const page = PAGES.find((each) => path.endsWith(`/${each}`));
            return page === undefined ? sectionOf(await read('diagnostics.md'), path.slice(1).replace(/\.md$/, '')) : read(page);
        },
    }));
}

/** The section with that title, as a page of its own. */
function sectionOf(page: string, code: string): string {
    const found = page.split(/^(?=#{2,3} )/m).find((section) => section.startsWith(`### ${code}\n`));
    return found === undefined ? `There is no diagnostic ${code}.\n` : found.replace('###', '#');
}
