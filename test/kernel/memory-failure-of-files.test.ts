import { checkInjections } from './injection-rows.js';
import { PAGE_CACHE as PAGE } from './page-states/index.js';

/** A long-term pin counts as so many references (include/linux/mm.h). */
const GUP_PIN_COUNTING_BIAS = 1024;

const AO = ['AO db m+0x1000 lsb 12 handled'];
const AR = ['AR db m+0x1000 lsb 12 handled'];
const CLEAN = 'corrupted page was clean: dropped without side effects';

function heldBy(users: number, type: string): string {
    return `${type} still referenced by ${users} users`;
}

checkInjections('a failure in a file with an error-remove hook', {
    'clean, mapped: nobody notices': { section: '9.2 file_clean_mapped', page: PAGE['ext4 clean'], gives: 'CLEAN_LRU Recovered 0', says: [CLEAN] },
    'clean, mapped, by its owner': { section: '9.2 file_clean_mapped', page: PAGE['ext4 clean'], by: 'MADV_HWPOISON', gives: 'CLEAN_LRU Recovered 0', says: [CLEAN] },
    'clean, mapped private': { section: '9.2 file_clean_mapped', page: PAGE['ext4 clean, private'], gives: 'CLEAN_LRU Recovered 0', says: [CLEAN] },
    'clean, mapped private and written: an anonymous copy': { section: '9.1 anon', page: PAGE['ext4 clean, private, written'], gives: 'DIRTY_LRU Recovered 0', signals: AO, says: ['-> db'] },
    'clean, mlocked': { section: '9.2 file_clean_mapped', page: PAGE['ext4 clean, mlocked'], gives: 'CLEAN_LRU Recovered 0', says: [CLEAN] },
    'clean, on xfs': { section: '9.2 file_clean_mapped', page: PAGE['xfs clean'], gives: 'CLEAN_LRU Recovered 0', says: [CLEAN] },
    'clean, unmapped': { section: '9.2 file_clean_unmapped', page: PAGE['ext4 clean, unmapped'], gives: 'CLEAN_LRU Recovered 0' },
    'clean, pinned: gone, and Failed all the same': { section: '9.2 file_pinned_clean', page: PAGE['ext4 clean, pinned'], gives: 'CLEAN_LRU Failed EBUSY', says: [CLEAN, heldBy(1, 'clean LRU page')] },
    'dirty, mapped': { section: '9.2 file_dirty_mapped', page: PAGE['ext4 dirty'], gives: 'DIRTY_LRU Recovered 0', signals: AO, says: ['-> db'] },
    'dirty, mapped, by its owner': { section: '9.2 file_dirty_mapped', page: PAGE['ext4 dirty'], by: 'MADV_HWPOISON', gives: 'DIRTY_LRU Recovered 0', signals: AR, says: ['-> db'] },
    'dirty in a page table only': { section: '2.6 step 3', page: PAGE['ext4 dirty by page table'], gives: 'DIRTY_LRU Recovered 0', signals: AO, says: ['-> db'] },
    'dirty, mlocked': { section: '9.2 file_dirty_mapped', page: PAGE['ext4 dirty, mlocked'], gives: 'DIRTY_LRU Recovered 0', signals: AO, says: ['-> db'] },
    'dirty, on xfs': { section: '9.2 file_dirty_mapped', page: PAGE['xfs dirty'], gives: 'DIRTY_LRU Recovered 0', signals: AO, says: ['-> db'] },
    'dirty, unmapped: lost in silence': { section: '9.2 file_dirty_unmapped', page: PAGE['ext4 dirty, unmapped'], gives: 'DIRTY_LRU Recovered 0' },
    'dirty, pinned': { section: '9.2 file_pinned_dirty', page: PAGE['ext4 dirty, pinned'], gives: 'DIRTY_LRU Failed EBUSY', signals: AO, says: ['-> db', heldBy(1, 'dirty LRU page')] },
    'under writeback: waited for, then clean': { section: '9.2 file_writeback', page: PAGE['ext4 under writeback'], gives: 'CLEAN_LRU Recovered 0', says: [CLEAN] },
    'large and clean: split, dropped': { section: 'corrections: large folio of ext4', page: PAGE['ext4 large, clean'], gives: 'CLEAN_LRU Recovered 0' },
    'large and dirty: cannot be split': { section: 'corrections: large folio of ext4', page: PAGE['ext4 large, dirty'], gives: 'UNSPLIT_THP Failed EHWPOISON', signals: ['AO db m+0x1000 lsb 16 handled'], says: ['-> db'] },
    'large and under writeback: cannot be split': {
        section: '9.2 file_writeback', page: PAGE['ext4 large, under writeback'], gives: 'UNSPLIT_THP Failed EHWPOISON', signals: ['AO db m+0x1000 lsb 16 handled'], says: ['-> db'],
    },
    'truncated, still pinned': { section: '9.2 truncated_pinned', page: PAGE['ext4 truncated, pinned'], gives: 'TRUNCATED_LRU Ignored EBUSY' },
});

checkInjections('a failure in a file without an error-remove hook', {
    'clean, mapped': { section: '9.2 file_noremove_clean', page: PAGE['vfat clean'], gives: 'CLEAN_LRU Recovered 0', says: [CLEAN] },
    'clean, unmapped': { section: '9.2 file_noremove_clean', page: PAGE['vfat clean, unmapped'], gives: 'CLEAN_LRU Recovered 0' },
    // Page cache, buffers and the pin remain.
    'clean, pinned: cannot be evicted': { section: '9.2 file_noremove_clean', page: PAGE['vfat clean, pinned'], gives: 'CLEAN_LRU Failed EBUSY', says: [CLEAN, 'Failed to invalidate', heldBy(3, 'clean LRU page')] },
    'dirty, mapped': { section: '9.2 file_noremove_dirty', page: PAGE['vfat dirty'], gives: 'DIRTY_LRU Failed EBUSY', signals: AO, says: ['-> db', 'Failed to invalidate', heldBy(2, 'dirty LRU page')] },
    'ramfs, mapped': {
        section: '9.2 ramfs', page: PAGE.ramfs, gives: 'DIRTY_UNEVICTABLE_LRU Failed EBUSY', signals: AO, says: ['-> db', 'Failed to invalidate', heldBy(1, 'dirty unevictable LRU page')],
    },
    'ramfs, unmapped': { section: '9.2 ramfs', page: PAGE['ramfs unmapped'], gives: 'DIRTY_UNEVICTABLE_LRU Failed EBUSY', says: ['Failed to invalidate', heldBy(1, 'dirty unevictable LRU page')] },
    'block device, clean': { section: '9.2 blockdev_clean', page: PAGE['block device clean'], gives: 'CLEAN_LRU Recovered 0', says: [CLEAN] },
    'block device, clean, unmapped': { section: '9.2 blockdev_clean', page: PAGE['block device clean, unmapped'], gives: 'CLEAN_LRU Recovered 0' },
    'block device, buffers in use': {
        section: '9.2 blockdev_clean', page: PAGE['block device held by a file system'], gives: 'CLEAN_LRU Failed EBUSY', says: ['Failed to invalidate', heldBy(2, 'clean LRU page')],
    },
    'block device, dirty': { section: '9.2 blockdev_dirty', page: PAGE['block device dirty'], gives: 'DIRTY_LRU Failed EBUSY', signals: AO, says: ['-> db', 'Failed to invalidate', heldBy(2, 'dirty LRU page')] },
    'secretmem': {
        section: '9.2 secretmem', page: PAGE.secretmem, gives: 'DIRTY_UNEVICTABLE_LRU Failed EBUSY', signals: AO, says: ['-> db', 'Failed to invalidate', heldBy(1, 'dirty unevictable LRU page')],
    },
    'secretmem, by its owner': { section: '1.3 a', page: PAGE.secretmem, by: 'MADV_HWPOISON', gives: 'EFAULT' },
    'guest_memfd that only the guest wrote': {
        section: '9.2 guest_memfd', page: PAGE.guest_memfd, gives: 'CLEAN_UNEVICTABLE_LRU Failed EBUSY', says: ['Failed to punch page: 2', heldBy(1, 'clean unevictable LRU page')],
    },
    'guest_memfd, written through a mapping': {
        section: '9.2 guest_memfd', page: PAGE['guest_memfd mapped'], gives: 'DIRTY_UNEVICTABLE_LRU Failed EBUSY', signals: AO,
        says: ['-> db', 'Failed to punch page: 2', heldBy(1, 'dirty unevictable LRU page')],
    },
});

checkInjections('a failure in shmem', {
    'memfd, written': { section: '9.2 shmem_dirty', page: PAGE.memfd, gives: 'DIRTY_LRU Recovered 0', signals: AO, says: ['-> db'] },
    'memfd, by its owner': { section: '9.2 shmem_dirty', page: PAGE.memfd, by: 'MADV_HWPOISON', gives: 'DIRTY_LRU Recovered 0', signals: AR, says: ['-> db'] },
    'memfd, mlocked': { section: '9.2 shmem_locked', page: PAGE['memfd mlocked'], gives: 'DIRTY_LRU Recovered 0', signals: AO, says: ['-> db'] },
    'memfd, pinned': { section: '9.2 file_pinned_dirty', page: PAGE['memfd pinned'], gives: 'DIRTY_LRU Failed EBUSY', signals: AO, says: ['-> db', heldBy(GUP_PIN_COUNTING_BIAS, 'dirty LRU page')] },
    'shared anonymous': { section: '9.2 shmem_dirty', page: PAGE['shared anonymous'], gives: 'DIRTY_LRU Recovered 0', signals: AO, says: ['-> db'] },
    'written, unmapped': { section: '9.2 shmem_dirty', page: PAGE['tmpfs written, unmapped'], gives: 'DIRTY_LRU Recovered 0' },
    'only read: clean, and not droppable': { section: '9.2 shmem_clean', page: PAGE['tmpfs only read'], gives: 'CLEAN_LRU Recovered 0' },
    'SHM_LOCKed': { section: '9.2 shmem_locked', page: PAGE['SHM_LOCKed segment'], gives: 'DIRTY_UNEVICTABLE_LRU Recovered 0', signals: AO, says: ['-> db'] },
    'SHM_LOCKed, only read': { section: '9.2 shmem_locked', page: PAGE['SHM_LOCKed segment only read'], gives: 'CLEAN_UNEVICTABLE_LRU Recovered 0' },
    // Recorded: the split drops the page-table entries of the file, so nobody is left to collect.
    'thp: unmapped by the split already': { section: '9.1 thp_shmem, as recorded', page: PAGE['tmpfs thp'], gives: 'DIRTY_LRU Recovered 0' },
    'thp, pinned': { section: '9.1 thp_shmem_pinned', page: PAGE['tmpfs thp pinned'], gives: 'UNSPLIT_THP Failed EHWPOISON', signals: ['AO db m+0x5000 lsb 21 handled'], says: ['-> db'] },
    'truncated, still pinned': { section: '9.2 truncated_pinned', page: PAGE['tmpfs truncated, pinned'], gives: 'TRUNCATED_LRU Ignored EBUSY' },
});
