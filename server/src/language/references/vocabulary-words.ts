/** Every word that can stand in an argument without being a name: a reference to none of them is no error. */
import { ERRNOS } from '../../vocabulary/errnos.js';
import { FILESYSTEMS } from '../../vocabulary/filesystems.js';
import { MF_RESULTS, MF_TYPES } from '../../vocabulary/mf-types.js';
import { OPERATIONS } from '../../vocabulary/operations.js';
import { PAGE_KINDS } from '../../vocabulary/page-kinds.js';
import { PROPOSALS } from '../../vocabulary/proposals.js';
import { CLAIMS, CONSTRUCTS } from '../../vocabulary/settings.js';
import { SIGNAL_CODES, SIGNALS } from '../../vocabulary/signals.js';
import { SPECIAL_MAPPINGS } from '../../vocabulary/special-mappings.js';

/** Words of the forms in settings.ts that no table lists by themselves. */
const FORM_WORDS = [
    'anon', 'shared-anon', 'hugetlb', 'pfn', 'phys', 'address', 'by', 'inode', 'device', 'file', 'zram', 'io_uring', 'vmsplice', 'longterm',
    'default', 'ignored', 'blocked', 'handler', 'longjmp', 'returning', 'remapping', 'exiting', 'python', 'node', 'go', 'go-panic-on-fault', 'java', 'redis', 'qemu', 'qemu-kvm', 'user', 'kernel', 'mode', 'recoverable', 'copy-from-user', 'in',
    'PR_MCE_KILL_EARLY', 'PR_MCE_KILL_LATE', 'PR_MCE_KILL_DEFAULT', 'CAP_SYS_ADMIN', 'signal', 'to', 'at', 'lsb', 'times', 'poisoned', 'of', 'least', 'most',
    'lost', 'stale', 'intact', 'total', 'failed', 'delayed', 'recovered', 'bank', 'status', 'mcg_status', 'misc', 'x86-64', 'arm64', 'page', 'size',
    'always', 'madvise', 'never', 'intel', 'amd', 'poison', 'deliver', 'simulated', 'oops', 'SIGTRAP',
];

const WORDS: ReadonlySet<string> = new Set([
    ...FORM_WORDS,
    ...[ERRNOS, FILESYSTEMS, MF_RESULTS, MF_TYPES, PAGE_KINDS, PROPOSALS, SIGNALS, SIGNAL_CODES, SPECIAL_MAPPINGS].flatMap((table) => Object.keys(table)),
    ...CLAIMS.map((claim) => claim.word),
    ...CONSTRUCTS.flatMap(({ attributes }) => attributes.flatMap(({ word, choices = [] }) => [...word.split(' '), ...choices])),
    ...OPERATIONS.flatMap(({ id, parameters }) => [id, ...parameters.flatMap(({ after, words = [] }) => [...(after === undefined ? [] : [after]), ...words])]),
]);

export function isVocabularyWord(word: string): boolean {
    return WORDS.has(word);
}
