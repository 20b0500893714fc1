import type { Folio } from '../../machine/mm-types.js';
import { folioMapped } from '../../machine/page-tables.js';
import type { Pfn } from '../../machine/units.js';
import { KPAGEFLAGS, type KpageFlagName } from '../../vocabulary/page-flags.js';
import { PAGE_KINDS, type PageKind, type PageKindName } from '../../vocabulary/page-kinds.js';
import type { Kernel } from '../kernel.js';

const WILDCARD = 0xffffffffn;

/** Flags that kpageflags takes from the page itself where the kernel does not look at the head for them. */
const OF_THE_PAGE: readonly KpageFlagName[] = ['REFERENCED', 'UPTODATE', 'DIRTY', 'ERROR', 'LRU', 'ACTIVE', 'WRITEBACK', 'SWAPCACHE', 'SWAPBACKED', 'UNEVICTABLE', 'MLOCKED', 'OWNER_2', 'PRIVATE', 'OWNER_PRIVATE'];

/** Bits of /proc/kpageflags for a page. Follows stable_page_flags(). */
export function stablePageFlags(kernel: Kernel, pfn: Pfn): bigint {
    const { machine, profile } = kernel;
    const folio = machine.memory.folio(pfn);
    const names = new Set<KpageFlagName>();
    const add = (name: KpageFlagName, on: boolean): void => {
        if (on) names.add(name);
    };
    const kind: PageKind | undefined = PAGE_KINDS[folio.kind as PageKindName];
    add('ERROR', folio.has('error'));
    add('REFERENCED', folio.has('referenced') || folio.pageType === 'table' && profile.has('pageTablesAreReferenced'));
    add('UPTODATE', folio.has('uptodate') || folio.movableOps && profile.has('movableOpsAreUptodate'));
    add('DIRTY', folio.has('dirty'));
    add('LRU', folio.has('lru') && !folio.lruBatch);
    // On a list of the multi-generation LRU the generation says it, not the flag.
    add('ACTIVE', folio.has('active') && !(folio.has('lru') && profile.has('faultedPagesAreActive')));
    add('SLAB', folio.pageType === 'slab');
    add('WRITEBACK', folio.has('writeback'));
    add('BUDDY', folio.pageType === 'buddy');
    // Old zsmalloc keeps an offset where other pages count their mappings.
    add('MMAP', folioMapped(machine, folio) || mappedBySpecial(kernel, pfn) || folio.pageType === 'zsmalloc' && profile.has('tailsShowTheirOwnFlags'));
    const anonymous = folio.owner?.kind === 'anon' || folio.owner?.kind === 'ksm' || folio.kind === 'anon' || folio.kind === 'ksm';
    add('ANON', anonymous);
    add('SWAPCACHE', folio.has('swapcache'));
    // The swap cache is told by the owner's private bit.
    add('OWNER_PRIVATE', folio.has('swapcache'));
    add('SWAPBACKED', folio.has('swapbacked'));
    add('COMPOUND_HEAD', folio.large && folio.head === pfn);
    add('COMPOUND_TAIL', folio.large && folio.head !== pfn || kind?.tail === true && kind.compound);
    add('HUGE', folio.hugetlb !== null);
    add('UNEVICTABLE', folio.has('unevictable'));
    add('HWPOISON', isMarked(kernel, folio, pfn));
    add('KSM', folio.owner?.kind === 'ksm' || folio.kind === 'ksm' || anonymous && profile.has('anonymousPagesShowKsm'));
    add('THP', folio.kind === 'huge-zero' || folio.large && folio.hugetlb === null && folio.has('lru'));
    add('OFFLINE', folio.pageType === 'offline');
    add('ZERO_PAGE', folio.kind === 'zero-page' || folio.kind === 'huge-zero');
    add('PGTABLE', folio.pageType === 'table');
    add('RESERVED', folio.has('reserved'));
    add('MLOCKED', folio.has('mlocked'));
    add('OWNER_2', folio.has('owner_2'));
    add('PRIVATE', folio.has('private'));
    if (folio.head !== pfn && profile.has('tailsShowTheirOwnFlags')) for (const name of OF_THE_PAGE) names.delete(name);
    let bits = 0n;
    for (const name of names) bits |= 1n << BigInt(KPAGEFLAGS[name].bit);
    return bits;
}

/** Pages that a driver inserted into a mapping count their entries as a file's pages do; those of a PFN map do not. Follows vm_insert_pages(). */
function mappedBySpecial({ machine }: Kernel, pfn: Pfn): boolean {
    return machine.processes.some(({ alive, mm }) => alive && mm.vmas.some(({ special, pageCount }) => special !== null && special.gup && special.pfn !== null && pfn >= special.pfn && pfn < special.pfn + pageCount));
}

/** A hugetlb page carries the mark on its head, which kpageflags shows for all of its pages where it looks at the head. */
function isMarked({ machine, profile }: Kernel, folio: Folio, pfn: Pfn): boolean {
    const { rawPoison } = folio.hugetlb ?? { rawPoison: null };
    if (folio.hugetlb === null || profile.has('tailsShowTheirOwnFlags')) return machine.memory.isPoisoned(pfn);
    return machine.memory.isPoisoned(folio.head) || machine.memory.isPoisoned(pfn) || (rawPoison?.size ?? 0) > 0;
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
