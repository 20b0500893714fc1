import type { AstNode } from 'langium';
import { pmdShift } from '../../vocabulary/architectures.js';
import { log2 } from './powers.js';
import type { Context } from './context.js';

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
            const pool = context.facts.pools.find((declared) => declared.spec.shift === pmdShift(context.pageShift)) ?? context.facts.pools[0];
            add(pool?.spec.shift ?? pmdShift(context.pageShift), 1, node);
        }
    }
    return used;
}

/** A size of huge pages that is used and has no pool gets one that is just large enough. */
export function addImplicitPools(context: Context): void {
    for (const [shift, { pages, node }] of hugePagesInUse(context)) {
        if (!context.facts.pools.some(({ spec }) => spec.shift === shift)) {
            context.facts.pools.push({ node, spec: { source: context.sources.of(node), shift, pageCount: pages, reserved: 0, overcommit: 0 } });
        }
    }
}
