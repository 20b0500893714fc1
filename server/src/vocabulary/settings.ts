/**
 * The words of declarations and of the timeline's own constructs: how each is written, its
 * attributes, its default. The reader of arguments, syntax errors, completion, hovers and the
 * language reference read this table. Steps are in operations.ts.
 */

import type { Availability } from './availability.js';
import { BOOT_USES } from './boot-uses.js';
import { carriersOver } from './carriers.js';
import { CLAIM_WORDS, CONSTRUCT_WORDS } from './words/construct-words.js';
import { lateField } from './with-words.js';

/** What stands after an attribute word. */
export type AttributeValue =
    /** Bytes or pages: `16 KiB`, `4 pages`. */
    | 'size'
    /** A whole number, decimal or hex. */
    | 'number'
    /** A physical or virtual byte address: a number, or bytes such as `512 MiB`. */
    | 'address'
    /** `0..3`, counted in pages. */
    | 'range'
    /** `259:0`. */
    | 'device'
    | 'text'
    /** One of `choices`, or any word when there are none. */
    | 'word'
    /** The name of something declared. */
    | 'reference'
    | 'place';

export interface Attribute extends Availability {
    /** The word, or the words: `written`, `at pfn`, `forked from`. */
    readonly word: string;
    readonly value?: AttributeValue;
    readonly choices?: readonly string[];
    /** Attributes of one group exclude each other. */
    readonly group?: string;
    readonly optionalValue?: true;
    /** Can be said several times. */
    readonly repeatable?: true;
    /** Stands behind the value of that attribute and nowhere else. */
    readonly follows?: string;
    readonly doc: string;
}

export interface Construct {
    readonly word: string;
    readonly form: string;
    /** What holds when the text says nothing. */
    readonly default?: string;
    readonly attributes: readonly Attribute[];
    readonly doc: string;
}

export interface Claim extends Availability {
    readonly word: string;
    readonly form: string;
    readonly doc: string;
}

/** What they are for is read when it is first shown. */
function explained<Row extends { readonly word: string; readonly doc: string }>(rows: readonly Omit<Row, 'doc'>[], words: () => Readonly<Record<string, string>>): readonly Row[] {
    for (const row of rows) {
        const { word } = row as Row;
        lateField(row, 'doc', () => words()[word]!);
    }
    return rows as readonly Row[];
}

const flag = (word: string, doc: string, group?: string): Attribute => ({ word, doc, ...(group === undefined ? {} : { group }) });
const valued = (word: string, value: AttributeValue, doc: string, group?: string): Attribute => ({ word, value, doc, ...(group === undefined ? {} : { group }) });
const choice = (word: string, choices: readonly string[], doc: string): Attribute => ({ word, value: 'word', choices, doc });

const AT_PFN = valued('at pfn', 'number', 'The first page frame number.', 'where');
const AT_PHYS = valued('at phys', 'address', 'The first physical address.', 'where');
const SIZE = valued('size', 'size', 'How long the range is.');
const CONTENT = valued('content', 'text', 'One letter a page; the last one repeats.');
const RANGE = [AT_PHYS, AT_PFN, SIZE];

export const MAPPING_ATTRIBUTES: readonly Attribute[] = [
    flag('untouched', 'The owner has not touched the pages: nothing is mapped.', 'touched'),
    flag('read', 'The owner has read every page.', 'touched'),
    flag('written', 'The owner has written every page.', 'touched'),
    flag('populate', 'MAP_POPULATE, of an mmap() as a step: the pages are faulted in within the call, which succeeds even where one is poisoned.', 'touched'),
    CONTENT,
    flag('shared', 'MAP_SHARED.', 'sharing'),
    flag('private', 'MAP_PRIVATE.', 'sharing'),
    valued('pages', 'range', 'The part of the file or region that is mapped, as in `log[2..3]`; default: all of it.'),
    flag('thp', 'Backed by transparent huge pages of 2 MiB.', 'folio'),
    { ...valued('folio', 'size', 'Backed by folios of that size (mTHP).', 'folio'), since: '6.8' },
    flag('mlocked', 'mlock()ed.'),
    flag('lazyfree', 'MADV_FREEd after it was written.'),
    flag('swapped', 'Every page is on swap; the page table holds swap entries.', 'swap'),
    { word: 'swapcache', value: 'word', choices: ['clean', 'dirty', 'unmapped'], group: 'swap', doc: 'Every page is in the swap cache: mapped and clean, mapped and dirty, or no longer mapped.' },
    valued('ksm', 'word', 'Merged by KSM with every mapping that names the same group.'),
    choice('protection', ['none', 'read', 'write', 'exec'], 'mprotect()ed; `write` means read and write.'),
    { ...flag('uffd-poison', 'Marked with UFFDIO_POISON.'), since: '6.6' },
    valued('at address', 'address', 'The virtual address of its first page.'),
    flag('memfd', 'The shared memory comes from memfd_create().', 'segment'),
    flag('sysv', 'The shared memory is a SysV segment.', 'segment'),
];

/** What a booting kernel meets before it reads any list; each can be said several times. */
const PLACED: readonly Attribute[] = [
    { ...valued('where', 'place', 'Frames that the next kernel has put to use before it reads the list; `is` says as what.'), repeatable: true },
    { ...choice('is', Object.keys(BOOT_USES), 'What the next kernel has made of the frames.'), repeatable: true, follows: 'where' },
    { ...valued('error at', 'place', 'An error hits the frame early in the boot, before a list can be published.'), repeatable: true },
];

export const CONSTRUCTS: readonly Construct[] = /* @__PURE__ */ explained<Construct>([
    { word: 'import', form: 'import "file.hwp"', attributes: [] },
    { word: 'machine', form: 'machine NAME { declarations }', attributes: [] },
    { word: 'scenario', form: 'scenario "title" [on MACHINE] { declarations, then steps }', attributes: [] },
    { word: 'kernel', form: 'kernel VERSION [with PROPOSAL, ...]', default: 'kernel 7.3', attributes: [] },
    { word: 'arch', form: 'arch x86-64|arm64 [page size SIZE]', default: 'arch x86-64', attributes: [valued('page size', 'size', 'Size of a base page.')] },
    { word: 'size', form: 'page size SIZE', default: 'page size 4 KiB', attributes: [] },
    { word: 'memory', form: 'memory SIZE [at phys ADDRESS]', default: 'memory 1 GiB', attributes: [valued('at phys', 'address', 'Where RAM begins; default: at 0.')] },
    { word: 'cpus', form: 'cpus N', default: 'cpus 2', attributes: [] },
    { word: 'vendor', form: 'vendor intel|amd [GENERATION]', default: 'vendor intel', attributes: [] },
    { word: 'ecc', form: 'ecc poison|deliver|simulated', default: 'ecc poison', attributes: [] },
    { word: 'firmware', form: 'firmware first|native', default: 'native on x86-64, first on arm64', attributes: [] },
    { word: 'boot', form: 'boot "PARAMETER ..."', default: 'none', attributes: [] },
    { word: 'node', form: 'node N at phys ADDRESS size SIZE', default: 'one node that spans all RAM', attributes: RANGE },
    { word: 'hole', form: 'hole at phys ADDRESS size SIZE', default: 'none', attributes: RANGE },
    { word: 'offline', form: 'offline at phys ADDRESS size SIZE', default: 'none', attributes: RANGE },
    { word: 'movable', form: 'movable at phys ADDRESS size SIZE', default: 'none', attributes: RANGE },
    { word: 'thp', form: 'thp always|madvise|never', default: 'thp always', attributes: [] },
    { word: 'hugetlb', form: 'hugetlb SIZE COUNT pages [reserved N] [overcommit N]', default: 'no pools', attributes: [
        valued('reserved', 'number', 'Huge pages promised to mappings and not yet faulted in.'), valued('overcommit', 'number', 'nr_overcommit_hugepages.'),
    ] },
    { word: 'balloon', form: 'balloon SIZE', default: 'none', attributes: [] },
    { word: 'sysctl', form: 'sysctl NAME = VALUE', default: 'the kernel\'s defaults', attributes: [] },
    { word: 'filter', form: 'filter NAME = VALUE', default: 'off', attributes: [] },
    { word: 'config', form: 'config OPTION = y|n', default: 'a distribution\'s choice', attributes: [] },
    { word: 'region', form: 'region NAME = KIND ["label"] SIZE [at pfn N] [content "A"]', attributes: [AT_PFN, AT_PHYS, CONTENT] },
    { word: 'filesystem', form: 'filesystem NAME = TYPE [device MAJOR:MINOR] [dax on PMEM] [huge]', attributes: [
        valued('device', 'device', 'Its device number, for the filter; default: one of its own.'), valued('dax on', 'reference', 'Mounted `-o dax` on that persistent memory.'), flag('huge', 'tmpfs mounted `huge=always`.'),
    ] },
    { word: 'file', form: 'file NAME = TYPE SIZE [on FILESYSTEM] [clean|dirty|absent|writeback] [folio SIZE] [content "ab"]', attributes: [
        valued('on', 'reference', 'The file system that holds it; default: one of its own.'),
        flag('clean', 'All pages are cached and clean; the default.', 'cached'), flag('dirty', 'All pages are cached and dirty.', 'cached'),
        flag('absent', 'No page is cached.', 'cached'), flag('writeback', 'All pages are being written back.', 'cached'),
        valued('folio', 'size', 'Size of its page cache folios; default: one page.'), CONTENT,
        flag('locked', 'SHM_LOCKed: unevictable.'), flag('held', 'The file system holds the buffers (superblock, journal).'),
    ] },
    { word: 'swap', form: 'swap NAME = device|file|zram SIZE', attributes: [] },
    { word: 'pmem', form: 'pmem NAME = SIZE at phys ADDRESS fsdax|devdax|raw [align SIZE]', attributes: [
        AT_PHYS, AT_PFN, flag('fsdax', 'A block device for file systems mounted `-o dax`.', 'mode'), flag('devdax', 'A character device that is mapped directly.', 'mode'),
        flag('raw', 'Without struct pages.', 'mode'), valued('align', 'size', 'Mapping granule of devdax; default 2 MiB.'),
    ] },
    { word: 'cgroup', form: 'cgroup NAME = inode N', attributes: [valued('inode', 'number', 'Its inode number, which the filter compares.')] },
    { word: 'process', form: 'process NAME [pid N] [comm "name"] [in CGROUP] [forked from PROCESS] [without CAP_SYS_ADMIN] { threads, mappings, pins }', attributes: [
        valued('pid', 'number', 'Its pid; default: counted up.'), valued('comm', 'text', 'Its command name; default: its name.'), valued('in', 'reference', 'The memory cgroup that its pages are charged to.'),
        valued('forked from', 'reference', 'Shares the pages of that process copy-on-write and inherits policy and disposition.'), choice('without', ['CAP_SYS_ADMIN'], 'Lacks the capability that every injection needs.'),
    ] },
    { word: 'thread', form: 'thread NAME [tid N] [comm "name"] { prctl, sigbus }', attributes: [valued('tid', 'number', 'Its thread id; default: counted up.'), valued('comm', 'text', 'Its command name, where it has set one; default: that of its creator, the process.')] },
    { word: 'prctl', form: 'prctl PR_MCE_KILL_EARLY|PR_MCE_KILL_LATE|PR_MCE_KILL_DEFAULT', default: 'prctl PR_MCE_KILL_DEFAULT', attributes: [] },
    { word: 'sigbus', form: 'sigbus default|ignored|blocked|handler longjmp|handler returning|handler remapping|handler exiting [STATUS]|python|node|go|go-panic-on-fault|java|redis|qemu|qemu-kvm', default: 'sigbus default', attributes: [] },
    { word: 'map', form: 'map NAME = anon|shared-anon|hugetlb|FILE|REGION|KIND SIZE [untouched|read|written] [attributes]', attributes: MAPPING_ATTRIBUTES },
    { word: 'guest', form: 'guest NAME backed by MAPPING { kernel, settings, regions, processes }', attributes: [valued('backed by', 'reference', 'The mapping of the process that is the guest\'s memory, from address 0 on.')] },
    { word: 'in', form: 'in GUEST step | expect in GUEST CLAIM', attributes: [] },
    { word: 'pin', form: 'pin PLACE by io_uring|vmsplice|longterm', attributes: [] },
    { word: 'page', form: 'page NAME = PLACE', attributes: [] },
    { word: 'cpu', form: 'cpu N runs TASK in user mode | kernel mode | kernel recoverable | copy-from-user | interrupt ["function"]', default: 'idle', attributes: [] },
    { word: 'at', form: 'at TIME step | at +TIME step', default: 'one step a second', attributes: [] },
    { word: 'expect', form: 'expect CLAIM ... [when CONDITION]', attributes: [] },
    { word: 'vary', form: 'vary kernel V, V | vary sysctl NAME V, V | vary prctl|arch|page size|thp|config|filter V, V', attributes: [] },
    { word: 'race', form: 'race ACTOR: step [from PLACE]', attributes: [] },
    { word: 'sweep', form: 'sweep every page of MACHINE|PROCESS|PLACE|GUEST|node N: step', attributes: [] },
    { word: 'repeat', form: 'repeat N { steps }', attributes: [] },
    { word: 'kexec', form: 'kexec [kernel VERSION [with PROPOSAL, ...]] [memory SIZE] [carry WORD] [list N] [validate] [where PLACE is KIND ...] [error at PLACE ...]', attributes: [
        valued('memory', 'size', 'RAM that the next kernel is given; default: as much as this one has.'),
        choice('carry', carriersOver('kexec'), 'How the next kernel hears of the bad frames; default: `kho` where both kernels have the proposal, else nothing.'),
        valued('list', 'number', 'Most entries (or ranges) that there is room for; default: no bound but its own.'),
        flag('trust', 'The next kernel believes the list, as the drafts of the proposal do; the default.', 'reading'),
        flag('validate', 'The next kernel checks the list: no more entries than were preserved, PFNs inside memory, each once.', 'reading'),
        valued('count', 'number', 'Entries that the descriptor of the list claims, where that is not the truth.'),
        valued('version', 'number', 'Layout that the descriptor of the list claims; the next kernel reads version 1.'),
        ...PLACED,
    ] },
    { word: 'reboot', form: 'reboot [carry WORD] [where PLACE is KIND ...] [error at PLACE ...]', attributes: [choice('carry', carriersOver('reboot'), 'How the next kernel hears of the bad frames; default: nothing.'), ...PLACED] },
    { word: 'power-cycle', form: 'power-cycle [carry WORD] [where PLACE is KIND ...] [error at PLACE ...]', attributes: [choice('carry', carriersOver('power-cycle'), 'How the next kernel hears of the bad frames; default: nothing.'), ...PLACED] },
], () => CONSTRUCT_WORDS);

export const CONSTRUCT_BY_WORD: ReadonlyMap<string, Construct> = new Map(CONSTRUCTS.map((construct) => [construct.word, construct]));

/** How the construct that begins with the word is written; undefined for other words. */
export function formOf(word: string): string | undefined {
    return CONSTRUCT_BY_WORD.get(word)?.form;
}

/** Claims of an `expect` line, by their first word. */
export const CLAIMS: readonly Claim[] = /* @__PURE__ */ explained<Claim>([
    { word: 'MF_MSG_', form: 'MF_MSG_DIRTY_LRU [MF_RECOVERED]' },
    { word: 'MF_', form: 'MF_RECOVERED|MF_DELAYED|MF_IGNORED|MF_FAILED' },
    { word: 'errno', form: 'errno EBUSY | errno 0' },
    { word: 'SIGBUS', form: 'SIGBUS [BUS_MCEERR_AO|BUS_MCEERR_AR] [to TASK] [at PLACE] [lsb N] [times N]' },
    { word: 'no', form: 'no signal [to TASK] | no panic | no oops | no dmesg "text"' },
    { word: 'killed', form: 'killed PROCESS' },
    { word: 'survives', form: 'survives PROCESS' },
    { word: 'exited', form: 'exited PROCESS STATUS' },
    { word: 'panic', form: 'panic ["text"]' },
    { word: 'oops', form: 'oops ["text"]' },
    { word: 'dmesg', form: 'dmesg "text"' },
    { word: 'HardwareCorrupted', form: 'HardwareCorrupted SIZE' },
    { word: 'node', form: 'node N total|ignored|failed|delayed|recovered N', since: '6.3' },
    { word: 'poisoned', form: 'poisoned PLACE' },
    { word: 'not', form: 'not poisoned PLACE' },
    { word: 'contents', form: 'contents PLACE lost|stale|intact' },
    { word: 'value', form: 'value "A"' },
    { word: 'returns', form: 'returns N' },
    { word: 'text', form: 'text "..."' },
    { word: 'outcomes', form: 'outcomes { one outcome a line }' },
    { word: 'one', form: 'one of { one outcome a line }' },
    { word: 'never', form: 'never { one outcome a line }' },
], () => CLAIM_WORDS);

/** Subjects of a condition after `when`. */
export const CONDITION_SUBJECTS: readonly { readonly word: string; readonly form: string; readonly doc: string }[] = [
    { word: 'kernel', form: 'kernel >= 6.12', doc: 'The version of the kernel.' },
    { word: 'sysctl', form: 'sysctl NAME = VALUE', doc: 'The setting of a sysctl at boot.' },
    { word: 'arch', form: 'arch = arm64', doc: 'The architecture.' },
    { word: 'page', form: 'page size = 64 KiB', doc: 'The size of a base page.' },
    { word: 'thp', form: 'thp = never', doc: 'The mode of transparent huge pages.' },
    { word: 'filter', form: 'filter NAME = VALUE', doc: 'The setting of a filter file at the start.' },
    { word: 'prctl', form: 'prctl [TASK] = POLICY', doc: 'The declared kill policy of a task; without a name: of any.' },
    { word: 'config', form: 'config OPTION [= y|n]', doc: 'A kernel configuration option.' },
    { word: 'with', form: 'with PROPOSAL', doc: 'The kernel carries the proposal.' },
];
