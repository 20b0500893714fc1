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
    ['page bad = heap[2]', 'frame 0x', 'poisoned', 'page 2 of `db.heap`, 4 pages of anon: private, written'],
    ['memory\\_failure'], ['page bad = heap[2]', 'Here: **DIRTY'],
    ['What must hold of the step above'], ['address that a signal carries'], ['si\\_addr\\_lsb'],
    [], ['Both conditions'], ['4 KiB'],
    ['map heap'], ['Poison the pages'],
    ['region dentry = slab', 'Where the dentries are.', 'page type: slab', 'frame 0x100'],
    ['When the step happens'], ['file log = ext4 16 KiB dirty', 'mapped as `db.text`, `web.text`'],
];

test('a step tells what goes otherwise on other kernels, with release and commit', async () => {
    const client = await InProcessClient.start();
    const { text, positions } = marked('scenario "s" {\n    kernel 6.12.20\n    process a { map m = anon 2 MiB thp written }\n    |corrupt-pfn m[3]\n    a: |read m[3]\n}\n');
    await client.open('file:///asked.hwp', text);
    const [thp, read] = await Promise.all(positions.map(async (position) => ((await client.at<Hover>('hover', 'file:///asked.hwp', position)).contents as { value: string }).value));
    expect(thp).toContain('What this step asks of its kernel (6.12.20):');
    expect(thp).toMatch(/- \*\*here\*\*: Since 6\.12, before [^\n]*6\.12\.56: Splitting [^\n]*`mm: prevent poison consumption when splitting THP`/);
    expect(read).not.toMatch(/6\.12\.56/);
    await client.stop();
});

test('a group of merged pages is explained where it is named', async () => {
    const client = await InProcessClient.start();
    const { text, positions } = marked('scenario "s" {\n    process a { map m = anon 1 page ksm |twins }\n    process b { map m = anon 1 page ksm twins }\n    wait 1s\n}\n');
    await client.open('file:///ksm.hwp', text);
    expect((await client.at<Hover>('hover', 'file:///ksm.hwp', positions[0]!)).contents).toMatchObject({ value: expect.stringMatching(/^\*\*KSM group twins\*\*/) as string });
    await client.stop();
});

test('a window of the handler is explained wherever it stands, and nothing that looks like one', async () => {
    const client = await InProcessClient.start();
    const windows = marked('// |W5, |W2b and |W13, |W5x\nscenario "|W8 happens" {\n    region r = slab 1 page\n}\n');
    await client.open('file:///windows.hwp', windows.text);
    const said = await Promise.all(windows.positions.map(async (position) => (await client.at<Hover | null>('hover', 'file:///windows.hwp', position))?.contents));
    expect(said.map((contents) => contents === undefined ? '' : (contents as { value: string }).value.split('\n')[0]!.replaceAll('\\', ''))).toEqual([
        '**window W5 of memory_failure()**', '**window W2b of memory_failure()**', '', '', '**window W8 of memory_failure()**',
    ]);
    await client.stop();
});

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

const KERNELS_TEXT = `scenario "a" {
    kernel |6.12.107
    sysctl |vm.enable_soft_offline = 1
    region |r = |slab 1 page
    corrupt-pfn r
        expect |MF_MSG_GET_HWPOISON MF_IGNORED when kernel >= |6.6
        expect |node 0 ignored 1
        expect errno |EBUSY
        expect errno |EINVAL when kernel = 7.3
    |swapoff sw
}
scenario "b" {
    vary kernel |6.16, |7.3 with kho-hwpoison
    process p { map m = anon |6.1 GiB }
    kexec kernel |6.1
    kexec kernel |6.1.20
}
`;
const OF_KERNELS: readonly { readonly says: readonly string[]; readonly not?: readonly string[] }[] = [
    { says: ['**Linux 6.12**', 'Recorded on 6.12.107', 'New since 6.6:', 'MADV_HWPOISON passes MF_ACTION_REQUIRED', 'No longer, as up to 6.6:'], not: ['is not described', 'The grab classifies'] },
    { says: ['By kernel:', 'Since 6.11: vm.enable_soft_offline exists.'] },
    { says: ['region r = slab'] },
    { says: ['By kernel:', 'Since 7.3: The grab classifies', 'Since 6.12: HWPoisonHandlable() rejects slab pages explicitly. *(derived from source)*'] },
    { says: ['By kernel:', 'Before 6.11: A failed reference grab reports MF_MSG_UNKNOWN'] },
    { says: ['**Linux 6.6**', 'Derived from its source', 'New since 6.1:', 'Per-node memory_failure statistics exist.'] },
    { says: ['By kernel:', 'Since 6.3: Per-node memory_failure statistics exist. (`mm: memory-failure: Add memory failure stats to sysfs`)'] },
    { says: ['EBUSY', 'By kernel:', 'Before 6.5, 6.4.13 and 6.1.50: Soft offline of a free page that could not be taken out of use returns 0'] },
    { says: ['EINVAL'], not: ['By kernel'] },
    { says: ['Since 6.6: swapoff() of a poisoned swap-cache page'] },
    { says: ['**Linux 6.12**', 'Linux 6.16 is not described: it behaves as 6.12'] },
    { says: ['**Linux 7.3**', 'New since 7.2:', 'vm.panic_on_unrecoverable_memory_failure exists'] },
    { says: [], not: ['Linux 6.1'] },
    { says: ['**Linux 6.1**', 'Only up to here, or up to a later version:', 'Before 6.4: KSM pages cannot be unmapped'], not: ['Before 6.5, 6.4.13 and 6.1.50'] },
    { says: ['Other than in 6.1.192:', 'Soft offline of a free page that could not be taken out of use returns 0', 'Before 6.5, 6.4.13 and 6.1.50'], not: ['KSM pages cannot be unmapped'] },
];

describe('hovers tell what differs between kernels', () => {
    let client: InProcessClient;
    const uri = 'file:///kernels.hwp';
    const { text, positions } = marked(KERNELS_TEXT);
    beforeAll(async () => {
        client = await InProcessClient.start();
        await client.open(uri, text);
    });
    afterAll(() => client.stop());

    test.each(positions.map((position, index) => ({ position, ...OF_KERNELS[index]!, line: text.split('\n')[position.line]!.slice(position.character) })))('$line', async ({ position, says, not = [] }) => {
        const hover = await client.at<Hover | null>('hover', uri, position);
        const value = (hover === null ? '' : (hover.contents as { value: string }).value).replaceAll('\\_', '_');
        for (const text of says) expect(value).toContain(text);
        for (const text of not) expect(value).not.toContain(text);
    });
});
