// Pictures in hovers on steps, for an editor that says that it shows them.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Hover } from 'vscode-languageserver';
import { PALETTES } from '../../server/src/picture/drawing/theme.js';
import { unreadable } from '../picture/placed-texts.ts';
import { LanguageClient } from './language-client.js';

const URI = 'file:///hovered.hwp';
const TEXT = `scenario "hovered" {
    process db {
        prctl PR_MCE_KILL_EARLY
        sigbus handler longjmp
        map heap = anon 2 MiB thp
    }
    page bad = heap[5]
    corrupt-pfn bad
    db: read heap[6]
    repeat 3 {
        corrupt-pfn heap[9]
    }
}
scenario "varied" {
    vary sysctl vm.memory_failure_recovery in 0, 1
    region r = slab 1 page
    corrupt-pfn r
}
scenario "long" {
    process db { sigbus handler longjmp; map heap = anon 16 MiB written }
    region last = free 1 page
    db: madvise heap MADV_HWPOISON
    corrupt-pfn last
}
`;

let client: LanguageClient;
let plain: LanguageClient;

beforeAll(async () => {
    [client, plain] = await Promise.all([LanguageClient.start({ hoverPictures: 'dark' }), LanguageClient.start()]);
    await Promise.all([client, plain].map((each) => each.open(URI, TEXT)));
});

afterAll(() => Promise.all([client.stop(), plain.stop()]));

async function markdownAt(line: number, asked = client): Promise<string> {
    const hover = await asked.request('textDocument/hover', { textDocument: { uri: URI }, position: { line, character: 12 } }) as Hover | null;
    return (hover?.contents as { readonly value: string }).value;
}

/** The picture in it, and its words. */
async function pictureAt(line: number): Promise<{ readonly svg: string; readonly words: string } | null> {
    const [, words, data] = /!\[(.*)\]\(data:image\/svg\+xml,(\S+)\)/.exec(await markdownAt(line)) ?? [];
    return words === undefined || data === undefined ? null : { svg: decodeURIComponent(data), words };
}

const lineOf = (text: string): number => TEXT.split('\n').findIndex((line) => line.includes(text));

test('a step that did something shows who was hit, and the memory that it touched', async () => {
    const { svg, words } = (await pictureAt(lineOf('corrupt-pfn bad')))!;
    expect(words).toContain('SIGBUS');
    expect(words).toMatch(/0x\w+ bad, db:heap\\\[5\\\]: poisoned, recovered/u);
    expect(svg).toContain(`--hwp-ground:${PALETTES.dark.ground}`);
    expect(svg).not.toContain('prefers-color-scheme');
    expect(svg).toContain('>db<');
    expect(svg).toContain('one folio, split');
    expect(unreadable(svg, 520)).toEqual([]);
});

test('another theme, other colours', async () => {
    client.notify('hwp/palette', 'light');
    expect((await pictureAt(lineOf('corrupt-pfn bad')))!.svg).toContain(`--hwp-ground:${PALETTES.light.ground}`);
    client.notify('hwp/palette', 'dark');
});

test('a repeated step shows its first run; what has nothing to show, several variants and long runs show none', async () => {
    expect((await pictureAt(lineOf('corrupt-pfn heap[9]')))!.words).toContain('heap\\[9\\]: poisoned, recovered');
    expect(await pictureAt(lineOf('db: read heap[6]'))).toBeNull();
    expect(await pictureAt(lineOf('corrupt-pfn r'))).toBeNull();
    expect(await pictureAt(lineOf('corrupt-pfn last'))).toBeNull();
});

test('an editor that did not ask for pictures gets none', async () => {
    const text = await markdownAt(lineOf('corrupt-pfn bad'), plain);
    expect(text).toContain('memory_failure');
    expect(text).not.toContain('data:');
});
