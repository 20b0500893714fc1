/** Kinds of memory that random scenarios map: everything that the guest can make. */
import { PC_GUEST, type Guest } from '../kernels/platforms.js';
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

type Draw = (random: Random, sizes: Sizes) => { readonly map: string; readonly pages: number; readonly machine?: readonly string[]; readonly file?: string; readonly again?: readonly string[] };

const SWAPS = ['swap sw = device 64 MiB', 'swap sw = device 64 MiB', 'swap sw = zram 64 MiB', 'swap sw = file 4 MiB'];
const POOL = ['6 pages', '6 pages', '2 pages', '2 pages overcommit 3', '5 pages'];
const TOUCHED = ['untouched', 'read', 'written', 'written'];
const SHARINGS = ['shared', 'shared', 'private'];
const CACHED = ['clean', 'clean', 'dirty', 'absent'];
const SIZES = [1, 2, 4, 4, 4, 6, 8];
/** Pages of a large folio. */
const FOLIOS = [4, 8, 16, 16, 32];

/** Sizes on the machine that is drawn for, as the language writes them. */
interface Sizes {
    readonly ofPages: (pages: number) => string;
    /** Pages of a transparent huge page, and of the huge page that is drawn most. */
    readonly hugePages: number;
    readonly ofHuge: (count: number) => string;
    readonly pool: (random: Random) => string;
    readonly file: (type: string, pages: number) => string;
}

function sizesOf({ pageBytes, thpBytes }: Guest): Sizes {
    const ofPages = (pages: number): string => `${pages * pageBytes / 2 ** 10} KiB`;
    const ofHuge = (count: number): string => `${count * thpBytes / 2 ** 20} MiB`;
    return { ofPages, ofHuge, hugePages: thpBytes / pageBytes, pool: (random) => `hugetlb ${ofHuge(1)} ${random.of(POOL)}`, file: (type, pages) => `${type} ${ofPages(pages)}` };
}

const content = (random: Random, pages: number): string => random.of(['', '', ` content "${'abcdefgh'.slice(0, pages)}"`, ' content "x"']);

/** How often it is drawn, and how. */
const KINDS: readonly (readonly [number, Draw])[] = [
    [8, (random, { ofPages }) => {
        const pages = random.of(SIZES);
        return { map: `anon ${ofPages(pages)} ${random.of(['written', 'written', `written content "${'pqr'.slice(0, pages)}"`, 'written mlocked', 'lazyfree', 'untouched', 'read', 'written protection read', 'written protection none', 'populate', 'written at address 0x20000000'])}`, pages };
    }],
    [6, (random, { ofHuge, hugePages }) => ({ map: `anon ${ofHuge(1)} ${random.of(['written thp', 'written thp', 'written thp', 'written thp mlocked', 'lazyfree thp', 'read thp', 'untouched thp', 'written thp protection read'])}`, pages: hugePages })],
    [1, (random, { ofHuge, hugePages }) => ({ map: `anon ${ofHuge(2)} ${random.of(['written thp', 'untouched thp'])}`, pages: 2 * hugePages })],
    [4, (random, { ofPages }) => {
        const folio = random.of(FOLIOS);
        const folios = random.of([1, 1, 2]);
        return { map: `anon ${ofPages(folio * folios)} ${random.of(['written', 'written', 'written mlocked', 'lazyfree'])} folio ${ofPages(folio)}`, pages: folio * folios };
    }],
    [3, (random, { ofPages }) => {
        const pages = random.of(SIZES);
        return { map: `shared-anon ${ofPages(pages)} ${random.of(['written', 'written', 'untouched', 'read', 'written mlocked', 'written sysv', 'written memfd'])}`, pages };
    }],
    [5, (random, { ofHuge, hugePages, pool }) => {
        const count = random.of([1, 2, 2]);
        return { map: `hugetlb ${ofHuge(1)} ${count} page${count === 1 ? '' : 's'} ${random.of(['written', 'written', 'untouched', 'read', 'written shared', 'untouched shared', 'written mlocked'])}`, pages: hugePages * count, machine: [pool(random)] };
    }],
    [3, (random, { ofPages }) => {
        const pages = random.of(SIZES);
        return { map: `anon ${ofPages(pages)} ${random.of(['swapcache clean', 'swapcache clean', 'swapcache dirty', 'swapped'])}`, pages, machine: [random.of(SWAPS)] };
    }],
    [2, (random, { ofPages }) => {
        const pages = random.of([1, 2, 4]);
        return { map: `anon ${ofPages(pages)} written content "${'kkkk'.slice(0, pages)}" ksm twins`, pages, again: [`anon ${ofPages(pages)} written content "${'kkkk'.slice(0, pages)}" ksm twins`] };
    }],
    [1, (_random, { ofPages }) => ({ map: `anon ${ofPages(4)} uffd-poison`, pages: 4 })],
    [4, (random, { file }) => {
        const pages = random.of(SIZES);
        const use = (): string => `FILE ${random.of(SHARINGS)} ${random.of([...TOUCHED, 'read mlocked', 'written mlocked'])}`;
        return { map: use(), pages, file: `${file(random.of(['memfd', 'tmpfs', 'tmpfs', 'ramfs']), pages)}${random.chance(50) ? ' absent' : content(random, pages)}`, again: [use(), use()] };
    }],
    [6, (random, { file }) => {
        const pages = random.of(SIZES);
        const use = (): string => `FILE ${random.of(SHARINGS)} ${random.of([...TOUCHED, 'read mlocked', 'written mlocked'])}`;
        return { map: use(), pages, file: `${file('ext4', pages)} ${random.of(CACHED)}${content(random, pages)}`, again: [use(), use()] };
    }],
    [1, (random, { file }) => {
        const use = (): string => `FILE ${random.of(SHARINGS)} ${random.of(TOUCHED)} pages 1..2`;
        return { map: use(), pages: 2, file: `${file(random.of(['ext4', 'tmpfs']), 4)} ${random.of(['clean', 'dirty'])} content "abcd"`, again: [use()] };
    }],
    [1, (random, { ofHuge, hugePages }) => ({ map: `FILE ${random.of(SHARINGS)} ${random.of(TOUCHED)}`, pages: hugePages, file: `tmpfs ${ofHuge(1)} folio ${ofHuge(1)}`, again: ['FILE shared read', 'FILE private written'] })],
    [1, (random, { ofPages }) => ({ map: `FILE shared ${random.of(TOUCHED)}`, pages: 4, file: `block-device ${ofPages(4)} ${random.of(['clean', 'dirty', 'absent'])}`, again: ['FILE shared read', 'FILE private written'] })],
    [1, (random, { ofPages }) => ({ map: `FILE shared ${random.of(TOUCHED)}`, pages: 4, file: `sysv-shm ${ofPages(4)} absent${random.chance(40) ? ' locked' : ''}`, again: ['FILE shared read', 'FILE shared written'] })],
    [2, (random, { ofPages }) => ({ map: `FILE shared ${random.of(['written', 'read', 'untouched'])}`, pages: 4, file: `secretmem ${ofPages(4)} absent`, again: ['FILE shared read', 'FILE shared written'] })],
    [2, (random, { ofHuge, hugePages, pool }) => {
        const use = (): string => `FILE ${random.of(SHARINGS)} ${random.of(['written', 'read', 'untouched'])}`;
        return { map: use(), pages: 2 * hugePages, machine: [pool(random)], file: `${random.of(['memfd-hugetlb', 'hugetlbfs'])} ${ofHuge(1)} 2 pages absent`, again: [use()] };
    }],
    [1, (random) => ({ map: random.of(['vdso', 'vvar', 'io_uring']), pages: 1 })],
];
const WEIGHTED: readonly Draw[] = weighted(KINDS);

export function drawMemory(random: Random, guest: Guest = PC_GUEST): DrawnMemory {
    const { map, pages, machine, file: made, again } = random.of(WEIGHTED)(random, sizesOf(guest));
    return { map, pages, machine: machine ?? [], file: made ?? null, again: again ?? [] };
}

/** Memory of the kernel, and of nobody, that a scenario may name. */
export const REGIONS: readonly string[] = [
    'free 1 page', 'free 1 page', 'free 4 pages', 'slab 1 page', 'slab-tail 1 page', 'page-table 1 page', 'reserved 1 page', 'kernel-text 1 page', 'kernel-rodata 1 page', 'kernel-data 1 page', 'kernel-bss 1 page', 'zero-page', 'huge-zero',
];
