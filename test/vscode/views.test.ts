import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { hintsOf, openScenario, openText, replaceText, waitFor, waitForValue } from './workbench.js';

describe('what stands in the text', () => {
    let document: vscode.TextDocument;

    before(async () => {
        document = await openScenario('early-kill.hwp');
    });

    it('diagnostics: a failed expectation with what came instead, and a link to the step', async () => {
        const failed = await waitForValue('the failed expectation', () => vscode.languages.getDiagnostics(document.uri)
            .find(({ code }) => String(typeof code === 'object' ? code.value : code).startsWith('verdict/')));

        assert.equal(failed.range.start.line, 18);
        assert.match(failed.message, /MF_MSG_CLEAN_LRU/);
        assert.match(failed.message, /MF_MSG_DIRTY_LRU/);
    });

    it('diagnostics: the code leads to its documentation', async () => {
        const codes = vscode.languages.getDiagnostics(document.uri).map(({ code }) => code);
        const code = codes.find((each) => typeof each === 'object' && each.value === 'verdict/failed');

        assert.ok(typeof code === 'object', JSON.stringify(codes));
        assert.match((await vscode.workspace.openTextDocument(code.target)).getText(), /^# verdict\/failed\n\nError\. An expectation does not hold\./);
        assert.match((await vscode.workspace.openTextDocument(vscode.Uri.parse('hwp-docs:/verdict/language.md'))).getText(), /^# The language/);
        assert.match((await vscode.workspace.openTextDocument(vscode.Uri.parse('hwp-docs:/races.md'))).getText(), /^# .*[Rr]ace/);
    });

    it('hints: the result at the end of each step', async () => {
        const hints = await hintsOf(document);

        assert.match(hints.get(8) ?? '', /DIRTY_LRU Recovered/);
        assert.match(hints.get(10) ?? '', /SIGBUS AR/);
    });

    it('hints are not cut by the length limit of the editor', () => {
        assert.equal(vscode.workspace.getConfiguration('editor', document).get('inlayHints.maximumLength'), 0);
    });

    it('hovers: the decisions by kernel function', async () => {
        const hovers = await vscode.commands.executeCommand<vscode.Hover[]>('vscode.executeHoverProvider', document.uri, new vscode.Position(8, 6));
        const text = hovers.flatMap(({ contents }) => contents.map((content) => typeof content === 'string' ? content : content.value)).join('\n');

        assert.match(text, /DIRTY\\?_LRU Recovered/);
        assert.match(text, /memory_failure\(\)/);
    });

    it('lenses: run, explain and the state over each scenario', async () => {
        const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', document.uri);
        const titles = (line: number): (string | undefined)[] => lenses.filter(({ range }) => range.start.line === line).map(({ command }) => command?.title);

        assert.deepEqual(titles(0), ['Run', 'Debug', 'Explain', '✓ 2 expectations met']);
        assert.deepEqual(titles(14), ['Run', 'Debug', 'Explain', '✗ 1 failed, 0 met']);
    });

    it('a scenario that an edit breaks loses its results, the others keep theirs', async () => {
        const edited = await openText(document.getText());
        await waitFor('the hints of the copy', async () => (await hintsOf(edited)).size > 2);

        await replaceText(edited, document.getText().replace('corrupt-pfn bad', 'corrupt-pfn nobody'));

        await waitFor('its hints to go', async () => !(await hintsOf(edited)).has(8));
        assert.match((await hintsOf(edited)).get(17) ?? '', /DIRTY_LRU/);
    });

    it('imports are read', async () => {
        const importing = await openScenario('imports/imports.hwp');

        await waitFor('results on the imported machine', async () => /DIRTY_LRU Recovered/.test((await hintsOf(importing)).get(3) ?? ''));
        assert.deepEqual(vscode.languages.getDiagnostics(importing.uri).filter(({ severity }) => severity === vscode.DiagnosticSeverity.Error), []);
    });
});
