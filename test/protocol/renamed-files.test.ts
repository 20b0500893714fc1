// A file or a folder that is renamed in the editor: what imports it follows.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { WorkspaceEdit } from 'vscode-languageserver';
import { InProcessClient } from './in-process-client.js';

const MACHINE = 'machine small { kernel 7.3 }\n';
const SCENARIO = 'scenario "s" on small {\n    wait 1s\n}\n';

describe('a file that is renamed', () => {
    let client: InProcessClient;
    beforeEach(async () => {
        client = await InProcessClient.start();
        await client.open('file:///w/machines/small.hwp', MACHINE);
        await client.open('file:///w/beside.hwp', `import "machines/small.hwp"\n${SCENARIO}`);
        await client.open('file:///w/deep/in/one.hwp', `// a comment\nimport "../../machines/small.hwp"\n${SCENARIO}`);
        await client.open('file:///w/other.hwp', 'scenario "o" {\n    wait 1s\n}\n');
    });
    afterEach(() => client.stop());

    const edits = async (...files: readonly (readonly [string, string])[]): Promise<unknown> => {
        const edit = await client.request<WorkspaceEdit | null>('workspace/willRenameFiles', { files: files.map(([oldUri, newUri]) => ({ oldUri: `file:///w/${oldUri}`, newUri: `file:///w/${newUri}` })) });
        return Object.entries(edit?.changes ?? {}).map(([uri, changes]) => [uri.replace('file:///w/', ''), changes.map(({ range, newText }) => `${range.start.line}:${range.start.character}-${range.end.character} ${newText}`)]);
    };

    test('is imported by its new name', async () => {
        expect(await edits(['machines/small.hwp', 'machines/tiny.hwp'])).toEqual([
            ['beside.hwp', ['0:7-27 "machines/tiny.hwp"']], ['deep/in/one.hwp', ['1:7-33 "../../machines/tiny.hwp"']],
        ]);
    });

    test('keeps what it imports when it moves', async () => {
        expect(await edits(['deep/in/one.hwp', 'one.hwp'])).toEqual([['deep/in/one.hwp', ['1:7-33 "machines/small.hwp"']]]);
    });

    test('can be a folder', async () => {
        expect(await edits(['machines', 'hosts'])).toEqual([
            ['beside.hwp', ['0:7-27 "hosts/small.hwp"']], ['deep/in/one.hwp', ['1:7-33 "../../hosts/small.hwp"']],
        ]);
    });

    test('changes nothing where both move together, or nobody imports it', async () => {
        expect(await edits(['deep', 'flat'])).toEqual([]);
        expect(await edits(['other.hwp', 'another.hwp'])).toEqual([]);
    });

    test('the server asks to be told of scenario files and folders', () => {
        expect(client.capabilities['workspace']).toMatchObject({ fileOperations: { willRename: { filters: [{ pattern: { glob: '**/*.hwp' } }, { pattern: { matches: 'folder' } }] } } });
    });
});
