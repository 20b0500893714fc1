import type { AstNode } from 'langium';
import { pageSizes, pmdShift } from '../../../vocabulary/architectures.js';
import { isSetting } from '../../generated/ast.js';
import { log2 } from '../word/powers.js';
import type { Context } from '../context.js';

/** How many huge pages of each size (log2 bytes) the declarations use, and the first node that uses one. */
export function hugePagesInUse(context: Context): ReadonlyMap<number, { readonly pages: number; readonly node: AstNode }> {
    const used = new Map<number, { pages: number; node: AstNode }>();
    const add = (shift: number, pages: number, node: AstNode): void => {
        const entry = used.get(shift) ?? { pages: 0, node };
        used.set(shift, { pages: entry.pages + pages, node: entry.node });
    };
    for (const { mappings } of context.facts.processes) {
        for (const { spec, node } of mappings) {
            const ownPages = spec.from.kind === 'anon' || spec.from.kind === 'shared-anon' ? spec.touched !== 'untouched' : spec.from.kind === 'file' && !spec.shared && spec.touched === 'written';
            if (spec.hugetlbShift !== undefined && ownPages) {
                add(spec.hugetlbShift, Math.ceil(spec.pageCount * context.pageBytes / 2 ** spec.hugetlbShift), node);
            }
        }
    }
    for (const { spec, node } of context.facts.files) {
        const shift = spec.folioBytes > context.pageBytes ? log2(spec.folioBytes) : undefined;
        if ((spec.type === 'hugetlbfs' || spec.type === 'memfd-hugetlb') && spec.cached !== 'absent' && shift !== undefined) {
            add(shift, Math.ceil(spec.bytes / spec.folioBytes), node);
        }
    }
    for (const { spec, node } of context.facts.regions) {
        if (spec.kind === 'hugetlb-free') {
            add(freeHugePageShift(spec.pageCount, context), 1, node);
        }
    }
    return used;
}

/** Size (log2 bytes) of the free huge page that a region of so many base pages is, or is a part of. */
export function freeHugePageShift(pageCount: number, { facts, pageBytes, pageShift }: Context): number {
    const whole = pageSizes(facts.arch.value, pageShift)?.hugetlbShifts.find((shift) => 2 ** shift === pageCount * pageBytes);
    const declared = facts.pools.filter(({ node }) => isSetting(node));
    const usual = declared.find(({ spec }) => spec.shift === pmdShift(pageShift)) ?? declared[0];
    return whole ?? usual?.spec.shift ?? pmdShift(pageShift);
}

/** A size of huge pages that is used and has no pool gets one that is just large enough. */
export function addImplicitPools(context: Context): void {
    for (const [shift, { pages, node }] of hugePagesInUse(context)) {
        if (!context.facts.pools.some(({ spec }) => spec.shift === shift)) {
            context.facts.pools.push({ node, spec: { source: context.sources.of(node), shift, pageCount: pages, reserved: 0, overcommit: 0 } });
        }
    }
}
