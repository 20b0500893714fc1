/** What strerror() says in the C locale, as commands print it. */
import type { ErrnoName } from '../../vocabulary/errnos.js';

export const ERRNO_TEXTS: Readonly<Record<ErrnoName, string>> = {
    EPERM: 'Operation not permitted', ENOENT: 'No such file or directory', ESRCH: 'No such process', EINTR: 'Interrupted system call', EIO: 'Input/output error', ENXIO: 'No such device or address',
    EBADF: 'Bad file descriptor', EAGAIN: 'Resource temporarily unavailable', ENOMEM: 'Cannot allocate memory', EACCES: 'Permission denied', EFAULT: 'Bad address',
    EEXIST: 'File exists', EBUSY: 'Device or resource busy', ENODEV: 'No such device', EINVAL: 'Invalid argument', ENOSPC: 'No space left on device', ESPIPE: 'Illegal seek', ENAMETOOLONG: 'File name too long', EROFS: 'Read-only file system',
    ERANGE: 'Numerical result out of range', EOPNOTSUPP: 'Operation not supported', ENOTRECOVERABLE: 'State not recoverable', EHWPOISON: 'Memory page has hardware error',
};
