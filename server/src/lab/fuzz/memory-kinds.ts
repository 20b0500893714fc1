/** Kinds of memory that random scenarios map: everything that the guest can make. */
import { weighted, type Random } from './random.js';

/** A mapping without its name, and what it asks of the machine. */
export interface DrawnMemory {
    /** What stands behind `map NAME = `; FILE is the name of the file. */
    readonly map: string;
    readonly pages: number;
    readonly machine: readonly string[];
    /** What stands behind `file NAME = `. */
    readonly file: string | null;
    /** Further mappings of the same file, by others. */
    readonly again: readonly string[];
}

type Draw = (random: Random) => { readonly map: string; readonly pages: number; readonly machine?: readonly string[]; readonly file?: string; readonly again?: readonly string[] };

const SWAPS = ['swap sw = device 64 MiB', 'swap sw = device 64 MiB', 'swap sw = zram 64 MiB', 'swap sw = file 4 MiB'];
const POOL = ['hugetlb 2 MiB 6 pages', 'hugetlb 2 MiB 6 pages', 'hugetlb 2 MiB 2 pages', 'hugetlb 2 MiB 2 pages overcommit 3', 'hugetlb 2 MiB 5 pages'];
const TOUCHED = ['untouched', 'read', 'written', 'written'];
const SHARINGS = ['shared', 'shared', 'private'];
const CACHED = ['clean', 'clean', 'dirty', 'absent'];
const SIZES = [1, 2, 4, 4, 4, 6, 8];
const FOLIOS = [16, 32, 64, 64, 128];

const size = (pages: number): string => `${pages * 4} KiB`;
const file = (type: string, pages: number): string => `${type} ${size(pages)}`;
const content = (random: Random, pages: number): string => random.of(['', '', ` content "${'abcdefgh'.slice(0, pages)}"`, ' content "x"']);

/** How often it is drawn, and how. */
const KINDS: readonly (readonly [number, Draw])[] = [
    [8, (random) => {
        const pages = random.of(SIZES);
        return { map: `anon ${size(pages)} ${random.of(['written', 'written', `written content "${'pqr'.slice(0, pages)}"`, 'written mlocked', 'lazyfree', 'untouched', 'read', 'written protection read', 'written protection none', 'populate', 'written at address 0x20000000'])}`, pages };
    }],
    [6, (random) => ({ map: `anon 2 MiB ${random.of(['written thp', 'written thp', 'written thp', 'written thp mlocked', 'lazyfree thp', 'read thp', 'untouched thp', 'written thp protection read'])}`, pages: 512 })],
    [1, (random) => ({ map: `anon 4 MiB ${random.of(['written thp', 'untouched thp'])}`, pages: 1024 })],
    [4, (random) => {
        const folio = random.of(FOLIOS);
        const folios = random.of([1, 1, 2]);
        return { map: `anon ${folio * folios} KiB ${random.of(['written', 'written', 'written mlocked', 'lazyfree'])} folio ${folio} KiB`, pages: folio * folios / 4 };
    }],
    [3, (random) => {
        const pages = random.of(SIZES);
        return { map: `shared-anon ${size(pages)} ${random.of(['written', 'written', 'untouched', 'read', 'written mlocked', 'written sysv', 'written memfd'])}`, pages };
    }],
    [5, (random) => {
        const count = random.of([1, 2, 2]);
        return { map: `hugetlb 2 MiB ${count} page${count === 1 ? '' : 's'} ${random.of(['written', 'written', 'untouched', 'read', 'written shared', 'untouched shared', 'written mlocked'])}`, pages: 512 * count, machine: [random.of(POOL)] };
    }],
    [3, (random) => {
        const pages = random.of(SIZES);
        return { map: `anon ${size(pages)} ${random.of(['swapcache clean', 'swapcache clean', 'swapcache dirty', 'swapped'])}`, pages, machine: [random.of(SWAPS)] };
    }],
    [2, (random) => {
        const pages = random.of([1, 2, 4]);
        return { map: `anon ${size(pages)} written content "${'kkkk'.slice(0, pages)}" ksm twins`, pages, again: [`anon ${size(pages)} written content "${'kkkk'.slice(0, pages)}" ksm twins`] };
    }],
    [1, () => ({ map: 'anon 16 KiB uffd-poison', pages: 4 })],
    [4, (random) => {
        const pages = random.of(SIZES);
        const use = (): string => `FILE ${random.of(SHARINGS)} ${random.of([...TOUCHED, 'read mlocked', 'written mlocked'])}`;
        return { map: use(), pages, file: `${file(random.of(['memfd', 'tmpfs', 'tmpfs', 'ramfs']), pages)}${random.chance(50) ? ' absent' : content(random, pages)}`, again: [use(), use()] };
    }],
    [6, (random) => {
        const pages = random.of(SIZES);
        const use = (): string => `FILE ${random.of(SHARINGS)} ${random.of([...TOUCHED, 'read mlocked', 'written mlocked'])}`;
        return { map: use(), pages, file: `${file('ext4', pages)} ${random.of(CACHED)}${content(random, pages)}`, again: [use(), use()] };
    }],
    [1, (random) => {
        const use = (): string => `FILE ${random.of(SHARINGS)} ${random.of(TOUCHED)} pages 1..2`;
        return { map: use(), pages: 2, file: `${file(random.of(['ext4', 'tmpfs']), 4)} ${random.of(['clean', 'dirty'])} content "abcd"`, again: [use()] };
    }],
    [1, (random) => ({ map: `FILE ${random.of(SHARINGS)} ${random.of(TOUCHED)}`, pages: 512, file: 'tmpfs 2 MiB folio 2 MiB', again: ['FILE shared read', 'FILE private written'] })],
    [1, (random) => ({ map: `FILE shared ${random.of(TOUCHED)}`, pages: 4, file: `block-device 16 KiB ${random.of(['clean', 'dirty', 'absent'])}`, again: ['FILE shared read', 'FILE private written'] })],
    [1, (random) => ({ map: `FILE shared ${random.of(TOUCHED)}`, pages: 4, file: `sysv-shm 16 KiB absent${random.chance(40) ? ' locked' : ''}`, again: ['FILE shared read', 'FILE shared written'] })],
    [2, (random) => ({ map: `FILE shared ${random.of(['written', 'read', 'untouched'])}`, pages: 4, file: 'secretmem 16 KiB absent', again: ['FILE shared read', 'FILE shared written'] })],
    [2, (random) => {
        const use = (): string => `FILE ${random.of(SHARINGS)} ${random.of(['written', 'read', 'untouched'])}`;
        return { map: use(), pages: 1024, machine: [random.of(POOL)], file: `${random.of(['memfd-hugetlb', 'hugetlbfs'])} 2 MiB 2 pages absent`, again: [use()] };
    }],
    [1, (random) => ({ map: random.of(['vdso', 'vvar', 'io_uring']), pages: 1 })],
];
const WEIGHTED: readonly Draw[] = weighted(KINDS);

export function drawMemory(random: Random): DrawnMemory {
    const { map, pages, machine, file: made, again } = random.of(WEIGHTED)(random);
    return { map, pages, machine: machine ?? [], file: made ?? null, again: again ?? [] };
}

/** Memory of the kernel, and of nobody, that a scenario may name. */
export const REGIONS: readonly string[] = [
    'free 1 page', 'free 1 page', 'free 4 pages', 'slab 1 page', 'slab-tail 1 page', 'page-table 1 page', 'reserved 1 page', 'kernel-text 1 page', 'kernel-rodata 1 page', 'kernel-data 1 page', 'kernel-bss 1 page', 'zero-page', 'huge-zero',
];
