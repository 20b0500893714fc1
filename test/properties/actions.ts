import type { ArgumentValue, MappingSpec, Place, Step } from '../../server/src/simulator/program.js';
import { mapping, step } from '../simulator/programs.js';
import { BAD } from '../kernel/injections.js';

/** Where an action happens. */
export interface Scene {
    /** Process that acts; its own mapping of the page. */
    readonly actor: string;
    /** Page of a mapping of the actor, if it has one. */
    readonly page: Extract<Place, { kind: 'mapping' }> | null;
    /** Page of the file behind it, if there is one. */
    readonly filePage: Extract<Place, { kind: 'file' }> | null;
    /** Name that a child or a new mapping gets; fresh in each step. */
    readonly fresh: string;
    readonly hugetlbShift: number | undefined;
    readonly hasFrame: boolean;
}

type Action = (scene: Scene) => Step | null;

function onPage(op: string, more: Readonly<Record<string, ArgumentValue>> = {}): Action {
    return ({ actor, page }) => (page === null ? null : step(op, { target: page, ...more }, actor));
}

function onFile(op: string, more: Readonly<Record<string, ArgumentValue>> = {}): Action {
    return ({ actor, filePage }) => (filePage === null ? null : step(op, { target: filePage, ...more }, actor));
}

function wholeFile(op: string, more: Readonly<Record<string, ArgumentValue>> = {}): Action {
    return ({ actor, filePage }) => (filePage === null ? null : step(op, { file: filePage.file, ...more }, actor));
}

function onFrame(op: string, actor: string, more: Readonly<Record<string, ArgumentValue>> = {}): Action {
    return ({ hasFrame }) => (hasFrame ? step(op, { target: BAD, ...more }, actor) : null);
}

function anew({ actor, filePage, fresh, hugetlbShift }: Scene): Step | null {
    if (filePage === null) return null;
    const spec: MappingSpec = mapping(fresh, { from: { kind: 'file', file: filePage.file, pageOffset: 0 }, shared: true, touched: 'read', pageCount: hugetlbShift === undefined ? 4 : 2 ** (hugetlbShift - 12), ...(hugetlbShift === undefined ? {} : { hugetlbShift }) });
    return step('mmap', { mapping: spec }, actor);
}

/** What can happen around a failure. null: not in this scene. */
export const ACTIONS = {
    'read': onPage('read'),
    'write': onPage('write'),
    'exec': onPage('exec'),
    'write() from it': onPage('write-from'),
    'read() into it': onPage('read-into'),
    'futex': onPage('futex', { operation: 'FUTEX_WAKE' }),
    'process_vm_readv': onPage('process_vm_readv'),
    'read /proc/self/mem': onPage('read-proc-mem'),
    'mincore': onPage('mincore'),
    'move_pages': onPage('move_pages'),
    'pagemap': onPage('pagemap'),
    'mlock': onPage('mlock'),
    'mlockall': ({ actor }) => step('mlockall', {}, actor),
    'munlock': onPage('munlock'),
    'read-protect': onPage('mprotect', { protection: 'PROT_NONE' }),
    'write-protect': onPage('mprotect', { protection: 'PROT_READ' }),
    'unprotect': onPage('mprotect', { protection: 'PROT_WRITE' }),
    'munmap': onPage('munmap'),
    'MADV_DONTNEED': onPage('madvise', { advice: 'MADV_DONTNEED' }),
    'MADV_FREE': onPage('madvise', { advice: 'MADV_FREE' }),
    'MADV_PAGEOUT': onPage('madvise', { advice: 'MADV_PAGEOUT' }),
    'MADV_COLD': onPage('madvise', { advice: 'MADV_COLD' }),
    'MADV_POPULATE_READ': onPage('madvise', { advice: 'MADV_POPULATE_READ' }),
    'MADV_POPULATE_WRITE': onPage('madvise', { advice: 'MADV_POPULATE_WRITE' }),
    'pin': onPage('pin', { by: 'longterm' }),
    'vmsplice': onPage('vmsplice'),
    'unpin': ({ actor }) => step('unpin', {}, actor),
    'fork': ({ actor, fresh }) => step('fork', { as: fresh }, actor),
    'exit': ({ actor }) => step('exit', {}, actor),
    'execve': ({ actor }) => step('execve', {}, actor),
    'become early': ({ actor }) => step('prctl', { option: 'PR_MCE_KILL', arg2: 1, arg3: 1 }, actor),
    'become late': ({ actor }) => step('prctl', { option: 'PR_MCE_KILL', arg2: 1, arg3: 0 }, actor),
    'block SIGBUS': ({ actor }) => step('sigprocmask', { how: 'SIG_BLOCK', signal: 'SIGBUS' }, actor),
    'unblock SIGBUS': ({ actor }) => step('sigprocmask', { how: 'SIG_UNBLOCK', signal: 'SIGBUS' }, actor),
    'catch SIGBUS': ({ actor }) => step('sigaction', { signal: 'SIGBUS', disposition: 'longjmp' }, actor),
    'give up CAP_SYS_ADMIN': ({ actor }) => step('capset', { change: 'drop', capability: 'CAP_SYS_ADMIN' }, actor),
    'pread': onFile('pread'),
    'pwrite': onFile('pwrite'),
    'punch a hole': onFile('fallocate', { mode: 'PUNCH_HOLE' }),
    'truncate to nothing': wholeFile('ftruncate', { length: 0 }),
    'truncate and extend': wholeFile('ftruncate', { length: 16384 }),
    'unlink': wholeFile('unlink'),
    'open': ({ actor, filePage, fresh }) => (filePage === null ? null : step('open', { file: filePage.file, as: fresh }, actor)),
    'fsync': ({ actor, filePage }) => (filePage === null ? null : step('fsync', { description: filePage.file }, actor)),
    'msync': onPage('msync'),
    'mmap anew': anew,
    'reclaim': ({ page }) => (page === null ? null : step('reclaim', { target: page }, 'kernel')),
    'writeback': onFrame('writeback', 'kernel'),
    'free': ({ page, hasFrame, filePage }) => (page === null && filePage === null && hasFrame ? step('free', { target: BAD }, 'kernel') : null),
    'allocate': ({ page, hasFrame, filePage }) => (page === null && filePage === null && hasFrame ? step('allocate', { target: BAD, kind: 'driver' }, 'kernel') : null),
    'kpageflags': onFrame('kpageflags', 'root'),
    'offline the block': onFrame('offline-block', 'root'),
    'online the block': onFrame('online-block', 'root'),
    'swapoff': () => step('swapoff', { swap: 'swap' }),
    'hugepages': () => step('hugepages', {}),
    'panic sysctl on': () => step('sysctl', { name: 'vm.panic_on_unrecoverable_memory_failure', value: 1 }),
    'early kill for all': () => step('sysctl', { name: 'vm.memory_failure_early_kill', value: 1 }),
    'wait': () => step('wait', { duration: 1 }),
} satisfies Readonly<Record<string, Action>>;

export type ActionName = keyof typeof ACTIONS;
