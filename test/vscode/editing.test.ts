import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { activeExtension, openScenario, openText, scenarioUri, waitFor, waitForValue } from './workbench.js';

const TEXT = `scenario "editing" {
    process app {
        map heap = anon 16 KiB written
    }

    corrupt-pfn heap[1]
        expect MF_MSG_CLEAN_LRU
    corrupt-pfn heep[2]
}
`;

function positionOf(document: vscode.TextDocument, text: string): vscode.Position {
    return document.positionAt(document.getText().indexOf(text));
}

function changesOf(edit: vscode.WorkspaceEdit): string[] {
    return edit.entries().flatMap(([uri, edits]) => edits.map(({ range, newText }) => `${uri.path.split('/').at(-1)}:${range.start.line} ${newText}`)).sort();
}

async function fixesAt(document: vscode.TextDocument, text: string): Promise<vscode.CodeAction[]> {
    const position = positionOf(document, text);
    return vscode.commands.executeCommand<vscode.CodeAction[]>('vscode.executeCodeActionProvider', document.uri, new vscode.Range(position, position.translate(0, 4)));
}

describe('editing', () => {
    before(async () => {
        await (await activeExtension()).started;
    });

    it('completion: what fits, with documentation', async () => {
        const document = await openText(TEXT.replace('heep[2]', 'heap[2]').replace('expect MF_MSG_CLEAN_LRU', 'expect '));
        const { items } = await vscode.commands.executeCommand<vscode.CompletionList>('vscode.executeCompletionItemProvider', document.uri, new vscode.Position(6, 15));
        const labels = items.map(({ label }) => typeof label === 'string' ? label : label.label);

        assert.ok(labels.includes('MF_MSG_DIRTY_LRU'), labels.slice(0, 20).join(' '));
        assert.equal(labels.includes('prctl'), false);
        assert.ok(items.find(({ label }) => label === 'MF_MSG_DIRTY_LRU')?.documentation !== undefined);
    });

    it('quick fixes: the nearest known name, applied to the text', async () => {
        const document = await openText(TEXT);
        await waitFor('the unknown name', () => vscode.languages.getDiagnostics(document.uri).some(({ message }) => message.includes('heep')));
        const fix = await waitForValue('the fix', async () => (await fixesAt(document, 'heep')).find(({ title }) => title.includes('`heap`')));

        assert.ok(fix.edit !== undefined && await vscode.workspace.applyEdit(fix.edit));
        assert.match(document.getText(), /corrupt-pfn heap\[2\]/);
    });

    it('quick fixes: expect what happens', async () => {
        const document = await openText(TEXT.replace('heep', 'heap'));
        await waitFor('the failed expectation', () => vscode.languages.getDiagnostics(document.uri).length > 0);
        const fix = await waitForValue('the fix', async () => (await fixesAt(document, 'MF_MSG_CLEAN_LRU')).find(({ edit }) => edit !== undefined && changesOf(edit).some((change) => change.includes('MF_MSG_DIRTY_LRU'))));

        assert.ok(fix.edit !== undefined && await vscode.workspace.applyEdit(fix.edit));
        await waitFor('no failure', () => vscode.languages.getDiagnostics(document.uri).every(({ severity }) => severity !== vscode.DiagnosticSeverity.Error));
    });

    it('rename: a machine in the file that declares it and in the one that imports it', async () => {
        const machines = await openScenario('imports/machines.hwp');
        const importing = await openScenario('imports/imports.hwp');
        await waitFor('the import', async () => (await vscode.commands.executeCommand<vscode.Location[]>('vscode.executeDefinitionProvider', importing.uri, positionOf(importing, 'small'))).length > 0);

        const edit = await vscode.commands.executeCommand<vscode.WorkspaceEdit>('vscode.executeDocumentRenameProvider', machines.uri, positionOf(machines, 'small'), 'tiny');

        assert.deepEqual(changesOf(edit), ['imports.hwp:2 tiny', 'machines.hwp:0 tiny']);
    });

    it('a file that is renamed is imported by its new name', async () => {
        const importing = await openScenario('imports/imports.hwp');
        await waitFor('the import', async () => (await vscode.commands.executeCommand<vscode.Location[]>('vscode.executeDefinitionProvider', importing.uri, positionOf(importing, 'small'))).length > 0);
        const rename = async (from: string, to: string): Promise<void> => {
            const edit = new vscode.WorkspaceEdit();
            edit.renameFile(scenarioUri(`imports/${from}`), scenarioUri(`imports/${to}`));
            assert.ok(await vscode.workspace.applyEdit(edit));
        };

        await rename('machines.hwp', 'hosts.hwp');
        await waitFor('the new name', () => importing.getText().startsWith('import "hosts.hwp"'));
        await rename('hosts.hwp', 'machines.hwp');
        await waitFor('the old name', () => importing.getText().startsWith('import "machines.hwp"'));
        await importing.save();
        await waitFor('the import again', async () => (await vscode.commands.executeCommand<vscode.Location[]>('vscode.executeDefinitionProvider', importing.uri, positionOf(importing, 'small'))).length > 0);
    });

    it('go to definition leads into the imported file', async () => {
        const importing = await openScenario('imports/imports.hwp');
        const found = await vscode.commands.executeCommand<(vscode.Location | vscode.LocationLink)[]>('vscode.executeDefinitionProvider', importing.uri, positionOf(importing, 'small'));

        assert.deepEqual(found.map((place) => ('targetUri' in place ? place.targetUri : place.uri).toString()), [scenarioUri('imports/machines.hwp').toString()]);
    });

    it('formatting lines up what was not', async () => {
        const document = await openText('scenario "f" {\nprocess app { map heap = anon 16 KiB written }\n  corrupt-pfn heap[1]\n}\n');
        // A request that comes while the server still reads the text can be answered with nothing.
        const edits = await waitForValue('the edits', async () => {
            const found = await vscode.commands.executeCommand<vscode.TextEdit[] | undefined>('vscode.executeFormatDocumentProvider', document.uri, { tabSize: 4, insertSpaces: true });
            return found === undefined || found.length === 0 ? undefined : found;
        });
        const edit = new vscode.WorkspaceEdit();
        edit.set(document.uri, edits);
        await vscode.workspace.applyEdit(edit);

        assert.match(document.getText(), /^ {4}process app/m);
        assert.match(document.getText(), /^ {4}corrupt-pfn/m);
    });
});
