import { expect, test } from 'vitest';
import { CancellationTokenSource, type Connection } from 'vscode-languageserver';
import { runWorkspace } from '../../server/src/lsp/requests/run-workspace.js';
import type { AnalysedDocuments } from '../../server/src/lsp/requests/analysed-documents.js';

test('a run of the workspace that is cancelled answers with what is done by then', async () => {
    const asked: string[] = [];
    const documents = {
        get: (uri: string) => {
            asked.push(uri);
            return Promise.resolve(null);
        },
    } as unknown as AnalysedDocuments;
    const source = new CancellationTokenSource();
    const told: unknown[] = [];
    const connection = {
        sendProgress: (_type: unknown, _token: unknown, { done, of }: { readonly done: number; readonly of: number }) => {
            told.push([done, of]);
            if (done === 2) {
                source.cancel();
            }
            return Promise.resolve();
        },
    } as unknown as Connection;

    const results = await runWorkspace(documents, connection)({ uris: ['a', 'b', 'c', 'd'], progress: 'run' }, source.token);

    expect(results.map(({ uri }) => uri)).toEqual(['a', 'b']);
    expect(asked).toEqual(['a', 'b']);
    expect(told).toEqual([[1, 4], [2, 4]]);
});
