import { expect, test } from 'vitest';
import { SYSCTLS } from '../../server/src/vocabulary/sysctls.js';
import { variantLabel } from '../../client/src/variant-label.js';

test.each([
    ['kernel 6.12', 'kernel 6.12'],
    ['kernel 7.3, vm.panic_on_unrecoverable_memory_failure 1', 'kernel 7.3, vm.panic_on_…failure 1'],
    ['db PR_MCE_KILL_EARLY, page size 64 KiB', 'db PR_MCE_KILL_EARLY, page size 64 KiB'],
])('%s', (name, label) => {
    expect(variantLabel(name)).toBe(label);
});

test('sysctls stay apart', () => {
    const labels = Object.keys(SYSCTLS).map(variantLabel);
    expect(new Set(labels).size).toBe(labels.length);
});
