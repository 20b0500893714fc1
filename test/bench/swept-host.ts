import type { FileSpec, Program, RegionSpec } from '../../server/src/simulator/program.js';
import { machine, mapping, process, program } from '../simulator/programs.js';

const PAGE = 4096;
const HUGE_PAGE = 2 ** 21;

/** Kernel memory by kind, in shares of RAM. */
const REGIONS: readonly (readonly [name: string, kind: string, share: number])[] = [
    ['text', 'kernel-text', 0.0005], ['rodata', 'kernel-rodata', 0.0005], ['data', 'kernel-data', 0.0005], ['memmap', 'memmap', 0.015], ['firmware', 'reserved', 0.001], ['percpu', 'percpu', 0.001],
    ['dentries', 'slab', 0.006], ['inodes', 'slab', 0.008], ['kmalloc', 'slab', 0.002], ['large', 'large-kmalloc', 0.001], ['tables', 'page-table', 0.003], ['stacks', 'kernel-stack', 0.0005],
    ['modules', 'module', 0.0005], ['vmap', 'vmalloc', 0.001], ['rings', 'driver', 0.001], ['pipes', 'pipe', 0.0005],
];

/** The page cache. */
const FILES: readonly (readonly [name: string, type: string, cached: FileSpec['cached'], share: number])[] = [
    ['relations', 'ext4', 'clean', 0.2], ['sorting', 'ext4', 'dirty', 0.004], ['logs', 'xfs', 'clean', 0.01], ['binaries', 'ext4', 'clean', 0.002], ['scratch', 'tmpfs', 'dirty', 0.008], ['device', 'block-device', 'clean', 0.001],
];

/** A host of two nodes with about thirty regions of memory, scaled to its RAM, and a sweep over all of it. */
export function sweptHost(ramBytes: number): Program {
    const pages = (share: number): number => Math.max(4, Math.floor(share * ramBytes / PAGE));
    const whole = (share: number): number => Math.floor(pages(share) / 512) * 512;
    const early = { threads: [{ name: '', source: 0, policy: 'early' as const, sigbusBlocked: false }] };
    const regions = REGIONS.map(([name, kind, share]): RegionSpec => ({ name, source: 0, kind, pageCount: pages(share), content: '' }));
    const files = FILES.map(([name, type, cached, share]): FileSpec => ({ name, source: 0, type, bytes: pages(share) * PAGE, cached, folioBytes: PAGE, content: '', locked: false, held: false }));
    const file = (name: string) => ({ from: { kind: 'file' as const, file: name, pageOffset: 0 }, pageCount: pages(FILES.find(([each]) => each === name)![3]), touched: 'read' as const });
    const processes = [
        process('postgres', [mapping('buffers', { from: { kind: 'shared-anon' }, shared: true, pageCount: pages(0.2) }), mapping('heap', { pageCount: pages(0.02) }), mapping('code', { ...file('binaries'), shared: true })], early),
        process('qemu', [mapping('guest', { pageCount: whole(0.15), hugetlbShift: 21 }), mapping('heap', { pageCount: pages(0.002) })], early),
        process('cache', [mapping('store', { pageCount: whole(0.08), folioBytes: HUGE_PAGE }), mapping('index', { pageCount: pages(0.008), mlocked: true })]),
        process('batch', [mapping('work', { pageCount: whole(0.03), folioBytes: HUGE_PAGE }), mapping('in', file('logs'))]),
        process('shell', [mapping('heap', { pageCount: pages(0.001), lazyFree: true })]),
    ];
    const half = ramBytes / PAGE / 2;
    const spec = machine({
        ramBytes, regions, files, processes, nodes: [{ id: 0, pfn: 0, pageCount: half }, { id: 1, pfn: half, pageCount: half }], sysctls: { 'vm.panic_on_unrecoverable_memory_failure': 1 },
        hugetlbPools: [{ source: 0, shift: 21, pageCount: whole(0.2) / 512, reserved: 0, overcommit: 0 }],
    });
    return program(spec, [{ op: 'sweep', actor: 'root', source: 0, timeNs: 0, args: {}, sweep: { over: { kind: 'machine' }, name: 'host', inject: { op: 'machine-check', actor: 'hardware', args: { severity: 'UE' } } } }]);
}
