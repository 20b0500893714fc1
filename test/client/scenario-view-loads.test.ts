// The script of the view of pictures may never come: then the view is loaded again.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ExtensionContext, WebviewPanel } from 'vscode';
import { ScenarioView, type ViewServices } from '../../client/src/pictures/scenario-view.js';
import type { FromView } from '../../server/src/lsp/protocol.js';

vi.mock('vscode', () => {
    const listen = (): object => ({ dispose: () => undefined });
    return {
        EventEmitter: class { event = listen; fire(): void { /* nobody listens */ } dispose(): void { /* nobody listens */ } },
        Uri: { joinPath: () => ({ toString: () => 'out/scenario-view.js' }), parse: (text: string) => text },
        window: { visibleTextEditors: [], onDidChangeTextEditorSelection: listen, onDidChangeActiveTextEditor: listen },
    };
});

describe('loading the view of pictures', () => {
    let pages: string[];
    let sent: unknown[];
    let say: (message: FromView) => void;
    let close: () => void;
    beforeEach(() => {
        vi.useFakeTimers();
        [pages, sent] = [[], []];
        const panel = {
            title: '', onDidDispose: (listener: () => void) => void (close = listener),
            webview: {
                options: {}, asWebviewUri: (uri: unknown) => uri, postMessage: (message: unknown) => void sent.push(message),
                set html(text: string) {
                    pages.push(text);
                },
                onDidReceiveMessage: (listener: typeof say) => {
                    say = listener;
                    return { dispose: () => undefined };
                },
            },
        };
        const services = {
            extensionUri: {} as ExtensionContext['extensionUri'], server: { request: async () => null },
            results: { onChange: () => ({ dispose: () => undefined }), onLost: () => ({ dispose: () => undefined }) },
        };
        new ScenarioView(services as unknown as ViewServices, panel as unknown as WebviewPanel, { uri: 'file:///a.hwp', scenario: 'one' });
    });
    afterEach(() => {
        close();
        vi.useRealTimers();
    });

    it('a view that says nothing is loaded again, in larger and larger intervals, each time as another page', async () => {
        await vi.advanceTimersByTimeAsync(300_000);
        expect(pages.length).toBe(4);
        expect(new Set(pages).size).toBe(4);
    });

    it('one that is there stays as it is, and is told what there is to draw', async () => {
        say({ t: 'ready' });
        await vi.advanceTimersByTimeAsync(1_000_000);
        expect(pages.length).toBe(1);
        expect(sent).toEqual([{ t: 'note', words: 'The file no longer has this scenario.' }]);
    });

    it('one that was closed is not loaded', async () => {
        close();
        await vi.advanceTimersByTimeAsync(1_000_000);
        expect(pages.length).toBe(1);
    });
});
