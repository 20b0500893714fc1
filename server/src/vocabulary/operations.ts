/**
 * Every step a timeline can hold: its word, who may take it, its parameters.
 * The checker, lowering, completion, signature help and hovers read this table; the simulator has one
 * function per `id`. Parameter names are the keys of `Step.args`.
 */

export type ParameterKind =
    /** Frame or address: mapping page or range, region, file page, bound page, `pfn N`, `phys N`, `address N`. */
    | 'place'
    /** A declared mapping, file, file description, process, region, swap, filesystem, machine: its name. */
    | 'mapping' | 'file' | 'description' | 'process' | 'region' | 'swap' | 'filesystem'
    /** One word of the listed table. */
    | 'word'
    /** A number; `quantity` says what it counts. */
    | 'bytes' | 'count' | 'time' | 'number'
    /** 64 bits, decimal or hex; lowered to hex text. */
    | 'register'
    /** A quoted string. */
    | 'text';

export interface Parameter {
    readonly name: string;
    readonly kind: ParameterKind;
    readonly optional?: true;
    /** A size that may use all 64 bits; lowered to text. */
    readonly large?: true;
    /** Word that stands before the argument: `into`, `from`, `to`, `at`, `on`, `in`, `by`, `length`, ... */
    readonly after?: string;
    /** Words allowed when kind is `word`. */
    readonly words?: readonly string[];
    readonly doc: string;
}

/** Who can stand before the colon. `none`: the step has no actor (or is done by root). */
export type ActorKind = 'none' | 'task' | 'kernel';

export interface Operation {
    /** The word in the language, also `Step.op`. */
    readonly id: string;
    readonly actors: readonly ActorKind[];
    readonly parameters: readonly Parameter[];
    /** Name introduced with `as NAME`, if any. */
    readonly introduces?: 'process' | 'thread' | 'description' | 'file';
    /** The operation that ends what this one begins; in a race it may happen at any later window. */
    readonly undoneBy?: string;
    /** It sleeps on that lock, so it cannot happen at a window whose holder has it. */
    readonly needs?: 'folio lock';
    /** A task gives addresses of its own: it cannot name memory that only another process maps. */
    readonly ownAddresses?: true;
    /** It visits every page of what it names, one by one. */
    readonly eachPage?: true;
    readonly doc: string;
}

const place = (name: string, doc: string, more: Partial<Parameter> = {}): Parameter => ({ name, kind: 'place', doc, ...more });
const word = (name: string, words: readonly string[], doc: string, more: Partial<Parameter> = {}): Parameter => ({ name, kind: 'word', words, doc, ...more });
const MADVICE = ['MADV_HWPOISON', 'MADV_SOFT_OFFLINE', 'MADV_FREE', 'MADV_DONTNEED', 'MADV_PAGEOUT', 'MADV_COLD', 'MADV_WILLNEED', 'MADV_POPULATE_READ', 'MADV_POPULATE_WRITE', 'MADV_HUGEPAGE', 'MADV_MERGEABLE', 'MADV_COLLAPSE', 'MADV_REMOVE', 'MADV_GUARD_INSTALL', 'MADV_GUARD_REMOVE'];
const HOLDERS = ['io_uring', 'vmsplice', 'longterm'];

/** Steps that a sweep can take: each acts on one frame, its `target`, and is done by nobody in particular. */
export const SWEPT_OPERATIONS: ReadonlySet<string> = new Set(['corrupt-pfn', 'unpoison-pfn', 'hard_offline_page', 'soft_offline_page', 'machine-check', 'machine-check-registers', 'ghes', 'scrub', 'dma', 'cec-threshold']);

export const OPERATIONS: readonly Operation[] = [
    // Entry points of memory_failure() and its relatives.
    { id: 'corrupt-pfn', actors: ['none', 'task'], doc: 'Write a PFN to the debugfs file hwpoison/corrupt-pfn: memory_failure(pfn, MF_SW_SIMULATED).', parameters: [
        place('target', 'The frame; a virtual page stands for the frame mapped there now.', { optional: true }),
        { name: 'raw', kind: 'text', optional: true, doc: 'Text to write instead of a number, for malformed input.' }] },
    { id: 'unpoison-pfn', actors: ['none', 'task'], doc: 'Write a PFN to the debugfs file hwpoison/unpoison-pfn: unpoison_memory(pfn).', parameters: [
        place('target', 'The frame.', { optional: true }), { name: 'raw', kind: 'text', optional: true, doc: 'Text to write instead of a number.' }] },
    { id: 'hard_offline_page', actors: ['none', 'task'], doc: 'Write a physical address to /sys/devices/system/memory/hard_offline_page: memory_failure(pfn, MF_SW_SIMULATED).', parameters: [
        place('target', 'The frame, or a byte address in it.', { optional: true }), { name: 'raw', kind: 'text', optional: true, doc: 'Text to write instead of a number.' }] },
    { id: 'soft_offline_page', actors: ['none', 'task'], doc: 'Write a physical address to /sys/devices/system/memory/soft_offline_page: soft_offline_page(pfn, 0).', parameters: [
        place('target', 'The frame, or a byte address in it.', { optional: true }), { name: 'raw', kind: 'text', optional: true, doc: 'Text to write instead of a number.' }] },
    { id: 'open-inject-file', actors: ['none', 'task'], doc: 'open() a file of /sys/kernel/debug/hwpoison for reading.', parameters: [word('file', ['corrupt-pfn', 'unpoison-pfn'], 'Which file.')] },
    { id: 'read-inject-file', actors: ['none', 'task'], doc: 'read() a file of /sys/kernel/debug/hwpoison; the files are write-only.', parameters: [word('file', ['corrupt-pfn', 'unpoison-pfn'], 'Which file.')] },
    { id: 'madvise', actors: ['task'], eachPage: true, ownAddresses: true, doc: 'madvise(addr, length, advice) by the acting task.', parameters: [
        place('target', 'First page, range of pages, or a raw address.'),
        { name: 'length', kind: 'bytes', large: true, optional: true, after: 'length', doc: 'Length in bytes when it is not that of the named pages; `length 0` is allowed.' },
        word('advice', MADVICE, 'The advice.')] },
    { id: 'process_madvise', actors: ['task'], eachPage: true, doc: 'process_madvise() on the named process.', parameters: [
        place('target', 'Page or range.'), word('advice', MADVICE, 'The advice.'), { name: 'process', kind: 'process', optional: true, after: 'of', doc: 'Target process; default: the caller.' }] },
    { id: 'machine-check', actors: ['none'], doc: 'A machine check of that meaning hits the address.', parameters: [
        word('severity', ['AO', 'AR', 'UE', 'UCNA', 'CE', 'fatal'], 'Corrected; uncorrected: found in the background (AO; UE is the same), noticed in passing (UCNA), consumed by a CPU (AR); fatal: the processor or firmware gives up. The machine makes the registers, or the record of firmware, of it.'),
        place('target', 'The byte address that is bad.', { after: 'at', optional: true }),
        { name: 'cpu', kind: 'number', optional: true, after: 'cpu', doc: 'CPU that takes it; default: the one that runs a task, else 0.' },
        word('broadcast', ['broadcast', 'lmce', 'single'], 'The exception goes to all CPUs, to one with MCG_STATUS.LMCES, or to one that does not say so; default: what the vendor\'s generation does.', { optional: true }),
        word('restart', ['no-ripv', 'no-eipv', 'no-ripv-no-eipv'], 'Restart or error IP not valid.', { optional: true }),
        word('fetch', ['load', 'fetch'], 'Data load or instruction fetch; default load.', { optional: true }),
        word('threshold', ['threshold'], 'Firmware first, corrected errors: firmware says that its threshold is exceeded.', { optional: true }),
        word('firmware', ['unclaimed'], 'arm64, action required: firmware has no record for the abort.', { optional: true })] },
    { id: 'machine-check-registers', actors: ['none'], doc: 'A machine check given by its registers.', parameters: [
        { name: 'bank', kind: 'number', after: 'bank', optional: true, doc: 'Bank number; default 9.' },
        { name: 'status', kind: 'register', after: 'status', doc: 'MCi_STATUS.' },
        { name: 'mcgStatus', kind: 'register', after: 'mcg_status', optional: true, doc: 'MCG_STATUS; default 5: MCIP and RIPV.' },
        place('target', 'MCi_ADDR.', { after: 'at', optional: true }),
        { name: 'address', kind: 'register', after: 'addr', optional: true, doc: 'MCi_ADDR by its number.' },
        { name: 'misc', kind: 'register', after: 'misc', optional: true, doc: 'MCi_MISC; default 0x8c: a physical address, known to a page.' },
        { name: 'ipid', kind: 'register', after: 'ipid', optional: true, doc: 'MCA_IPID (AMD): the kind of bank; a unified memory controller is 0x9600000000.' },
        { name: 'cpu', kind: 'number', after: 'cpu', optional: true, doc: 'CPU that takes it.' },
        word('broadcast', ['broadcast', 'single', 'poll'], 'To all CPUs, to one, or found by polling; default: what the registers mean. Without UC there is no exception, and without MCIP only where the text says so.', { optional: true })] },
    { id: 'ghes', actors: ['none'], doc: 'Firmware hands over a record (a generic error status block): asynchronous, or behind the next external abort.', parameters: [
        word('severity', ['recoverable', 'corrected', 'fatal', 'informational'], 'Severity of the record.'),
        place('target', 'The address that the section names; none: it is not valid.', { after: 'at', optional: true }),
        word('section', ['recoverable', 'corrected', 'fatal', 'informational'], 'Severity of its section; default: that of the record.', { after: 'section', optional: true }),
        word('processor', ['cache', 'tlb', 'bus', 'micro-architectural', 'none'], 'An ARM processor error section with an error of that type, instead of a memory error.', { after: 'processor', optional: true }),
        { name: 'vendor', kind: 'text', after: 'vendor', optional: true, doc: 'A section of neither memory nor a processor, by its GUID: an interconnect, an interrupt controller, an IOMMU.' },
        word('threshold', ['threshold'], 'Firmware says that its threshold of corrected errors is exceeded.', { optional: true }),
        { name: 'mask', kind: 'register', after: 'mask', optional: true, doc: 'physical_address_mask; 0: not valid. Default: a page of 4 KiB.' },
        { name: 'type', kind: 'number', after: 'type', optional: true, doc: 'Kind of memory error, by its number; default 3 (multi-bit ECC), corrected: 2.' },
        { name: 'sections', kind: 'number', after: 'sections', optional: true, doc: 'How many such sections the record has; default 1.' },
        { name: 'source', kind: 'number', after: 'source', optional: true, doc: 'Number of the error source.' },
        word('behind', ['abort'], 'arm64: the record lies ready, and the next abort in user mode takes it.', { after: 'behind', optional: true })] },
    { id: 'latent', actors: ['none'], doc: 'Memory goes bad and nobody knows yet: whoever meets it first learns of it. Written `latent error at PLACE`.', parameters: [
        word('what', ['error'], 'What is latent.'), place('target', 'The place that is bad.', { after: 'at' }),
        word('firmware', ['unclaimed'], 'arm64: firmware does not know of it either; an abort there finds no record.', { optional: true })] },
    { id: 'scrub', actors: ['none'], doc: 'The scrubber of the memory controller reads the place: it reports what is bad there.', parameters: [place('target', 'The place.')] },
    { id: 'dma', actors: ['none'], doc: 'A device reads the place: the memory controller notices what is bad there.', parameters: [place('target', 'The place.')] },
    { id: 'cec-threshold', actors: ['none'], doc: 'The corrected errors collector reaches its threshold for the frame: queued soft offline.', parameters: [place('target', 'The frame.')] },

    // What a task does with its memory.
    { id: 'read', actors: ['task', 'kernel'], eachPage: true, ownAddresses: true, doc: 'Load from the page (a task), or the kernel reads the page; of a range, one page after the other, until a signal comes.', parameters: [
        place('target', 'The page or range.'), { name: 'in', kind: 'text', optional: true, after: 'in', doc: 'Kernel function that reads.' }, word('from', ['interrupt'], 'The kernel reads in an interrupt: an oops there is always a panic.', { optional: true, after: 'from' })] },
    { id: 'write', actors: ['task', 'kernel'], eachPage: true, ownAddresses: true, doc: 'Store to the page; of a range, to one page after the other, until a signal comes.', parameters: [
        place('target', 'The page or range.'), { name: 'content', kind: 'text', optional: true, doc: 'One character a page, which fills it; the last one repeats; default "Z".' }, { name: 'in', kind: 'text', optional: true, after: 'in', doc: 'Kernel function that writes.' }] },
    { id: 'exec', actors: ['task'], eachPage: true, ownAddresses: true, doc: 'Instruction fetch from the page, or from one page of the range after the other.', parameters: [place('target', 'The page or range.')] },
    { id: 'write-from', actors: ['task'], eachPage: true, ownAddresses: true, doc: 'write() of a user buffer: the kernel reads the page.', parameters: [
        place('target', 'The buffer.'), { name: 'length', kind: 'bytes', optional: true, after: 'length', doc: 'Bytes; default 64.' }, word('to', ['pipe', 'tmpfs'], 'Where to.', { after: 'to', optional: true }), word('direct', ['direct'], 'O_DIRECT: the pages are pinned, all or none of them.', { optional: true })] },
    { id: 'read-into', actors: ['task'], eachPage: true, ownAddresses: true, doc: 'read() into a user buffer: the kernel writes the page.', parameters: [
        place('target', 'The buffer.'), { name: 'length', kind: 'bytes', optional: true, after: 'length', doc: 'Bytes; default 64.' }, word('from', ['pipe', 'tmpfs'], 'Where from.', { after: 'from', optional: true }), word('direct', ['direct'], 'O_DIRECT: the pages are pinned, all or none of them.', { optional: true })] },
    { id: 'process_vm_readv', actors: ['task'], eachPage: true, doc: 'process_vm_readv() from memory of any process: the bytes before the first page that cannot be had.', parameters: [place('target', 'The page or range.'), { name: 'length', kind: 'bytes', optional: true, after: 'length', doc: 'Bytes; default 64, or the pages of a range.' }] },
    { id: 'process_vm_writev', actors: ['task'], eachPage: true, doc: 'process_vm_writev() to memory of any process.', parameters: [place('target', 'The page or range.'), { name: 'length', kind: 'bytes', optional: true, after: 'length', doc: 'Bytes; default 64, or the pages of a range.' }] },
    { id: 'read-proc-mem', actors: ['task'], eachPage: true, doc: 'pread() of /proc/PID/mem, the caller\'s own or that of another process.', parameters: [place('target', 'The page or range.'), { name: 'length', kind: 'bytes', optional: true, after: 'length', doc: 'Bytes; default 64, or the pages of a range.' }] },
    { id: 'write-proc-mem', actors: ['task'], eachPage: true, doc: 'pwrite() of /proc/PID/mem.', parameters: [place('target', 'The page or range.'), { name: 'length', kind: 'bytes', optional: true, after: 'length', doc: 'Bytes; default 64, or the pages of a range.' }] },
    { id: 'ptrace', actors: ['task'], doc: 'ptrace() on a word in the page of another process, which is traced.', parameters: [word('request', ['PTRACE_PEEKDATA', 'PTRACE_POKEDATA'], 'Read or write.'), place('target', 'The page.')] },
    { id: 'vmsplice', actors: ['task'], eachPage: true, ownAddresses: true, doc: 'vmsplice() of the page into a pipe: an extra reference on success.', parameters: [place('target', 'The page.')] },
    { id: 'read-pipe', actors: ['task', 'none'], doc: 'read() 4096 bytes from the pipe that holds the page (after vmsplice, or a pipe-buffer region).', parameters: [place('target', 'The page held by the pipe.', { optional: true })] },
    { id: 'futex', actors: ['task'], ownAddresses: true, doc: 'futex() on a word in the page.', parameters: [place('target', 'The page.'), word('operation', ['FUTEX_WAKE', 'FUTEX_WAIT'], 'Shared wake or private wait.')] },
    { id: 'openat', actors: ['task'], ownAddresses: true, doc: 'open() with the path string in the page.', parameters: [place('target', 'The page.')] },
    { id: 'clock_gettime', actors: ['task'], ownAddresses: true, doc: 'clock_gettime() with the result written to the page.', parameters: [place('target', 'The page.')] },
    { id: 'mincore', actors: ['task'], eachPage: true, ownAddresses: true, doc: 'mincore() over the range.', parameters: [place('target', 'The range.')] },
    { id: 'move_pages', actors: ['task'], doc: 'move_pages() query of the page.', parameters: [place('target', 'The page.')] },
    { id: 'mlock', actors: ['task'], eachPage: true, ownAddresses: true, doc: 'mlock().', parameters: [place('target', 'The range.')] },
    { id: 'mlockall', actors: ['task'], eachPage: true, doc: 'mlockall(MCL_CURRENT).', parameters: [] },
    { id: 'munlock', actors: ['task'], eachPage: true, ownAddresses: true, doc: 'munlock().', parameters: [place('target', 'The range.')] },
    { id: 'mprotect', actors: ['task'], ownAddresses: true, doc: 'mprotect().', parameters: [place('target', 'The range.'), word('protection', ['PROT_NONE', 'PROT_READ', 'PROT_WRITE'], 'PROT_WRITE means read and write.')] },
    { id: 'mremap', actors: ['task'], eachPage: true, ownAddresses: true, doc: 'mremap(MREMAP_MAYMOVE | MREMAP_FIXED): the range moves with its entries; the pages go by the names of the new place.', parameters: [place('target', 'The pages to move.'), place('to', 'Where the first one goes.', { after: 'to' }), word('flag', ['MREMAP_DONTUNMAP'], 'The old range stays mapped, and is empty.', { optional: true })] },
    { id: 'munmap', actors: ['task'], ownAddresses: true, doc: 'munmap().', parameters: [place('target', 'Page, range or whole mapping.')] },
    { id: 'pin', actors: ['task'], eachPage: true, ownAddresses: true, doc: 'Take a reference on the pages that lasts.', parameters: [place('target', 'The range.'), word('by', HOLDERS, 'Who holds it: io_uring fixed buffer, a pipe, another long-term user.', { after: 'by' })] },
    { id: 'unpin', actors: ['task'], eachPage: true, ownAddresses: true, doc: 'Drop the references taken by `pin` or vmsplice.', parameters: [place('target', 'The range.')] },
    { id: 'fork', actors: ['task'], introduces: 'process', doc: 'fork(): a child that shares every page copy-on-write.', parameters: [] },
    { id: 'pthread_create', actors: ['task'], introduces: 'thread', doc: 'pthread_create(): a thread that inherits policy, signal mask and name of its creator.', parameters: [] },
    { id: 'clone', actors: ['task'], introduces: 'process', doc: 'clone(CLONE_VM): a process of its own in the same address space.', parameters: [word('flags', ['CLONE_VM'], 'What is shared.')] },
    { id: 'vfork', actors: ['task'], introduces: 'process', doc: 'vfork(): a child in the same address space; the caller waits until it ends or runs another program.', parameters: [] },
    { id: 'exit', actors: ['task'], doc: 'The process exits; `db.worker: exit` ends that thread alone.', parameters: [] },
    { id: 'pthread_exit', actors: ['task'], doc: 'The calling thread ends, the main one too; the others go on.', parameters: [] },
    { id: 'kill', actors: ['none', 'task'], doc: 'kill(): stops a process, or lets it go on; what it was sent meanwhile is delivered then.', parameters: [{ name: 'process', kind: 'process', doc: 'The process.' }, word('signal', ['SIGSTOP', 'SIGCONT'], 'The signal.')] },
    { id: 'sigtimedwait', actors: ['task'], doc: 'sigtimedwait() without waiting: takes a pending SIGBUS with its siginfo, where it is blocked; EAGAIN where none is pending.', parameters: [word('signal', ['SIGBUS'], 'The signal.')] },
    { id: 'read-signalfd', actors: ['task'], doc: 'read() of a signalfd: as sigtimedwait.', parameters: [word('signal', ['SIGBUS'], 'The signal.')] },
    { id: 'uffdio-poison', actors: ['task'], eachPage: true, ownAddresses: true, doc: 'ioctl(UFFDIO_POISON): pages where nothing is mapped act as if they were poisoned.', parameters: [place('target', 'The range.')] },
    { id: 'execve', actors: ['task'], doc: 'execve(): a new address space, the same kill policy.', parameters: [] },
    { id: 'prctl', actors: ['task'], doc: 'prctl(): kill policy of the calling thread.', parameters: [
        word('option', ['PR_MCE_KILL', 'PR_MCE_KILL_GET'], 'Which call.'),
        { name: 'arg2', kind: 'word', words: ['PR_MCE_KILL_SET', 'PR_MCE_KILL_CLEAR'], optional: true, doc: 'arg2, by name or number.' },
        { name: 'arg3', kind: 'word', words: ['PR_MCE_KILL_EARLY', 'PR_MCE_KILL_LATE', 'PR_MCE_KILL_DEFAULT'], optional: true, doc: 'arg3, by name or number.' },
        { name: 'arg4', kind: 'number', optional: true, doc: 'arg4; must be 0.' }, { name: 'arg5', kind: 'number', optional: true, doc: 'arg5; must be 0.' }] },
    { id: 'capset', actors: ['task'], doc: 'Give up or regain CAP_SYS_ADMIN.', parameters: [word('change', ['drop', 'raise'], 'Which way.'), word('capability', ['CAP_SYS_ADMIN'], 'The capability.')] },
    { id: 'sigaction', actors: ['task'], doc: 'Change what SIGBUS does.', parameters: [word('signal', ['SIGBUS'], 'The signal.'), word('disposition', ['default', 'ignored', 'longjmp', 'returning', 'remapping', 'exiting'], 'The new disposition.')] },
    { id: 'sigprocmask', actors: ['task'], doc: 'Block or unblock SIGBUS in the calling thread.', parameters: [word('how', ['SIG_BLOCK', 'SIG_UNBLOCK'], 'Which way.'), word('signal', ['SIGBUS'], 'The signal.')] },
    { id: 'sigpending', actors: ['task'], doc: 'Is SIGBUS pending for the calling thread?', parameters: [word('signal', ['SIGBUS'], 'The signal.')] },
    { id: 'pagemap', actors: ['task'], doc: 'Which frame does the page have in /proc/self/pagemap?', parameters: [place('target', 'The page.')] },

    // Files.
    { id: 'mmap', actors: ['task'], doc: 'mmap(), written as `map` in a declaration: `db: mmap again = log shared`. As there, the pages are touched right away, unless it says `untouched`.', parameters: [] },
    { id: 'open', actors: ['task', 'none'], introduces: 'description', doc: 'open() a file: a new open file description.', parameters: [{ name: 'file', kind: 'file', doc: 'The file.' }] },
    { id: 'creat', actors: ['task', 'none'], introduces: 'file', doc: 'Create a file in a file system.', parameters: [{ name: 'filesystem', kind: 'filesystem', after: 'on', doc: 'The file system.' }] },
    { id: 'close', actors: ['task', 'none'], doc: 'close() a descriptor. A file that is unlinked, or never had a name, goes with its last one.', parameters: [{ name: 'description', kind: 'description', doc: 'A file that the process has open, or a name introduced by `open ... as`.' }] },
    { id: 'pread', actors: ['task', 'none'], eachPage: true, doc: 'pread() of the file into a healthy buffer: from the page, or `+ offset` in it.', parameters: [place('target', 'File page, range or byte.'), { name: 'length', kind: 'bytes', optional: true, after: 'length', doc: 'Bytes; default 64, or the pages of a range.' }] },
    { id: 'pwrite', actors: ['task', 'none'], eachPage: true, needs: 'folio lock', doc: 'pwrite() of the file from a healthy buffer: at the page, or `+ offset` in it.', parameters: [place('target', 'File page, range or byte.'), { name: 'content', kind: 'text', optional: true, doc: 'What is written. One character (default "n") stands for a buffer full of it, as long as the pages named; a longer text is written as it is.' }, { name: 'length', kind: 'bytes', optional: true, after: 'length', doc: 'Bytes of that character.' }] },
    { id: 'splice', actors: ['task', 'none'], eachPage: true, doc: 'splice() of the file into a pipe, which holds the pages of the page cache until it is read.', parameters: [place('target', 'File page, range or byte.'), { name: 'length', kind: 'bytes', optional: true, after: 'length', doc: 'Bytes; default 64, or the pages of a range.' }] },
    { id: 'sendfile', actors: ['task', 'none'], eachPage: true, doc: 'sendfile() of the file.', parameters: [place('target', 'File page, range or byte.'), { name: 'length', kind: 'bytes', optional: true, after: 'length', doc: 'Bytes; default 64, or the pages of a range.' }] },
    { id: 'copy_file_range', actors: ['task', 'none'], eachPage: true, doc: 'copy_file_range() from the file into a healthy one.', parameters: [place('target', 'File page, range or byte.'), { name: 'length', kind: 'bytes', optional: true, after: 'length', doc: 'Bytes; default 64, or the pages of a range.' }] },
    { id: 'lseek', actors: ['task', 'none'], doc: 'lseek() for data or a hole from there on.', parameters: [place('target', 'File page or byte.'), word('whence', ['SEEK_DATA', 'SEEK_HOLE'], 'What is looked for.')] },
    { id: 'fsync', actors: ['task', 'none'], eachPage: true, needs: 'folio lock', doc: 'fsync() through an open file description.', parameters: [{ name: 'description', kind: 'description', doc: 'A file (the description its first user opened) or a name introduced by `open ... as`.' }] },
    { id: 'syncfs', actors: ['task', 'none'], eachPage: true, needs: 'folio lock', doc: 'syncfs() through an open file description: tells it once of an error of any file of the file system.', parameters: [{ name: 'description', kind: 'description', doc: 'A file, or a name introduced by `open ... as`.' }] },
    { id: 'msync', actors: ['task'], eachPage: true, ownAddresses: true, needs: 'folio lock', doc: 'msync(MS_SYNC).', parameters: [place('target', 'Mapping or range.')] },
    { id: 'fallocate', actors: ['task', 'none'], eachPage: true, needs: 'folio lock', doc: 'fallocate(): punches a hole (FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE), or allocates (mode 0).', parameters: [place('target', 'File page or range.'), word('mode', ['PUNCH_HOLE', 'ALLOCATE_RANGE'], 'The mode.')] },
    { id: 'ftruncate', actors: ['task', 'none'], eachPage: true, needs: 'folio lock', doc: 'ftruncate().', parameters: [{ name: 'file', kind: 'file', doc: 'The file.' }, { name: 'length', kind: 'bytes', doc: 'New size.' }] },
    { id: 'unlink', actors: ['task', 'none'], doc: 'Remove the file; its pages go when nobody has it open.', parameters: [{ name: 'file', kind: 'file', doc: 'The file.' }] },

    // What the kernel or root does.
    { id: 'allocate', actors: ['kernel'], doc: 'The allocator hands the frame out for that use.', parameters: [place('target', 'The frame.'), { name: 'kind', kind: 'word', words: [], after: 'as', optional: true, doc: 'Page kind; default driver.' }] },
    { id: 'free', actors: ['kernel'], eachPage: true, doc: 'The owner frees the pages.', parameters: [place('target', 'The pages.')] },
    { id: 'reclaim', actors: ['kernel'], eachPage: true, doc: 'Reclaim visits the page, or every page of the range.', parameters: [place('target', 'The page or range.')] },
    { id: 'writeback', actors: ['kernel'], eachPage: true, needs: 'folio lock', doc: 'Write the dirty page back, or every page of the range.', parameters: [place('target', 'The page or range.')] },
    { id: 'isolate', actors: ['kernel'], doc: 'Take the page off the LRU, with a reference, as reclaim, migration and compaction do: folio_isolate_lru().', undoneBy: 'putback', parameters: [place('target', 'The page.')] },
    { id: 'putback', actors: ['kernel'], doc: 'Put an isolated page back on the LRU: folio_putback_lru().', parameters: [place('target', 'The page.')] },
    { id: 'lru-add', actors: ['kernel'], doc: 'Put the page on a per-CPU batch of pages that wait for the LRU: folio_add_lru().', undoneBy: 'lru-drain', parameters: [place('target', 'The page.')] },
    { id: 'lru-drain', actors: ['kernel'], doc: 'Drain the LRU batches: lru_add_drain_all().', parameters: [place('target', 'The page that waits on one.')] },
    { id: 'pcp-refill', actors: ['kernel'], doc: 'Somebody needs another page, and the list of its CPU is refilled: a batch of free pages leaves the buddy lists, the page among them. rmqueue_bulk().', parameters: [place('target', 'The free page.')] },
    { id: 'mark-dirty', actors: ['kernel'], doc: 'Set PG_dirty without the folio lock, as the zapping of a dirty page-table entry or the release of a DMA pin does: folio_mark_dirty().', parameters: [place('target', 'The page.')] },
    { id: 'get', actors: ['kernel'], doc: 'Take a reference on the page that nothing in the scenario accounts for, as GUP, reclaim or a batch drain does for a moment: folio_get().', undoneBy: 'put', parameters: [place('target', 'The page.')] },
    { id: 'put', actors: ['kernel'], doc: 'Drop a reference taken with `get`: folio_put().', parameters: [place('target', 'The page.')] },
    { id: 'start-writeback', actors: ['kernel'], doc: 'Begin to write the dirty page back: folio_start_writeback().', undoneBy: 'end-writeback', needs: 'folio lock', parameters: [place('target', 'The page.')] },
    { id: 'end-writeback', actors: ['kernel'], doc: 'The page has reached the disk: folio_end_writeback().', parameters: [place('target', 'The page.')] },
    { id: 'split', actors: ['kernel'], doc: 'Split a large folio into base pages, as memory pressure or a partial unmap does: split_huge_page().', needs: 'folio lock', parameters: [place('target', 'Any page of it.')] },
    { id: 'collapse', actors: ['kernel'], doc: 'khugepaged copies 2 MiB of base pages into a huge page and frees them: collapse_huge_page().', needs: 'folio lock', parameters: [place('target', 'Any page of the range.')] },
    { id: 'dissolve', actors: ['kernel'], doc: 'The hugetlb pool gives up a free huge page, as a smaller nr_hugepages asks for.', parameters: [place('target', 'Any page of it.')] },
    { id: 'demote', actors: ['kernel'], doc: 'A free huge page of 1 GiB becomes free huge pages of 2 MiB, as a write to /sys/kernel/mm/hugepages/*/demote asks for.', parameters: [place('target', 'Any page of it.')] },
    { id: 'swap-in', actors: ['kernel'], eachPage: true, needs: 'folio lock', doc: 'Read the page, or every page of the range, back from swap into the swap cache.', parameters: [place('target', 'The page or range.')] },
    { id: 'merge', actors: ['kernel'], needs: 'folio lock', doc: 'KSM merges two pages with the same contents.', parameters: [place('target', 'First page.'), place('with', 'Second page.', { after: 'with' })] },
    { id: 'drop_caches', actors: ['none'], doc: 'Write to /proc/sys/vm/drop_caches: clean pages of files that nobody maps leave the page cache.', parameters: [] },
    { id: 'swapoff', actors: ['none', 'task'], doc: 'swapoff().', parameters: [{ name: 'swap', kind: 'swap', doc: 'The swap area.' }] },
    { id: 'offline-block', actors: ['none'], doc: 'Set the memory block of the frame offline.', parameters: [place('target', 'Any frame of it.')] },
    { id: 'online-block', actors: ['none'], doc: 'Set the memory block of the frame online again.', parameters: [place('target', 'Any frame of it.')] },
    { id: 'kpageflags', actors: ['none'], doc: 'Read /proc/kpageflags of the frame.', parameters: [place('target', 'The frame.')] },
    { id: 'hugepages', actors: ['none', 'task'], doc: 'Read nr_hugepages and free_hugepages of the default size.', parameters: [word('which', ['nr_hugepages', 'free_hugepages'], 'One of them; default both.', { optional: true })] },
    { id: 'sysctl', actors: ['none'], doc: 'Write a sysctl. Written `sysctl NAME = VALUE`.', parameters: [{ name: 'name', kind: 'text', doc: 'Its name.' }, { name: 'value', kind: 'number', doc: 'The value.' }] },
    { id: 'filter', actors: ['none'], doc: 'Write a corrupt-filter file of hwpoison-inject. Written `filter NAME = VALUE`.', parameters: [{ name: 'name', kind: 'text', doc: 'Its name.' }, { name: 'value', kind: 'text', doc: 'The value.' }] },
    { id: 'run', actors: ['none'], doc: 'From now on the CPU runs that task. Written `cpu N runs TASK in user mode`.', parameters: [] },
    { id: 'phase', actors: ['none'], doc: 'Label the steps that follow; output and outline show it.', parameters: [{ name: 'label', kind: 'text', doc: 'The label (a word or a string).' }] },
    { id: 'wait', actors: ['none'], doc: 'Let time pass.', parameters: [{ name: 'duration', kind: 'time', doc: 'How long.' }] },
    { id: 'kexec', actors: ['none'], doc: 'Boot the next kernel over this one.', parameters: [] },
    { id: 'reboot', actors: ['none'], doc: 'Warm reboot through firmware.', parameters: [] },
    { id: 'power-cycle', actors: ['none'], doc: 'Power off and on.', parameters: [] },
];

export const OPERATION_BY_ID: ReadonlyMap<string, Operation> = new Map(OPERATIONS.map((operation) => [operation.id, operation]));

/** Entries to memory_failure(), soft_offline_page() and unpoison_memory(): mf_mutex keeps them apart, so none races with another. */
const SERIALISED: ReadonlySet<string> = new Set(['corrupt-pfn', 'unpoison-pfn', 'hard_offline_page', 'soft_offline_page', 'machine-check', 'machine-check-registers', 'ghes', 'scrub', 'dma', 'cec-threshold']);
const SERIALISED_ADVICE: ReadonlySet<unknown> = new Set(['MADV_HWPOISON', 'MADV_SOFT_OFFLINE']);

/** Steps that nobody takes beside another. */
const ALONE: ReadonlySet<string> = new Set(['latent', 'wait', 'phase', 'sysctl', 'filter', 'run', 'kexec', 'reboot', 'power-cycle']);

/** Can a step race with memory_failure()? `serialised`: it waits until the handler is done; `alone`: it is nothing that another task does meanwhile. */
export function raceFitness(id: string, advice?: unknown): 'fit' | 'serialised' | 'alone' {
    return SERIALISED.has(id) || SERIALISED_ADVICE.has(advice) ? 'serialised' : ALONE.has(id) ? 'alone' : 'fit';
}
