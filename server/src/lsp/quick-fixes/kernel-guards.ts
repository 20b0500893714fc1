/** Limits a failed expectation to the kernels on which it holds. */
import type { Diagnostic } from 'vscode-languageserver';
import { applyOverrides } from '../../analysis/overrides.js';
import { judge } from '../../report/judgement/verdicts.js';
import { simulate } from '../../simulator/simulate.js';
import type { Program } from '../../simulator/program.js';
import { KERNELS } from '../../vocabulary/kernels.js';
import { insertAt, lineText, type Fix, type FixContext } from './fix.js';

/** Longest scenario that is run once for every kernel, in steps. */
const MAX_STEPS = 500;

export function kernelGuardFixes(diagnostic: Diagnostic, context: FixContext): Fix[] {
    for (const { program, verdicts } of (context.report?.scenarios ?? []).filter(({ variants }) => variants.length === 1)) {
        const verdict = verdicts.find(({ status, expectation, source }) => {
            const place = program?.sources[source];
            return status === 'failed' && expectation >= 0 && place?.startLine === diagnostic.range.start.line && place.startColumn === diagnostic.range.start.character;
        });
        if (program === null || verdict === undefined) {
            continue;
        }
        const guard = program.steps.length > MAX_STEPS ? undefined : guardOf(KERNELS.map(({ version }) => holdsOn(version, program, verdict.expectation)));
        const edit = guard === undefined || program.expectations[verdict.expectation]?.when !== undefined ? undefined : guardEdit(guard, diagnostic, context);
        return edit === undefined ? [] : [{ title: `Expect it only \`when ${guard}\``, diagnostic, edits: [edit] }];
    }
    return [];
}

/** Does the whole line hold on that kernel? Null where the scenario cannot run on it, or the model does not say. */
function holdsOn(version: (typeof KERNELS)[number]['version'], program: Program, expectation: number): boolean | null {
    const there = applyOverrides(program, { kernel: { written: version, version, proposals: [] } });
    if ('error' in there) {
        return null;
    }
    const verdicts = judge(there.value, simulate(there.value)).filter((verdict) => verdict.expectation === expectation);
    return verdicts.some(({ status }) => status === 'unverified') ? null : verdicts.every(({ status }) => status === 'passed');
}

/** `kernel >= 6.12`, `kernel < 7.3` or both: the kernels between which it holds, if they are neighbours. */
function guardOf(holds: readonly (boolean | null)[]): string | undefined {
    const known = KERNELS.map(({ version }, index) => ({ version, holds: holds[index] })).filter((row) => row.holds !== null);
    const first = known.findIndex((row) => row.holds === true);
    const after = first < 0 ? -1 : known.findIndex((row, index) => index > first && row.holds === false);
    if (first < 0 || after >= 0 && known.slice(after).some((row) => row.holds === true)) {
        return undefined;
    }
    const bounds = [...first > 0 ? [`kernel >= ${known[first]!.version}`] : [], ...after >= 0 ? [`kernel < ${known[after]!.version}`] : []];
    return bounds.length === 0 ? undefined : bounds.join(' and ');
}

/** Behind the claims of the line, before its comment. */
function guardEdit(guard: string, { range: { start } }: Diagnostic, context: FixContext): Fix['edits'][number] | undefined {
    const line = lineText(context, start.line);
    const end = line.replace(/\s*(\/\/.*)?$/, '').length;
    return line.includes('{') ? undefined : insertAt(start.line, end, ` when ${guard}`);
}
