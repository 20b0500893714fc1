// npm run conformance: the table of docs/conformance.md, and the differences of a case in full.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { conformancePage } from './page.js';
import { readKnownDifferences } from './known-differences.js';
import { runConformance, type CaseResult } from './run-conformance.js';
import { countByGroup, COMPARED_KERNELS } from './table.js';

export const PAGE = path.resolve(import.meta.dirname, '../../docs/conformance.md');

/** Everything that the page says. */
export async function currentPage(): Promise<string> {
    const runs = [];
    for (const kernel of COMPARED_KERNELS) {
        runs.push({ kernel, results: await runConformance({ kernel }) });
    }
    return conformancePage(runs, readKnownDifferences());
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
    const page = await currentPage();
    if (args.includes('--check')) {
        const current = readFileSync(PAGE, 'utf8') === page;
        console.log(current ? 'docs/conformance.md is current.' : 'docs/conformance.md is not current. Run "npm run conformance".');
        return current ? 0 : 1;
    }
    writeFileSync(PAGE, page);
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
