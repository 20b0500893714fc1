import { checkInjections } from './injection-rows.js';
import { HUGETLB as PAGE } from './page-states/index.js';

const AO = ['AO db m+0x3000 lsb 21 handled'];
const AR = ['AR db m+0x3000 lsb 21 handled'];

checkInjections('a failure in hugetlb memory', {
    'anonymous': { section: '9.4 hugetlb_anon', page: PAGE['hugetlb anon'], gives: 'HUGE Recovered 0', signals: AO, says: ['-> db'] },
    'anonymous, by its owner': { section: '9.4 hugetlb_anon', page: PAGE['hugetlb anon'], by: 'MADV_HWPOISON', gives: 'HUGE Recovered 0', signals: AR, says: ['-> db'] },
    'anonymous, head page': { section: '9.4 hugetlb_anon', page: PAGE['hugetlb anon, head page'], gives: 'HUGE Recovered 0', signals: ['AO db m+0x0 lsb 21 handled'], says: ['-> db'] },
    'anonymous, the only one of the pool': { section: '9.4 hugetlb_anon', page: PAGE['hugetlb anon, the only one of the pool'], gives: 'HUGE Recovered 0', signals: AO, says: ['-> db'] },
    'anonymous, pinned: nothing more is said': { section: '9.4 hugetlb_pinned', page: PAGE['hugetlb anon pinned'], gives: 'HUGE Failed EBUSY', signals: AO, says: ['-> db'] },
    'file': { section: '9.4 hugetlb_file', page: PAGE['hugetlb file'], gives: 'HUGE Recovered 0', signals: AO, says: ['-> db'] },
    'file, by its owner': { section: '9.4 hugetlb_file', page: PAGE['hugetlb file'], by: 'MADV_HWPOISON', gives: 'HUGE Recovered 0', signals: AR, says: ['-> db'] },
    'file, unmapped': { section: '9.4 hugetlb_file', page: PAGE['hugetlb file, unmapped'], gives: 'HUGE Recovered 0' },
    'file, pinned': { section: '9.4 hugetlb_pinned', page: PAGE['hugetlb file pinned'], gives: 'HUGE Failed EBUSY', signals: AO, says: ['-> db', 'huge page still referenced by 1 users'] },
    'free': { section: '9.4 hugetlb_free', page: PAGE['hugetlb free'], gives: 'FREE_HUGE Recovered 0' },
    'free, all promised': { section: '9.4 hugetlb_free_reserved', page: PAGE['hugetlb free, all reserved'], gives: 'FREE_HUGE Failed EBUSY' },
    'gigantic': { section: '9.4 hugetlb_gigantic', page: PAGE['hugetlb gigantic'], gives: 'HUGE Recovered 0', signals: ['AO db m+0x3000 lsb 30 handled'], says: ['-> db'] },
});
