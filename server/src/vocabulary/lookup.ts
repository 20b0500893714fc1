/** One lookup over all tables, for hovers, and the list of all words, for suggestions. */
import { runtimeWords, SIGBUS_RUNTIME_NAMES } from './sigbus-runtimes.js';
import { BOOT_USES } from './boot-uses.js';
import { CARRIERS, type Carrier } from './carriers.js';
import { CONFIG_OPTIONS, type ConfigOption } from './config-options.js';
import { ERRNOS } from './errnos.js';
import { FILESYSTEMS, type Filesystem } from './filesystems.js';
import { HWPOISON_FOLDER, INJECT_FILES, INJECT_FILTERS } from './inject-files.js';
import { KERNELS } from './kernels.js';
import { MADVICE } from './madvice.js';
import { MCE_SEVERITIES, MCG_STATUS, MCI_STATUS } from './mce.js';
import { MF_FLAGS } from './mf-flags.js';
import { MF_RESULTS, MF_TYPES, type MfTypeDescription } from './mf-types.js';
import { OPERATIONS } from './operations.js';
import { KPAGEFLAGS } from './page-flags.js';
import { PAGE_KINDS } from './page-kinds.js';
import { PRCTL } from './prctl.js';
import { PROPOSALS } from './proposals.js';
import { SIGNAL_CODES, SIGNALS } from './signals.js';
import { SPECIAL_MAPPINGS } from './special-mappings.js';
import { SYSCTLS } from './sysctls.js';
import { UNITS } from './units.js';

export interface WordDescription {
    readonly title: string;
    readonly doc: string;
}

/** The tables, for readers that know which of them a word stands in. */
export type TableId = 'mf-type' | 'mf-result' | 'mf-flag' | 'errno' | 'signal' | 'signal-code' | 'prctl' | 'madvice' | 'kernel' | 'proposal' | 'sysctl' | 'inject-file' | 'inject-filter'
    | 'filesystem' | 'carrier' | 'boot-use' | 'page-kind' | 'special-mapping' | 'kpageflag' | 'config' | 'severity' | 'register' | 'unit' | 'operation' | 'runtime';

type Meanings = Map<string, (WordDescription & { readonly table: TableId })[]>;

let collected: Meanings | undefined;

/** Everything that a word stands for; put together when somebody asks for the first. */
function meanings(): Meanings {
    if (collected === undefined) {
        collected = new Map();
        collect();
    }
    return collected;
}

function add(id: TableId, word: string, title: string, doc: string): void {
    const known = collected!.get(word);
    if (known) known.push({ table: id, title, doc });
    else collected!.set(word, [{ table: id, title, doc }]);
}

function addAll<Entry extends { readonly doc: string }>(
    id: TableId,
    table: Readonly<Record<string, Entry>>,
    title: (word: string, entry: Entry) => string,
    more: (entry: Entry) => readonly (string | false | undefined)[] = () => [],
): void {
    for (const [word, entry] of Object.entries(table)) {
        add(id, word, title(word, entry), [entry.doc, ...more(entry)].filter((text) => text).join(' '));
    }
}

function since(entry: { readonly since?: string; readonly until?: string }): string {
    const from = entry.since && entry.since !== KERNELS[0]?.version ? `Since ${entry.since}.` : '';
    return entry.until ? `${from} Up to ${entry.until}.`.trim() : from;
}

function collect(): void {
    addAll<MfTypeDescription>(
        'mf-type',
        MF_TYPES,
        (word, { string, oldString }) => `${word}: "${string || oldString?.text || ''}"`,
        (entry) => [entry.reachable, `Results: ${entry.results.map((result) => MF_RESULTS[result].string).join(', ')}.`, since(entry)],
    );
    addAll('mf-result', MF_RESULTS, (word, { string }) => `${word}: "${string}"`, ({ errno }) => [errno === '0' ? 'memory_failure() returns 0.' : 'memory_failure() returns -EBUSY.']);
    addAll('mf-flag', MF_FLAGS, (word, { value }) => `${word} = 0x${value.toString(16)}`, (entry) => [since(entry)]);
    addAll('errno', ERRNOS, (word, { value }) => `${word} (${value})`);
    addAll('signal', SIGNALS, (word, { value }) => `${word} (${value})`);
    addAll('signal-code', SIGNAL_CODES, (word, { value, short }) => `si_code ${word} (${value})${short ? `, "${short}"` : ''}`);
    addAll('prctl', PRCTL, (word, { value, argument }) => `prctl() argument ${argument}: ${word} = ${value}`);
    addAll('madvice', MADVICE, (word, { value }) => `madvise() advice ${word} = ${value}`);
    for (const name of SIGBUS_RUNTIME_NAMES) {
        add('runtime', name, `sigbus ${name}`, runtimeWords(name));
    }
    for (const { version, basis, recordedAs, doc } of KERNELS) {
        add('kernel', version, `Linux ${version}`, `${doc} ${basis === 'recorded' ? `Recorded on ${recordedAs}.` : 'Derived from its source, not recorded on a running kernel.'}`);
    }
    addAll('proposal', PROPOSALS, (word) => `proposal ${word}`, ({ source, status, appliesTo }) => [`Source: ${source}.`, `Status: ${status}.`, `Applies to ${appliesTo.join(', ')}.`]);
    addAll('sysctl', SYSCTLS, (word, entry) => `sysctl ${word} (default ${entry.default})`, (entry) => [since(entry)]);
    addAll('inject-file', INJECT_FILES, (word) => `${HWPOISON_FOLDER}/${word}`);
    addAll('inject-filter', INJECT_FILTERS, (word, { bits, default: initial }) => `${HWPOISON_FOLDER}/${word} (u${bits}, ${initial})`);
    addAll<Filesystem>('filesystem', FILESYSTEMS, (word) => `file type ${word}`, (entry) => [since(entry)]);
    addAll<Carrier>('carrier', CARRIERS, (word) => `carry ${word}`, ({ scope, weakness, status, source }) => [`Carries ${scope}.`, `Weakness: ${weakness}.`, `Status: ${status}.`, `Source: ${source}.`]);
    for (const [word, { doc }] of Object.entries(BOOT_USES)) if ((PAGE_KINDS as Readonly<Record<string, WordDescription | { readonly doc: string }>>)[word]?.doc !== doc) add('boot-use', word, `at boot: ${word}`, doc);
    addAll('page-kind', PAGE_KINDS, (word) => `page kind ${word}`);
    addAll('special-mapping', SPECIAL_MAPPINGS, (word) => `special mapping ${word}`);
    addAll('kpageflag', KPAGEFLAGS, (word, { bit }) => `/proc/kpageflags bit ${bit}: ${word}`);
    addAll<ConfigOption>('config', CONFIG_OPTIONS, (word, { default: initial, bootParameter }) => bootParameter ? `boot parameter ${word} (${initial})` : `CONFIG_${word} (${initial})`);
    addAll('severity', MCE_SEVERITIES, (word) => `machine check severity ${word}`);
    addAll('register', MCI_STATUS, (word, { bit }) => `MCi_STATUS bit ${bit}: ${word}`);
    addAll('register', MCG_STATUS, (word, { bit }) => `MCG_STATUS bit ${bit}: ${word}`);
    addAll('unit', UNITS, (word) => `unit ${word}`);
    for (const { id, doc } of OPERATIONS) add('operation', id, id, doc);
}

/** Everything a word stands for, in the order of the tables; empty for a word that no table has. */
export function describeAll(word: string): readonly WordDescription[] {
    return meanings().get(word) ?? [];
}

/** What a word stands for in some of the tables. */
export function describeIn(word: string, tables: readonly TableId[]): readonly WordDescription[] {
    return (meanings().get(word) ?? []).filter(({ table }) => tables.includes(table));
}

/** What a word stands for; where it is in several tables, all of its meanings. */
export function describeWord(word: string): WordDescription | undefined {
    const [first, ...rest] = describeAll(word);
    if (!first || rest.length === 0) return first;
    return { title: first.title, doc: [first.doc, ...rest.map(({ title, doc }) => `${title}: ${doc}`)].join('\n\n') };
}

/** Every word of every table, each once. */
export function allWords(): string[] {
    return [...meanings().keys()];
}
