/** Calls that reach into the memory of other processes. */
import type { Errno } from '../kernel/kernel.js';
import type { Process } from '../machine/mm-types.js';
import { copyUser, isUnknown, transferLength, type Reach } from './copy-user.js';
import type { Operation } from './operation.js';
import { called, transferred, type StepContext } from './step-context.js';

/** What PTRACE_PEEKDATA and PTRACE_POKEDATA move. */
const WORD_BYTES = 8;

/** What calls that reach the memory of any process say where the first page cannot be had. */
const REMOTE_FAILURES = { process_vm: 'EFAULT', 'proc-mem': 'EIO' } as const satisfies Record<string, Errno>;

type RemoteCall = keyof typeof REMOTE_FAILURES;

/**
 * What a call comes to that finds no address space behind a process id: of one that has ended (its parent has waited for it), or whose main thread has, which is
 * a zombie as long as others go on. Null: the memory is there. Follows mm_access(), mem_open() and ptrace_attach().
 */
function memoryGone(context: StepContext, call: RemoteCall | 'ptrace'): ReturnType<Operation> | null {
    const reached = reachedBy(context);
    if (reached === null || reached.alive && !reached.main.exited) return null;
    const isZombie = reached.alive;
    switch (call) {
        case 'process_vm': return called('ESRCH');
        case 'ptrace': return called(isZombie ? 'EPERM' : 'ESRCH');
        case 'proc-mem': return isZombie ? transferred('0', 0) : called('ENOENT');
    }
}

/** A call that reaches memory of any process, as far as it gets: the bytes before the first page that cannot be had. */
function reaching(write: boolean, call: RemoteCall, by: Reach): Operation {
    return (context) => {
        const gone = memoryGone(context, call);
        if (gone !== null) return gone;
        const { copied, value } = copyUser(context, transferLength(context), write, reachedBy(context)?.main, by);
        return copied === 0 ? called(REMOTE_FAILURES[call]) : write || showsUnknown(context) ? transferred('0', copied) : transferred('0', copied, value);
    };
}

/** The process whose memory a call reaches into: a child that names memory of its parent means the parent's. */
function reachedBy(context: StepContext): Process | null {
    const place = context.place();
    return place?.kind === 'mapping' ? context.kernel.machine.process(place.process) ?? null : context.owner();
}

/** Follows proc_mem_foll_force(); nobody traces here. */
function procMemReach({ kernel }: StepContext): Reach {
    return kernel.profile.has('procMemForcesTracersOnly') ? 'gup' : 'forced';
}

/** Does a call look at a value of which nothing is known? */
function showsUnknown(context: StepContext): boolean {
    const range = context.range();
    const owner = reachedBy(context)?.main;
    return range !== null && owner !== undefined && isUnknown(owner, range.page, range.byteOffset);
}

export const REMOTE_MEMORY_OPERATIONS: Readonly<Record<string, Operation>> = {
    process_vm_readv: reaching(false, 'process_vm', 'gup'),
    process_vm_writev: reaching(true, 'process_vm', 'gup'),
    'read-proc-mem': (context) => reaching(false, 'proc-mem', procMemReach(context))(context),
    'write-proc-mem': (context) => reaching(true, 'proc-mem', procMemReach(context))(context),
    ptrace: (context) => {
        const write = context.text('request') === 'PTRACE_POKEDATA';
        // Nobody traces himself.
        const traced = reachedBy(context);
        if (traced === context.process) return called('EPERM');
        const gone = memoryGone(context, 'ptrace');
        if (gone !== null) return gone;
        const { copied, value } = copyUser(context, WORD_BYTES, write, traced?.main, 'forced');
        // A word that cannot be had whole is none.
        return copied < WORD_BYTES ? called('EIO') : write || showsUnknown(context) ? called('0') : { errno: '0', value };
    },
};
