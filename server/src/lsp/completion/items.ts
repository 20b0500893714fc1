/** What an item can begin with, by the block that it stands in. */
import { CONSTRUCT_BY_WORD } from '../../vocabulary/settings.js';
import type { Cursor } from '../cursor/cursor.js';
import { claimProposals } from './claims.js';
import type { Facts } from './facts.js';
import { KIND, type Proposal } from './proposal.js';
import { verbProposals } from './steps.js';

/** Snippets of declarations and of the timeline's constructs, by first word. */
const SNIPPETS: Readonly<Record<string, string>> = {
    import: 'import "$1.hwp"',
    machine: 'machine ${1:web} {\n    memory ${2:4} GiB\n    $0\n}',
    scenario: 'scenario "${1:title}" {\n    process ${2:db} {\n        map heap = anon 16 KiB written\n    }\n\n    corrupt-pfn heap[0]\n        expect $0\n}',
    kernel: 'kernel $0', arch: 'arch $0', page: 'page ${1:bad} = $0', 'page size': 'page size ${1:4} KiB', memory: 'memory ${1:1} GiB', cpus: 'cpus ${1:4}', vendor: 'vendor $0', ecc: 'ecc $0', firmware: 'firmware ${1|first,native|}', boot: 'boot "$0"',
    node: 'node ${1:0} at phys ${2:0} size ${3:512 MiB}', hole: 'hole at phys ${1:0x10000000} size ${2:1 MiB}', offline: 'offline at phys ${1:0x10000000} size ${2:128 MiB}', movable: 'movable at phys ${1:0x10000000} size ${2:128 MiB}',
    thp: 'thp $0', hugetlb: 'hugetlb ${1:2 MiB} ${2:16} pages', balloon: 'balloon ${1:64} MiB',
    sysctl: 'sysctl $0', filter: 'filter $0', config: 'config $0',
    region: 'region ${1:dentry} = ${2:slab} ${3:1} page', filesystem: 'filesystem ${1:data} = $0', file: 'file ${1:log} = ${2:ext4} ${3:16} KiB $0', swap: 'swap ${1:sw} = ${2|device,file,zram|} ${3:64} MiB',
    pmem: 'pmem ${1:pm0} = ${2:64} MiB at phys ${3:0x40000000} ${4|fsdax,devdax,raw|}', cgroup: 'cgroup ${1:tenant} = inode ${2:28}',
    process: 'process ${1:db} {\n    ${2:prctl PR_MCE_KILL_EARLY}\n    map ${3:heap} = anon ${4:16} KiB written\n}', thread: 'thread ${1:worker}', map: 'map ${1:heap} = $0',
    guest: 'guest ${1:vm} backed by ${2:ram} {\n    kernel ${3:6.12}\n    process ${4:app} {\n        map heap = anon 4 pages written\n    }\n}', in: 'in $0',
    prctl: 'prctl $0', sigbus: 'sigbus $0', pin: 'pin $0', cpu: 'cpu ${1:0} runs $0',
    expect: 'expect $0', race: 'race ${1:app}: $0', vary: 'vary $0', sweep: 'sweep every page of ${1:db}: $0', repeat: 'repeat ${1:3} {\n    $0\n}', at: 'at +${1:1}s $0',
    kexec: 'kexec',
};

const SETTINGS = ['kernel', 'arch', 'page size', 'memory', 'cpus', 'vendor', 'ecc', 'firmware', 'boot', 'node', 'hole', 'offline', 'movable', 'thp', 'hugetlb', 'balloon', 'sysctl', 'filter', 'config'];
const DECLARED = ['process', 'region', 'file', 'filesystem', 'swap', 'pmem', 'cgroup', 'page', 'pin', 'cpu'];
const TIMELINE = ['at', 'sweep', 'repeat', 'kexec'];

/** Settings that one machine makes once. */
const ONCE = new Set(['kernel', 'arch', 'page size', 'memory', 'cpus', 'vendor', 'ecc', 'firmware', 'thp']);

export function itemProposals(cursor: Cursor, facts: Facts): Proposal[] {
    switch (cursor.block) {
        case 'file': return constructs(['scenario', 'machine', 'import'], 0);
        case 'process': return constructs(['map', 'thread', 'prctl', 'sigbus', 'pin', 'guest'], 0);
        case 'thread': return constructs(['prctl', 'sigbus'], 0);
        case 'machine': return declarations(facts);
        case 'outcomes': return claimProposals([], facts, { inSet: true, swept: false });
        case 'repeat': return [...expectation(cursor), ...stepProposals(facts), ...constructs(TIMELINE, 2)];
        case 'scenario': return cursor.afterStep
            ? [...expectation(cursor), ...stepProposals(facts), ...constructs([...TIMELINE, 'sysctl', 'filter', 'cpu'], 2)]
            : [...declarations(facts), ...constructs(['vary', 'machine'], 2), ...stepProposals(facts), ...constructs(TIMELINE, 2), ...expectation(cursor)];
    }
}

/** Steps: what nobody in particular does, and everybody who can act. */
export function stepProposals(facts: Facts): Proposal[] {
    const actors = facts.tasks.flatMap(({ name, node }) => [name, ...facts.threadsOf(node).map((thread) => `${name}.${thread}`)]);
    return [
        ...verbProposals('none', facts),
        ...actors.map((name): Proposal => ({ label: `${name}:`, kind: KIND.task, detail: 'what the task does', documentation: 'A step of this process or thread.', snippet: `${name}: $0`, continues: true, rank: 0 })),
        ...constructs(facts.guests.length > 0 ? ['in'] : [], 1),
        { label: 'kernel:', kind: KIND.task, detail: 'what the kernel does', documentation: 'A step of the kernel: read, write, allocate, free, reclaim, write back.', snippet: 'kernel: $0', continues: true },
    ];
}

/** What can stand behind `in GUEST`: one step. */
export function guestStepProposals(facts: Facts): Proposal[] {
    return [...stepProposals(facts), ...constructs(['sysctl', 'filter', 'cpu'], 2)];
}

function declarations(facts: Facts): Proposal[] {
    const made = facts.settingsMade;
    return [...constructs(DECLARED, 0), ...constructs(SETTINGS.filter((word) => !(ONCE.has(word) && made.has(word))), 1)];
}

/** Below a step. */
function expectation({ step }: Cursor): Proposal[] {
    return step === undefined ? [] : constructs(['expect', 'race'], 0);
}

function constructs(words: readonly string[], rank: 0 | 1 | 2): Proposal[] {
    return words.map((word) => {
        const construct = CONSTRUCT_BY_WORD.get(word === 'page size' ? 'size' : word)!;
        const initial = construct.default === undefined ? '' : `\n\nDefault: ${construct.default}.`;
        const snippet = SNIPPETS[word]!;
        return { label: word, kind: snippet.includes('\n') || snippet.includes('${') ? KIND.snippet : KIND.keyword, detail: construct.form, documentation: `${construct.doc}${initial}`, snippet, rank, ...(snippet.endsWith('$0') ? { continues: true } : {}) };
    });
}
