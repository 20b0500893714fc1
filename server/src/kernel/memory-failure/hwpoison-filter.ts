import type { Folio } from '../../machine/mm-types.js';
import { folioMapped } from '../../machine/page-tables.js';
import type { Pfn } from '../../machine/units.js';
import { KPAGEFLAGS } from '../../vocabulary/page-flags.js';
import type { Kernel } from '../kernel.js';

const WILDCARD = 0xffffffffn;

/** Bits of /proc/kpageflags for a page, as stable_page_flags() computes them. */
export function stablePageFlags(kernel: Kernel, pfn: Pfn): bigint {
    const { machine } = kernel;
    const folio = machine.memory.folio(pfn);
    const names: string[] = [];
    const add = (name: keyof typeof KPAGEFLAGS, on: boolean): void => {
        if (on) names.push(name);
    };
    add('REFERENCED', folio.has('referenced'));
    add('UPTODATE', folio.has('uptodate'));
    add('DIRTY', folio.has('dirty'));
    add('LRU', folio.has('lru') && !folio.lruBatch);
    add('ACTIVE', folio.has('active'));
    add('SLAB', folio.pageType === 'slab');
    add('WRITEBACK', folio.has('writeback'));
    add('BUDDY', folio.pageType === 'buddy');
    add('MMAP', folioMapped(machine, folio));
    add('ANON', folio.owner?.kind === 'anon' || folio.owner?.kind === 'ksm' || folio.kind === 'anon');
    add('SWAPCACHE', folio.has('swapcache'));
    add('SWAPBACKED', folio.has('swapbacked'));
    add('COMPOUND_HEAD', folio.large && folio.head === pfn);
    add('COMPOUND_TAIL', folio.large && folio.head !== pfn);
    add('HUGE', folio.hugetlb !== null);
    add('UNEVICTABLE', folio.has('unevictable'));
    add('HWPOISON', machine.memory.isPoisoned(pfn) || folio.hugetlb?.rawPoison?.has(pfn) === true);
    add('KSM', folio.owner?.kind === 'ksm');
    add('THP', folio.kind === 'huge-zero' || folio.large && folio.hugetlb === null && folio.has('lru'));
    add('OFFLINE', folio.pageType === 'offline');
    add('ZERO_PAGE', folio.kind === 'zero-page' || folio.kind === 'huge-zero');
    add('PGTABLE', folio.pageType === 'table');
    add('RESERVED', folio.has('reserved'));
    add('MLOCKED', folio.has('mlocked'));
    add('OWNER_2', folio.has('owner_2'));
    add('PRIVATE', folio.has('private'));
    let bits = 0n;
    for (const name of names) bits |= 1n << BigInt(KPAGEFLAGS[name as keyof typeof KPAGEFLAGS].bit);
    return bits;
}

/** Names of the /proc/kpageflags bits that are set, in bit order. */
export function stablePageFlagNames(kernel: Kernel, pfn: Pfn): string[] {
    const bits = stablePageFlags(kernel, pfn);
    return Object.entries(KPAGEFLAGS).filter(([, { bit }]) => (bits & (1n << BigInt(bit))) !== 0n).sort((a, b) => a[1].bit - b[1].bit).map(([name]) => name);
}

/** Follows hwpoison_filter_dev(). */
function filteredByDevice(kernel: Kernel, folio: Folio): boolean {
    const { filters } = kernel.machine;
    const major = filters.get('corrupt-filter-dev-major') ?? WILDCARD;
    const minor = filters.get('corrupt-filter-dev-minor') ?? WILDCARD;
    if (major === WILDCARD && minor === WILDCARD) return false;
    if (folio.owner?.kind !== 'file') return true;
    const { device } = folio.owner;
    return (major !== WILDCARD && major !== BigInt(device.major)) || (minor !== WILDCARD && minor !== BigInt(device.minor));
}

/** Follows hwpoison_filter_flags(). */
function filteredByFlags(kernel: Kernel, pfn: Pfn): boolean {
    const mask = kernel.machine.filters.get('corrupt-filter-flags-mask') ?? 0n;
    if (mask === 0n) return false;
    return (stablePageFlags(kernel, pfn) & mask) !== (kernel.machine.filters.get('corrupt-filter-flags-value') ?? 0n);
}

/** Follows hwpoison_filter_task(). */
function filteredByMemcg(kernel: Kernel, folio: Folio): boolean {
    const inode = kernel.machine.filters.get('corrupt-filter-memcg') ?? 0n;
    if (inode === 0n) return false;
    const charged = folio.chargedTo?.cgroupInode ?? chargedByMapping(folio);
    return charged === null || BigInt(charged) !== inode;
}

function chargedByMapping(folio: Folio): number | null {
    if (folio.owner === null || folio.owner.kind === 'ksm') return null;
    return folio.owner.vmas[0]?.mm.process.cgroupInode ?? null;
}

/** Does the filter reject the page? Device, then flags, then memory cgroup. Follows hwpoison_filter(). */
export function hwpoisonFilter(kernel: Kernel, pfn: Pfn): boolean {
    if ((kernel.machine.filters.get('corrupt-filter-enable') ?? 0n) === 0n) return false;
    const folio = kernel.machine.memory.folio(pfn);
    return filteredByDevice(kernel, folio) || filteredByFlags(kernel, pfn) || filteredByMemcg(kernel, folio);
}
