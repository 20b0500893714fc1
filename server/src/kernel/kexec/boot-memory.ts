/** Frames that a booting kernel has put to use before it reads the list of bad ones. */
import { AddressSpace, AnonVma, HugetlbPool, Process, Thread, Vma } from '../../machine/mm-types.js';
import { PG } from '../../machine/page-flags.js';
import type { Range } from '../../machine/memory-layout.js';
import { hex, type Pfn } from '../../machine/units.js';
import { BOOT_USES, type BootUse, type BootUseName } from '../../vocabulary/boot-uses.js';
import { FILESYSTEMS } from '../../vocabulary/filesystems.js';
import { PAGE_KINDS, type PageKind, type PageKindName } from '../../vocabulary/page-kinds.js';
import { rangesOf } from './carriers.js';
import { traitsOf } from '../mm/filesystem-traits.js';
import type { Kernel } from '../kernel.js';
import { newFileFlags } from '../mm/page-cache.js';
import { anonFlags } from '../mm/lru.js';

/** Frames and what they have become. */
export interface PlacedFrames {
    readonly pfns: readonly Pfn[];
    readonly use: BootUseName;
}

/** First virtual page of the helper's memory. */
const HELPER_FIRST_PAGE = 0x555500000;

/** Puts the frames to use; frames that are no RAM or belong to somebody already are left as they are. */
export function placeFrames(kernel: Kernel, { pfns, use }: PlacedFrames): void {
    const { memory } = kernel.machine;
    const { form }: BootUse = BOOT_USES[use];
    if (form === 'not-ram' || form === 'offline') return;
    const usable = [...new Set(pfns)].sort((a, b) => a - b).filter((pfn) => memory.layout.isRam(pfn) && memory.isUnclaimed(pfn, 1));
    for (const range of rangesOf(usable)) {
        // A huge page may have taken the range along.
        if (!memory.isUnclaimed(range.pfn, range.pageCount)) continue;
        if (PLACE[form](kernel, range, use)) kernel.decide('start_kernel.in-use', range.pfn, range.pageCount === 1 ? use : `${use}, ${range.pageCount} pages`);
    }
}

type Place = (kernel: Kernel, range: Range, use: BootUseName) => boolean;

const PLACE: Readonly<Record<'kernel' | 'anon' | 'page-cache' | 'hugetlb', Place>> = { kernel: placeKernelMemory, anon: placeAnon, 'page-cache': placePageCache, hugetlb: placeHugePages };

function placeKernelMemory(kernel: Kernel, range: Range, use: BootUseName): boolean {
    const kind: PageKind = PAGE_KINDS[use as PageKindName];
    let flags = 0;
    for (const flag of kind.flags) if (flag !== 'head') flags |= PG[flag];
    const references = kernel.profile.has('frozenKernelPages') ? kind.refcount : kind.unfrozenRefcount ?? kind.refcount;
    kernel.machine.memory.claim({
        ...range, order: 0, kind: use === 'free-pcp' ? 'free' : use, pageType: kind.pageType === 'hugetlb' ? 'none' : kind.pageType, flags, references, owner: null, index: 0, content: '',
        finish: (folio) => {
            folio.movableOps = kind.movableOps;
            folio.perCpuFree = use === 'free-pcp';
        },
    });
    return true;
}

/** Memory of a program that call_usermodehelper() started. */
function placeAnon(kernel: Kernel, range: Range): boolean {
    const { machine } = kernel;
    const pid = machine.nextPid;
    machine.nextPid += 1;
    const process = new Process(`modprobe-${pid}`, 'modprobe', pid, HELPER_FIRST_PAGE);
    process.threads.push(new Thread(process, '', 'modprobe', pid));
    machine.processes.push(process);
    const vma = new Vma(process.mm, 'heap', process.mm.reserve(range.pageCount, 512), range.pageCount, null, 0, false, 'write');
    vma.anonVma = new AnonVma();
    vma.anonVma.vmas.push(vma);
    vma.backing = { pfn: range.pfn, dirty: true, writable: true, order: 0 };
    process.mm.vmas.push(vma);
    machine.memory.claim({
        ...range, order: 0, kind: 'anon', pageType: 'none', flags: anonFlags(kernel), references: 0, owner: vma.anonVma, index: 0, content: 'A',
        finish: (folio) => {
            folio.chargedTo = process;
        },
    });
    return true;
}

function placePageCache(kernel: Kernel, range: Range): boolean {
    const { machine } = kernel;
    const row = FILESYSTEMS.ext4;
    const file = new AddressSpace(`file@${hex(range.pfn)}`, 'ext4', traitsOf('ext4'), { major: row.defaultMajor, minor: row.defaultMinor }, range.pageCount * 2 ** machine.pageShift, 'a');
    machine.files.set(file.name, file);
    const flags = newFileFlags(kernel.profile, file, false);
    file.initial = { pfn: range.pfn, pageCount: range.pageCount, order: 0, flags };
    machine.memory.claim({ ...range, order: 0, kind: 'ext4', pageType: 'none', flags, references: 1, owner: file, index: 0, content: 'a' });
    return true;
}

/** The huge pages around the range, of the size that `hugepages=` means. */
function placeHugePages(kernel: Kernel, range: Range): boolean {
    const { machine } = kernel;
    const { memory, pageShift } = machine;
    const shift = 2 * pageShift - 3;
    const pages = 2 ** (shift - pageShift);
    const pool = machine.pools.get(shift) ?? new HugetlbPool((pfn) => memory.folio(pfn), pageShift, shift, 0, 0, 0);
    machine.pools.set(shift, pool);
    let placed = false;
    for (let head = Math.floor(range.pfn / pages) * pages; head < range.pfn + range.pageCount; head += pages) {
        if (!memory.isUnclaimed(head, pages) || !isAllRam(kernel, head, pages)) {
            kernel.decide('hugetlb_hstate_alloc_pages.no-room', head);
            continue;
        }
        memory.claim({
            pfn: head, pageCount: pages, order: shift - pageShift, kind: 'hugetlb-free', pageType: 'hugetlb', flags: 0, references: 0, owner: null, index: 0, content: '',
            finish: (folio) => {
                folio.hugetlb = { pool, state: 'free', rawPoison: new Set() };
            },
        });
        pool.total += 1;
        pool.free.push(memory.folio(head));
        placed = true;
    }
    return placed;
}

function isAllRam({ machine: { memory: { layout } } }: Kernel, pfn: Pfn, pageCount: number): boolean {
    const end = pfn + pageCount;
    return end <= layout.pageCount && ![...layout.holes, ...layout.devices, ...layout.offline].some((range) => range.pfn < end && pfn < range.pfn + range.pageCount);
}
