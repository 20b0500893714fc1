import { checkInjections } from './injection-rows.js';
import { USER_MEMORY as PAGE } from './page-states/index.js';

const AO = ['AO db m+0x1000 lsb 12 handled'];
const AR = ['AR db m+0x1000 lsb 12 handled'];
const KEEPS = 'keeping poisoned page in swap cache';
const NOT_UNMAPPED = 'failed to unmap page (folio mapcount=1)';

checkInjections('a failure in anonymous memory', {
    'written': { section: '9.1 anon', page: PAGE.anon, gives: 'DIRTY_LRU Recovered 0', signals: AO, says: ['-> db'] },
    'written, by hard_offline_page': { section: '9.1 anon', page: PAGE.anon, by: 'hard_offline_page', gives: 'DIRTY_LRU Recovered 0', signals: AO, says: ['-> db'] },
    'written, by its owner': { section: '9.1 anon', page: PAGE.anon, by: 'MADV_HWPOISON', gives: 'DIRTY_LRU Recovered 0', signals: AR, says: ['-> db'] },
    'mapped read-only': { section: '9.1 anon', page: PAGE['anon read-only'], gives: 'DIRTY_LRU Recovered 0', signals: AO, says: ['-> db'] },
    'mapped PROT_NONE': { section: '9.1 anon', page: PAGE['anon PROT_NONE'], gives: 'DIRTY_LRU Recovered 0', signals: AO, says: ['-> db'] },
    'mapped PROT_NONE, by its owner': { section: '1.3 a', page: PAGE['anon PROT_NONE'], by: 'MADV_HWPOISON', gives: 'EFAULT' },
    'pins are not looked at': { section: '9.1 anon', page: PAGE['anon pinned by io_uring'], gives: 'DIRTY_LRU Recovered 0', signals: AO, says: ['-> db'] },
    'pipe references are not looked at': { section: '9.1 anon', page: PAGE['anon pinned by a pipe'], gives: 'DIRTY_LRU Recovered 0', signals: AO, says: ['-> db'] },
    'lazily freed': { section: '9.1 anon_clean', page: PAGE['anon lazily freed'], gives: 'CLEAN_LRU Recovered 0' },
    'lazily freed, by its owner': { section: '9.1 anon_clean', page: PAGE['anon lazily freed'], by: 'MADV_HWPOISON', gives: 'CLEAN_LRU Recovered 0' },
    'mlocked reports as plain LRU': { section: '9.1 anon_mlocked', page: PAGE['anon mlocked'], gives: 'DIRTY_LRU Recovered 0', signals: AO, says: ['-> db'] },
    'shared after fork': {
        section: '4.3 anonymous', page: PAGE['anon shared copy-on-write'], gives: 'DIRTY_LRU Recovered 0',
        signals: ['AO db m+0x1000 lsb 12 handled', 'AO child m+0x1000 lsb 12 handled'], says: ['-> db', '-> child'],
    },
    'shared after fork, by the parent': {
        section: '4.4', page: PAGE['anon shared copy-on-write'], by: 'MADV_HWPOISON', gives: 'DIRTY_LRU Recovered 0',
        signals: ['AR db m+0x1000 lsb 12 handled', 'AO child m+0x1000 lsb 12 handled'], says: ['-> db', '-> child'],
    },
    'never written: the zero page, by its owner': { section: '9.1 zero_page_madvise', page: PAGE['anon never touched'], by: 'MADV_HWPOISON', gives: 'KERNEL Ignored EBUSY', says: ['unhandlable page.'] },
    'only read: the zero page, by its owner': { section: '9.1 zero_page_madvise', page: PAGE['zero page'], by: 'MADV_HWPOISON', gives: 'KERNEL Ignored EBUSY', says: ['unhandlable page.'] },
    'zero page': { section: '9.1 zero_page_pfn', page: PAGE['zero page'], gives: 'KERNEL Ignored EBUSY', says: ['unhandlable page.'] },
    'huge zero page, by its owner': { section: '9.1 huge_zero_madvise', page: PAGE['huge zero page'], by: 'MADV_HWPOISON', gives: 'GET_HWPOISON Ignored EBUSY', says: ['unhandlable page.'] },
    'huge zero page': { section: '9.1 huge_zero_pfn', page: PAGE['huge zero page'], gives: 'GET_HWPOISON Ignored EBUSY', says: ['unhandlable page.'] },
    'marked by userfaultfd, by its owner': { section: '1.3 a', page: PAGE['uffd poison'], by: 'MADV_HWPOISON', gives: 'EFAULT' },
    'ksm: one signal a process': {
        section: '9.1 ksm', page: PAGE.ksm, gives: 'DIRTY_LRU Recovered 0',
        signals: ['AO db m+0x1000 lsb 12 handled', 'AO web m+0x1000 lsb 12 handled'], says: ['-> web', '-> db'],
    },
    'thp': { section: '9.1 thp_anon', page: PAGE.thp, gives: 'DIRTY_LRU Recovered 0', signals: ['AO db m+0x5000 lsb 12 handled'], says: ['-> db'] },
    'thp, by its owner': { section: '9.1 thp_anon', page: PAGE.thp, by: 'MADV_HWPOISON', gives: 'DIRTY_LRU Recovered 0', signals: ['AR db m+0x5000 lsb 12 handled'], says: ['-> db'] },
    'thp, mlocked': { section: '9.1 anon_mlocked', page: PAGE['thp mlocked'], gives: 'DIRTY_LRU Recovered 0', signals: ['AO db m+0x5000 lsb 12 handled'], says: ['-> db'] },
    // Recorded: the split replaces the page-table entry of the bad page, so nobody is left to collect.
    'mthp: unmapped by the split already': { section: '9.1 thp_anon, as recorded', page: PAGE.mthp, gives: 'DIRTY_LRU Recovered 0' },
    'thp, pinned': { section: '9.1 thp_anon_pinned', page: PAGE['thp pinned'], gives: 'UNSPLIT_THP Failed EHWPOISON', signals: ['AO db m+0x5000 lsb 21 handled'], says: ['-> db'] },
    'thp, pinned, by its owner': {
        section: '9.1 thp_anon_pinned', page: PAGE['thp pinned by a pipe'], by: 'MADV_HWPOISON', gives: 'UNSPLIT_THP Failed EHWPOISON', signals: ['AR db m+0x5000 lsb 21 handled'], says: ['-> db'],
    },
    'mthp, pinned': { section: '9.1 thp_anon_pinned', page: PAGE['mthp pinned'], gives: 'UNSPLIT_THP Failed EHWPOISON', signals: ['AO db m+0x5000 lsb 16 handled'], says: ['-> db'] },
});

checkInjections('a failure in the swap cache', {
    'clean': { section: '9.3 swapcache_clean', page: PAGE['swap cache clean'], gives: 'CLEAN_SWAPCACHE Recovered 0', says: [KEEPS] },
    'clean, by its owner': { section: '9.3 swapcache_clean', page: PAGE['swap cache clean'], by: 'MADV_HWPOISON', gives: 'CLEAN_SWAPCACHE Recovered 0', says: [KEEPS] },
    'swapped out: read back by its owner': { section: '1.3 a', page: PAGE['swapped out'], by: 'MADV_HWPOISON', gives: 'CLEAN_SWAPCACHE Recovered 0', says: [KEEPS] },
    'dirty': { section: '9.3 swapcache_dirty', page: PAGE['swap cache dirty'], gives: 'DIRTY_SWAPCACHE Delayed 0', signals: AO, says: [KEEPS, '-> db'] },
    'dirty, by its owner': { section: '9.3 swapcache_dirty', page: PAGE['swap cache dirty'], by: 'MADV_HWPOISON', gives: 'DIRTY_SWAPCACHE Delayed 0', signals: AR, says: [KEEPS, '-> db'] },
    'dirty, not mapped: told late only': { section: '9.3 swapcache_dirty', page: PAGE['swap cache unmapped'], gives: 'DIRTY_SWAPCACHE Delayed 0' },
    'clean, pinned for long': { section: '9.3 swapcache_pinned', page: PAGE['swap cache clean pinned'], gives: 'UNMAP_FAILED Failed EBUSY', signals: AO, says: [KEEPS, NOT_UNMAPPED, '-> db'] },
    'dirty, pinned for long': { section: '9.3 swapcache_pinned', page: PAGE['swap cache dirty pinned'], gives: 'UNMAP_FAILED Failed EBUSY', signals: AO, says: [KEEPS, NOT_UNMAPPED, '-> db'] },
    'dirty, pinned for long, by its owner': {
        section: '9.3 swapcache_pinned', page: PAGE['swap cache dirty pinned'], by: 'MADV_HWPOISON', gives: 'UNMAP_FAILED Failed EBUSY', signals: AR, says: [KEEPS, NOT_UNMAPPED, '-> db'],
    },
});
