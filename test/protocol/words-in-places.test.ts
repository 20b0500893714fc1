/** A word means what it means where it stands: each word of the tables, and of the grammar, in each construct that can hold it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Hover, SemanticTokens } from 'vscode-languageserver';
import { BOOT_USES } from '../../server/src/vocabulary/boot-uses.js';
import { ACTORS, CHOICES, CLAIM_PARTS, MACHINE_CHECK_ERRORS, SHARE_WORDS } from '../../server/src/vocabulary/choices.js';
import { CONFIG_OPTIONS } from '../../server/src/vocabulary/config-options.js';
import { ERRNOS } from '../../server/src/vocabulary/errnos.js';
import { FILESYSTEMS } from '../../server/src/vocabulary/filesystems.js';
import { INJECT_FILTERS } from '../../server/src/vocabulary/inject-files.js';
import { MADVICE } from '../../server/src/vocabulary/madvice.js';
import { MF_RESULTS, MF_TYPES } from '../../server/src/vocabulary/mf-types.js';
import { OPERATIONS } from '../../server/src/vocabulary/operations.js';
import { PAGE_KINDS } from '../../server/src/vocabulary/page-kinds.js';
import { PROPOSALS } from '../../server/src/vocabulary/proposals.js';
import { CLAIMS, CONDITION_SUBJECTS, CONSTRUCTS } from '../../server/src/vocabulary/settings.js';
import { SIGNAL_CODES } from '../../server/src/vocabulary/signals.js';
import { SPECIAL_MAPPINGS } from '../../server/src/vocabulary/special-mappings.js';
import { SYSCTLS } from '../../server/src/vocabulary/sysctls.js';
import { UNITS } from '../../server/src/vocabulary/units.js';
import { InProcessClient } from './in-process-client.js';

/** `word` stands between `|`s in the line; `doc` is the beginning of what a hover must say of it. */
interface Case { readonly line: string; readonly block: 'scenario' | 'process' | 'step'; readonly doc: string }

type Docs = Readonly<Record<string, { readonly doc: string }>>;

function each(table: Docs | Readonly<Record<string, string>>, block: Case['block'], line: (word: string) => string, leaveOut: readonly string[] = []): Case[] {
    return Object.entries(table).filter(([word]) => !leaveOut.includes(word)).map(([word, entry]) => ({ line: line(word).replace(word, `|${word}|`), block, doc: typeof entry === 'string' ? entry : (entry as { doc: string }).doc }));
}

const attribute = (construct: string, word: string): string => CONSTRUCTS.find((each) => each.word === construct)!.attributes.find((each) => each.word === word)!.doc;
const claim = (word: string): string => CLAIMS.find((each) => each.word === word)!.doc;
const construct = (word: string): string => CONSTRUCTS.find((each) => each.word === word)!.doc;
const at = (line: string, doc: string, block: Case['block'] = 'scenario'): Case => ({ line, block, doc });

/** Attributes that are one word and stand alone or before a value that is easily made up. */
const VALUES: Readonly<Record<string, string>> = { size: '4 KiB', number: '1', address: '0x1000', range: '0..1', device: '259:1', text: '"a"', word: 'a', reference: 'x', place: 'x' };
const HEADS: Readonly<Record<string, string>> = {
    map: 'map m = anon 4 pages', region: 'region m = slab 4 pages', file: 'file m = ext4 4 pages', filesystem: 'filesystem m = ext4', pmem: 'pmem m = 64 MiB', cgroup: 'cgroup m =', process: 'process m', thread: 'thread m',
    kexec: 'kexec', reboot: 'reboot', 'power-cycle': 'power-cycle', hugetlb: 'hugetlb 2 MiB 4 pages', node: 'node 0', hole: 'hole', offline: 'offline', movable: 'movable', arch: 'arch arm64',
};
const ATTRIBUTES: Case[] = CONSTRUCTS.flatMap(({ word: name, attributes }) => HEADS[name] === undefined ? [] : attributes.flatMap(({ word, value, choices, doc, follows }) => {
    const first = word.split(' ')[0]!;
    const written = value === undefined ? '' : ` ${choices?.[0] ?? VALUES[value] ?? ''}`;
    return follows !== undefined ? [] : [at(`${HEADS[name]} |${first}|${word.slice(first.length)}${written}`, doc, name === 'map' || name === 'thread' ? 'process' : 'scenario')];
}));

const CASES: readonly Case[] = [
    ...each(PAGE_KINDS, 'scenario', (word) => `region x = ${word} 1 page`),
    ...each(PAGE_KINDS, 'step', (word) => `kernel: allocate spare as ${word}`),
    ...each(BOOT_USES, 'step', (word) => `kexec where spare is ${word}`),
    ...each(SPECIAL_MAPPINGS, 'process', (word) => `map x = ${word} 1 page`),
    ...each(CHOICES['map']!, 'process', (word) => `map x = ${word} 2 MiB`),
    ...each(FILESYSTEMS, 'scenario', (word) => `file x = ${word} 4 KiB`),
    ...each(FILESYSTEMS, 'scenario', (word) => `filesystem x = ${word}`),
    ...each(CHOICES['swap']!, 'scenario', (word) => `swap x = ${word} 64 MiB`),
    ...(['arch', 'vendor', 'thp', 'ecc'] as const).flatMap((name) => each(CHOICES[name]!, 'scenario', (word) => `${name} ${word}`)),
    ...each(CHOICES['sigbus']!, 'process', (word) => word === 'longjmp' || word === 'returning' ? `sigbus handler ${word}` : `sigbus ${word}`),
    ...each(CHOICES['prctl']!, 'process', (word) => `prctl ${word}`),
    ...each(CHOICES['pin']!, 'process', (word) => word === 'by' ? 'pin heap[0] by io_uring' : `pin heap[0] by ${word}`),
    at('cpu 0 |runs| db.main in user mode', CHOICES['cpu']!['runs']!), at('cpu 0 runs db.main |in| user mode', CHOICES['cpu']!['in']!), at('cpu 0 runs db.main in |user| mode', CHOICES['cpu']!['user']!),
    at('cpu 0 runs db.main in user |mode|', CHOICES['cpu']!['mode']!), at('cpu 0 runs db.main in |kernel| mode', CHOICES['cpu']!['kernel']!), at('cpu 0 runs db.main in kernel |recoverable|', CHOICES['cpu']!['recoverable']!),
    at('cpu 0 runs db.main in |copy-from-user| "read"', CHOICES['cpu']!['copy-from-user']!), at('cpu 0 runs db.main in |interrupt|', CHOICES['cpu']!['interrupt']!),
    ...Object.entries(UNITS as Docs).filter(([unit]) => unit !== '%').map(([unit, { doc }]) => at(/^(ns|us|ms|s|min|h)$/.test(unit) ? `wait 5 |${unit}|` : `balloon 4 |${unit}|`, doc, /^(ns|us|ms|s|min|h)$/.test(unit) ? 'step' : 'scenario')),
    at('map x = anon 4 |pages|', UNITS.pages.doc, 'process'), at('map x = log |pages| 0..1', attribute('map', 'pages'), 'process'),
    ...each(SYSCTLS, 'scenario', (word) => `sysctl ${word} = 1`), ...each(INJECT_FILTERS, 'scenario', (word) => `filter ${word} = 1`), ...each(CONFIG_OPTIONS, 'scenario', (word) => `config ${word} = y`),
    ...each(PROPOSALS, 'scenario', (word) => `kernel 7.0 with ${word}`),
    ...ATTRIBUTES,
    ...OPERATIONS.filter(({ actors, id }) => !['sysctl', 'filter', 'run', 'kexec', 'reboot', 'power-cycle', 'mmap', 'machine-check-registers', 'cec-threshold'].includes(id) && actors.length > 0)
        .map(({ id, actors, doc }) => at(`${actors.includes('task') ? 'db: ' : actors.includes('kernel') ? 'kernel: ' : ''}|${id}| spare`, doc, 'step')),
    ...each(MACHINE_CHECK_ERRORS, 'step', (word) => `machine-check ${word} at spare`),
    at('machine-check UE |at| spare', 'The byte address that is bad.', 'step'), at('machine-check AR at spare |cpu| 1', 'CPU that takes it', 'step'),
    ...each(MADVICE as Docs, 'step', (word) => `db: madvise heap[0] ${word}`),
    at('db: sigaction SIGBUS |ignored|', CHOICES['sigbus']!['ignored']!, 'step'), at('db: pin heap[0] by |io_uring|', CHOICES['pin']!['io_uring']!, 'step'),
    ...Object.entries(ACTORS).filter(([word]) => word !== 'main').map(([word, doc]) => at(`|${word}|: ${word === 'root' ? 'corrupt-pfn' : 'free'} spare`, doc, 'step')),
    ...each(MF_TYPES, 'step', (word) => `corrupt-pfn spare; expect ${word}`), ...each(MF_RESULTS, 'step', (word) => `corrupt-pfn spare; expect ${word}`),
    ...each(ERRNOS, 'step', (word) => `corrupt-pfn spare; expect errno ${word}`), ...each(SIGNAL_CODES, 'step', (word) => `corrupt-pfn spare; expect SIGBUS ${word}`),
    ...['errno', 'killed', 'survives', 'panic', 'oops', 'dmesg', 'HardwareCorrupted', 'node', 'poisoned', 'contents', 'value', 'returns', 'text', 'no', 'not'].map((word) => at(`corrupt-pfn spare; expect |${word}| db`, claim(word), 'step')),
    ...['to', 'lsb', 'times'].map((word) => at(`corrupt-pfn spare; expect SIGBUS |${word}| db`, CLAIM_PARTS[word]!, 'step')),
    at('corrupt-pfn spare; expect SIGBUS BUS_MCEERR_AO to db |at| heap[0]', CLAIM_PARTS['at']!, 'step'), at('corrupt-pfn spare; expect no |signal|', CLAIM_PARTS['signal']!, 'step'), at('corrupt-pfn spare; expect no |panic|', CLAIM_PARTS['panic']!, 'step'),
    ...['lost', 'stale', 'intact'].map((word) => at(`corrupt-pfn spare; expect contents heap[0] |${word}|`, CLAIM_PARTS[word]!, 'step')),
    ...['total', 'ignored', 'failed', 'delayed', 'recovered'].map((word) => at(`corrupt-pfn spare; expect node 0 |${word}| 1`, CLAIM_PARTS[word]!, 'step')),
    at('sweep every page of spare: corrupt-pfn; expect MF_RECOVERED |at| least 80 %', SHARE_WORDS['at']!, 'step'), at('sweep every page of spare: corrupt-pfn; expect MF_RECOVERED at |least| 80 %', SHARE_WORDS['least']!, 'step'),
    at('sweep every page of spare: corrupt-pfn; expect panic at |most| 80 %', SHARE_WORDS['most']!, 'step'), at('sweep |every| page of spare: corrupt-pfn', '`sweep every page of ...`', 'step'), at('sweep every |page| of spare: corrupt-pfn', '`sweep every page of ...`', 'step'),
    at('sweep every page of |node| 0: corrupt-pfn', 'The RAM of a NUMA node', 'step'),
    ...CONDITION_SUBJECTS.map(({ word, form, doc }) => at(`corrupt-pfn spare; expect panic when |${word}|${form.slice(word.length).replace('NAME', 'vm.memory_failure_early_kill').replace('VALUE', '1').replace('[TASK] ', '').replace('POLICY', 'PR_MCE_KILL_LATE').replace('OPTION', 'DEBUG_VM').replace('[= y|n]', '').replace('PROPOSAL', 'kho-hwpoison')}`, doc, 'step')),
    ...['vary', 'at', 'cpu', 'page', 'in'].map((word) => at(word === 'vary' ? '|vary| kernel 6.12, 7.3' : word === 'at' ? '|at| +1s corrupt-pfn spare' : word === 'cpu' ? '|cpu| 0 runs db in user mode' : word === 'page' ? '|page| bad = heap[0]' : '|in| vm corrupt-pfn pfn 1', construct(word), word === 'at' || word === 'in' ? 'step' : 'scenario')),
    at('kexec |kernel| 7.3', 'The kernel that boots', 'step'), at('|kernel| 7.3', construct('kernel')), at('vary |kernel| 6.12, 7.3', 'The kernels on which the scenario is run'),
    at('process x |in| tenant', attribute('process', 'in')),
    at('kernel: read spare |in| "d_lookup"', 'Kernel function', 'step'), at('db: merge heap[0] |with| heap[1]', 'Second page', 'step'),
];

function textOf({ line, block }: Case): string {
    const plain = line.replaceAll('|', '').replaceAll('; ', '\n');
    return `scenario "s" {\n${block === 'scenario' ? plain : ''}\nprocess db {\nmap heap = anon 4 pages\n${block === 'process' ? plain : ''}\n}\nregion spare = free 4 pages\nfile log = ext4 4 pages\n${block === 'step' ? plain : 'corrupt-pfn spare'}\n}\n`;
}

const URI = 'file:///words-in-places.hwp';

describe('a hover belongs to the construct in which the word stands', () => {
    let client: InProcessClient;
    beforeAll(async () => {
        client = await InProcessClient.start();
    });
    afterAll(() => client.stop());

    test('everywhere', { timeout: 600_000 }, async () => {
        const wrong: string[] = [];
        for (const each of CASES) {
            const text = textOf(each);
            const before = each.line.slice(0, each.line.indexOf('|')).replaceAll('; ', '\n');
            const offset = text.indexOf(each.line.replaceAll('|', '').replaceAll('; ', '\n')) + before.length;
            const line = text.slice(0, offset).split('\n').length - 1;
            await client.open(URI, text);
            const hover = await client.at<Hover | null>('hover', URI, { line, character: offset - text.lastIndexOf('\n', offset - 1) - 1 });
            // The explanation of a step stands before what its word means.
            const said = hover === null ? '' : (hover.contents as { value: string }).value.replaceAll('\\_', '_').split('\n\n---\n\n').map((part) => part.slice(part.indexOf('\n\n') + 2));
            if (!(Array.isArray(said) && said.some((part) => part.startsWith(each.doc)))) {
                wrong.push(`${each.line}: ${JSON.stringify(said).slice(0, 200)}`);
            }
            await client.close(URI);
        }
        expect(wrong).toEqual([]);
        expect(CASES.length).toBeGreaterThan(500);
    });

    test('a kind that has the spelling of a declared name is a kind', async () => {
        const lines = ['scenario "s" {', 'region memmap = memmap 1 page', 'swap device = device 64 MiB', 'file ext4 = ext4 4 KiB', 'region slab = free 1 page', 'kernel: allocate slab as slab', '}'];
        await client.open(URI, lines.join('\n'));
        const { data } = await client.request<SemanticTokens>('textDocument/semanticTokens/full', { textDocument: { uri: URI } });
        const legend = (client.capabilities as { semanticTokensProvider: { legend: { tokenTypes: string[] } } }).semanticTokensProvider.legend.tokenTypes;
        const types: string[] = [];
        for (let at = 0, line = 0, column = 0; at < data.length; at += 5) {
            column = data[at] === 0 ? column + data[at + 1]! : data[at + 1]!;
            line += data[at]!;
            types.push(`${lines[line]!.slice(column, column + data[at + 2]!)} ${legend[data[at + 3]!]}`);
        }
        for (const kind of ['memmap', 'device', 'ext4', 'slab']) {
            expect(types.filter((each) => each.startsWith(`${kind} `)).at(-1)).toBe(kind === 'device' ? 'device keyword' : `${kind} type`);
        }
        const hover = async (line: number, word: string): Promise<string> => ((await client.at<Hover>('hover', URI, { line, character: lines[line]!.lastIndexOf(word) })).contents as { value: string }).value;
        expect(await hover(1, 'memmap')).toContain('page kind memmap');
        expect(await hover(5, 'slab')).toContain('page kind slab');
        expect(await hover(5, 'slab as')).toContain('region slab = free 1 page');
    });
});
