import { expect, test } from 'vitest';
import { caseOf } from '../lab/scenario.js';

test('behind a part that was written, a load tells no letter: not that of the next page either', async () => {
    const { variant } = await caseOf(`scenario "s" {
        process db { map heap = anon 16 KiB written }
        db: process_vm_writev heap[0] + 64 length 100 B
        db: read heap[0..1] + 64
        db: read heap[0..1]
    }`);

    expect(variant.trace!.steps.slice(1).map(({ outcome }) => outcome.value)).toEqual([undefined, 'A']);
});
