/** What a task does with its memory. */
import type { OperationWords } from './step-words.js';

export const MEMORY_WORDS: Readonly<Record<string, OperationWords>> = {
    read: {
        doc: 'Load from the page (a task), or the kernel reads the page; of a range, one page after the other, until a signal comes.',
        parameters: {
            target: 'The page or range.',
            in: 'Kernel function that reads.',
            from: 'The kernel reads in an interrupt: an oops there is always a panic.',
        },
    },
    write: {
        doc: 'Store to the page; of a range, to one page after the other, until a signal comes.',
        parameters: {
            target: 'The page or range.',
            content: 'One character a page, which fills it; the last one repeats; default "Z".',
            in: 'Kernel function that writes.',
        },
    },
    exec: {
        doc: 'Instruction fetch from the page, or from one page of the range after the other.',
        parameters: {
            target: 'The page or range.',
        },
    },
    'write-from': {
        doc: 'write() of a user buffer: the kernel reads the page.',
        parameters: {
            target: 'The buffer.',
            length: 'Bytes; default 64.',
            to: 'Where to.',
            direct: 'O_DIRECT: the pages are pinned, all or none of them.',
        },
    },
    'read-into': {
        doc: 'read() into a user buffer: the kernel writes the page.',
        parameters: {
            target: 'The buffer.',
            length: 'Bytes; default 64.',
            from: 'Where from.',
            direct: 'O_DIRECT: the pages are pinned, all or none of them.',
        },
    },
    process_vm_readv: {
        doc: 'process_vm_readv() from memory of any process: the bytes before the first page that cannot be had.',
        parameters: {
            target: 'The page or range.',
            length: 'Bytes; default 64, or the pages of a range.',
        },
    },
    process_vm_writev: {
        doc: 'process_vm_writev() to memory of any process.',
        parameters: {
            target: 'The page or range.',
            length: 'Bytes; default 64, or the pages of a range.',
        },
    },
    'read-proc-mem': {
        doc: 'pread() of /proc/PID/mem, the caller\'s own or that of another process.',
        parameters: {
            target: 'The page or range.',
            length: 'Bytes; default 64, or the pages of a range.',
        },
    },
    'write-proc-mem': {
        doc: 'pwrite() of /proc/PID/mem.',
        parameters: {
            target: 'The page or range.',
            length: 'Bytes; default 64, or the pages of a range.',
        },
    },
    ptrace: {
        doc: 'ptrace() on a word in the page of another process, which is traced.',
        parameters: {
            request: 'Read or write.',
            target: 'The page.',
        },
    },
    vmsplice: {
        doc: 'vmsplice() of the page into a pipe: an extra reference on success.',
        parameters: {
            target: 'The page.',
        },
    },
    'read-pipe': {
        doc: 'read() 4096 bytes from the pipe that holds the page (after vmsplice, or a pipe-buffer region).',
        parameters: {
            target: 'The page held by the pipe.',
        },
    },
    futex: {
        doc: 'futex() on a word in the page.',
        parameters: {
            target: 'The page.',
            operation: 'Shared wake or private wait.',
        },
    },
    openat: {
        doc: 'open() with the path string in the page.',
        parameters: {
            target: 'The page.',
        },
    },
    clock_gettime: {
        doc: 'clock_gettime() with the result written to the page: the time that the process has run, less than a second, so that the first byte is 0.',
        parameters: {
            target: 'The page.',
        },
    },
    mincore: {
        doc: 'mincore() over the range.',
        parameters: {
            target: 'The range.',
        },
    },
    move_pages: {
        doc: 'move_pages() of one page: asks on which node it is, or moves it to a node (MPOL_MF_MOVE).',
        parameters: {
            target: 'The page.',
            node: 'Where it is to go.',
        },
    },
    mlock: {
        doc: 'mlock().',
        parameters: {
            target: 'The range.',
        },
    },
    mlockall: { doc: 'mlockall(MCL_CURRENT).', parameters: {} },
    munlock: {
        doc: 'munlock().',
        parameters: {
            target: 'The range.',
        },
    },
    mprotect: {
        doc: 'mprotect().',
        parameters: {
            target: 'The range.',
            protection: 'PROT_WRITE means read and write.',
        },
    },
    mremap: {
        doc: 'mremap(MREMAP_MAYMOVE | MREMAP_FIXED): the range moves with its entries; the pages go by the names of the new place.',
        parameters: {
            target: 'The pages to move.',
            to: 'Where the first one goes.',
            flag: 'The old range stays mapped, and is empty.',
        },
    },
    munmap: {
        doc: 'munmap().',
        parameters: {
            target: 'Page, range or whole mapping.',
        },
    },
    pin: {
        doc: 'Take a reference on the pages that lasts.',
        parameters: {
            target: 'The range.',
            by: 'Who holds it: io_uring fixed buffer, a pipe, another long-term user.',
        },
    },
    unpin: {
        doc: 'Drop the references taken by `pin` or vmsplice.',
        parameters: {
            target: 'The range.',
        },
    },
};
