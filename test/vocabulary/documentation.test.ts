import { describe, expect, test } from 'vitest';
import { CARRIERS } from '../../server/src/vocabulary/carriers.js';
import { CONFIG_OPTIONS } from '../../server/src/vocabulary/config-options.js';
import { ERRNOS } from '../../server/src/vocabulary/errnos.js';
import { FILESYSTEMS } from '../../server/src/vocabulary/filesystems.js';
import { INJECT_FILES, INJECT_FILTERS } from '../../server/src/vocabulary/inject-files.js';
import { KERNELS } from '../../server/src/vocabulary/kernels.js';
import { allWords, describeAll, describeWord } from '../../server/src/vocabulary/lookup.js';
import { MADVICE } from '../../server/src/vocabulary/madvice.js';
import { MCACOD, MCE_PANICS, MCE_SEVERITIES, MCG_STATUS, MCI_STATUS } from '../../server/src/vocabulary/mce.js';
import { MESSAGES } from '../../server/src/vocabulary/messages.js';
import { MF_FLAGS } from '../../server/src/vocabulary/mf-flags.js';
import { MF_RESULTS, MF_TYPES } from '../../server/src/vocabulary/mf-types.js';
import { OPERATIONS } from '../../server/src/vocabulary/operations.js';
import { KPAGEFLAGS } from '../../server/src/vocabulary/page-flags.js';
import { PAGE_KINDS } from '../../server/src/vocabulary/page-kinds.js';
import { SPECIAL_MAPPINGS } from '../../server/src/vocabulary/special-mappings.js';
import { PRCTL } from '../../server/src/vocabulary/prctl.js';
import { PROPOSALS } from '../../server/src/vocabulary/proposals.js';
import { SIGNAL_CODES, SIGNALS } from '../../server/src/vocabulary/signals.js';
import { SYSCTLS } from '../../server/src/vocabulary/sysctls.js';
import { UNITS } from '../../server/src/vocabulary/units.js';

type Table = Readonly<Record<string, { readonly doc: string }>>;

/** Tables whose keys are words of the language. */
const WORD_TABLES: Readonly<Record<string, Table>> = {
    CARRIERS, CONFIG_OPTIONS, ERRNOS, FILESYSTEMS, INJECT_FILES, INJECT_FILTERS, KPAGEFLAGS, MADVICE, MCE_SEVERITIES, MCG_STATUS, MCI_STATUS, MF_FLAGS,
    MF_RESULTS, MF_TYPES, PAGE_KINDS, PRCTL, PROPOSALS, SIGNAL_CODES, SIGNALS, SPECIAL_MAPPINGS, SYSCTLS, UNITS,
};
const TABLES: Readonly<Record<string, Table>> = { ...WORD_TABLES, MCACOD, MCE_PANICS, MESSAGES };

describe.each(Object.entries(TABLES))('%s', (_, table) => {
    test.each(Object.entries(table))('%s is documented in whole sentences', (_word, { doc }) => {
        expect(doc).toMatch(/^\S.*[.;]$/s);
        expect(doc).not.toMatch(/undefined|\bTODO\b/);
    });
});

describe('lookup', () => {
    test.each(Object.entries(WORD_TABLES))('every word of %s is found', (_, table) => {
        for (const [word, { doc }] of Object.entries(table)) {
            expect(describeWord(word)?.title).toBeTruthy();
            expect(describeAll(word).some((found) => found.doc.startsWith(doc))).toBe(true);
        }
    });

    test('kernels and operations are found too', () => {
        for (const { version } of KERNELS) expect(describeWord(version)?.title).toBe(`Linux ${version}`);
        for (const { id } of OPERATIONS) expect(describeAll(id).some(({ title }) => title === id)).toBe(true);
    });

    test('words are listed once, and each has a description', () => {
        const words = allWords();
        expect(new Set(words).size).toBe(words.length);
        for (const word of words) expect(describeWord(word)).toBeDefined();
    });

    test.each([
        ['MF_MSG_DIRTY_LRU', 'MF_MSG_DIRTY_LRU: "dirty LRU page"'],
        ['MF_MSG_DIFFERENT_COMPOUND', 'MF_MSG_DIFFERENT_COMPOUND: "different compound page after locking"'],
        ['EHWPOISON', 'EHWPOISON (133)'],
        ['BUS_MCEERR_AO', 'si_code BUS_MCEERR_AO (5), "AO"'],
        ['MADV_HWPOISON', 'madvise() advice MADV_HWPOISON = 100'],
        ['MF_SW_SIMULATED', 'MF_SW_SIMULATED = 0x20'],
    ])('%s', (word, title) => {
        expect(describeWord(word)?.title).toBe(title);
    });

    test('a word with several meanings gives all of them', () => {
        const { title, doc } = describeWord('sgx') ?? { title: '', doc: '' };
        expect(title).toBe('page kind sgx');
        expect(doc).toContain('special mapping sgx: ');
    });

    test('says since when, unless it was always there', () => {
        expect(describeWord('vm.enable_soft_offline')?.doc).toMatch(/ Since 6\.11\.$/);
        expect(describeWord('vm.memory_failure_recovery')?.doc).not.toContain('Since');
        expect(describeWord('MF_MSG_SLAB')?.doc).toMatch(/ Up to 6\.10\.$/);
    });

    test.each(['', 'MF_MSG_NOTHING', 'constructor', '__proto__'])('"%s" is no word', (word) => {
        expect(describeWord(word)).toBeUndefined();
    });
});
