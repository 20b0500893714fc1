/** What a task does with files and mappings. */
import type { OperationWords } from './step-words.js';

export const FILE_WORDS: Readonly<Record<string, OperationWords>> = {
    mmap: { doc: 'mmap(), written as `map` in a declaration: `db: mmap again = log shared`. As there, the pages are touched right away, unless it says `untouched`.', parameters: {} },
    open: {
        doc: 'open() a file: a new open file description.',
        parameters: {
            file: 'The file.',
        },
    },
    creat: {
        doc: 'Create a file in a file system.',
        parameters: {
            filesystem: 'The file system.',
        },
    },
    close: {
        doc: 'close() a descriptor. A file that is unlinked, or never had a name, goes with its last one.',
        parameters: {
            description: 'A file that the process has open, or a name introduced by `open ... as`.',
        },
    },
    pread: {
        doc: 'pread() of the file into a healthy buffer: from the page, or `+ offset` in it.',
        parameters: {
            target: 'File page, range or byte.',
            length: 'Bytes; default 64, or the pages of a range.',
        },
    },
    pwrite: {
        doc: 'pwrite() of the file from a healthy buffer: at the page, or `+ offset` in it.',
        parameters: {
            target: 'File page, range or byte.',
            content: 'What is written. One character (default "n") stands for a buffer full of it, as long as the pages named; a longer text is written as it is.',
            length: 'Bytes of that character.',
        },
    },
    splice: {
        doc: 'splice() of the file into a pipe, which holds the pages of the page cache until it is read.',
        parameters: {
            target: 'File page, range or byte.',
            length: 'Bytes; default 64, or the pages of a range.',
        },
    },
    sendfile: {
        doc: 'sendfile() of the file.',
        parameters: {
            target: 'File page, range or byte.',
            length: 'Bytes; default 64, or the pages of a range.',
        },
    },
    copy_file_range: {
        doc: 'copy_file_range() from the file into a healthy one.',
        parameters: {
            target: 'File page, range or byte.',
            length: 'Bytes; default 64, or the pages of a range.',
        },
    },
    lseek: {
        doc: 'lseek() for data or a hole from there on.',
        parameters: {
            target: 'File page or byte.',
            whence: 'What is looked for.',
        },
    },
    fsync: {
        doc: 'fsync() through an open file description.',
        parameters: {
            description: 'A file (the description its first user opened) or a name introduced by `open ... as`.',
        },
    },
    syncfs: {
        doc: 'syncfs() through an open file description: tells it once of an error of any file of the file system.',
        parameters: {
            description: 'A file, or a name introduced by `open ... as`.',
        },
    },
    msync: {
        doc: 'msync(MS_SYNC).',
        parameters: {
            target: 'Mapping or range.',
        },
    },
    fallocate: {
        doc: 'fallocate(): punches a hole (FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE), or allocates (mode 0).',
        parameters: {
            target: 'File page or range.',
            mode: 'The mode.',
        },
    },
    ftruncate: {
        doc: 'ftruncate().',
        parameters: {
            file: 'The file.',
            length: 'New size.',
        },
    },
    unlink: {
        doc: 'Remove the file; its pages go when nobody has it open.',
        parameters: {
            file: 'The file.',
        },
    },
};
