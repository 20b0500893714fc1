import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { ScenarioView } from '../../client/src/pictures/scenario-view.js';
import type { FromView } from '../../server/src/lsp/protocol.js';
import { activeExtension, closeEditors, moveCursorTo, openScenario, openText, replaceText, waitFor, waitForValue } from './workbench.js';

type Drawn = Extract<FromView, { t: 'drawn' }>;

const TEXT = `scenario "one" {
    process db { map heap = anon 16 KiB written }
    corrupt-pfn heap[1]
    db: read heap[1]
}

scenario "two" {
    region dentries = slab 1 page
    corrupt-pfn dentries
}
`;

describe('pictures', () => {
    let view: ScenarioView;
    let last: Drawn | undefined;

    const drawn = (what: string, wanted: (each: Drawn) => boolean): Promise<Drawn> => waitForValue(what, () => last !== undefined && wanted(last) ? last : undefined);

    async function show(): Promise<void> {
        await vscode.commands.executeCommand('hwp.showPicture');
        const shown = (await activeExtension()).pictures();
        assert.ok(shown);
        view = shown;
        view.onMessage((message) => {
            last = message.t === 'drawn' ? message : last;
        });
    }

    afterEach(async () => {
        view.dispose();
        last = undefined;
        await closeEditors();
    });

    it('the view stands beside the text, and draws what the run found', async () => {
        await openScenario('early-kill.hwp');
        moveCursorTo('corrupt-pfn bad');
        await show();
        const { parts, width, step } = await drawn('early kill', ({ title }) => title === 'early kill');

        assert.equal((await activeExtension()).pictures(), view);
        await waitFor('the view in a column beside the text', () => vscode.window.tabGroups.all.some(({ viewColumn, tabs }) =>
            viewColumn > (vscode.window.activeTextEditor?.viewColumn ?? vscode.ViewColumn.One) && tabs.some(({ input }) => input instanceof vscode.TabInputWebview)));
        assert.deepEqual(parts.map(({ title }) => title), ['Time line', 'Memory after corrupt-pfn bad']);
        assert.match(parts[0]!.items[0]!, /^step 1: corrupt-pfn bad: DIRTY_LRU Recovered, SIGBUS AO lsb 12 to db/);
        assert.ok(parts[1]!.items.includes('0x4003 bad, db:heap[2]: poisoned, recovered'), parts[1]!.items.join('\n'));
        assert.equal(step, 0);
        assert.ok(width >= 180);
    });

    it('it follows the cursor, to another step and to another scenario', async () => {
        await openText(TEXT);
        moveCursorTo('corrupt-pfn heap');
        await show();
        await drawn('the first step', ({ title, step }) => title === 'one' && step === 0);
        moveCursorTo('db: read');
        await drawn('the second step', ({ title, step }) => title === 'one' && step === 1);
        moveCursorTo('corrupt-pfn dentries');
        const { parts } = await drawn('the other scenario', ({ title, step }) => title === 'two' && step === 0);

        assert.match(parts[0]!.items.join(), /KERNEL Ignored/);
    });

    it('it follows the edit, and says what is wrong with a text that cannot be run', async () => {
        const document = await openText(TEXT);
        moveCursorTo('corrupt-pfn heap');
        await show();
        await drawn('one frame', ({ parts }) => parts[1]?.items.some((name) => name.includes('db:heap[1]: poisoned')) === true);
        await replaceText(document, TEXT.replace('corrupt-pfn heap[1]', 'corrupt-pfn heap[2]'));
        await drawn('the other frame', ({ parts }) => parts[1]?.items.some((name) => name.includes('db:heap[2]: poisoned')) === true);
        await replaceText(document, TEXT.replace('corrupt-pfn heap[1]', 'corrupt-pfn nowhere'));
        await waitFor('no picture', () => last?.parts.length === 0 && view.picture?.notes.some((note) => note.includes('Nothing is called `nowhere`')) === true);
        await replaceText(document, TEXT);
        await drawn('the picture again', ({ parts }) => parts.length === 2);
    });

    it('what is chosen in it leads to its line', async () => {
        const document = await openText(TEXT);
        moveCursorTo('corrupt-pfn heap');
        await show();
        await drawn('the picture', ({ title }) => title === 'one');
        const spot = view.picture?.steps[1]?.spot;
        assert.ok(spot);
        await view.receive({ t: 'goTo', ...spot });

        assert.equal(vscode.window.activeTextEditor?.document.uri.toString(), document.uri.toString());
        assert.equal(vscode.window.activeTextEditor.selection.active.line, 3);
    });

    it('a scenario that is gone leaves its picture, marked as old', async () => {
        const document = await openText(TEXT);
        moveCursorTo('corrupt-pfn heap');
        await show();
        await drawn('the picture', ({ title }) => title === 'one');
        await replaceText(document, '// nothing\n');
        const { title, note } = await drawn('the note', (each) => each.note !== '');

        assert.equal(title, 'one');
        assert.match(note, /no longer has this scenario/);
    });

    it('the hover of a step has a picture, in the colours of the theme', async () => {
        const document = await openScenario('early-kill.hwp');
        await show();
        const position = document.positionAt(document.getText().indexOf('corrupt-pfn bad') + 2);
        const found = await waitForValue('a picture in the hover', async () => {
            const hovers = await vscode.commands.executeCommand<vscode.Hover[]>('vscode.executeHoverProvider', document.uri, position);
            return /!\[.*\]\(data:image\/svg\+xml,(\S+)\)/.exec(hovers.flatMap(({ contents }) => contents).map((each) => typeof each === 'string' ? each : each.value).join('\n'))?.[1];
        });
        assert.match(decodeURIComponent(found), /DIRTY_LRU Recovered/);
        const isLight = [vscode.ColorThemeKind.Light, vscode.ColorThemeKind.HighContrastLight].includes(vscode.window.activeColorTheme.kind);
        assert.ok(decodeURIComponent(found).includes(isLight ? '--hwp-ground:#ffffff' : '--hwp-ground:#0d1117'));
    });

    it('markup in a name is text', async () => {
        const name = '<img src=x onerror=alert(1)><script>throw 1</script>&amp;';
        await replaceText(await openText(TEXT), TEXT.replace('"one"', `"${name}"`));
        moveCursorTo('corrupt-pfn heap');
        await show();
        const { title, parts, note } = await drawn('the name', (each) => each.title.startsWith('<img'));

        assert.deepEqual([title, note], [name, '']);
        assert.match(parts[0]!.items[0]!, /^step 1: corrupt-pfn heap\[1\]/);
    });

    it('a narrow window has a smaller picture of the same', async () => {
        await openText(TEXT);
        moveCursorTo('corrupt-pfn heap');
        await show();
        const wide = await drawn('the wide one', ({ parts }) => parts.length === 2);
        await vscode.commands.executeCommand('vscode.setEditorLayout', { orientation: 0, groups: [{ size: 0.95 }, { size: 0.05 }] });
        const narrow = await drawn('the narrow one', ({ width }) => width < 260);

        assert.ok(wide.width > narrow.width);
        // There is room for memory only: the mappings beside it are in the words below.
        const frames = ({ parts }: Drawn): unknown => parts.map(({ items }) => items.filter((name) => !name.startsWith('mapping ')));
        assert.deepEqual(frames(narrow), frames(wide));
    });

    it('a server that dies leaves the picture, marked as old; the next one draws it anew', async () => {
        const document = await openText(TEXT);
        moveCursorTo('corrupt-pfn heap');
        await show();
        await drawn('the picture', ({ parts }) => parts.length === 2);
        const { client } = await activeExtension();
        await client.stop();
        const { parts, note } = await drawn('the note', (each) => each.note !== '');

        assert.equal(parts.length, 2);
        assert.match(note, /not running/);
        await vscode.commands.executeCommand('hwp.restartServer');
        await drawn('the same picture, anew', (each) => each.note === '');
        await replaceText(document, TEXT.replace('corrupt-pfn heap[1]', 'corrupt-pfn heap[3]'));
        // Where what is replaced took the cursor along, the view would follow it.
        moveCursorTo('corrupt-pfn heap');
        await drawn('the other frame', (each) => each.note === '' && each.parts[1]?.items.some((item) => item.includes('db:heap[3]: poisoned')) === true);
    });
});
