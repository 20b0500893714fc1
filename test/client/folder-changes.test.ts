// What the server is told of folders that come and go: VS Code reports a folder, and not always what is in it.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FileChangeType, type BaseLanguageClient, type FileEvent } from 'vscode-languageclient';
import type { Uri } from 'vscode';
import { FolderChanges } from '../../client/src/folder-changes.js';
import type { Results } from '../../client/src/results.js';

/** The part of VS Code that is asked, on a tree of files: a folder ends with a slash. */
const editor = vi.hoisted(() => {
    const uri = (path: string): Uri => ({ path, toString: () => `file://${path}` }) as Uri;
    const listeners: { created: (uri: Uri) => void; deleted: (uri: Uri) => void } = { created: () => undefined, deleted: () => undefined };
    return {
        uri, listeners, files: new Set<string>(), disposed: 0,
        vscode: {
            FileType: { File: 1, Directory: 2 },
            Uri: { joinPath: (base: Uri, up: string) => uri(up === '..' ? base.path.replace(/\/[^/]+$/, '') : `${base.path}/${up}`) },
            RelativePattern: class {
                readonly base: Uri;

                constructor(base: Uri) {
                    this.base = base;
                }
            },
            workspace: {
                createFileSystemWatcher: () => ({
                    onDidCreate: (listener: (uri: Uri) => void) => void (listeners.created = listener),
                    onDidDelete: (listener: (uri: Uri) => void) => void (listeners.deleted = listener),
                    dispose: () => void editor.disposed++,
                }),
                fs: {
                    stat: async ({ path }: Uri) => {
                        if (editor.files.has(path)) return { type: 1 };
                        if ([...editor.files].some((file) => file.startsWith(`${path}/`))) return { type: 2 };
                        throw new Error(`no such file: ${path}`);
                    },
                },
                findFiles: async ({ base }: { readonly base: Uri }) => [...editor.files].filter((file) => file.startsWith(`${base.path}/`) && file.endsWith('.hwp')).map(uri),
            },
        },
    };
});

vi.mock('vscode', () => editor.vscode);
vi.mock('vscode-languageclient', () => ({
    FileChangeType: { Created: 1, Changed: 2, Deleted: 3 }, DidChangeWatchedFilesNotification: { type: 'workspace/didChangeWatchedFiles' },
}));

describe('folders that come and go', () => {
    let told: FileEvent[];
    let known: string[];
    let runs: boolean;
    let changes: FolderChanges;
    beforeEach(() => {
        vi.useFakeTimers();
        [told, known, runs] = [[], [], true];
        editor.files.clear();
        const client = { isRunning: () => runs, sendNotification: async (_type: unknown, params: { readonly changes: FileEvent[] }) => void told.push(...params.changes) };
        changes = new FolderChanges(client as unknown as BaseLanguageClient, { get uris() { return known; } } as unknown as Results);
    });
    afterEach(() => {
        changes.dispose();
        vi.useRealTimers();
    });

    const created = async (...paths: readonly string[]): Promise<void> => {
        paths.forEach((path) => editor.listeners.created(editor.uri(path)));
        await vi.advanceTimersByTimeAsync(1_000);
    };
    const names = (type: FileChangeType): string[] => told.filter((each) => each.type === type).map(({ uri }) => uri.replace('file://', ''));

    it('the files of a new folder are told of that nobody reported: they were there before the system watched it', async () => {
        ['/w/new/0.hwp', '/w/new/1.hwp', '/w/new/deep/2.hwp', '/w/new/readme.md'].forEach((each) => editor.files.add(each));
        await created('/w/new');
        expect(names(FileChangeType.Created)).toEqual(['/w/new/0.hwp', '/w/new/1.hwp', '/w/new/deep/2.hwp']);
    });

    it('none is told of twice: not what was reported, and not what the server knows already', async () => {
        ['/w/new/0.hwp', '/w/new/1.hwp', '/w/new/2.hwp'].forEach((each) => editor.files.add(each));
        known = ['file:///w/new/1.hwp'];
        await created('/w/new', '/w/new/0.hwp');
        expect(names(FileChangeType.Created)).toEqual(['/w/new/2.hwp']);
    });

    it('a folder within a new folder is looked into once, with it', async () => {
        ['/w/new/0.hwp', '/w/new/deep/1.hwp'].forEach((each) => editor.files.add(each));
        await created('/w/new', '/w/new/deep');
        expect(names(FileChangeType.Created)).toEqual(['/w/new/0.hwp', '/w/new/deep/1.hwp']);
    });

    it('single files, and folders that are gone again, are nothing to tell', async () => {
        ['/w/a.hwp', '/w/notes.md'].forEach((each) => editor.files.add(each));
        await created('/w/a.hwp', '/w/notes.md', '/w/gone');
        expect(told).toEqual([]);
    });

    it('what was in a folder that is deleted is told of, and nothing beside it', () => {
        known = ['file:///w/old/0.hwp', 'file:///w/old/deep/1.hwp', 'file:///w/older.hwp', 'file:///w/old.hwp'];
        editor.listeners.deleted(editor.uri('/w/old'));
        expect(names(FileChangeType.Deleted)).toEqual(['/w/old/0.hwp', '/w/old/deep/1.hwp']);
    });

    it('a server that does not run is told nothing: it looks for itself when it starts', async () => {
        runs = false;
        editor.files.add('/w/new/0.hwp');
        await created('/w/new');
        expect(told).toEqual([]);
    });

    it('nothing is looked into after the end', async () => {
        editor.files.add('/w/new/0.hwp');
        editor.listeners.created(editor.uri('/w/new'));
        changes.dispose();
        await vi.advanceTimersByTimeAsync(10_000);
        expect(told).toEqual([]);
        expect(editor.disposed).toBeGreaterThan(0);
    });
});
