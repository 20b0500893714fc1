/** Tasks and signals, and what a task asks of its memory. */
import type { OperationWords } from './step-words.js';

export const TASK_WORDS: Readonly<Record<string, OperationWords>> = {
    fork: { doc: 'fork(): a child that shares every page copy-on-write.', parameters: {} },
    pthread_create: { doc: 'pthread_create(): a thread that inherits policy, signal mask and name of its creator.', parameters: {} },
    clone: {
        doc: 'clone(CLONE_VM): a process of its own in the same address space.',
        parameters: {
            flags: 'What is shared.',
        },
    },
    vfork: { doc: 'vfork(): a child in the same address space; the caller waits until it ends or runs another program.', parameters: {} },
    exit: { doc: 'The process exits; `db.worker: exit` ends that thread alone.', parameters: {} },
    pthread_exit: { doc: 'The calling thread ends, the main one too; the others go on.', parameters: {} },
    kill: {
        doc: 'kill(): stops a process, or lets it go on; what it was sent meanwhile is delivered then.',
        parameters: {
            process: 'The process.',
            signal: 'The signal.',
        },
    },
    sigtimedwait: {
        doc: 'sigtimedwait() without waiting: takes a pending SIGBUS with its siginfo, where it is blocked; EAGAIN where none is pending.',
        parameters: {
            signal: 'The signal.',
        },
    },
    'read-signalfd': {
        doc: 'read() of a signalfd: as sigtimedwait.',
        parameters: {
            signal: 'The signal.',
        },
    },
    'uffdio-poison': {
        doc: 'ioctl(UFFDIO_POISON): pages where nothing is mapped act as if they were poisoned.',
        parameters: {
            target: 'The range.',
        },
    },
    execve: { doc: 'execve(): a new address space, the same kill policy.', parameters: {} },
    prctl: {
        doc: 'prctl(): kill policy of the calling thread.',
        parameters: {
            option: 'Which call.',
            arg2: 'arg2, by name or number.',
            arg3: 'arg3, by name or number.',
            arg4: 'arg4; must be 0.',
            arg5: 'arg5; must be 0.',
        },
    },
    capset: {
        doc: 'Give up or regain CAP_SYS_ADMIN.',
        parameters: {
            change: 'Which way.',
            capability: 'The capability.',
        },
    },
    sigaction: {
        doc: 'Change what SIGBUS does.',
        parameters: {
            signal: 'The signal.',
            disposition: 'The new disposition.',
        },
    },
    sigprocmask: {
        doc: 'Block or unblock SIGBUS in the calling thread.',
        parameters: {
            how: 'Which way.',
            signal: 'The signal.',
        },
    },
    sigpending: {
        doc: 'Is SIGBUS pending for the calling thread?',
        parameters: {
            signal: 'The signal.',
        },
    },
    pagemap: {
        doc: 'Which frame does the page have in /proc/self/pagemap?',
        parameters: {
            target: 'The page.',
        },
    },
};
