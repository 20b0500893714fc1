import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');

interface Manifest {
    readonly main: string;
    readonly browser: string;
    readonly bin: Record<string, string>;
    readonly contributes: {
        readonly languages: readonly { readonly configuration: string }[];
        readonly grammars: readonly { readonly path: string }[];
    };
}

/** The files that .vscodeignore lets into the package. (Asking vsce for them takes seconds: it walks the whole tree.) */
const lines = readFileSync(path.join(root, '.vscodeignore'), 'utf8').split('\n').filter((line) => line !== '' && !line.startsWith('#'));
const packaged = lines.slice(1).map((line) => line.replace(/^!/, ''));

test('the package holds what is named, and nothing else', () => {
    expect(lines[0]).toBe('**');
    expect(lines.slice(1).filter((line) => !line.startsWith('!') || /[*?]/.test(line))).toEqual([]);
});

test('every file of the package exists', () => {
    expect(packaged.filter((file) => !existsSync(path.join(root, file)))).toEqual([]);
});

test('every file that the manifest names is in the package', () => {
    const { main, browser, bin, contributes } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as Manifest;
    const named = [
        main, browser, ...Object.values(bin), ...contributes.languages.map((language) => language.configuration),
        ...contributes.grammars.map((grammar) => grammar.path),
    ];
    expect(packaged).toEqual(expect.arrayContaining(named.map((file) => path.normalize(file))));
});
