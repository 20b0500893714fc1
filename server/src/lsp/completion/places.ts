/** Names that can stand for a page: those of the acting process first, and only what the step can be done to. */
import type { AstNode } from 'langium';
import { type Mapping, isProcess, isMmap, isMapping } from '../../language/generated/ast.js';
import { OPERATION_BY_ID } from '../../vocabulary/operations.js';
import { PAGE_KINDS, type PageKindName } from '../../vocabulary/page-kinds.js';
import { declarationMarkdown, pageCountOf, wordsOfDeclaration, type Facts } from './facts.js';
import { KIND, type Proposal } from './proposal.js';

/** What a step does: its operation and who does it. */
export interface Doing {
    readonly operation: string;
    /** Name of the acting process; `kernel`; '' for nobody in particular. */
    readonly actor: string;
}

type Fits = (node: AstNode) => boolean;

const isOfType = (...types: readonly string[]): Fits => (node) => types.includes(node.$type);
const any: Fits = () => true;
const mapping = isOfType('Mapping');
const file = isOfType('File', 'Introduction');

function kindOf(node: AstNode): PageKindName | undefined {
    const word = node.$type === 'Region' ? wordsOfDeclaration(node)[0] : undefined;
    return word !== undefined && Object.hasOwn(PAGE_KINDS, word) ? word as PageKindName : undefined;
}

function hasWord(...words: readonly string[]): Fits {
    return (node) => wordsOfDeclaration(node).some((word) => words.includes(word));
}

/** Which pages a step can be done to, where that is not all of them; the rest of a task's steps is about its own mappings. */
const FITS: Readonly<Record<string, Fits>> = {
    pread: file, pwrite: file, fallocate: file, ftruncate: file,
    'write-from': mapping, 'read-into': mapping, process_vm_readv: mapping, process_vm_writev: mapping, move_pages: mapping, pagemap: mapping,
    allocate: (node) => node.$type === 'Frame' || kindOf(node)?.startsWith('free') === true,
    free: (node) => kindOf(node) !== undefined && kindOf(node)?.startsWith('free') === false && PAGE_KINDS[kindOf(node)!].structPage,
    writeback: (node) => file(node) || mapping(node),
    'swap-in': (node) => mapping(node) && hasWord('swapped', 'swapcache')(node),
    merge: (node) => mapping(node) && hasWord('anon')(node),
    reclaim: (node) => mapping(node) || file(node) || node.$type === 'Frame',
    'read-pipe': (node) => mapping(node) || kindOf(node) === 'pipe',
    guest: mapping,
    'offline-block': isOfType('Region', 'Frame', 'Mapping', 'File'),
};

export function placeProposals(doing: Doing, facts: Facts): Proposal[] {
    const task = facts.task(doing.actor);
    const operation = OPERATION_BY_ID.get(doing.operation);
    const own = task !== undefined && (operation === undefined || operation.ownAddresses === true);
    const fits = FITS[doing.operation] ?? (own ? mapping : any);
    const acting = task === undefined ? [] : facts.mappingsOf(task).filter(({ node }) => fits(node)).map(({ name, node }) => place(name, node, 0));
    if (own) {
        return acting;
    }
    const named = facts.names.filter(({ node }) => PLACES.has(node.$type) && fits(node)).map(({ name, node }) => place(name, node, 0));
    const others = facts.tasks.filter((other) => other.node !== task).flatMap((other) => facts.mappingsOf(other.node).filter(({ node }) => fits(node) && ownerOf(node) === other.name)
        .flatMap(({ name, node }) => labelsOf(name, other.name, facts).map((label) => place(label, node, 1))));
    const behind = fits !== any ? [] : facts.guests.flatMap((guest) => facts.inside(guest).frames.map(({ name, node }) => place(`${guest.name}.${name}`, node, 1)));
    return [...acting, ...named, ...others, ...behind, ...(fits === any ? RAW : [])];
}

/** What a sweep can be over: the machine, a process, whatever has frames, a node. */
export function sweptProposals(facts: Facts): Proposal[] {
    const { machineBelow } = facts;
    const machine = machineBelow === undefined ? [] : [place(machineBelow.name, machineBelow.node, 0)];
    const whole = facts.names.filter(({ node }) => node.$type === 'Machine').map(({ name, node }) => place(name, node, 0));
    const tasks = facts.tasks.map(({ name, node }) => place(name, node, 0));
    const guests = facts.guests.map((guest) => place(guest.name, guest, 0));
    const proposals = [...machine, ...tasks, ...guests, ...whole, ...placeProposals({ operation: 'sweep', actor: '' }, facts).filter((each) => !RAW.includes(each))];
    return [
        ...proposals.filter(({ label }, index) => proposals.findIndex((other) => other.label === label) === index).map((proposal): Proposal => ({ ...proposal, snippet: `${proposal.label}: $0`, continues: true })),
        { label: 'node', kind: KIND.snippet, snippet: `node \${1:${facts.nodes[0] ?? 0}}: $0`, detail: 'node N', documentation: 'The RAM of a NUMA node.', rank: 1 },
    ];
}

const PLACES = new Set(['Region', 'File', 'Frame', 'Introduction']);

/** Addresses as a log gives them. */
const RAW: readonly Proposal[] = [
    { label: 'pfn', kind: KIND.snippet, snippet: 'pfn ${1:0x40272d}', detail: 'pfn N', documentation: 'A page frame by its number.', rank: 2 },
    { label: 'phys', kind: KIND.snippet, snippet: 'phys ${1:0x40272d5080}', detail: 'phys ADDRESS', documentation: 'A page frame by a physical byte address in it.', rank: 2 },
    { label: 'address', kind: KIND.snippet, snippet: 'address ${1:0x7f0000000000}', detail: 'address ADDRESS', documentation: 'A raw virtual address.', rank: 2 },
];

/** `heap[2]` inside brackets: the page numbers that exist. */
export function pageProposals(name: string, owner: string | undefined, facts: Facts): Proposal[] {
    const nodes = [
        ...facts.tasks.filter((task) => owner === undefined || task.name === owner).flatMap(({ node }) => facts.mappingsOf(node)),
        ...owner === undefined ? facts.names : [],
    ];
    const count = nodes.filter((found) => found.name === name).map(({ node }) => pageCountOf(node)).find((pages) => pages !== undefined);
    if (count === undefined) {
        return [];
    }
    const pages = [...new Set([0, 1, 2, count - 1])].filter((page) => page >= 0 && page < count);
    return [
        ...pages.map((page): Proposal => ({ label: String(page), kind: KIND.value, detail: `page ${page} of ${count}`, rank: 0 })),
        ...(count > 1 ? [{ label: `0..${count - 1}`, kind: KIND.value, detail: `all ${count} pages`, rank: 1 } satisfies Proposal] : []),
    ];
}

export function place(name: string, node: AstNode, rank: 0 | 1 | 2): Proposal {
    return { label: name, kind: isMapping(node) ? KIND.mapping : KIND.name, detail: node.$type.toLowerCase(), documentation: declarationMarkdown(node, undefined), rank };
}

/** Who made the mapping; a copy inherits it under the same name. */
function ownerOf(node: Mapping): string | undefined {
    const container = node.$container as AstNode | undefined;
    return isProcess(container) ? container.name : isMmap(container) ? container.actor.process?.$refText : undefined;
}

/**
 * How a mapping is written: by its name alone where no other has it, and with that of its process where another process
 * has it too. Of one that a copy shares or inherits both are true.
 */
function labelsOf(name: string, owner: string, facts: Facts): readonly string[] {
    const holders = facts.tasks.flatMap(({ node }) => facts.mappingsOf(node).filter((found) => found.name === name));
    const isOnlyOne = new Set(holders.map(({ node }) => node)).size === 1;
    return [...isOnlyOne ? [name] : [], ...holders.length > 1 ? [`${owner}.${name}`] : []];
}
