// The scenarios of the recorded cases of x86-64, as cases of the lab.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseKernel } from '../../../server/src/analysis/overrides.js';
import { TextAnalyzer } from '../../../server/src/analysis/text-analyzer.js';
import type { LabCase } from '../../../server/src/lab/run/lab-result.js';

const SCENARIOS = path.resolve(import.meta.dirname, '../scenarios');
/** Groups of the recorded cases of x86-64. */
const GROUPS = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];

export interface NamedCase { readonly case: string; readonly group: string; readonly each: LabCase }

export async function labCases(version: string, only: (name: string, group: string) => boolean): Promise<readonly NamedCase[]> {
    const parsed = parseKernel(version);
    if ('error' in parsed) throw new Error(parsed.error);
    const cases: NamedCase[] = [];
    for (const group of GROUPS) {
        for (const file of readdirSync(path.join(SCENARIOS, group)).filter((each) => each.endsWith('.hwp')).sort()) {
            const name = path.basename(file, '.hwp');
            if (!only(name, group)) continue;
            const uri = pathToFileURL(path.join(SCENARIOS, group, file)).href;
            const { scenarios } = await new TextAnalyzer((other) => readFileSync(fileURLToPath(other), 'utf8')).analyze(uri, readFileSync(path.join(SCENARIOS, group, file), 'utf8'), { overrides: { kernel: parsed.value, sysctls: {} } });
            const variant = scenarios[0]?.variants[0];
            if (variant?.trace != null) cases.push({ case: name, group, each: { uri, scenario: scenarios[0]!, variant } });
        }
    }
    return cases;
}
