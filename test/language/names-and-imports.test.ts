import { describe, expect, test } from 'vitest';
import { isScenario, type Scenario } from '../../server/src/language/generated/ast.js';
import { lowerScenario } from '../../server/src/language/lowering/scenario.js';
import { TextParser } from '../../server/src/language/parse.js';
import { HwpGrammar } from '../../server/src/language/generated/grammar.js';
import { AstUtils, GrammarAST } from 'langium';

async function check(text: string, files: Readonly<Record<string, string>> = {}) {
    const reads: string[] = [];
    const parser = new TextParser((uri) => {
        reads.push(uri);
        return files[uri];
    });
    const document = await parser.parse('file:///dir/test.hwp', text);
    const scenario = document.parseResult.value.elements.find(isScenario) as Scenario | undefined;
    return { codes: (document.diagnostics ?? []).map(({ code }) => String(code)), reads, program: scenario === undefined ? null : lowerScenario(scenario).program };
}

describe('keywords are names', () => {
    const keywords = [...new Set(AstUtils.streamAllContents(HwpGrammar()).filter(GrammarAST.isKeyword).map(({ value }) => value).filter((value) => /^[a-z]/.test(value)))];
    const reserved = ['and', 'or', 'when', 'as'];
    const meaningful = ['kernel'];

    test('all but four', () => {
        expect(keywords.length).toBeGreaterThan(40);
        expect(keywords).toEqual(expect.arrayContaining(reserved));
    });

    const usable = keywords.filter((word) => !reserved.includes(word) && !meaningful.includes(word));

    test.each(usable)('%s, of a process and its thread', async (word) => {
        const { codes, program } = await check(`scenario "a" {\n    process ${word} {\n        thread ${word}\n        map heap = anon 2 pages\n    }\n    ${word}: read heap[1]\n    ${word}.${word}: write ${word}.heap[0]\n    corrupt-pfn heap[1]\n        expect SIGBUS to ${word}.${word} at heap[0] when kernel >= 6.1\n        expect survives ${word}\n}\n`);
        expect(codes).toEqual([]);
        expect(program?.steps.map(({ actor }) => actor)).toEqual([word, `${word}.${word}`, 'root']);
    });

    test.each(usable)('%s, of a mapping', async (word) => {
        const { codes, program } = await check(`scenario "a" {\n    process db {\n        map ${word} = anon 2 pages\n    }\n    db: read ${word}[1]\n    corrupt-pfn db.${word}[0]\n        expect SIGBUS to db at ${word}[0]\n}\n`);
        expect(codes).toEqual([]);
        expect(program?.steps).toHaveLength(2);
    });

    test.each(reserved)('%s is reserved', async (word) => {
        expect((await check(`scenario "a" {\n    region ${word} = free 1 page\n    corrupt-pfn pfn 1\n}\n`)).codes).toContain('hwp/syntax');
    });
});

describe('names', () => {
    test('a vocabulary word that is declared means what is declared', async () => {
        const { codes, program } = await check('scenario "a" {\n    region slab = free 1 page\n    file read = ext4 1 page\n    corrupt-pfn slab\n    pread read[0]\n}\n');
        expect(codes).toEqual([]);
        expect(program?.steps.map(({ args }) => args['target'])).toMatchObject([{ kind: 'region', region: 'slab' }, { kind: 'file', file: 'read' }]);
    });

    test('object members are no names', async () => {
        const { codes } = await check('scenario "a" {\n    region constructor = free 1 page\n    corrupt-pfn constructor\n    corrupt-pfn toString\n    corrupt-pfn __proto__\n}\n');
        expect(codes).toEqual(['hwp/unknown-name', 'hwp/unknown-name']);
    });

    test('the kind of a region is no object member either', async () => {
        expect((await check('scenario "a" {\n    region a = constructor 1 page\n    file b = __proto__ 1 page\n    corrupt-pfn pfn 1\n}\n')).codes).toEqual(['hwp/unknown-word', 'hwp/unknown-word']);
    });

    test('scenarios do not see each other', async () => {
        expect((await check('scenario "a" {\n    region spare = free 1 page\n    corrupt-pfn spare\n}\nscenario "b" {\n    corrupt-pfn spare\n}\n')).codes).toEqual(['hwp/unknown-name']);
    });
});

describe('imports', () => {
    const shared = 'machine m {\n    region spare = free 1 page\n}\n';

    test('are read beside the file, once', async () => {
        const { codes, program, reads } = await check('import "lib/m.hwp"\nimport "./lib/m.hwp"\nscenario "a" on m {\n    corrupt-pfn spare\n}\n', { 'file:///dir/lib/m.hwp': shared });
        expect(codes).toEqual([]);
        expect(program?.machine.regions).toMatchObject([{ name: 'spare' }]);
        expect(reads).toEqual(['file:///dir/lib/m.hwp']);
    });

    test('sources of an imported machine lead to its file', async () => {
        const { program } = await check('import "../m.hwp"\nscenario "a" on m {\n    corrupt-pfn spare\n}\n', { 'file:///m.hwp': shared });
        expect(program?.sources[program.machine.regions[0]!.source]?.uri).toBe('file:///m.hwp');
    });

    test('lead on to further ones', async () => {
        const { codes, program } = await check('import "a.hwp"\nscenario "a" on m {\n    corrupt-pfn spare\n}\n', { 'file:///dir/a.hwp': 'import "b.hwp"\n', 'file:///dir/b.hwp': shared });
        expect(codes).toEqual([]);
        expect(program).not.toBeNull();
    });

    test('of itself', async () => {
        expect((await check('import "test.hwp"\nscenario "a" {\n    corrupt-pfn pfn 1\n}\n')).codes).toEqual(['import/cyclic']);
    });

    test('a broken machine leaves the scenarios that do not run on it', async () => {
        const { codes, program } = await check('import "m.hwp"\nscenario "a" {\n    corrupt-pfn pfn 1\n}\nscenario "b" on m {\n    corrupt-pfn pfn 1\n}\n', { 'file:///dir/m.hwp': 'machine m {\n    region a = slob\n}\n' });
        expect(codes).toEqual([]);
        expect(program).not.toBeNull();
    });

    test('an endless chain is followed to its limit', async () => {
        const files = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`file:///dir/${index}.hwp`, `import "${index + 1}.hwp"\n`]));
        const { reads } = await check('import "0.hwp"\nscenario "a" {\n    corrupt-pfn pfn 1\n}\n', files);
        expect(reads.length).toBeLessThan(40);
    });
});

test('a mapping may have the name of the file that it maps', async () => {
    const { codes, program } = await check('scenario "a" {\n    file log = ext4 4 pages\n    process db { map log = log shared }\n    process web { map other = anon 1 page }\n    db: read log[1]\n    web: mmap log = log shared\n    web: read log[2]\n}\n');
    expect(codes).toEqual([]);
    expect(program?.machine.processes[0]?.mappings[0]).toMatchObject({ from: { kind: 'file', file: 'log' }, pageCount: 4 });
});
