/** One lookup over all tables, for hovers, and the list of all words, for suggestions. */
import { BOOT_USES } from './boot-uses.js';
import { CARRIERS, type Carrier } from './carriers.js';
import { CONFIG_OPTIONS, type ConfigOption } from './config-options.js';
import { ERRNOS } from './errnos.js';
import { FILESYSTEMS, type Filesystem } from './filesystems.js';
import { INJECT_FILES, INJECT_FILTERS } from './inject-files.js';
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

const words = new Map<string, WordDescription[]>();

function add(word: string, title: string, doc: string): void {
    const known = words.get(word);
    if (known) known.push({ title, doc });
    else words.set(word, [{ title, doc }]);
}

function addAll<Entry extends { readonly doc: string }>(
    table: Readonly<Record<string, Entry>>,
    title: (word: string, entry: Entry) => string,
    more: (entry: Entry) => readonly (string | false | undefined)[] = () => [],
): void {
    for (const [word, entry] of Object.entries(table)) {
        add(word, title(word, entry), [entry.doc, ...more(entry)].filter((text) => text).join(' '));
    }
}

function since(entry: { readonly since?: string; readonly until?: string }): string {
    const from = entry.since && entry.since !== KERNELS[0]?.version ? `Since ${entry.since}.` : '';
    return entry.until ? `${from} Up to ${entry.until}.`.trim() : from;
}

addAll<MfTypeDescription>(
    MF_TYPES,
    (word, { string, oldString }) => `${word}: "${string || oldString?.text || ''}"`,
    (entry) => [entry.reachable, `Results: ${entry.results.map((result) => MF_RESULTS[result].string).join(', ')}.`, since(entry)],
);
addAll(MF_RESULTS, (word, { string }) => `${word}: "${string}"`, ({ errno }) => [errno === '0' ? 'memory_failure() returns 0.' : 'memory_failure() returns -EBUSY.']);
addAll(MF_FLAGS, (word, { value }) => `${word} = 0x${value.toString(16)}`, (entry) => [since(entry)]);
addAll(ERRNOS, (word, { value }) => `${word} (${value})`);
addAll(SIGNALS, (word, { value }) => `${word} (${value})`);
addAll(SIGNAL_CODES, (word, { value, short }) => `si_code ${word} (${value})${short ? `, "${short}"` : ''}`);
addAll(PRCTL, (word, { value, argument }) => `prctl() argument ${argument}: ${word} = ${value}`);
addAll(MADVICE, (word, { value }) => `madvise() advice ${word} = ${value}`);
for (const { version, basis, recordedAs, doc } of KERNELS) {
    add(version, `Linux ${version}`, `${doc} ${basis === 'recorded' ? `Recorded on ${recordedAs}.` : 'Derived from its source, not recorded on a running kernel.'}`);
}
addAll(PROPOSALS, (word) => `proposal ${word}`, ({ source, status, appliesTo }) => [`Source: ${source}.`, `Status: ${status}.`, `Applies to ${appliesTo.join(', ')}.`]);
addAll(SYSCTLS, (word, entry) => `sysctl ${word} (default ${entry.default})`, (entry) => [since(entry)]);
addAll(INJECT_FILES, (word) => `/sys/kernel/debug/hwpoison/${word}`);
addAll(INJECT_FILTERS, (word, { bits, default: initial }) => `/sys/kernel/debug/hwpoison/${word} (u${bits}, ${initial})`);
addAll<Filesystem>(FILESYSTEMS, (word) => `file type ${word}`, (entry) => [since(entry)]);
addAll<Carrier>(CARRIERS, (word) => `carry ${word}`, ({ scope, weakness, status, source }) => [`Carries ${scope}.`, `Weakness: ${weakness}.`, `Status: ${status}.`, `Source: ${source}.`]);
for (const [word, { doc }] of Object.entries(BOOT_USES)) if (!Object.hasOwn(PAGE_KINDS, word)) add(word, `at boot: ${word}`, doc);
addAll(PAGE_KINDS, (word) => `page kind ${word}`);
addAll(SPECIAL_MAPPINGS, (word) => `special mapping ${word}`);
addAll(KPAGEFLAGS, (word, { bit }) => `/proc/kpageflags bit ${bit}: ${word}`);
addAll<ConfigOption>(CONFIG_OPTIONS, (word, { default: initial, bootParameter }) => bootParameter ? `boot parameter ${word} (${initial})` : `CONFIG_${word} (${initial})`);
addAll(MCE_SEVERITIES, (word) => `machine check severity ${word}`);
addAll(MCI_STATUS, (word, { bit }) => `MCi_STATUS bit ${bit}: ${word}`);
addAll(MCG_STATUS, (word, { bit }) => `MCG_STATUS bit ${bit}: ${word}`);
addAll(UNITS, (word) => `unit ${word}`);
for (const { id, doc } of OPERATIONS) add(id, id, doc);

/** Everything a word stands for, in the order of the tables; empty for a word that no table has. */
export function describeAll(word: string): readonly WordDescription[] {
    return words.get(word) ?? [];
}

/** What a word stands for; where it is in several tables, all of its meanings. */
export function describeWord(word: string): WordDescription | undefined {
    const [first, ...rest] = describeAll(word);
    if (!first || rest.length === 0) return first;
    return { title: first.title, doc: [first.doc, ...rest.map(({ title, doc }) => `${title}: ${doc}`)].join('\n\n') };
}

/** Every word of every table, each once. */
export function allWords(): string[] {
    return [...words.keys()];
}
