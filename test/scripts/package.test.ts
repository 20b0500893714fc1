import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { STORIES } from '../../client/src/stories.js';

const root = path.resolve(import.meta.dirname, '../..');

interface Manifest {
    readonly main: string;
    readonly browser: string;
    readonly icon: string;
    readonly contributes: {
        readonly languages: readonly { readonly configuration?: string; readonly icon?: { readonly light: string; readonly dark: string } }[];
        readonly grammars: readonly { readonly path: string }[];
        readonly commands: readonly { readonly command: string }[];
        readonly walkthroughs: readonly { readonly steps: readonly { readonly media: { readonly svg: string }; readonly description: string }[] }[];
    };
}

const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as Manifest;

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
    const { main, browser, icon, contributes } = manifest;
    const named = [
        main, browser, icon, ...contributes.grammars.map((grammar) => grammar.path),
        ...contributes.languages.flatMap(({ configuration, icon: icons }) => [configuration, icons?.light, icons?.dark].filter((file) => file !== undefined)),
        ...contributes.walkthroughs.flatMap(({ steps }) => steps.map(({ media }) => media.svg)),
    ];
    expect(packaged).toEqual(expect.arrayContaining(named.map((file) => path.normalize(file))));
});

test('the program of the lab can be compiled from the package', () => {
    const sources = readdirSync(path.join(root, 'lab')).filter((file) => /\.[ch]$/.test(file));
    expect(packaged).toEqual(expect.arrayContaining(sources.map((file) => `lab/${file}`)));
});

test('every example has a story, in the package and under its name', () => {
    const examples = readdirSync(path.join(root, 'examples')).filter((file) => file.endsWith('.hwp'));
    const told = STORIES.flatMap(({ from }) => 'example' in from ? [from] : []);
    expect([...new Set(told.map(({ example }) => example))]).toEqual(examples);
    expect(told.filter(({ example, scenario }) => !readFileSync(path.join(root, 'examples', example), 'utf8').includes(`\nscenario "${scenario}" `))).toEqual([]);
    expect(packaged).toEqual(expect.arrayContaining(examples.map((file) => `examples/${file}`)));
});

test('every command of ours that the walkthrough offers is contributed', () => {
    const offered = manifest.contributes.walkthroughs.flatMap(({ steps }) => steps.flatMap(({ description }) => [...description.matchAll(/command:(hwp\.\w+)/g)].map(([, command]) => command)));
    expect(manifest.contributes.commands.map(({ command }) => command)).toEqual(expect.arrayContaining(offered));
});
