// Which ways through the kernel were recorded: server/src/report/coverage/recorded-paths.ts, and what is wrong by how well it is covered.
import path from 'node:path';
import { degreeOf, worst, COVERAGE_DEGREES, type CoverageDegree } from '../../server/src/report/coverage/coverage.js';
import type { Recorded, RecordedKernel } from '../../server/src/report/coverage/recorded.js';
import { hashOf, pairsOf, pathText, stepPath } from '../../server/src/report/coverage/step-path.js';
import { KERNELS } from '../../server/src/vocabulary/kernels.js';
import type { Trace } from '../../server/src/simulator/trace.js';
import type { ConformanceRecord } from './converter/record.mts';
import type { CaseResult } from './run-conformance.js';
import { versionOf } from './converter/platforms.mts';

export const RECORDED_PATHS_FILE = path.resolve(import.meta.dirname, '../../server/src/report/coverage/recorded-paths.ts');

/** A case, with the ways that its steps took. */
export interface WayCase {
    /** Index in the kernels that are compared. */
    readonly kernel: number;
    readonly record: ConformanceRecord;
    readonly verdict: CaseResult['verdict'];
    readonly paths: readonly (readonly string[])[];
}

export function pathsOf(trace: Trace): (readonly string[])[] {
    return trace.steps.map(stepPath).filter((each) => each !== null);
}

/** What a record counts for: the model agrees with it, and repeated runs did. */
function counts({ record, verdict }: WayCase): boolean {
    return record.stable && verdict === 'agreed';
}

export function recordedIn(cases: readonly WayCase[], kernels: readonly RecordedKernel[]): Recorded {
    const paths = new Map<number, number>();
    const pairs = new Set<number>();
    for (const { kernel, paths: taken } of cases.filter(counts)) {
        for (const each of taken) {
            const hash = hashOf(pathText(each));
            paths.set(hash, (paths.get(hash) ?? 0) | (1 << kernel));
            for (const pair of pairsOf(each)) pairs.add(hashOf(pair));
        }
    }
    return { kernels, paths, pairs };
}

/** `arm64-7.3.4-16k` in the words of a program. */
export function kernelOf(name: string): RecordedKernel {
    const written = versionOf(name);
    return {
        name, version: KERNELS.find(({ version }) => written === version || written.startsWith(`${version}.`))!.version, release: /\d+\.\d+\.\d+/.exec(name)![0],
        arch: name.startsWith('arm64') ? 'arm64' : 'x86-64', pageShift: name.endsWith('16k') ? 14 : 12,
    };
}

/** The file as it has to be. */
export function recordedPathsText({ kernels, paths, pairs }: Recorded): string {
    const words = (numbers: readonly string[]): string => numbers.join(' ').replace(/(.{1,150})( |$)/g, "    '$1 ' +\n").replace(/ ' \+\n$/, "';");
    const sorted = [...paths].sort(([left], [right]) => left - right);
    return [
        '/** What running kernels did, as far as the model agrees: the ways of the stable records. Written by `npm run conformance`. */',
        "import type { Recorded } from './recorded.js';",
        '',
        'function numbersOf(text: string): number[] {',
        "    return text.split(' ').map((each) => Number.parseInt(each, 36));",
        '}',
        '',
        'function pairsOf(numbers: readonly number[]): [number, number][] {',
        '    return Array.from({ length: numbers.length / 2 }, (_each, index) => [numbers[2 * index]!, numbers[2 * index + 1]!]);',
        '}',
        '',
        '/** Hash of a path and the kernels that took it, in base 36. */',
        'const PATHS =',
        words(sorted.flatMap(([hash, mask]) => [hash.toString(36), mask.toString(36)])),
        '',
        '/** Hashes of pairs. */',
        'const PAIRS =',
        words([...pairs].sort((left, right) => left - right).map((hash) => hash.toString(36))),
        '',
        'export const RECORDED: Recorded = {',
        '    kernels: [',
        ...kernels.map(({ name, version, release, arch, pageShift }) => `        { name: '${name}', version: '${version}', release: '${release}', arch: '${arch}', pageShift: ${pageShift} },`),
        '    ],',
        '    // Few runs ask.',
        '    get paths() {',
        '        return (paths ??= new Map(pairsOf(numbersOf(PATHS))));',
        '    },',
        '    get pairs() {',
        '        return (pairs ??= new Set(numbersOf(PAIRS)));',
        '    },',
        '};',
        '',
        'let paths: ReadonlyMap<number, number> | undefined;',
        'let pairs: ReadonlySet<number> | undefined;',
        '',
    ].join('\n');
}

export interface HeldOut {
    readonly degree: CoverageDegree;
    readonly cases: number;
    readonly wrong: number;
}

/** Half of the cases by name tells how well each case of the other half is covered, and the other way round. Stable cases count. */
export function heldOut(cases: readonly WayCase[], kernels: readonly RecordedKernel[]): HeldOut[] {
    const halfOf = ({ record }: WayCase): number => hashOf(record.case) % 2;
    const judged = [0, 1].flatMap((half) => {
        const recorded = recordedIn(cases.filter((each) => halfOf(each) === half), kernels);
        return cases.filter((each) => halfOf(each) !== half && each.record.stable)
            .map((each) => ({ degree: worst(each.paths.map((taken) => degreeOf(taken, each.kernel, recorded))) ?? 'recorded', wrong: each.verdict !== 'agreed' }));
    });
    return COVERAGE_DEGREES.map((degree) => {
        const of = judged.filter((each) => each.degree === degree);
        return { degree, cases: of.length, wrong: of.filter(({ wrong }) => wrong).length };
    });
}
