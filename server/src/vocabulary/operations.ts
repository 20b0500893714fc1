/**
 * Every step a timeline can hold: its word, who may take it, its parameters.
 * The checker, lowering, completion, signature help and hovers read this table; the simulator has one
 * function per `id`. Parameter names are the keys of `Step.args`.
 */
import { OPERATION_WORDS } from './words/operation-words.js';
import { lateField } from './with-words.js';

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

/** Without its words: they are read when they are first shown. */
type ParameterRow = Omit<Parameter, 'doc'>;
interface OperationRow extends Omit<Operation, 'doc' | 'parameters'> { readonly parameters: readonly ParameterRow[] }

const place = (name: string, more: Partial<ParameterRow> = {}): ParameterRow => ({ name, kind: 'place', ...more });
const word = (name: string, words: readonly string[], more: Partial<ParameterRow> = {}): ParameterRow => ({ name, kind: 'word', words, ...more });
const MADVICE = ['MADV_HWPOISON', 'MADV_SOFT_OFFLINE', 'MADV_FREE', 'MADV_DONTNEED', 'MADV_PAGEOUT', 'MADV_COLD', 'MADV_WILLNEED', 'MADV_POPULATE_READ', 'MADV_POPULATE_WRITE', 'MADV_HUGEPAGE', 'MADV_MERGEABLE', 'MADV_COLLAPSE', 'MADV_REMOVE', 'MADV_GUARD_INSTALL', 'MADV_GUARD_REMOVE'];
const HOLDERS = ['io_uring', 'vmsplice', 'longterm'];

/** Steps that a sweep can take: each acts on one frame, its `target`, and is done by nobody in particular. */
export const SWEPT_OPERATIONS: ReadonlySet<string> = new Set(['corrupt-pfn', 'unpoison-pfn', 'hard_offline_page', 'soft_offline_page', 'machine-check', 'machine-check-registers', 'ghes', 'scrub', 'dma', 'cec-threshold']);

const ROWS: readonly OperationRow[] = [
    // Entry points of memory_failure() and its relatives.
    { id: 'corrupt-pfn', actors: ['none', 'task'], parameters: [
        place('target', { optional: true }),
        { name: 'raw', kind: 'text', optional: true }] },
    { id: 'unpoison-pfn', actors: ['none', 'task'], parameters: [
        place('target', { optional: true }), { name: 'raw', kind: 'text', optional: true }] },
    { id: 'hard_offline_page', actors: ['none', 'task'], parameters: [
        place('target', { optional: true }), { name: 'raw', kind: 'text', optional: true }] },
    { id: 'soft_offline_page', actors: ['none', 'task'], parameters: [
        place('target', { optional: true }), { name: 'raw', kind: 'text', optional: true }] },
    { id: 'open-inject-file', actors: ['none', 'task'], parameters: [word('file', ['corrupt-pfn', 'unpoison-pfn'])] },
    { id: 'read-inject-file', actors: ['none', 'task'], parameters: [word('file', ['corrupt-pfn', 'unpoison-pfn'])] },
    { id: 'madvise', actors: ['task'], eachPage: true, ownAddresses: true, parameters: [
        place('target'),
        { name: 'length', kind: 'bytes', large: true, optional: true, after: 'length' },
        word('advice', MADVICE)] },
    { id: 'process_madvise', actors: ['task'], eachPage: true, parameters: [
        place('target'), word('advice', MADVICE), { name: 'process', kind: 'process', optional: true, after: 'of' }] },
    { id: 'machine-check', actors: ['none'], parameters: [
        word('severity', ['AO', 'AR', 'UE', 'UCNA', 'CE', 'fatal']),
        place('target', { after: 'at', optional: true }),
        { name: 'cpu', kind: 'number', optional: true, after: 'cpu' },
        word('broadcast', ['broadcast', 'lmce', 'single'], { optional: true }),
        word('restart', ['no-ripv', 'no-eipv', 'no-ripv-no-eipv'], { optional: true }),
        word('fetch', ['load', 'fetch'], { optional: true }),
        word('threshold', ['threshold'], { optional: true }),
        word('firmware', ['unclaimed'], { optional: true })] },
    { id: 'machine-check-registers', actors: ['none'], parameters: [
        { name: 'bank', kind: 'number', after: 'bank', optional: true },
        { name: 'status', kind: 'register', after: 'status' },
        { name: 'mcgStatus', kind: 'register', after: 'mcg_status', optional: true },
        place('target', { after: 'at', optional: true }),
        { name: 'address', kind: 'register', after: 'addr', optional: true },
        { name: 'misc', kind: 'register', after: 'misc', optional: true },
        { name: 'ipid', kind: 'register', after: 'ipid', optional: true },
        { name: 'cpu', kind: 'number', after: 'cpu', optional: true },
        word('broadcast', ['broadcast', 'single', 'poll'], { optional: true })] },
    { id: 'ghes', actors: ['none'], parameters: [
        word('severity', ['recoverable', 'corrected', 'fatal', 'informational']),
        place('target', { after: 'at', optional: true }),
        word('section', ['recoverable', 'corrected', 'fatal', 'informational'], { after: 'section', optional: true }),
        word('processor', ['cache', 'tlb', 'bus', 'micro-architectural', 'none'], { after: 'processor', optional: true }),
        { name: 'vendor', kind: 'text', after: 'vendor', optional: true },
        word('threshold', ['threshold'], { optional: true }),
        { name: 'mask', kind: 'register', after: 'mask', optional: true },
        { name: 'type', kind: 'number', after: 'type', optional: true },
        { name: 'sections', kind: 'number', after: 'sections', optional: true },
        { name: 'source', kind: 'number', after: 'source', optional: true },
        word('behind', ['abort'], { after: 'behind', optional: true })] },
    { id: 'latent', actors: ['none'], parameters: [
        word('what', ['error']), place('target', { after: 'at' }),
        word('firmware', ['unclaimed'], { optional: true })] },
    { id: 'scrub', actors: ['none'], parameters: [place('target')] },
    { id: 'dma', actors: ['none'], parameters: [place('target')] },
    { id: 'cec-threshold', actors: ['none'], parameters: [place('target')] },

    // What a task does with its memory.
    { id: 'read', actors: ['task', 'kernel'], eachPage: true, ownAddresses: true, parameters: [
        place('target'), { name: 'in', kind: 'text', optional: true, after: 'in' }, word('from', ['interrupt'], { optional: true, after: 'from' })] },
    { id: 'write', actors: ['task', 'kernel'], eachPage: true, ownAddresses: true, parameters: [
        place('target'), { name: 'content', kind: 'text', optional: true }, { name: 'in', kind: 'text', optional: true, after: 'in' }] },
    { id: 'exec', actors: ['task'], eachPage: true, ownAddresses: true, parameters: [place('target')] },
    { id: 'write-from', actors: ['task'], eachPage: true, ownAddresses: true, parameters: [
        place('target'), { name: 'length', kind: 'bytes', optional: true, after: 'length' }, word('to', ['pipe', 'tmpfs'], { after: 'to', optional: true }), word('direct', ['direct'], { optional: true })] },
    { id: 'read-into', actors: ['task'], eachPage: true, ownAddresses: true, parameters: [
        place('target'), { name: 'length', kind: 'bytes', optional: true, after: 'length' }, word('from', ['pipe', 'tmpfs'], { after: 'from', optional: true }), word('direct', ['direct'], { optional: true })] },
    { id: 'process_vm_readv', actors: ['task'], eachPage: true, parameters: [place('target'), { name: 'length', kind: 'bytes', optional: true, after: 'length' }] },
    { id: 'process_vm_writev', actors: ['task'], eachPage: true, parameters: [place('target'), { name: 'length', kind: 'bytes', optional: true, after: 'length' }] },
    { id: 'read-proc-mem', actors: ['task'], eachPage: true, parameters: [place('target'), { name: 'length', kind: 'bytes', optional: true, after: 'length' }] },
    { id: 'write-proc-mem', actors: ['task'], eachPage: true, parameters: [place('target'), { name: 'length', kind: 'bytes', optional: true, after: 'length' }] },
    { id: 'ptrace', actors: ['task'], parameters: [word('request', ['PTRACE_PEEKDATA', 'PTRACE_POKEDATA']), place('target')] },
    { id: 'vmsplice', actors: ['task'], eachPage: true, ownAddresses: true, parameters: [place('target')] },
    { id: 'read-pipe', actors: ['task', 'none'], parameters: [place('target', { optional: true })] },
    { id: 'futex', actors: ['task'], ownAddresses: true, parameters: [place('target'), word('operation', ['FUTEX_WAKE', 'FUTEX_WAIT'])] },
    { id: 'openat', actors: ['task'], ownAddresses: true, parameters: [place('target')] },
    { id: 'clock_gettime', actors: ['task'], ownAddresses: true, parameters: [place('target')] },
    { id: 'mincore', actors: ['task'], eachPage: true, ownAddresses: true, parameters: [place('target')] },
    { id: 'move_pages', actors: ['task'], parameters: [place('target'), { name: 'node', kind: 'number', optional: true, after: 'node' }] },
    { id: 'mlock', actors: ['task'], eachPage: true, ownAddresses: true, parameters: [place('target')] },
    { id: 'mlockall', actors: ['task'], eachPage: true, parameters: [] },
    { id: 'munlock', actors: ['task'], eachPage: true, ownAddresses: true, parameters: [place('target')] },
    { id: 'mprotect', actors: ['task'], ownAddresses: true, parameters: [place('target'), word('protection', ['PROT_NONE', 'PROT_READ', 'PROT_WRITE'])] },
    { id: 'mremap', actors: ['task'], eachPage: true, ownAddresses: true, parameters: [place('target'), place('to', { after: 'to' }), word('flag', ['MREMAP_DONTUNMAP'], { optional: true })] },
    { id: 'munmap', actors: ['task'], ownAddresses: true, parameters: [place('target')] },
    { id: 'pin', actors: ['task'], eachPage: true, ownAddresses: true, parameters: [place('target'), word('by', HOLDERS, { after: 'by' })] },
    { id: 'unpin', actors: ['task'], eachPage: true, ownAddresses: true, parameters: [place('target')] },
    { id: 'fork', actors: ['task'], introduces: 'process', parameters: [] },
    { id: 'pthread_create', actors: ['task'], introduces: 'thread', parameters: [] },
    { id: 'clone', actors: ['task'], introduces: 'process', parameters: [word('flags', ['CLONE_VM'])] },
    { id: 'vfork', actors: ['task'], introduces: 'process', parameters: [] },
    { id: 'exit', actors: ['task'], parameters: [] },
    { id: 'pthread_exit', actors: ['task'], parameters: [] },
    { id: 'kill', actors: ['none', 'task'], parameters: [{ name: 'process', kind: 'process' }, word('signal', ['SIGSTOP', 'SIGCONT'])] },
    { id: 'sigtimedwait', actors: ['task'], parameters: [word('signal', ['SIGBUS'])] },
    { id: 'read-signalfd', actors: ['task'], parameters: [word('signal', ['SIGBUS'])] },
    { id: 'uffdio-poison', actors: ['task'], eachPage: true, ownAddresses: true, parameters: [place('target')] },
    { id: 'execve', actors: ['task'], parameters: [] },
    { id: 'prctl', actors: ['task'], parameters: [
        word('option', ['PR_MCE_KILL', 'PR_MCE_KILL_GET']),
        { name: 'arg2', kind: 'word', words: ['PR_MCE_KILL_SET', 'PR_MCE_KILL_CLEAR'], optional: true },
        { name: 'arg3', kind: 'word', words: ['PR_MCE_KILL_EARLY', 'PR_MCE_KILL_LATE', 'PR_MCE_KILL_DEFAULT'], optional: true },
        { name: 'arg4', kind: 'number', optional: true }, { name: 'arg5', kind: 'number', optional: true }] },
    { id: 'capset', actors: ['task'], parameters: [word('change', ['drop', 'raise']), word('capability', ['CAP_SYS_ADMIN'])] },
    { id: 'sigaction', actors: ['task'], parameters: [word('signal', ['SIGBUS']), word('disposition', ['default', 'ignored', 'longjmp', 'returning', 'remapping', 'exiting'])] },
    { id: 'sigprocmask', actors: ['task'], parameters: [word('how', ['SIG_BLOCK', 'SIG_UNBLOCK']), word('signal', ['SIGBUS'])] },
    { id: 'sigpending', actors: ['task'], parameters: [word('signal', ['SIGBUS'])] },
    { id: 'pagemap', actors: ['task'], parameters: [place('target')] },

    // Files.
    { id: 'mmap', actors: ['task'], parameters: [] },
    { id: 'open', actors: ['task', 'none'], introduces: 'description', parameters: [{ name: 'file', kind: 'file' }] },
    { id: 'creat', actors: ['task', 'none'], introduces: 'file', parameters: [{ name: 'filesystem', kind: 'filesystem', after: 'on' }] },
    { id: 'close', actors: ['task', 'none'], parameters: [{ name: 'description', kind: 'description' }] },
    { id: 'pread', actors: ['task', 'none'], eachPage: true, parameters: [place('target'), { name: 'length', kind: 'bytes', optional: true, after: 'length' }] },
    { id: 'pwrite', actors: ['task', 'none'], eachPage: true, needs: 'folio lock', parameters: [place('target'), { name: 'content', kind: 'text', optional: true }, { name: 'length', kind: 'bytes', optional: true, after: 'length' }] },
    { id: 'splice', actors: ['task', 'none'], eachPage: true, parameters: [place('target'), { name: 'length', kind: 'bytes', optional: true, after: 'length' }] },
    { id: 'sendfile', actors: ['task', 'none'], eachPage: true, parameters: [place('target'), { name: 'length', kind: 'bytes', optional: true, after: 'length' }] },
    { id: 'copy_file_range', actors: ['task', 'none'], eachPage: true, parameters: [place('target'), { name: 'length', kind: 'bytes', optional: true, after: 'length' }] },
    { id: 'lseek', actors: ['task', 'none'], parameters: [place('target'), word('whence', ['SEEK_DATA', 'SEEK_HOLE'])] },
    { id: 'fsync', actors: ['task', 'none'], eachPage: true, needs: 'folio lock', parameters: [{ name: 'description', kind: 'description' }] },
    { id: 'syncfs', actors: ['task', 'none'], eachPage: true, needs: 'folio lock', parameters: [{ name: 'description', kind: 'description' }] },
    { id: 'msync', actors: ['task'], eachPage: true, ownAddresses: true, needs: 'folio lock', parameters: [place('target')] },
    { id: 'fallocate', actors: ['task', 'none'], eachPage: true, needs: 'folio lock', parameters: [place('target'), word('mode', ['PUNCH_HOLE', 'ALLOCATE_RANGE'])] },
    { id: 'ftruncate', actors: ['task', 'none'], eachPage: true, needs: 'folio lock', parameters: [{ name: 'file', kind: 'file' }, { name: 'length', kind: 'bytes' }] },
    { id: 'unlink', actors: ['task', 'none'], parameters: [{ name: 'file', kind: 'file' }] },

    // What the kernel or root does.
    { id: 'allocate', actors: ['kernel'], parameters: [place('target'), { name: 'kind', kind: 'word', words: [], after: 'as', optional: true }] },
    { id: 'free', actors: ['kernel'], eachPage: true, parameters: [place('target')] },
    { id: 'reclaim', actors: ['kernel'], eachPage: true, parameters: [place('target')] },
    { id: 'writeback', actors: ['kernel'], eachPage: true, needs: 'folio lock', parameters: [place('target')] },
    { id: 'isolate', actors: ['kernel'], undoneBy: 'putback', parameters: [place('target')] },
    { id: 'putback', actors: ['kernel'], parameters: [place('target')] },
    { id: 'lru-add', actors: ['kernel'], undoneBy: 'lru-drain', parameters: [place('target')] },
    { id: 'lru-drain', actors: ['kernel'], parameters: [place('target')] },
    { id: 'pcp-refill', actors: ['kernel'], parameters: [place('target')] },
    { id: 'mark-dirty', actors: ['kernel'], parameters: [place('target')] },
    { id: 'get', actors: ['kernel'], undoneBy: 'put', parameters: [place('target')] },
    { id: 'put', actors: ['kernel'], parameters: [place('target')] },
    { id: 'start-writeback', actors: ['kernel'], undoneBy: 'end-writeback', needs: 'folio lock', parameters: [place('target')] },
    { id: 'end-writeback', actors: ['kernel'], parameters: [place('target')] },
    { id: 'split', actors: ['kernel'], needs: 'folio lock', parameters: [place('target')] },
    { id: 'collapse', actors: ['kernel'], needs: 'folio lock', parameters: [place('target')] },
    { id: 'dissolve', actors: ['kernel'], parameters: [place('target')] },
    { id: 'demote', actors: ['kernel'], parameters: [place('target')] },
    { id: 'swap-in', actors: ['kernel'], eachPage: true, needs: 'folio lock', parameters: [place('target')] },
    { id: 'merge', actors: ['kernel'], needs: 'folio lock', parameters: [place('target'), place('with', { after: 'with' })] },
    { id: 'drop_caches', actors: ['none'], parameters: [] },
    { id: 'swapoff', actors: ['none', 'task'], parameters: [{ name: 'swap', kind: 'swap' }] },
    { id: 'offline-block', actors: ['none'], parameters: [place('target')] },
    { id: 'online-block', actors: ['none'], parameters: [place('target')] },
    { id: 'kpageflags', actors: ['none'], parameters: [place('target')] },
    { id: 'hugepages', actors: ['none', 'task'], parameters: [word('which', ['nr_hugepages', 'free_hugepages'], { optional: true })] },
    { id: 'sysctl', actors: ['none'], parameters: [{ name: 'name', kind: 'text' }, { name: 'value', kind: 'number' }] },
    { id: 'filter', actors: ['none'], parameters: [{ name: 'name', kind: 'text' }, { name: 'value', kind: 'text' }] },
    { id: 'run', actors: ['none'], parameters: [] },
    { id: 'phase', actors: ['none'], parameters: [{ name: 'label', kind: 'text' }] },
    { id: 'wait', actors: ['none'], parameters: [{ name: 'duration', kind: 'time' }] },
    { id: 'kexec', actors: ['none'], parameters: [] },
    { id: 'reboot', actors: ['none'], parameters: [] },
    { id: 'power-cycle', actors: ['none'], parameters: [] },
];

function explained(row: OperationRow): Operation {
    const { id } = row;
    lateField(row, 'doc', () => OPERATION_WORDS[id]!.doc);
    row.parameters.forEach((parameter) => lateField(parameter, 'doc', () => OPERATION_WORDS[id]!.parameters[parameter.name]!));
    return row as Operation;
}

export const OPERATIONS: readonly Operation[] = /* @__PURE__ */ ROWS.map(explained);

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
