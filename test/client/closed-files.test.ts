// What the editor is told of files that nobody has open: what is wrong with them, together; the rest when somebody opens them.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { BaseLanguageClient, Middleware } from 'vscode-languageclient';
import type { Diagnostic, Disposable, Uri } from 'vscode';
import { gatherDiagnostics } from '../../client/src/closed-files.js';

const editor = vi.hoisted(() => ({ open: [] as string[], onOpen: (): void => undefined }));

vi.mock('vscode', () => ({
    DiagnosticSeverity: { Error: 0, Warning: 1, Information: 2, Hint: 3 },
    Disposable: { from: (...all: readonly Disposable[]) => ({ dispose: () => all.forEach((each) => void each.dispose()) }) },
    workspace: {
        get textDocuments() {
            return editor.open.map((uri) => ({ uri: { toString: () => uri } }));
        },
        onDidOpenTextDocument: (listener: () => void) => {
            editor.onOpen = listener;
            return { dispose: () => undefined };
        },
    },
}));
vi.mock('vscode-languageclient', () => ({ State: { Stopped: 1, Starting: 3, Running: 2 } }));

const uriOf = (name: string): Uri => ({ toString: () => `file:///w/${name}` }) as Uri;
const of = (...severities: readonly number[]): Diagnostic[] => severities.map((severity) => ({ severity }) as Diagnostic);

describe('diagnostics of closed files', () => {
    /** What the editor has been given, by file, and in how many calls. */
    let shown: Map<string, readonly number[]>;
    let calls: number;
    let passedOn: string[];
    let middleware: Middleware;
    let changeState: (state: { readonly newState: number }) => void;
    let gathering: Disposable;
    beforeEach(() => {
        vi.useFakeTimers();
        [shown, calls, passedOn, editor.open] = [new Map(), 0, [], []];
        const set = (entries: readonly (readonly [Uri, Diagnostic[]])[]): void => {
            calls++;
            entries.forEach(([uri, each]) => shown.set(uri.toString(), each.map(({ severity }) => severity)));
        };
        const client = {
            diagnostics: { set, has: (uri: Uri) => shown.has(uri.toString()) },
            clientOptions: { middleware: { handleDiagnostics: (uri: Uri) => void passedOn.push(uri.toString()) } as Middleware },
            onDidChangeState: (listener: typeof changeState) => {
                changeState = listener;
                return { dispose: () => undefined };
            },
        };
        gathering = gatherDiagnostics(client as unknown as BaseLanguageClient);
        ({ middleware } = client.clientOptions);
    });
    afterEach(() => {
        gathering.dispose();
        vi.useRealTimers();
    });

    const publish = (name: string, ...severities: readonly number[]): void =>
        middleware.handleDiagnostics!(uriOf(name), of(...severities), () => undefined);
    const settle = (): unknown => vi.advanceTimersByTime(10_000);

    it('come without remarks, many files in one call; those of which nothing is said in none', () => {
        for (let file = 0; file < 50; file++) publish(`${file}.hwp`, 0, 1, 2, 3);
        publish('fine.hwp', 2);
        settle();
        expect(calls).toBe(1);
        expect(shown.size).toBe(50);
        expect(shown.get('file:///w/7.hwp')).toEqual([0, 1]);
    });

    it('of an open file go their own way, remarks and all, and take the place of what waited', () => {
        publish('a.hwp', 0);
        editor.open.push('file:///w/a.hwp');
        publish('a.hwp', 0, 2);
        settle();
        expect(passedOn).toEqual(['file:///w/a.hwp']);
        expect(calls).toBe(0);
    });

    it('what is mended is taken away', () => {
        publish('a.hwp', 0);
        settle();
        publish('a.hwp');
        settle();
        expect(shown.get('file:///w/a.hwp')).toEqual([]);
    });

    it('do not wait when somebody opens a file, and are forgotten with their server', () => {
        publish('a.hwp', 0);
        editor.onOpen();
        expect([...shown.keys()]).toEqual(['file:///w/a.hwp']);
        publish('b.hwp', 0);
        changeState({ newState: 1 });
        settle();
        expect([...shown.keys()]).toEqual(['file:///w/a.hwp']);
    });
});
