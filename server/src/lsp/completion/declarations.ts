/** What can follow the first word of a declaration, one row for each word. */
import { VARY_SUBJECTS, type VarySubject } from '../../vocabulary/vary.js';
import { ARCHITECTURE_NAMES } from '../../vocabulary/architectures.js';
import { CONFIG_OPTIONS, type ConfigOption } from '../../vocabulary/config-options.js';
import { FILESYSTEMS, type Filesystem } from '../../vocabulary/filesystems.js';
import { INJECT_FILTERS } from '../../vocabulary/inject-files.js';
import { isAvailable } from '../../vocabulary/availability.js';
import { KERNELS, resolveKernel } from '../../vocabulary/kernels.js';
import { PAGE_KINDS } from '../../vocabulary/page-kinds.js';
import { PROPOSALS, type Proposal as KernelProposal } from '../../vocabulary/proposals.js';
import { CONSTRUCT_BY_WORD, type Construct } from '../../vocabulary/settings.js';
import { SPECIAL_MAPPINGS } from '../../vocabulary/special-mappings.js';
import { SIGBUS_RUNTIME_NAMES } from '../../vocabulary/sigbus-runtimes.js';
import { SYSCTLS, type Sysctl } from '../../vocabulary/sysctls.js';
import { waitsForUnit } from '../cursor/cursor.js';
import type { TextToken } from '../cursor/tokens.js';
import { attributeProposals } from './attributes.js';
import type { Facts } from './facts.js';
import { place } from './places.js';
import { KIND, type Proposal } from './proposal.js';
import { generationsOf } from '../../vocabulary/cpu-generations.js';
import { keyword, unitProposals, wordProposals } from './words.js';

/** `rest` is what stands after the first word. */
type Follow = (rest: readonly TextToken[], facts: Facts) => Proposal[];

const POLICIES = ['PR_MCE_KILL_EARLY', 'PR_MCE_KILL_LATE', 'PR_MCE_KILL_DEFAULT'];
const HOLDERS = ['io_uring', 'vmsplice', 'longterm'];

export const DECLARATIONS: Readonly<Record<string, Follow>> = {
    kernel: kernelProposals,
    arch: (rest, facts) => rest.length === 0 ? wordProposals(ARCHITECTURE_NAMES, KIND.value, { doc: 'An architecture.' }) : attributes('arch', rest.slice(1), facts, false),
    page: (rest, facts) => rest.length === 0 ? [keyword('size', construct('size').doc, { snippet: 'size ${1|4,16,64|} KiB' })]
        : rest[0]?.text === 'size' ? sizes(rest.slice(1), facts) : [],
    memory: (rest) => size(rest),
    balloon: (rest) => size(rest),
    ecc: (rest) => first(rest, ['poison', 'deliver', 'simulated'], 'What memory does with the data of an uncorrected error.'),
    vendor: (rest) => rest.length === 1 && (rest[0]?.text === 'intel' || rest[0]?.text === 'amd') ? wordProposals(generationsOf(rest[0].text), KIND.value, { doc: 'How its machines report errors.' }) : first(rest, ['intel', 'amd'], 'Who made the CPUs.'),
    firmware: (rest) => first(rest, ['first', 'native'], construct('firmware').doc),
    thp: (rest) => first(rest, ['always', 'madvise', 'never'], construct('thp').doc),
    node: (rest, facts) => rest.length === 0 ? [] : attributes('node', rest.slice(1), facts, false),
    hole: (rest, facts) => attributes('hole', rest, facts, false),
    offline: (rest, facts) => attributes('offline', rest, facts, false),
    movable: (rest, facts) => attributes('movable', rest, facts, false),
    hugetlb: (rest, facts) => rest.length < 2 ? size(rest) : waitsForUnit(rest) && rest.length === 3 ? unitProposals('pages') : attributes('hugetlb', rest.slice(2), facts, false),
    region: named('region', () => wordProposals(Object.keys(PAGE_KINDS), KIND.value, {})),
    filesystem: named('filesystem', (facts) => fileTypes(facts), false),
    file: named('file', (facts) => fileTypes(facts)),
    swap: named('swap', () => wordProposals(['device', 'file', 'zram'], KIND.value, { doc: 'What the swap area is on.' })),
    pmem: (rest, facts) => rest[1]?.text !== '=' ? [] : rest.length < 4 ? size(rest.slice(2)) : attributes('pmem', rest.slice(2), facts),
    cgroup: (rest, facts) => rest[1]?.text === '=' ? attributes('cgroup', rest.slice(2), facts, false) : [],
    process: (rest, facts) => rest.length === 0 ? [] : attributes('process', rest.slice(1), facts, false),
    thread: (rest, facts) => rest.length === 0 ? [] : attributes('thread', rest.slice(1), facts, false),
    map: (rest, facts) => rest[1]?.text === '=' ? mappingProposals(rest, facts) : [],
    prctl: (rest) => first(rest, POLICIES, construct('prctl').doc),
    sigbus: (rest) => rest.length === 0
        ? [...wordProposals(['default', 'ignored', 'blocked'], KIND.value, { doc: construct('sigbus').doc }), ...wordProposals(SIGBUS_RUNTIME_NAMES, KIND.value, { doc: construct('sigbus').doc }), keyword('handler longjmp', 'A handler that leaves the faulting access.'), keyword('handler returning', 'A handler that returns, and meets the same fault again.'), keyword('handler remapping', 'A handler that maps an empty page in the place of the bad one.'), keyword('handler exiting', 'A handler that ends the process.')]
        : rest.length === 1 && rest[0]?.text === 'handler' ? wordProposals(['longjmp', 'returning', 'remapping', 'exiting'], KIND.value, { doc: construct('sigbus').doc }) : [],
    pin: (rest) => rest.length === 0 ? [] : rest.at(-1)?.text === 'by' ? wordProposals(HOLDERS, KIND.value, { doc: 'Who holds the pages.' }) : [keyword('by', 'Who holds the pages.', { snippet: 'by ${1|io_uring,vmsplice,longterm|}' })],
    sysctl: (rest, facts) => rest.some(({ text }) => text === '=') ? sysctlValues(rest) : rest.length === 0 ? sysctls(facts, ' = ') : [],
    filter: (rest, facts) => rest.some(({ text }) => text === '=') ? [] : rest.length === 0 ? assignable('filter', Object.keys(INJECT_FILTERS), facts, ' = ${1:0}') : [],
    config: (rest, facts) => rest.at(-1)?.text === '=' ? wordProposals(['y', 'n'], KIND.value, { doc: 'On or off.' }) : rest.length === 0 ? assignable('config', optionsOf(facts), facts, ' = ${1|y,n|}') : [],
    cpu: cpuProposals,
    scenario: (rest, facts) => rest.length === 1 ? [keyword('on', 'The shared machine that it runs on.', { snippet: 'on $0', continues: true })] : rest.at(-1)?.text === 'on' ? machines(facts) : [],
    vary: varyProposals,
    kexec: (rest, facts) => {
        const kernel = rest.findIndex(({ text }) => text === 'kernel');
        const inKernel = kernel >= 0 && !rest.slice(kernel).some(({ text }) => text === 'memory' || text === 'carry');
        const offered = inKernel ? kernelProposals(rest.slice(kernel + 1)) : [];
        const wants = inKernel && (rest.at(-1)?.text === 'kernel' || rest.at(-1)?.text === 'with' || rest.at(-1)?.text === ',');
        return wants ? offered : [...offered, ...kernel < 0 && rest.length === 0 ? [keyword('kernel', construct('kernel').doc, { snippet: 'kernel $0', continues: true })] : [], ...attributes('kexec', kernel < 0 ? rest : rest.slice(kernel + 2), facts, false)];
    },
    reboot: (rest, facts) => attributes('reboot', rest, facts, false),
    'power-cycle': (rest, facts) => attributes('power-cycle', rest, facts, false),
};

function construct(word: string): Construct {
    return CONSTRUCT_BY_WORD.get(word)!;
}

function attributes(word: string, rest: readonly TextToken[], facts: Facts, sized = true): Proposal[] {
    return attributeProposals(construct(word), rest, facts, sized);
}

/** `NAME = HEAD SIZE attributes`. */
function named(word: string, heads: (facts: Facts) => Proposal[], sized = true): Follow {
    return (rest, facts) => rest[1]?.text !== '=' ? [] : rest.length === 2 ? heads(facts).map((head) => ({ ...head, rank: head.rank ?? 1 })) : attributes(word, rest.slice(3), facts, sized);
}

function first(rest: readonly TextToken[], words: readonly string[], doc: string): Proposal[] {
    return rest.length === 0 ? wordProposals(words, KIND.value, { doc }) : [];
}

function size(rest: readonly TextToken[]): Proposal[] {
    return rest.length === 0 ? [{ label: 'SIZE', kind: KIND.snippet, snippet: '${1:1} ${2|GiB,MiB,KiB,pages|}', documentation: 'A size in bytes or pages.' }] : waitsForUnit(rest) ? unitProposals('bytes', 'pages') : [];
}

function sizes(rest: readonly TextToken[], { arch }: Facts): Proposal[] {
    return rest.length === 0 ? (arch === 'arm64' ? ['4 KiB', '16 KiB', '64 KiB'] : ['4 KiB']).map((label) => ({ label, kind: KIND.value, documentation: `A page size of ${arch}.` })) : waitsForUnit(rest) ? unitProposals('bytes') : [];
}

/** Versions, `with`, and the proposals that were made for the version. */
export function kernelProposals(rest: readonly TextToken[]): Proposal[] {
    if (rest.length === 0) {
        return versions();
    }
    const resolved = resolveKernel(rest[0]?.text ?? '');
    const fitting = 'error' in resolved ? [] : Object.entries(PROPOSALS as Readonly<Record<string, KernelProposal>>).filter(([name, { appliesTo }]) => appliesTo.includes(resolved.version) && !rest.some(({ text }) => text === name)).map(([name]) => name);
    const last = rest.at(-1)?.text;
    if (last === 'with' || last === ',') {
        return wordProposals(fitting, KIND.kernel);
    }
    return rest.length === 1 && fitting.length > 0 ? [keyword('with', 'Applies series that are not merged.', { snippet: 'with $0', continues: true })] : [];
}

function versions(): Proposal[] {
    return [...KERNELS].reverse().flatMap(({ version }) => wordProposals([version], KIND.kernel, { rank: 0 }));
}

/** The last choice of a list; after a comma behind `with`, another proposal or another kernel. */
function kernelListProposals(list: readonly TextToken[]): Proposal[] {
    const start = list.reduce((found, { text }, index) => text === ',' && list[index + 1]?.kind === 'number' ? index + 1 : found, 0);
    const choice = list.slice(start);
    return choice.at(-1)?.text !== ',' ? kernelProposals(choice) : choice.some(({ text }) => text === 'with') ? [...kernelProposals(choice), ...versions()] : versions();
}

/** File systems that the kernel has. */
function fileTypes({ kernels }: Facts): Proposal[] {
    return Object.entries(FILESYSTEMS as Readonly<Record<string, Filesystem>>).filter(([, filesystem]) => kernels.some((kernel) => isAvailable(filesystem, kernel)))
        .flatMap(([name]) => wordProposals([name], KIND.value));
}

/** Sysctls of the kernel that are not set yet. */
function sysctls(facts: Facts, suffix: string): Proposal[] {
    const set = facts.afterStep ? new Set() : facts.assigned('sysctl');
    return Object.entries(SYSCTLS as Readonly<Record<string, Sysctl>>).filter(([name, sysctl]) => !set.has(name) && facts.kernels.some((kernel) => isAvailable(sysctl, kernel)))
        .flatMap(([name, { default: initial }]) => wordProposals([name], KIND.sysctl, { snippet: `${name}${suffix}\${1:${initial === 0 ? 1 : 0}}` }));
}

function sysctlValues(rest: readonly TextToken[]): Proposal[] {
    const name = rest.slice(0, rest.findIndex(({ text }) => text === '=')).map(({ text }) => text).join('');
    const sysctl = (SYSCTLS as Readonly<Record<string, Sysctl>>)[name];
    return sysctl === undefined || rest.at(-1)?.text !== '=' ? [] : [0, 1].filter((value) => value >= sysctl.min && value <= sysctl.max)
        .map((value) => ({ label: String(value), kind: KIND.value, documentation: sysctl.doc, ...(value === sysctl.default ? { detail: 'default' } : {}) }));
}

/** Options that one of the kernels has. */
function optionsOf({ kernels }: Facts): string[] {
    return Object.entries(CONFIG_OPTIONS as Readonly<Record<string, ConfigOption>>).filter(([, option]) => kernels.some((kernel) => isAvailable(option, kernel))).map(([name]) => name);
}

function assignable(word: string, names: readonly string[], facts: Facts, suffix: string): Proposal[] {
    const set = facts.afterStep ? new Set() : facts.assigned(word);
    return names.filter((name) => !set.has(name)).flatMap((name) => wordProposals([name], KIND.sysctl, { snippet: `${name}${suffix}` }));
}

/** After `NAME =` of a mapping: what can be mapped; then its attributes. */
export function mappingProposals(rest: readonly TextToken[], facts: Facts): Proposal[] {
    if (rest[1]?.text !== '=') {
        return [];
    }
    if (rest.length > 2) {
        return attributes('map', rest.slice(3), facts);
    }
    const files = facts.names.filter(({ node }) => ['File', 'Region', 'Pmem'].includes(node.$type)).map(({ name, node }) => place(name, node, 0));
    return [
        ...wordProposals(['anon'], KIND.value, { doc: 'Private anonymous memory.', rank: 0, snippet: 'anon ${1:16} ${2|KiB,MiB,pages,page|} ${3|written,read,untouched|}' }),
        ...wordProposals(['shared-anon'], KIND.value, { rank: 1, snippet: 'shared-anon ${1:16} ${2|KiB,MiB,pages|} $0' }),
        ...wordProposals(['hugetlb'], KIND.value, { doc: 'Huge pages of a pool.', snippet: 'hugetlb ${1:2 MiB} $0' }),
        ...files, ...wordProposals(Object.keys(SPECIAL_MAPPINGS), KIND.value, { rank: 2 }),
    ];
}

function cpuProposals(rest: readonly TextToken[], facts: Facts): Proposal[] {
    const last = rest.at(-1)?.text;
    if (rest.length === 1) {
        return [keyword('runs', construct('cpu').doc, { snippet: 'runs $0', continues: true })];
    }
    if (last === 'runs') {
        return facts.tasks.flatMap(({ name, node }) => [name, ...facts.threadsOf(node).map((thread) => `${name}.${thread}`)]).map((label) => ({ label, kind: KIND.task, documentation: 'A process or one of its threads.' }));
    }
    if (last === 'in') {
        return [keyword('user mode', 'In user space: a machine check there is recoverable.'), keyword('kernel mode', 'In the kernel, where no fix-up exists.'),
            keyword('kernel recoverable', 'In kernel code with a fix-up for machine checks.'), keyword('copy-from-user', 'In a copy from user space.', { snippet: 'copy-from-user "${1:read}"' }),
            keyword('interrupt', 'In an interrupt.')];
    }
    return last === 'user' ? [keyword('mode', 'In user space.')] : last === 'kernel' ? [keyword('mode', 'In the kernel.'), keyword('recoverable', 'In code with a fix-up.')]
        : rest.some(({ text }) => text === 'in') ? [] : [keyword('in', construct('cpu').doc, { snippet: 'in $0', continues: true })];
}

function machines(facts: Facts): Proposal[] {
    return facts.machines.map(({ name, node }) => place(name, node, 0));
}

function varyProposals(rest: readonly TextToken[], facts: Facts): Proposal[] {
    const [subject, name] = [rest[0]?.text ?? '', rest[1]?.text];
    if (rest.length === 0) {
        return Object.values(VARY_SUBJECTS).map(({ word, doc, form }: VarySubject) => keyword(word, doc, { detail: form, snippet: `${word} $0`, continues: true }));
    }
    switch (subject) {
        case 'kernel': return kernelListProposals(rest.slice(1));
        case 'sysctl': return name === undefined ? sysctls(facts, ' ').map((proposal) => ({ ...proposal, snippet: `${proposal.label} 0, 1` })) : [];
        case 'filter': return name === undefined ? assignable('filter', Object.keys(INJECT_FILTERS), facts, ' ${1:0}, ${2:1}') : [];
        case 'config': return name === undefined ? assignable('config', optionsOf(facts), facts, ' y, n') : values(rest, ['y', 'n']);
        case 'prctl': return [...values(rest, POLICIES), ...name === undefined ? facts.tasks.map((task) => keyword(task.name, 'Its policy only.', { snippet: `${task.name} $0`, continues: true, rank: 1 })) : []];
        case 'arch': return values(rest, ARCHITECTURE_NAMES);
        case 'thp': return values(rest, ['always', 'madvise', 'never']);
        case 'page': return name === undefined ? [keyword('size', construct('vary').doc, { snippet: 'size $0', continues: true })]
            : waitsForUnit(rest) ? unitProposals('bytes') : rest.at(-1)?.text === 'size' || rest.at(-1)?.text === ',' ? wordsOfSizes() : [];
        default: return [];
    }
}

function wordsOfSizes(): Proposal[] {
    return ['4 KiB', '16 KiB', '64 KiB'].map((label) => ({ label, kind: KIND.value, documentation: 'A page size that an architecture has.' }));
}

/** Values of a list that it does not have yet. */
function values(rest: readonly TextToken[], words: readonly string[]): Proposal[] {
    return rest.length === 1 || rest.at(-1)?.text === ',' || rest.length === 2 && rest[0]?.text === 'config' ? wordProposals(words.filter((word) => !rest.some(({ text }) => text === word)), KIND.value, { doc: construct('vary').doc }) : [];
}
