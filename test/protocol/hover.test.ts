import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Hover } from 'vscode-languageserver';
import { GrammarAST, AstUtils } from 'langium';
import { HwpGrammar } from '../../server/src/language/generated/grammar.js';
import { isVocabularyWord } from '../../server/src/language/references/vocabulary-words.js';
import { describeInContext, languageWords } from '../../server/src/vocabulary/language-words.js';
import { allWords } from '../../server/src/vocabulary/lookup.js';
import { OPERATIONS } from '../../server/src/vocabulary/operations.js';
import { CLAIMS, CONDITION_SUBJECTS, CONSTRUCTS } from '../../server/src/vocabulary/settings.js';
import { InProcessClient, marked } from './in-process-client.js';

const keywords = [...new Set(AstUtils.streamAllContents(HwpGrammar()).filter(GrammarAST.isKeyword).map(({ value }) => value).filter((value) => /^[a-z]/.test(value)))];

describe('every word has a text', () => {
    test.each([
        ['keywords of the grammar', keywords],
        ['words of the vocabulary', allWords()],
        ['words of the language', languageWords()],
        ['constructs', CONSTRUCTS.map(({ word }) => word)],
        ['attributes and their words', CONSTRUCTS.flatMap(({ attributes }) => attributes.flatMap(({ word, choices = [] }) => [...word.split(' '), ...choices]))],
        ['claims', CLAIMS.map(({ word }) => word)],
        ['conditions', CONDITION_SUBJECTS.map(({ word }) => word)],
        ['steps and the words of their parameters', OPERATIONS.flatMap(({ id, parameters }) => [id, ...parameters.flatMap(({ after, words = [] }) => [...after === undefined ? [] : [after], ...words])])],
    ])('%s', (_name, words) => {
        expect(words.length).toBeGreaterThan(4);
        expect(words.filter((word) => describeInContext(word).every(({ doc }) => doc.length < 5))).toEqual([]);
    });

    test('every word that can be an argument', () => {
        const forms = ['anon', 'pfn', 'phys', 'by', 'longterm', 'handler', 'recoverable', 'copy-from-user', 'lost', 'intact', 'total', 'x86-64', 'always', 'intel', 'least'];
        expect(forms.filter((word) => !isVocabularyWord(word) || describeInContext(word).length === 0)).toEqual([]);
    });
});

const TEXT = `/** A page of the dentry cache. */
scenario "s" {
    kernel 7.3
    /** Where the dentries are. */
    region dentry = slab "dentry" 1 page at |pfn 0x100
    file log = ext4 16 KiB |dirty
    process db {
        |prctl PR_MCE_KILL_EARLY
        sigbus |handler longjmp
        map |heap = anon 16 KiB |written
        map text = log shared read
    }
    process web { map text = log shared read }
    page |bad = heap[2]

    |corrupt-pfn |bad
        |expect MF_MSG_DIRTY_LRU
        expect SIGBUS BUS_MCEERR_AO to db |at heap[2] |lsb 12
        expect no panic when kernel |>= 6.12 |and arch = |x86-64
    db: madvise |heap[3] |MADV_HWPOISON
    corrupt-pfn |dentry
    |at +5s corrupt-pfn |log[0]
}
`;
const EXPECTED: readonly (readonly string[])[] = [
    ['at pfn', 'page frame number'], ['dirty', 'cached and dirty'], ['kill policy'], ['sigbus', 'handler'],
    ['map heap = anon 16 KiB written', '4 pages of anon: private, written', 'hwpoison_user_mappings.unmapped', '→'], ['written every page'],
    ['page bad = heap[2]', 'frame 0x', 'poisoned'],
    ['memory\\_failure'], ['page bad = heap[2]', 'Here: **DIRTY'],
    ['What must hold of the step above'], ['address that a signal carries'], ['si\\_addr\\_lsb'],
    [], ['Both conditions'], ['4 KiB'],
    ['map heap'], ['Poison the pages'],
    ['region dentry = slab', 'Where the dentries are.', 'page type: slab', 'frame 0x100'],
    ['When the step happens'], ['file log = ext4 16 KiB dirty', 'mapped as `db.text`, `web.text`'],
];

describe('hover', () => {
    let client: InProcessClient;
    const uri = 'file:///hover.hwp';
    const { text, positions } = marked(TEXT);
    beforeAll(async () => {
        client = await InProcessClient.start();
        await client.open(uri, text);
    });
    afterAll(() => client.stop());

    test.each(positions.map((position, index) => ({ position, words: EXPECTED[index] ?? [], line: text.split('\n')[position.line]!.slice(position.character) })))('$line', async ({ position, words }) => {
        const hover = await client.at<Hover | null>('hover', uri, position);
        const value = hover === null ? '' : (hover.contents as { value: string }).value;
        for (const word of words) {
            expect(value.replaceAll('\\_', '_')).toContain(word.replaceAll('\\_', '_'));
        }
    });
});
