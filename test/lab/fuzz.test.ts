import { describe, expect, test } from 'vitest';
import { smaller, textOf, withoutLine } from '../../server/src/lab/fuzz/draft.js';
import { draft } from '../../server/src/lab/fuzz/generate.js';
import { guestOf } from '../../server/src/lab/kernels/platforms.js';
import { caseOf, planOf } from './scenario.js';

describe('random scenarios', () => {
    test('follow from the seed and the index alone', () => {
        expect(textOf(draft(7, 3))).toBe(textOf(draft(7, 3)));
        expect(new Set(Array.from({ length: 20 }, (_, index) => textOf({ ...draft(7, index), title: '' }))).size).toBeGreaterThan(15);
    });

    test('are scenarios that can be made, mostly', async () => {
        const drafts = await Promise.allSettled(Array.from({ length: 15 }, async (_, index) => await planOf(textOf(draft(11, index)))));
        expect(drafts.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThan(7);
    });

    test.each([[12, 'arch arm64', '2 MiB'], [14, 'arch arm64 page size 16 KiB', '32 MiB']])('are for the machine of the kernel: arm64, pages of 2^%i bytes', async (pageShift, arch, hugePage) => {
        const guest = guestOf({ arch: 'arm64', pageShift });
        const texts = Array.from({ length: 60 }, (_, index) => textOf(draft(7, index, guest)));
        expect(texts.every((text) => text.split('\n')[1] === `    ${arch}` && !text.includes('machine-check'))).toBe(true);
        expect(texts.some((text) => text.includes(`hugetlb ${hugePage} 6 pages`))).toBe(true);
        expect(texts.join('').match(/anon \d+ MiB/g)!.every((each) => Number(/\d+/.exec(each)![0]) % Number.parseInt(hugePage) === 0)).toBe(true);
        const planned = await Promise.allSettled(texts.slice(0, 15).map(async (text) => await planOf(text, new Set(), guest)));
        expect(planned.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThan(7);
    });

    test('lack the line that is taken out', () => {
        const whole = draft(7, 3);
        const lines = textOf(whole).split('\n');
        const without = withoutLine(whole, 1);
        expect(without === null || !textOf(without).split('\n').includes(lines[1]!)).toBe(true);
        expect(withoutLine(whole, 0)).toBeNull();
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
