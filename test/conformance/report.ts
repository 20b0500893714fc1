// npm run conformance: the table of docs/conformance.md, and the differences of a case in full.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { conformancePage } from './page.js';
import { readKnownDifferences } from './known-differences.js';
import { runConformance, type CaseResult } from './run-conformance.js';
import { countByGroup, COMPARED_KERNELS } from './table.js';
import { heldOut, kernelOf, pathsOf, RECORDED_PATHS_FILE, recordedIn, recordedPathsText, type WayCase } from './ways.js';

export const PAGE = path.resolve(import.meta.dirname, '../../docs/conformance.md');

/** The page, and what was recorded as the product knows it. */
export async function currentFiles(): Promise<{ readonly page: string; readonly paths: string }> {
    const runs = [];
    const cases: WayCase[] = [];
    for (const [index, kernel] of COMPARED_KERNELS.entries()) {
        const taken = new Map<string, WayCase['paths']>();
        const results = await runConformance({ kernel, judged: (trace, record) => { taken.set(record.case, pathsOf(trace)); } });
        runs.push({ kernel, results });
        cases.push(...results.filter(({ verdict }) => verdict !== 'not set up').map(({ record, verdict }) => ({ kernel: index, record, verdict, paths: taken.get(record.case) ?? [] })));
    }
    const kernels = COMPARED_KERNELS.map(kernelOf);
    return { page: conformancePage(runs, readKnownDifferences(), heldOut(cases, kernels)), paths: recordedPathsText(recordedIn(cases, kernels)) };
}

export async function main(args: readonly string[]): Promise<number> {
    const named = args.indexOf('--kernel');
    const kernels = named >= 0 ? [args[named + 1] ?? ''] : COMPARED_KERNELS;
    const at = args.indexOf('--diff');
    if (at >= 0) {
        return printDifferences(args[at + 1] ?? '', kernels);
    }
    if (named >= 0) {
        await printTables(kernels);
        return 0;
    }
    const { page, paths } = await currentFiles();
    if (args.includes('--check')) {
        const current = readFileSync(PAGE, 'utf8') === page;
        console.log(current ? 'docs/conformance.md is current.' : 'docs/conformance.md is not current. Run "npm run conformance".');
        const known = readFileSync(RECORDED_PATHS_FILE, 'utf8') === paths;
        if (!known) console.log('server/src/report/coverage/recorded-paths.ts is not current. Run "npm run conformance".');
        return current && known ? 0 : 1;
    }
    writeFileSync(PAGE, page);
    writeFileSync(RECORDED_PATHS_FILE, paths);
    await printTables(COMPARED_KERNELS);
    return 0;
}

async function printTables(kernels: readonly string[]): Promise<void> {
    for (const kernel of kernels) {
        const results = await runConformance({ kernel });
        console.log(`Linux ${kernel}`);
        console.table(Object.fromEntries(countByGroup(results).map(({ group, ...counts }) => [group, counts])));
        printDisagreements(results);
    }
}

function printDisagreements(results: readonly CaseResult[]): void {
    for (const { record, verdict, differences, notModelled } of results) {
        if (verdict !== 'agreed' && verdict !== 'not set up') {
            const what = [...new Set(differences.map(({ field }) => field)), ...notModelled].join(', ');
            console.log(`${record.stable ? '' : '(unstable) '}${record.case}: ${verdict}: ${what}`);
        }
    }
}

async function printDifferences(part: string, kernels: readonly string[]): Promise<number> {
    for (const kernel of kernels) {
        const results = await runConformance({ kernel, only: (record) => record.case === part });
        const wide = results.length > 0 ? results : await runConformance({ kernel, only: (record) => record.case.includes(part) });
        for (const { record, verdict, differences, notModelled, flags } of wide) {
            console.log(`== ${record.case} on ${kernel}: ${verdict}`);
            notModelled.forEach((what) => { console.log(`   not modelled: ${what}`); });
            for (const { moment, expected, actual } of flags?.differences ?? []) {
                console.log(`-- page flags, ${moment}\n   recorded:  ${expected}\n   predicted: ${actual}`);
            }
            for (const { field, expected, actual } of differences) {
                console.log(`-- ${field}\n   recorded:  ${indented(expected)}\n   predicted: ${indented(actual)}`);
            }
        }
    }
    return 0;
}

function indented(text: string): string {
    return text.replaceAll('\n', '\n              ');
}
