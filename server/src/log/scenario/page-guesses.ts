/** Which pages give a type of `recovery action`, as pieces of the language. Data: the model decides which of them it was. */
import type { MfType } from '../../vocabulary/mf-types.js';

/** A page that memory_failure() may have met. */
export interface PageGuess {
    /** What a person would call it. */
    readonly what: string;
    /** Declarations of the machine. `{pfn}` is where the page lies, `{hugePage}` which page of 2 MiB it is. */
    readonly machine?: readonly string[];
    /** Lines of the process that has it mapped. */
    readonly process?: readonly string[];
    /** The page, as a step names it. */
    readonly target: string;
    /** It is declared at its frame; else frames before it are filled until it lies there. */
    readonly at: 'declared' | 'allocated';
}

const region = (kind: string, what = kind): PageGuess => ({ what, machine: [`region bad = ${kind} 1 page at pfn {pfn}`], target: 'bad', at: 'declared' });
const mapped = (what: string, line: string, more: readonly string[] = []): PageGuess => ({ what, process: [`map bad = ${line}`, ...more], target: 'bad[0]', at: 'allocated' });
const file = (what: string, kind: string): PageGuess => ({ what, machine: [`file bad = ${kind}`], target: 'bad[0]', at: 'allocated' });
const inHuge = (page: PageGuess): PageGuess => ({ ...page, target: 'bad[{hugePage}]' });
const pinned = (count: number): string[] => Array.from({ length: count }, () => 'pin bad[0] by longterm');
const SWAP = ['swap sw = device 64 MiB'];

const ANON = mapped('anonymous memory of a process', 'anon 1 page written');
const KERNEL = [region('slab', 'a slab page'), region('vmalloc', 'vmalloc memory'), region('page-table', 'a page table'), region('driver', 'a driver\'s page'), region('reserved', 'a reserved page')];

export const PAGES_BY_TYPE: Readonly<Partial<Record<MfType, readonly PageGuess[]>>> = {
    MF_MSG_KERNEL: KERNEL,
    MF_MSG_GET_HWPOISON: KERNEL,
    MF_MSG_UNKNOWN: KERNEL,
    MF_MSG_BUDDY: [region('free', 'a free page'), region('free-pcp', 'a free page on a per-CPU list')],
    MF_MSG_DIRTY_LRU: [ANON, file('shared memory', 'tmpfs 1 page'), file('a dirty file page', 'ext4 1 page dirty'), ...[1, 2].map((count) => mapped('anonymous memory that is pinned', 'anon 1 page written', pinned(count)))],
    MF_MSG_CLEAN_LRU: [file('a file page in the page cache', 'ext4 1 page'), { what: 'a mapped file page', machine: ['file log = ext4 1 page'], process: ['map bad = log shared read'], target: 'bad[0]', at: 'allocated' }],
    MF_MSG_DIRTY_UNEVICTABLE_LRU: [file('a page of ramfs', 'ramfs 1 page'), file('a locked segment', 'sysv-shm 1 page locked'), file('secret memory', 'secretmem 1 page')],
    MF_MSG_CLEAN_UNEVICTABLE_LRU: [file('guest memory (guest_memfd)', 'guest_memfd 1 page')],
    MF_MSG_HUGE: [mapped('a hugetlb page', 'hugetlb 2 MiB 1 page'), file('a hugetlbfs page', 'hugetlbfs 2 MiB 1 page')].map(inHuge),
    MF_MSG_FREE_HUGE: [region('hugetlb-free', 'a free hugetlb page')],
    MF_MSG_UNSPLIT_THP: [mapped('a transparent huge page that is pinned', 'anon 2 MiB thp', ['pin bad[0] by longterm'])].map(inHuge),
    MF_MSG_DIRTY_SWAPCACHE: [0, 1, 2].map((count) => ({ ...mapped(count === 0 ? 'a page in the swap cache' : 'a page in the swap cache that is pinned', 'anon 1 page swapcache dirty', pinned(count)), machine: SWAP })),
    MF_MSG_CLEAN_SWAPCACHE: [{ ...mapped('a page in the swap cache', 'anon 1 page swapcache clean'), machine: SWAP }],
    MF_MSG_DAX: [{ what: 'device memory (devdax)', machine: ['pmem pm = 64 MiB at phys {blockPhys} devdax'], process: ['map bad = pm 64 MiB'], target: 'bad[{blockPage}]', at: 'declared' }],
    MF_MSG_ALREADY_POISONED: [region('free', 'a free page'), ANON, ...KERNEL.slice(0, 1)],
};

/** Where no action was printed. */
export const PAGES_WITHOUT_ACTION: readonly PageGuess[] = [ANON, region('slab', 'a slab page'), region('free', 'a free page'), file('a file page', 'ext4 1 page'), mapped('anonymous memory that is pinned', 'anon 1 page written', ['pin bad[0] by longterm'])];
