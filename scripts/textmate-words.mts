// The words of the tables by how they are coloured before the language server answers. Bundled by generate.mts: the tables
// are TypeScript of the server.
import { ERRNOS } from '../server/src/vocabulary/errnos.js';
import { FILESYSTEMS } from '../server/src/vocabulary/filesystems.js';
import { OPERATIONS } from '../server/src/vocabulary/operations.js';
import { PAGE_KINDS } from '../server/src/vocabulary/page-kinds.js';
import { SPECIAL_MAPPINGS } from '../server/src/vocabulary/special-mappings.js';
import { SYSCTLS } from '../server/src/vocabulary/sysctls.js';

/** First words of steps. The registers of a machine check are a way to write one. */
export const STEPS: readonly string[] = OPERATIONS.map(({ id }) => id).filter((id) => id !== 'machine-check-registers');

/** What a mapping, region or filesystem is. */
export const KINDS: readonly string[] = ['anon', 'shared-anon', 'hugetlb', ...[PAGE_KINDS, FILESYSTEMS, SPECIAL_MAPPINGS].flatMap((table) => Object.keys(table))];

export const ERRNO_NAMES: readonly string[] = Object.keys(ERRNOS);

export const SYSCTL_NAMES: readonly string[] = Object.keys(SYSCTLS);
