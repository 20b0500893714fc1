// Starting the extension reads its bundle and nothing else: what few ask for lies in files beside it.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');

interface Loaded { readonly files: readonly string[]; readonly exported: Readonly<Record<string, readonly string[]>> }

test('activation reads one file; commands, pictures, tasks, the real kernel and the debugger are read when asked for', () => {
    const { stdout, stderr } = spawnSync(process.execPath, [path.join(import.meta.dirname, 'load-extension.mjs'), path.join(root, 'out/client.js'), 'actions.js', 'debugger.js', 'real-kernel.js'], { encoding: 'utf8' });
    expect(stderr).toBe('');
    const { files, exported } = JSON.parse(stdout) as Loaded;

    expect(files).toEqual(['client.js']);
    expect(exported).toEqual({
        'actions.js': expect.arrayContaining(['COMMANDS', 'ScenarioView', 'allTasks', 'taskOf']) as unknown,
        'debugger.js': ['Debugger'],
        'real-kernel.js': ['RealKernelRuns'],
    });
});

test('what a browser reads as well asks for nothing but the editor', () => {
    for (const file of ['actions.js', 'debugger.js']) {
        const text = readFileSync(path.join(root, 'out', file), 'utf8');
        // Parts of Node that packages name early and use late are asked for by functions.
        const asked = [...text.matchAll(/(?<!=>\s?)\brequire\("([^"]+)"\)/gu)].map(([, name]) => name).filter((name) => name !== 'vscode');
        expect(asked, file).toEqual([]);
    }
});
