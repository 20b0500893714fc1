/** What the words of the language itself mean: keywords, attributes, claims, words of steps. Words of the kernel are in their tables. */
import { describeAll, type WordDescription } from './lookup.js';
import { OPERATIONS } from './operations.js';
import { CLAIMS, CONDITION_SUBJECTS, CONSTRUCTS, type Attribute, type Construct } from './settings.js';

/** Where a word stands, so that its meaning there comes first. */
export type WordContext =
    /** First word of an item or of a construct inside one. */
    | { readonly in: 'construct' }
    /** An argument of the declaration that begins with that word. */
    | { readonly in: 'declaration'; readonly construct: string }
    | { readonly in: 'step'; readonly operation: string }
    | { readonly in: 'claim' }
    | { readonly in: 'condition' };

/** Words that only hold others together. */
const GLUE = {
    and: 'Both conditions hold.',
    or: 'At least one of the conditions holds.',
    not: 'The condition, or the claim `poisoned`, does not hold.',
    as: 'Names what the step brings in: a child, an open file description, a file. In `allocate`, the use that the frame is handed out for.',
    on: 'The shared machine that a scenario runs on, or the file system that a file is on.',
    of: 'What is swept over (`every page of web`), or the second word of `one of`.',
    every: '`sweep every page of ...`: the step once for each page.',
    with: 'Series that are not merged, applied to the kernel; in a condition: the kernel carries the proposal.',
    when: 'Limits an expectation to kernels, sysctls, architectures, options, proposals.',
    runs: 'Which task the CPU runs: `cpu 1 runs db.main in user mode`.',
    root: 'The test harness: acts with all capabilities and is no process of the scenario.',
    kernel: 'As the actor of a step: the kernel itself reads, writes, allocates, frees, reclaims.',
    main: 'The main thread of a process.',
    pfn: 'A page frame by its number, or where a range begins.',
    phys: 'A page frame by a physical byte address in it, or where a range begins.',
    address: 'A raw virtual address, or where a mapping begins.',
    anon: 'Private anonymous memory.',
    hugetlb: 'A pool of huge pages, or memory from one.',
    inode: 'The inode number of a cgroup, which the filter compares.',
    to: 'Who gets a signal, or where data goes.',
    at: 'Where: the address that a signal carries, the byte that an error hits; at the start of a step, when.',
    lsb: 'si_addr_lsb: the size of the damage as the log2 of its bytes; 12 for a base page of 4 KiB, 21 for a huge page.',
    times: 'How many such signals the step sends.',
    least: 'A share of a sweep: `at least 80 %`.',
    most: 'A share of a sweep: `at most 0.5 %`.',
    signal: '`no signal`: nobody is signalled by the step.',
    lost: 'The contents are gone, and nobody has been told.',
    stale: 'An older copy has taken the place of the contents.',
    intact: 'The contents are what they were.',
    total: 'Node statistics: all memory failures of the node.',
    ignored: 'Node statistics: memory failures with the result Ignored. After `sigbus`: SIGBUS is ignored.',
    failed: 'Node statistics: memory failures with the result Failed.',
    delayed: 'Node statistics: memory failures with the result Delayed.',
    recovered: 'Node statistics: memory failures with the result Recovered.',
    default: 'After `sigbus`: SIGBUS kills the process.',
    blocked: 'After `sigbus`: SIGBUS is blocked in the thread.',
    handler: 'After `sigbus`: the process has a handler for SIGBUS; the next word says how it ends.',
    longjmp: 'The handler leaves the faulting access behind.',
    returning: 'The handler returns, and the access faults again.',
    user: '`user mode`: the CPU executes the task\'s own code.',
    mode: '`user mode`, `kernel mode`: where the CPU was.',
    recoverable: '`kernel recoverable`: kernel code with a fix-up for machine checks.',
    'copy-from-user': 'The kernel copies from user memory for a system call: poison there makes the copy fall short.',
    interrupt: 'In an interrupt: an oops there is always a panic.',
    poison: '`ecc poison`: memory poisons the data of an uncorrected error, and whoever loads them is stopped.',
    deliver: '`ecc deliver`: the error is reported and the wrong data are delivered all the same.',
    simulated: '`ecc simulated`: uncorrected errors are made up by software; the memory is healthy.',
    threshold: 'arm64: firmware says that a page has had too many corrected errors.',
    unclaimed: 'arm64: firmware has no record for the abort.',
    by: 'Who holds a pin.',
    io_uring: 'A fixed buffer of io_uring: a long-term pin.',
    vmsplice: 'A pipe that holds a reference on the page.',
    longterm: 'Another long-term pin, such as RDMA.',
    'x86-64': 'The x86 architecture with 64 bits; base pages of 4 KiB.',
    arm64: 'The arm architecture with 64 bits; base pages of 4, 16 or 64 KiB.',
    intel: 'x86 CPUs made by Intel.',
    amd: 'x86 CPUs made by AMD.',
    always: 'Transparent huge pages wherever they fit.',
    madvise: 'Transparent huge pages only where MADV_HUGEPAGE asks for them.',
    device: 'A device number, or a swap area on a block device.',
    zram: 'A swap area in compressed memory.',
    y: 'The option is on.',
    n: 'The option is off.',
    CAP_SYS_ADMIN: 'The capability that every injection needs.',
} as const satisfies Record<string, string>;

const words = new Map<string, { readonly context: WordContext['in'] | 'glue'; readonly of: string; readonly description: WordDescription }[]>();

function add(word: string, context: WordContext['in'] | 'glue', of: string, title: string, doc: string): void {
    const known = words.get(word) ?? [];
    words.set(word, known);
    if (!known.some(({ description }) => description.title === title && description.doc === doc)) {
        known.push({ context, of, description: { title, doc } });
    }
}

for (const construct of CONSTRUCTS) {
    add(construct.word, 'construct', construct.word, construct.form, withDefault(construct));
    construct.attributes.forEach((attribute) => addAttribute(construct, attribute));
}
for (const { word, form, doc } of CLAIMS) {
    add(word, 'claim', word, form, doc);
}
for (const { word, form, doc } of CONDITION_SUBJECTS) {
    add(word, 'condition', word, form, doc);
}
for (const { id, parameters } of OPERATIONS) {
    for (const { name, after, words: choices = [], doc } of parameters) {
        [...after === undefined ? [] : [after], ...choices].forEach((word) => add(word, 'step', id, `${id}: ${after ?? name}`, doc));
    }
}
for (const [word, doc] of Object.entries(GLUE)) {
    add(word, 'glue', word, word, doc);
}

function withDefault({ doc, default: initial }: Construct): string {
    return initial === undefined ? doc : `${doc} Default: ${initial}.`;
}

function addAttribute(construct: Construct, { word, choices = [], doc }: Attribute): void {
    [...word.split(' '), ...choices].forEach((part) => add(part, 'declaration', construct.word, `${construct.word} ... ${word}`, doc));
}

/** Everything that the language means by a word, the meaning where it stands first; then what the tables of the kernel say. */
export function describeInContext(word: string, context?: WordContext): readonly WordDescription[] {
    const own = words.get(word) ?? [];
    const fitting = context === undefined ? [] : own.filter((meaning) => meaning.context === context.in && fits(meaning.of, context));
    if (fitting.length > 0) {
        return [...fitting.map(({ description }) => description), ...describeAll(word).filter(({ title }) => context?.in !== 'claim' || title !== word)];
    }
    const kernel = describeAll(word);
    return kernel.length > 0 ? kernel : own.map(({ description }) => description);
}

function fits(of: string, context: WordContext): boolean {
    switch (context.in) {
        case 'declaration': return of === context.construct;
        case 'step': return of === context.operation;
        default: return true;
    }
}

/** Every word of the language's own tables, each once. */
export function languageWords(): string[] {
    return [...words.keys()];
}
