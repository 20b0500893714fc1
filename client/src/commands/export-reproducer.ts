import * as vscode from 'vscode';
import type { ExportForm, ExportedProgram } from '../../../server/src/lsp/protocol.js';
import { editorRange } from '../ranges.js';
import { variantLabel } from '../variant-label.js';
import type { Services } from './command.js';
import { chooseScenario, say, type ChosenScenario } from './scenario-choice.js';

const FORMS: readonly (vscode.QuickPickItem & { readonly form: ExportForm; readonly language: string })[] = [
    { form: 'c', label: 'C program', description: 'one file, TAP output', language: 'c' },
    { form: 'kselftest', label: 'kselftest', description: "a C program for the harness of the kernel's selftests", language: 'c' },
    { form: 'sh', label: 'Shell script', description: 'what debugfs and sysfs can do alone', language: 'shellscript' },
];

/** What the latest export of each file could not make; gone with the next edit, which may have changed it. */
let unmade: vscode.DiagnosticCollection | undefined;

/** Opens a scenario as a program for a real machine. What cannot be made is underlined in the scenario. */
export async function exportReproducer(services: Services, uri?: string, id?: string, form?: ExportForm): Promise<vscode.TextDocument | undefined> {
    const chosen = await chooseScenario(services, uri, id);
    const variant = chosen === undefined ? undefined : await chooseOneVariant(services, chosen);
    const kind = variant === undefined ? undefined : FORMS.find((each) => each.form === form) ?? await vscode.window.showQuickPick(FORMS, { placeHolder: 'As what?' });
    if (chosen === undefined || variant === undefined || kind === undefined) {
        return undefined;
    }
    const program = await services.server.request('hwp/export', { uri: chosen.uri.toString(), scenario: chosen.id, form: kind.form, ...variant === null ? {} : { variant } });
    if (program === null) {
        say('There is no program: the scenario has errors, or was changed meanwhile.');
        return undefined;
    }
    showGaps(services.context, chosen.uri, program);
    const document = await vscode.workspace.openTextDocument({ language: kind.language, content: program.text });
    await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.Beside, preview: false });
    if (program.gaps.length > 0) {
        say(`${program.gaps.length} construct${program.gaps.length === 1 ? '' : 's'} of the scenario cannot be made on a real machine: see the Problems view.`);
    }
    return document;
}

/** The variant that the user picks; null where nothing is varied, undefined when the user picks nothing. One program is for one machine. */
async function chooseOneVariant({ server }: Services, { uri, id }: ChosenScenario): Promise<string | null | undefined> {
    const { variants } = (await server.request('hwp/scenarios', { uri: uri.toString() }))?.scenarios.find((scenario) => scenario.id === id) ?? { variants: [] };
    return variants.length < 2 ? variants[0]?.name ?? null : (await vscode.window.showQuickPick(variants.map(({ name }) => ({ label: variantLabel(name), name })), { placeHolder: 'Which variant?' }))?.name;
}

function showGaps(context: vscode.ExtensionContext, uri: vscode.Uri, { gaps }: ExportedProgram): void {
    unmade ??= collection(context);
    unmade.set(uri, gaps.filter((gap) => gap.uri === uri.toString()).map(({ message, range }) => {
        const diagnostic = new vscode.Diagnostic(editorRange(range), message, vscode.DiagnosticSeverity.Information);
        diagnostic.source = 'hwp export';
        return diagnostic;
    }));
}

function collection(context: vscode.ExtensionContext): vscode.DiagnosticCollection {
    const made = vscode.languages.createDiagnosticCollection('hwp-export');
    context.subscriptions.push(made, vscode.workspace.onDidChangeTextDocument(({ document }) => made.delete(document.uri)), vscode.workspace.onDidCloseTextDocument(({ uri }) => made.delete(uri)));
    return made;
}
