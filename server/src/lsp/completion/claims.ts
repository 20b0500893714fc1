/** Claims after `expect`, and the conditions after `when`. */
import { CONFIG_OPTIONS } from '../../vocabulary/config-options.js';
import { ERRNOS } from '../../vocabulary/errnos.js';
import { MF_RESULTS, MF_TYPES, type MfTypeDescription } from '../../vocabulary/mf-types.js';
import { isAvailable } from '../../vocabulary/availability.js';
import { KERNELS } from '../../vocabulary/kernels.js';
import { INJECT_FILTERS } from '../../vocabulary/inject-files.js';
import { PROPOSALS } from '../../vocabulary/proposals.js';
import { CLAIMS, CONDITION_SUBJECTS } from '../../vocabulary/settings.js';
import { SIGNAL_CODES, SIGNALS } from '../../vocabulary/signals.js';
import { SYSCTLS } from '../../vocabulary/sysctls.js';
import { argumentsOf } from '../cursor/arguments.js';
import { waitsForUnit } from '../cursor/cursor.js';
import { lastIndexWhere, type TextToken } from '../cursor/tokens.js';
import type { Facts } from './facts.js';
import { placeProposals } from './places.js';
import { KIND, type Proposal } from './proposal.js';
import { keyword, unitProposals, wordProposals } from './words.js';

type Follow = (facts: Facts) => Proposal[];

/** Types that the kernel has, the common ones first. */
function typeProposals({ kernels }: Facts): Proposal[] {
    return Object.entries(MF_TYPES as Readonly<Record<string, MfTypeDescription>>).filter(([, type]) => kernels.some((kernel) => isAvailable(type, kernel)))
        .flatMap(([name, { reachable }]) => wordProposals([name], KIND.constant, { rank: reachable.startsWith('Common') ? 0 : 1, snippet: `${name} $0`, continues: true }));
}

const results: Follow = () => wordProposals(Object.keys(MF_RESULTS), KIND.constant, { rank: 0 });
const places: Follow = (facts) => placeProposals({ operation: 'expect', actor: '' }, facts);
const processes: Follow = (facts) => facts.tasks.map(({ name }) => ({ label: name, kind: KIND.task, documentation: 'A process.', rank: 0 }));
const tasks: Follow = (facts) => facts.tasks.flatMap(({ name, node }) => [name, ...facts.threadsOf(node).map((thread) => `${name}.${thread}`)]).map((label) => ({ label, kind: KIND.task, documentation: 'A process or one of its threads.', rank: 0 }));
const text = (doc: string): Follow => () => [{ label: '"text"', kind: KIND.snippet, snippet: '"$1"', documentation: doc, rank: 0 }];

/** What stands after a word of a claim. */
const AFTER: Readonly<Record<string, Follow>> = {
    errno: () => [...wordProposals(Object.keys(ERRNOS), KIND.constant, { rank: 0 }), { label: '0', kind: KIND.value, documentation: 'Success.', rank: 0 }],
    no: () => ['signal', 'panic', 'oops', 'dmesg'].map((word) => keyword(word, `The step has no ${word}.`, word === 'dmesg' ? { snippet: 'dmesg "$1"', rank: 0 } : { rank: 0 })),
    killed: processes, survives: processes, exited: processes, to: tasks,
    at: places, poisoned: places, contents: places,
    not: () => [keyword('poisoned', 'The frame does not carry PG_hwpoison.', { snippet: 'poisoned $0', continues: true, rank: 0 })],
    dmesg: text('A part of a log line of the step.'), text: text('The result.'), value: text('The first byte that was read.'),
    lsb: () => [12, 16, 21, 30].map((bits) => ({ label: String(bits), kind: KIND.value, documentation: `si_addr_lsb: 2^${bits} bytes are lost.` })),
    one: () => [keyword('of', 'Only these outcomes are possible.', { snippet: 'of {\n    $0\n}' })],
    when: conditionSubjects,
};

/** What stands after the argument of a word. */
const AFTER_ARGUMENT: Readonly<Record<string, readonly string[]>> = { contents: ['lost', 'stale', 'intact'] };
const NODE_COUNTERS = ['total', 'ignored', 'failed', 'delayed', 'recovered'];

/** Where claims stand: in the list of a set of outcomes, below a sweep. */
export interface ClaimPosition {
    readonly inSet: boolean;
    readonly swept: boolean;
}

/** `rest` is what stands after `expect`, or the outcome so far. */
export function claimProposals(rest: readonly TextToken[], facts: Facts, position: ClaimPosition): Proposal[] {
    const when = rest.findIndex(({ text: word }) => word === 'when');
    if (when >= 0) {
        return conditionProposals(rest.slice(when + 1), facts);
    }
    const args = argumentsOf(rest);
    const last = args.at(-1);
    const before = args.at(-2);
    if (waitsForUnit(rest)) {
        return before?.word === 'HardwareCorrupted' ? unitProposals('bytes', 'pages') : before?.word === 'most' || before?.word === 'least' ? unitProposals('percent')
            : before?.word === 'node' ? wordProposals(NODE_COUNTERS, KIND.value, { doc: 'A counter of the node.' }) : after(args, facts, position);
    }
    if (last?.word === 'at') {
        return position.swept ? shares('') : isShare(args) ? [] : places(facts);
    }
    if (last?.word === 'most' || last?.word === 'least') {
        return [];
    }
    if (last?.word !== undefined && Object.hasOwn(AFTER, last.word)) {
        return AFTER[last.word]!(facts);
    }
    const states = AFTER_ARGUMENT[before?.word ?? ''];
    return states === undefined ? after(args, facts, position) : wordProposals(states, KIND.value, { doc: 'What became of the data.' });
}

function isShare(args: readonly { readonly word?: string }[]): boolean {
    return !args.some(({ word }) => word !== undefined && Object.hasOwn(SIGNALS, word));
}

/** Where a claim can begin, and what the one before can still take. */
function after(args: ReturnType<typeof argumentsOf>, facts: Facts, { inSet, swept }: ClaimPosition): Proposal[] {
    const words = args.map(({ word }) => word ?? '');
    const last = words.at(-1) ?? '';
    const signal = lastIndexWhere(words, (word) => Object.hasOwn(SIGNALS, word));
    const inSignal = signal >= 0 && !words.slice(signal + 1).some((word) => word.startsWith('MF_') || CLAIMS.some((claim) => claim.word === word && !SIGNAL_WORDS.has(word)));
    const said = new Set(words.slice(Math.max(signal, 0)));
    const signalParts = !inSignal ? [] : [
        ...Object.hasOwn(SIGNALS, last) ? wordProposals(Object.keys(SIGNAL_CODES), KIND.constant, { rank: 0 }) : [],
        ...[...SIGNAL_WORDS].filter(([word]) => !said.has(word)).map(([word, doc]) => keyword(word, doc, { snippet: `${word} $0`, continues: true, rank: 0 })),
    ];
    const result = last.startsWith('MF_MSG_') ? wordProposals(resultsOf(last), KIND.constant, { rank: 0 }) : [];
    const signalTo = words.at(-2) === 'no' && last === 'signal' ? [keyword('to', 'Nobody but this task.', { snippet: 'to $0', continues: true })] : [];
    const share = args.length > 0 && swept ? shares('at ') : [];
    const side = args.length === 0 && !inSet && facts.guests.length > 0 ? [keyword('in', 'On the side of a virtual machine.', { snippet: 'in $0', continues: true })] : [];
    const condition = args.length > 0 && !inSet ? [keyword('when', 'Only where the condition holds.', { snippet: 'when $0', continues: true })] : [];
    return [...result, ...signalParts, ...signalTo, ...side, ...starts(facts, inSet, swept), ...condition, ...share];
}

/** Which share of the pages of a sweep. */
function shares(before: 'at ' | ''): Proposal[] {
    return [keyword(`${before}most`, 'A share of a sweep.', { snippet: `${before}most \${1:1} %`, rank: 2 }), keyword(`${before}least`, 'A share of a sweep.', { snippet: `${before}least \${1:90} %`, rank: 2 })];
}

const SIGNAL_WORDS: ReadonlyMap<string, string> = new Map([
    ['to', 'Who gets it.'], ['at', 'The address that it carries.'], ['lsb', 'si_addr_lsb: the size of the damage, log2 bytes.'], ['times', 'How many such signals.'],
]);

function resultsOf(type: string): readonly string[] {
    return (MF_TYPES as Readonly<Record<string, MfTypeDescription>>)[type]?.results ?? Object.keys(MF_RESULTS);
}

/** Claims below a sweep: each page answers them by itself. */
const PER_PAGE = new Set(['errno', 'no', 'killed', 'survives', 'panic', 'oops', 'one', 'never']);

/** First words of claims. */
function starts(facts: Facts, inSet: boolean, swept: boolean): Proposal[] {
    const sets = new Set(['outcomes', 'one', 'never']);
    const rows = CLAIMS.filter((claim) => facts.kernels.some((kernel) => isAvailable(claim, kernel))).filter(({ word }) => !word.endsWith('_') && !Object.hasOwn(SIGNALS, word) && !(inSet && sets.has(word)) && !(swept && !PER_PAGE.has(word)));
    return [
        ...typeProposals(facts), ...results(facts).map((proposal) => ({ ...proposal, rank: 1 as const })),
        ...wordProposals(Object.keys(SIGNALS), KIND.constant, { continues: true }),
        ...rows.map(({ word, form, doc }): Proposal => ({ label: word, kind: KIND.claim, detail: form, documentation: doc, ...SNIPPETS[word] === undefined ? {} : { snippet: SNIPPETS[word], continues: true } })),
    ];
}

const SNIPPETS: Readonly<Record<string, string>> = {
    errno: 'errno $0', no: 'no $0', killed: 'killed $0', survives: 'survives $0', exited: 'exited $1 ${2:135}', dmesg: 'dmesg "$1"', HardwareCorrupted: 'HardwareCorrupted ${1:4} KiB', poisoned: 'poisoned $0', not: 'not poisoned $0',
    contents: 'contents $0', value: 'value "${1:A}"', returns: 'returns ${1:0}', text: 'text "$1"', outcomes: 'outcomes {\n    $0\n}', one: 'one of {\n    $0\n}', never: 'never { $0 }',
    node: 'node ${1:0} ${2|total,ignored,failed,delayed,recovered|} ${3:1}',
};

function conditionSubjects(): Proposal[] {
    return [...CONDITION_SUBJECTS.map(({ word, form, doc }) => keyword(word, doc, { detail: form, snippet: `${word} $0`, continues: true })), keyword('not', 'The condition does not hold.')];
}

const COMPARATORS = ['>=', '<', '=', '!=', '<=', '>'];
/** Names and values of a subject. */
const SUBJECTS: Readonly<Record<string, { readonly names?: object | readonly string[]; readonly values?: readonly string[] }>> = {
    kernel: { values: KERNELS.map(({ version }) => version).reverse() }, arch: { values: ['x86-64', 'arm64'] },
    sysctl: { names: SYSCTLS, values: ['0', '1'] }, config: { names: CONFIG_OPTIONS, values: ['y', 'n'] },
    page: { names: ['size'], values: ['4 KiB', '16 KiB', '64 KiB'] }, thp: { values: ['always', 'madvise', 'never'] }, filter: { names: INJECT_FILTERS, values: ['0', '1'] },
    prctl: { values: ['PR_MCE_KILL_EARLY', 'PR_MCE_KILL_LATE', 'PR_MCE_KILL_DEFAULT'] }, with: { names: PROPOSALS },
};

function conditionProposals(rest: readonly TextToken[], facts: Facts): Proposal[] {
    const start = lastIndexWhere(rest, ({ text: word }) => ['and', 'or', 'not', '('].includes(word)) + 1;
    const [subject, ...words] = rest.slice(start);
    if (subject === undefined) {
        return conditionSubjects();
    }
    const row = SUBJECTS[subject.text];
    const compared = words.findIndex(({ text: word }) => COMPARATORS.includes(word));
    if (compared >= 0 && subject.text === 'page' && waitsForUnit(rest)) {
        return unitProposals('bytes');
    }
    if (compared >= 0) {
        return compared === words.length - 1 ? wordProposals(row?.values ?? [], KIND.value, { doc: 'A value to compare with.' }) : connectives();
    }
    if (row?.names !== undefined && words.length === 0) {
        return wordProposals(Array.isArray(row.names) ? row.names as readonly string[] : Object.keys(row.names), KIND.sysctl);
    }
    const asked = subject.text === 'prctl' && words.length === 0 ? tasks(facts) : [];
    const comparators = row?.values === undefined ? [] : COMPARATORS.map((label): Proposal => ({ label, kind: KIND.keyword, documentation: 'Compares.', snippet: `${label} $0`, continues: true }));
    return row?.names === undefined || subject.text === 'config' ? [...asked, ...comparators, ...row?.names === undefined ? [] : connectives()] : row.values === undefined ? connectives() : comparators;
}

function connectives(): Proposal[] {
    return [keyword('and', 'Both hold.', { snippet: 'and $0', continues: true }), keyword('or', 'One of both holds.', { snippet: 'or $0', continues: true })];
}
