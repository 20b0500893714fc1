import { describe, expect, test } from 'vitest';
import { draft, smaller, textOf } from '../../server/src/lab/fuzz/generate.js';
import { caseOf, planOf } from './scenario.js';

describe('random scenarios', () => {
    test('follow from the seed and the index alone', () => {
        expect(textOf(draft(7, 3))).toBe(textOf(draft(7, 3)));
        expect(new Set(Array.from({ length: 20 }, (_, index) => textOf({ ...draft(7, index), title: '' }))).size).toBeGreaterThan(15);
    });

    test('are scenarios that can be made', async () => {
        for (let index = 0; index < 15; index += 1) {
            await expect(planOf(textOf(draft(11, index)))).resolves.toBeDefined();
        }
    });

    test('become smaller by one part at a time', () => {
        const whole = draft(7, 3);
        const sizes = smaller(whole).map((each) => textOf(each).length);
        expect(Math.max(...sizes)).toBeLessThan(textOf(whole).length);
    });
});

// Found by random runs on 7.3.4: such a file has no fsync operation.
test.each(['msync m', 'fsync data'])('on secretmem %s is EINVAL', async (step) => {
    const { variant } = await caseOf(`scenario "s" {\n    file data = secretmem 16 KiB absent\n    process a { map m = data shared written content "ABCD" }\n    a: ${step}\n}`);
    expect(variant.trace!.steps[0]!.outcome.errno).toBe('EINVAL');
});
