/** Error numbers that the modelled calls return, by the names of errno.h. */

export interface Errno {
    readonly value: number;
    readonly doc: string;
}

const ROWS = {
    EPERM: { value: 1, doc: 'Operation not permitted: the injection interfaces, soft offline and unpoison need CAP_SYS_ADMIN.' },
    ENOENT: { value: 2, doc: 'No such file or directory.' },
    ESRCH: { value: 3, doc: 'No such process.' },
    EINTR: { value: 4, doc: 'Interrupted by a signal: a memory block that was to go offline, and of which a page could not be moved however often the kernel tried.' },
    EIO: { value: 5, doc: 'Input/output error: read() or write() of a poisoned page that stayed in the page cache, the first fsync() after a dirty page was dropped, soft offline of a page that cannot be handled.' },
    ENXIO: { value: 6, doc: 'No such device or address: the PFN has no struct page (`corrupt-pfn`, soft offline) or lies outside the memory that the kernel controls.' },
    EBADF: { value: 9, doc: 'Bad file descriptor: it was closed.' },
    EAGAIN: { value: 11, doc: 'Try again: a short-lived condition, such as a folio that is locked or a migration that met a busy page.' },
    ENOMEM: { value: 12, doc: 'Out of memory.' },
    EACCES: { value: 13, doc: 'Permission denied.' },
    EFAULT: { value: 14, doc: 'Bad address: get_user_pages() met an unmapped page, a PFN map, or a hwpoison entry without FOLL_HWPOISON; system calls return it, without a signal, when the kernel copies from or to a hwpoison entry.' },
    EEXIST: { value: 17, doc: 'Something is there already: UFFDIO_POISON where a page is mapped.' },
    EBUSY: { value: 16, doc: 'Device or resource busy: what memory_failure() returns for Ignored and Failed, and soft offline or unpoison for a page that something still holds.' },
    ENODEV: { value: 19, doc: 'No such device: fallocate(), by MADV_REMOVE, of what is neither a file nor a disk.' },
    EINVAL: { value: 22, doc: 'Invalid argument: unaligned address, wrapped length, unknown prctl argument, sysctl value out of range, text that is no number.' },
    ENOSPC: { value: 28, doc: 'No space left on device.' },
    ESPIPE: { value: 29, doc: 'Illegal seek: pread(), pwrite() and lseek() of a descriptor that takes no offsets (memfd_secret, guest_memfd).' },
    EROFS: { value: 30, doc: 'Read-only file system: write() to a file of squashfs, erofs or iso9660.' },
    ERANGE: { value: 34, doc: 'Numerical result out of range: a number of more than 64 bits written to a debugfs file; the sysfs files turn it into EINVAL.' },
    EOPNOTSUPP: { value: 95, doc: 'Operation not supported: the hwpoison-inject filter rejected the page (injection interfaces turn that into success), soft offline is disabled by sysctl, unpoison is off after a hardware failure.' },
    ENAMETOOLONG: { value: 36, doc: 'File name too long: open() of a path in a page that one letter fills.' },
    ENOTRECOVERABLE: { value: 131, doc: 'State not recoverable: since 7.3 the reference grab says so of a page that the kernel owns; soft offline returns it to its caller, memory_failure() turns it into MF_MSG_KERNEL.' },
    EHWPOISON: { value: 133, doc: 'Memory page has hardware error: the page was already poisoned, a THP could not be split, or a memory block with poisoned pages was to come back online.' },
} as const satisfies Record<string, Errno>;

export type ErrnoName = keyof typeof ROWS;

export const ERRNOS: Readonly<Record<ErrnoName, Errno>> = ROWS;
