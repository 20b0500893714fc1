import { describe, expect, test } from 'vitest';
import { TextAnalyzer } from '../../server/src/analysis/text-analyzer.js';
import { coverageOf, coverageWords, degreeOf, type Coverage } from '../../server/src/report/coverage/coverage.js';
import type { Recorded } from '../../server/src/report/coverage/recorded.js';
import { hashOf, pairsOf, pathText, stepPath } from '../../server/src/report/coverage/step-path.js';

const KERNELS = [{ name: 'a', version: '7.3', release: '7.3.4', arch: 'x86-64', pageShift: 12 }, { name: 'b', version: '6.12', release: '6.12.107', arch: 'x86-64', pageShift: 12 }];

function recorded(ways: readonly (readonly [kernel: number, ...path: string[]])[]): Recorded {
    return {
        kernels: KERNELS, pairs: new Set(ways.flatMap(([, ...path]) => pairsOf(path).map(hashOf))),
        paths: new Map(ways.map(([kernel, ...path]) => [hashOf(pathText(path)), 1 << kernel])),
    };
}

async function covered(body: string): Promise<Coverage> {
    const { scenarios } = await new TextAnalyzer().analyze('file:///c.hwp', `scenario "c" {\n${body}\n}`);
    return coverageOf(scenarios[0]!.program!, scenarios[0]!.trace!);
}

describe('a way', () => {
    const KNOWN = recorded([[0, 'read', 'a', 'b', 'errno 0'], [1, 'read', 'a', 'c', 'errno 0'], [0, 'write', 'b', 'c']]);
    test.each([
        ['that the kernel went', ['read', 'a', 'b', 'errno 0'], 0, 'recorded'],
        ['that another kernel went', ['read', 'a', 'c', 'errno 0'], 0, 'elsewhere'],
        ['of a kernel that was not recorded', ['read', 'a', 'b', 'errno 0'], -1, 'elsewhere'],
        ['whose parts were gone', ['read', 'a', 'b', 'c', 'errno 0'], 0, 'parts'],
        ['with a step that nobody took', ['write', 'a', 'b', 'errno 0'], 0, 'source'],
    ] as const)('%s', (_name, path, kernel, degree) => {
        expect(degreeOf(path, kernel, KNOWN)).toBe(degree);
    });
});

test('what a step decides, and what comes of it, is its way; one in which the kernel decides nothing has none', async () => {
    const { scenarios } = await new TextAnalyzer().analyze('file:///c.hwp', 'scenario "c" {\n    region x = free 1 page\n    phase "p"\n    corrupt-pfn x\n}');
    const [phase, corrupt] = scenarios[0]!.trace!.steps.map(stepPath);
    expect(phase).toBeNull();
    expect(corrupt![0]).toBe('corrupt-pfn');
    expect(corrupt!.slice(-2)).toEqual(['MF_MSG_BUDDY MF_RECOVERED', 'errno 0']);
});

describe('a run', () => {
    const HEAP = 'process db { sigbus handler longjmp; map heap = anon 4 pages written }\n    hard_offline_page heap[1]';
    test('on recorded ground', async () => {
        expect((await covered(HEAP)).degree).toBe('recorded');
    });
    test('a point release that nobody recorded, a kernel with a proposal', async () => {
        expect((await covered(`kernel 6.12.40\n    ${HEAP}`)).degree).toBe('elsewhere');
        expect((await covered(`kernel 6.12.107\n    ${HEAP}`)).degree).toBe('recorded');
        expect((await covered(`kernel 7.2 with panic-unrecoverable-v4\n    ${HEAP}`)).degree).toBe('elsewhere');
    });
    test('is as well covered as its worst step, and says how many there are', async () => {
        const coverage = await covered(`${HEAP}\n    phase "then"\n    kexec`);
        expect(coverage.steps).toEqual(['recorded', null, 'source']);
        expect(coverage.degree).toBe('source');
        expect(coverageWords(coverage)).toBe('1 of 2 steps recorded · 1 from the source');
    });
    test('in which nothing is decided has no degree', async () => {
        const coverage = await covered('phase "nothing"');
        expect(coverage.degree).toBeNull();
        expect(coverageWords(coverage)).toBe('');
    });
});
