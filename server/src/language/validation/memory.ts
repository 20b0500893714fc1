/** RAM, its ranges and nodes, regions and persistent memory. */
import type { AstNode } from 'langium';
import { pageSizes } from '../../vocabulary/architectures.js';
import { PAGE_KINDS, type PageKindName } from '../../vocabulary/page-kinds.js';
import { bytesWords } from '../../vocabulary/units.js';
import type { PfnRange } from '../lowering/program-types.js';
import type { Context } from '../lowering/context.js';
import type { DeclaredRange } from '../lowering/expectation/facts.js';
import { freeHugePageShift, hugePagesInUse } from '../lowering/machine/hugetlb-pools.js';
import { lineOf } from './names.js';

interface Placed { readonly range: PfnRange; readonly node: AstNode; readonly what: string }

function ramPages(context: Context): number {
    return context.facts.ramBytes.value / context.pageBytes;
}

function hex(value: number): string {
    return `0x${value.toString(16)}`;
}

export function rangesMustLieInMemory(context: Context): void {
    const { facts, issues } = context;
    const end = ramPages(context);
    for (const { range, node } of [...facts.nodes, ...facts.holes, ...facts.offline, ...facts.movable]) {
        if (range.pfn + range.pageCount > end) {
            issues.report('machine/range-outside-memory', node, `The range ends at PFN ${hex(range.pfn + range.pageCount)}, but memory ends at ${hex(end)} (${facts.ramBytes.value / 2 ** 20} MiB). Make the range shorter, or set \`memory\`.`);
        }
    }
}

export function nodesMustNotOverlap({ facts, issues }: Context): void {
    overlaps(facts.nodes.map((each) => placed(each, `node ${each.id}`)), (later, earlier) =>
        issues.report('machine/nodes-overlap', later.node, `This range overlaps with ${earlier.what} (line ${lineOf(earlier.node)}): a page belongs to one node. Move one of them, or make it shorter.`));
    overlaps([...facts.holes.map((each) => placed(each, 'the hole')), ...facts.offline.map((each) => placed(each, 'the offline range'))], (later, earlier) =>
        issues.report('machine/nodes-overlap', later.node, `This range overlaps with ${earlier.what} on line ${lineOf(earlier.node)}. Move one of them, or make it shorter.`));
    const ids = new Map<number, AstNode>();
    for (const { id, node } of facts.nodes) {
        const other = ids.get(id ?? 0);
        if (other !== undefined) {
            issues.report('hwp/duplicate-name', node, `Node ${id} is declared on line ${lineOf(other)} already. Give it another number.`);
        }
        ids.set(id ?? 0, node);
    }
}

function placed({ range, node }: DeclaredRange, what: string): Placed {
    return { range, node, what };
}

/** Calls back for each range that overlaps with one before it in memory; n log n. */
function overlaps(ranges: readonly Placed[], found: (later: Placed, earlier: Placed) => void): void {
    const sorted = [...ranges].sort((a, b) => a.range.pfn - b.range.pfn);
    let reaching: Placed | undefined;
    for (const each of sorted) {
        if (reaching !== undefined && each.range.pfn < reaching.range.pfn + reaching.range.pageCount) {
            const [earlier, later] = lineOf(reaching.node) <= lineOf(each.node) ? [reaching, each] : [each, reaching];
            found(later, earlier);
        }
        if (reaching === undefined || each.range.pfn + each.range.pageCount > reaching.range.pfn + reaching.range.pageCount) {
            reaching = each;
        }
    }
}

export function offlineShouldBeWholeBlocks({ facts, issues, pageBytes }: Context): void {
    // Memory blocks are sections: set offline and online as a whole.
    const blockBytes = 2 ** (pageSizes(facts.arch.value, Math.log2(pageBytes))?.sectionShift ?? 27);
    const block = blockBytes / pageBytes;
    for (const { range, node } of facts.offline) {
        if (range.pfn % block !== 0 || range.pageCount % block !== 0) {
            issues.report('machine/offline-part-of-block', node, `Memory goes offline in blocks of ${blockBytes / 2 ** 20} MiB: start and size should be multiples of it.`);
        }
    }
}

function hasStructPage(kind: string): boolean {
    return PAGE_KINDS[kind as PageKindName].structPage;
}

export function regionMustLieInMemory(context: Context): void {
    const { facts, issues } = context;
    const end = ramPages(context);
    for (const { spec, node } of facts.regions) {
        if (!hasStructPage(spec.kind) || PAGE_KINDS[spec.kind as PageKindName].zoneDevice) {
            if (spec.pfn !== undefined && spec.pfn < end && spec.kind !== 'sgx' && !facts.holes.some(({ range }) => range.pfn <= spec.pfn! && spec.pfn! + spec.pageCount <= range.pfn + range.pageCount)) {
                issues.report('region/needs-hole', node, `\`${spec.kind}\` is no RAM, but PFN ${hex(spec.pfn)} is inside of RAM, which ends at ${hex(end)}. Leave the PFN out, or choose one beyond.`);
            }
        } else if (spec.pfn !== undefined && spec.pfn + spec.pageCount > end) {
            issues.report('region/outside-memory', node, `The region ends at PFN ${hex(spec.pfn + spec.pageCount)}, but memory ends at ${hex(end)} (${facts.ramBytes.value / 2 ** 20} MiB). Set a larger \`memory\`, or choose another PFN.`,
                { data: { settings: [`memory ${Math.ceil((spec.pfn + spec.pageCount) * context.pageBytes / 2 ** 30)} GiB`] } });
        }
    }
}

/** A hole is no memory, and nothing is in use in a block that is offline. */
export function regionMustLieInOnlineMemory({ facts, issues }: Context): void {
    const absent = [
        ...facts.holes.map(({ range, node }) => ({ range, node, what: 'the hole', mend: 'there is no memory' })),
        ...facts.offline.map(({ range, node }) => ({ range, node, what: 'memory that is set offline', mend: 'nothing is in use there' })),
    ];
    for (const { spec, node } of facts.regions) {
        const { pfn } = spec;
        const { onlinePage, zoneDevice } = PAGE_KINDS[spec.kind as PageKindName];
        if (pfn === undefined || !onlinePage || zoneDevice) {
            continue;
        }
        const found = absent.find(({ range }) => range.pfn < pfn + spec.pageCount && pfn < range.pfn + range.pageCount);
        if (found !== undefined) {
            issues.report('region/outside-memory', node, `PFN ${hex(Math.max(pfn, found.range.pfn))} is in ${found.what} (line ${lineOf(found.node)}): ${found.mend}. Choose another PFN, or leave it out.`);
        }
    }
}

export function regionsMustNotOverlap({ facts, issues }: Context): void {
    const ranges = facts.regions.flatMap(({ spec, node }) => spec.pfn === undefined ? [] : [{ range: { pfn: spec.pfn, pageCount: spec.pageCount }, node, what: `\`${spec.name}\`` }]);
    overlaps(ranges, (later, earlier) => issues.report('region/overlap', later.node,
        `PFN ${hex(Math.max(later.range.pfn, earlier.range.pfn))} belongs to ${earlier.what} (line ${lineOf(earlier.node)}) already: a page is one thing. Choose another PFN, or leave it out.`));
}

export function pmemMustLieBesideMemory(context: Context): void {
    const { facts, issues } = context;
    const end = ramPages(context);
    for (const { spec, node } of facts.pmems) {
        // Wholly inside it is cut out of RAM, as `memmap=64M!768M` does.
        if (spec.pfn < end && spec.pfn + spec.pageCount > end) {
            issues.report('pmem/overlaps-memory', node, `Persistent memory starts at PFN ${hex(spec.pfn)}, inside of RAM, and reaches beyond its end at ${hex(end)}. Move it to \`phys ${hex(end * context.pageBytes)}\` or beyond.`,
                { data: { values: [`phys ${hex(end * context.pageBytes)}`] } });
        }
        if (spec.mode === 'devdax' && (spec.pfn * context.pageBytes % spec.alignBytes !== 0 || spec.pageCount * context.pageBytes % spec.alignBytes !== 0)) {
            issues.report('pmem/unaligned', node, `Start and size of devdax memory must be multiples of its alignment, ${bytesWords(spec.alignBytes)}. Move it, or choose another \`align\`.`);
        }
    }
    overlaps(facts.pmems.map(({ spec, node }) => ({ range: spec, node, what: `\`${spec.name}\`` })), (later, earlier) =>
        issues.report('pmem/overlaps-memory', later.node, `This overlaps with ${earlier.what} (line ${lineOf(earlier.node)}). Move one of them.`));
}

/** Pages that the declarations need, each frame counted once. */
export function memoryMustHoldWhatIsDeclared(context: Context): void {
    const { facts, issues, pageBytes } = context;
    const end = ramPages(context);
    let pages = 0;
    const add = (count: number, node: AstNode): boolean => {
        const fitted = pages <= end;
        pages += count;
        if (fitted && pages > end) {
            issues.report('machine/memory-overcommitted', node, `Up to here ${pages} pages are declared, but memory has ${end} (${facts.ramBytes.value / 2 ** 20} MiB). Set a larger \`memory\`.`,
                { data: { settings: [`memory ${Math.ceil(pages * pageBytes / 2 ** 30) + 1} GiB`] } });
        }
        return fitted;
    };
    for (const { spec, node } of facts.regions) {
        if (hasStructPage(spec.kind) && !PAGE_KINDS[spec.kind as PageKindName].zoneDevice && spec.kind !== 'hugetlb-free' && spec.kind !== 'hole') {
            add(spec.pageCount, node);
        }
    }
    for (const { spec, node } of facts.pools) {
        add(spec.pageCount * 2 ** spec.shift / pageBytes, node);
    }
    for (const { spec, node } of facts.files) {
        const onMemory = facts.filesystems.some(({ spec: filesystem }) => filesystem.name === spec.filesystem && filesystem.dax !== undefined);
        if (spec.cached !== 'absent' && !onMemory && spec.type !== 'hugetlbfs' && spec.type !== 'memfd-hugetlb' && spec.type !== 'fsdax' && spec.type !== 'devdax') {
            add(Math.ceil(spec.bytes / pageBytes), node);
        }
    }
    for (const { mappings } of facts.processes) {
        for (const { spec, node } of mappings) {
            if ((spec.from.kind === 'anon' || spec.from.kind === 'shared-anon') && spec.hugetlbShift === undefined && spec.touched === 'written' && spec.swap !== 'entry') {
                add(spec.pageCount, node);
            }
        }
    }
}

/** `2 MiB` for 21. */
function sizeWords(shift: number): string {
    return shift >= 30 ? `${2 ** (shift - 30)} GiB` : shift >= 20 ? `${2 ** (shift - 20)} MiB` : `${2 ** (shift - 10)} KiB`;
}

export function hugePagesMustExist({ facts, issues }: Context): void {
    const shifts = pageSizes(facts.arch.value, Math.log2(facts.pageBytes.value))?.hugetlbShifts ?? [];
    const words = shifts.map(sizeWords);
    for (const { spec, node } of facts.pools) {
        if (!shifts.includes(spec.shift)) {
            issues.report('hugetlb/page-size', node, `${facts.arch.value} with pages of ${facts.pageBytes.value / 1024} KiB has huge pages of ${words.join(', ')}, not of ${bytesWords(2 ** spec.shift)}. Choose one of these sizes.`);
        }
        if (spec.reserved > spec.pageCount + spec.overcommit) {
            issues.report('hugetlb/reserved-exceeds-pool', node, `${spec.reserved} huge pages are reserved, but the pool has ${spec.pageCount}${spec.overcommit > 0 ? ` and may grow by ${spec.overcommit}` : ''}. Reserve fewer, or make the pool larger.`);
        }
    }
    const seen = new Map<number, AstNode>();
    for (const { spec, node } of facts.pools) {
        const other = seen.get(spec.shift);
        if (other !== undefined) {
            issues.report('setting/repeated', node, `The pool of this size is set on line ${lineOf(other)} already. Remove one.`);
        }
        seen.set(spec.shift, node);
    }
}

/** A region of kind `hugetlb-free` is one page of a pool, or a part of one, wherever the pool lies. */
export function freeHugePageMustBeOne(context: Context): void {
    const { facts, issues, pageBytes } = context;
    for (const { spec, node } of facts.regions) {
        const shift = freeHugePageShift(spec.pageCount, context);
        if (spec.kind === 'hugetlb-free' && spec.pageCount * pageBytes > 2 ** shift) {
            issues.report('hugetlb/page-size', node, `A free huge page has ${sizeWords(shift)}, this region ${bytesWords(spec.pageCount * pageBytes)}. Write a region for each page, or the size of a pool's pages.`);
        }
        if (spec.kind === 'hugetlb-free' && spec.pfn !== undefined) {
            issues.report('hwp/unexpected-argument', node, 'A free huge page lies where its pool does. Leave the place out.');
        }
    }
}

export function poolMustHoldMappedPages(context: Context): void {
    for (const [shift, { pages, node }] of hugePagesInUse(context)) {
        const pool = context.facts.pools.find(({ spec }) => spec.shift === shift);
        if (pool !== undefined && pages > pool.spec.pageCount + pool.spec.overcommit) {
            context.issues.report('hugetlb/pool-too-small', node, `${pages} huge pages of ${sizeWords(shift)} are in use, but the pool on line ${lineOf(pool.node)} has ${pool.spec.pageCount}. Make the pool larger.`, { data: { line: lineOf(pool.node) - 1, values: [String(pages)] } });
        }
    }
}
