import { describe, expect, test } from 'vitest';
import { compareKernels, DEFAULT_KERNEL, KERNELS, resolveKernel } from '../../server/src/vocabulary/kernels.js';

describe('resolveKernel', () => {
    test.each([
        // written, version, exact
        ['6.1', '6.1', true],
        ['6.1.0', '6.1', true],
        ['6.1.192', '6.1', true],
        ['6.2', '6.1', false],
        ['6.6.93', '6.6', true],
        ['6.11.5', '6.6', false],
        ['6.12', '6.12', true],
        ['6.16', '6.12', false],
        ['6.18', '6.18', true],
        ['6.19', '6.18', false],
        ['6.100', '6.18', false],
        ['7.0', '7.0', true],
        ['7.3.4', '7.3', true],
        ['7.10', '7.3', false],
        ['8.0', '7.3', false],
        ['9999.0', '7.3', false],
    ])('%s behaves as %s', (written, version, exact) => {
        expect(resolveKernel(written)).toEqual({ version, exact });
    });

    test.each(['5.15', '6.0', '6.0.19', '0.1', '2.6.32'])('%s is too old', (written) => {
        expect(resolveKernel(written)).toEqual({ error: 'too-old' });
    });

    test.each(['', '6', '6.', '6.1.', '.1', '6.1.2.3', 'v6.1', '6.01', '06.1', '6.1-rc3', ' 6.1', '6.1\n', '6.x', '-6.1', '99999.1', '６.1'])('"%s" is malformed', (written) => {
        expect(resolveKernel(written)).toEqual({ error: 'malformed' });
    });
});

test.each([
    ['6.12', '6.6', 1],
    ['6.6', '6.12', -1],
    ['7.0', '6.18', 1],
    ['6.12', '6.12.95', 0],
    ['6.12.9', '6.12.95', -1],
    ['6.13', '6.12.95', 1],
])('%s against %s: %d', (a, b, sign) => {
    expect(Math.sign(compareKernels(a, b))).toBe(sign);
});

test('kernels stand oldest first, and a new scenario gets the newest', () => {
    const versions = KERNELS.map(({ version }) => version);
    expect([...versions].sort(compareKernels)).toEqual(versions);
    expect(DEFAULT_KERNEL).toBe(versions.at(-1));
});

test('a recorded kernel names the point release, and only such a kernel does', () => {
    for (const { version, basis, recordedAs } of KERNELS) {
        expect(recordedAs !== undefined, version).toBe(basis === 'recorded');
        if (recordedAs) expect(resolveKernel(recordedAs)).toEqual({ version, exact: true });
    }
});
