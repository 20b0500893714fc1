// Pages that no process maps: what the set-up program looked for, and what it is in the language.
import type { Scene } from './scene.mts';

type Make = (scene: Scene, match: RegExpExecArray) => void;
export interface KernelMemoryRow { readonly says: RegExp; readonly make: Make }

/** A region; the target is one of its pages. */
function region(attributes: string, page = 0, before: readonly string[] = []): Make {
    return (scene) => {
        before.forEach((line) => scene.settings.add(line));
        scene.declare(`region kernel_page = ${attributes}`);
        scene.hit({ name: 'kernel_page', page, healthy: page });
    };
}

/** A bare number: memory that nothing in the scenario names. */
function numbered(pfn: string, settings: readonly string[] = [], declarations: readonly string[] = []): Make {
    return (scene) => {
        settings.forEach((line) => scene.settings.add(line));
        declarations.forEach((line) => scene.declare(line));
        scene.hit({ name: `pfn ${pfn}`, raw: true, page: 0, healthy: 0 });
    };
}

/** A cached file that is not mapped; `main` looks at it later. */
function cached(file: string, size: string, page: number, more: { readonly settings?: readonly string[]; readonly hugePages?: number; readonly then?: readonly string[] } = {}): Make {
    return (scene) => {
        more.settings?.forEach((line) => scene.settings.add(line));
        const [type = '', ...rest] = file.split(' ');
        scene.declare(`file data = ${[type, size, ...rest].join(' ')}`);
        scene.file = { name: 'data', size };
        scene.hit({
            name: 'data', cached: true, page, healthy: more.hugePages === undefined ? page + 1 : page + 4,
            ...(more.hugePages === undefined ? {} : { hugePages: more.hugePages, second: more.hugePages + page }),
        });
        scene.preparation.push(...more.then ?? []);
    };
}

const HUGETLB_POOL = 'hugetlb 2 MiB 8 pages';
const row = (says: RegExp, make: Make): KernelMemoryRow => ({ says, make });

export const KERNEL_MEMORY: readonly KernelMemoryRow[] = [
    row(/^(free page in a 4M all-free block|target is a free buddy page)$/, region('free 4 MiB')),
    row(/^page freed to a per-CPU free list \(pcp\)/, region('free-pcp 1 page')),
    row(/^anon page faulted and munmapped at once: only the per-CPU LRU-add batch/, region('lru-batch 1 page')),
    row(/^(first slab head\/order-0 page|target is a slab page)/, region('slab 1 page')),
    row(/^tail page of a high-order slab/, region('slab-tail 1 page')),
    row(/^first page with KPF_PGTABLE/, region('page-table 1 page')),
    row(/^pfn 0$/, region('reserved 1 page at pfn 0')),
    row(/^pfn 1 \(PageReserved low memory\)/, region('reserved 1 page at pfn 1')),
    row(/^pfn 0xa0 \(VGA hole below 1M\)/, region('reserved 32 pages at pfn 0xa0')),
    row(/^Kernel code from \/proc\/iomem, \+16 pages/, region('kernel-text 64 pages at pfn 0x1000', 16)),
    row(/^Kernel rodata \+4/, region('kernel-rodata 16 pages at pfn 0x2200', 4)),
    row(/^Kernel data \+4/, region('kernel-data 16 pages at pfn 0x3200', 4)),
    row(/^Kernel bss \+4/, region('kernel-bss 16 pages at pfn 0x3f6d', 4)),
    row(/\(vmalloc\)/, region('vmalloc 4 pages', 1)),
    row(/^vmapped kernel stack/, region('kernel-stack 4 pages', 1)),
    row(/^module memory/, region('module 4 pages', 1)),
    row(/^brd data page of/, region('ramdisk 1 page')),
    row(/^pipe buffer page .* holding 4096 unread bytes/, region('pipe 1 page')),
    row(/^kmalloc\(32K\) .*kpf=COMPOUND_HEAD/, region('large-kmalloc 8 pages')),
    row(/^kmalloc\(32K\) .*kpf=COMPOUND_TAIL/, region('large-kmalloc 8 pages', 1)),
    row(/^DMA atomic pool .* page \+3; kpf=/, region('high-order-tail 1 page')),
    row(/^DMA atomic pool /, region('high-order-head 1 page')),
    row(/^page of the struct page array \(vmemmap\) itself/, region('memmap 1 page')),
    row(/^free hugetlb 2M page in the pool \(refcount=0\), head/, region('hugetlb-free 512 pages', 0, [HUGETLB_POOL])),
    row(/^free hugetlb 2M page in the pool \(refcount=0\), subpage 5/, region('hugetlb-free 512 pages', 5, [HUGETLB_POOL])),
    row(/^hugetlb memfd page in page cache, not mapped, subpage 3/, cached('memfd-hugetlb content "G"', '2 MiB 2 pages', 3, { settings: [HUGETLB_POOL], hugePages: 512 })),
    row(/^pfn 0x100 sections beyond end of RAM/, numbered('0x48000')),
    row(/^address (0x[0-9a-f]+): a hole below RAM$/, (scene, [, address]) => { scene.hit({ name: `phys ${address}`, raw: true, page: 0, healthy: 0 }); }),
    row(/^first pfn after the last System RAM page 0x80000 \(same memory section\)/, numbered('0x40000')),
    row(/^first pfn after the last System RAM page 0x3ffe0 \(same memory section\)/, numbered('0x3ffe0')),
    row(/^pfn (0xfffffffffff)$/, numbered('0xfffffffffff')),
    row(/^(\w+) page cache page clean \(fsynced\), not mapped/, (scene, match) => { cached(`${match[1]} clean`, '16 KiB', 1)(scene, match); }),
    row(/^tmpfs page cache page \(dirty\), not mapped/, cached('tmpfs dirty content "ABCD"', '16 KiB', 1)),
    row(/^(\w+) page cache page dirty \(pwrite\), not mapped/, (scene, match) => { cached(`${match[1]} clean`, '16 KiB', 1, { then: ['pwrite data[1] "W"'] })(scene, match); }),
    row(/^block device page cache page 0 of mounted ext4/, (scene, match) => {
        scene.declare('filesystem mounted = ext4 device 1:0');
        region('file-held-superblock 1 page')(scene, match);
    }),
    row(/^zsmalloc page of zram0/, region('zsmalloc 1 page')),
    row(/^virtio balloon page/, region('balloon 1 page')),
    row(/^memory block 6 offlined through sysfs/, numbered('0x30010', ['offline at phys 0x30000000 size 128 MiB'])),
    row(/^pfn 0xd0000 \(PCI hole between low and high RAM; -m 4G\)/, numbered('0xd0000', ['memory 5 GiB', 'hole at phys 0xc0000000 size 1 GiB'])),
    row(/^pfn 0x30100, reserved by memmap=16M\$0x30000000/, numbered('0x30100', ['hole at phys 0x30000000 size 16 MiB'])),
    row(/^pfn 0x30400 in \/dev\/pmem0 \(no file maps it\)/, numbered('0x30400', [], ['pmem pm0 = 64 MiB at phys 0x30000000 fsdax'])),
];
