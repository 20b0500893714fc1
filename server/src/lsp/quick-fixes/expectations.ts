/** Expects what happens: new expectations from the trace, and failed ones replaced by what is true. */
import type { Diagnostic, Range, TextEdit } from 'vscode-languageserver';
import type { Claim } from '../../simulator/program.js';
import type { StepTrace } from '../../simulator/trace.js';
import type { ScenarioReport, VariantReport } from '../../report/judgement/scenario-report.js';
import { guardFor } from '../../report/judgement/variant-guards.js';
import type { Verdict } from '../../report/judgement/verdicts.js';
import { protocolRange } from '../run-diagnostics.js';
import { indentationOf, insertBelow, lineText, removeLines, replace, textAt, type Fix, type FixContext } from './fix.js';
import { trueShare } from './sweep-claims.js';
import { claimsOf, hardwareCorruptedClaim, outcomesClaim, quoted, sideOf, signalClaim } from './what-happened.js';
import type { Run } from './run.js';
import { stepEvents } from '../../report/step/step-events.js';

interface StepInText {
    readonly range: Range;
    /** What all runs of it have in common; what only some variants do stands with its condition. */
    readonly claims: readonly string[];
}

/** Fixes for the steps in a range, and for whole scenarios. */
export function expectFixes(range: Range, context: FixContext): Fix[] {
    return (context.report?.scenarios ?? []).filter((scenario) => scenario.range.startLine <= range.end.line && scenario.range.endLine >= range.start.line).flatMap((scenario) => {
        const missing = missingExpectations(scenario, context);
        const here = missing.filter(({ step }) => step.range.start.line <= range.end.line && step.range.end.line >= range.start.line);
        return [
            ...here.slice(0, 1).map(({ edit }): Fix => ({ title: 'Expect what happens', edits: [edit], kind: 'refactor.rewrite' })),
            ...missing.length > 0 ? [{ title: 'Expect what happens, in every step of the scenario', edits: missing.map(({ edit }) => edit), kind: 'refactor.rewrite' }] : [],
        ];
    });
}

interface Missing { readonly step: StepInText; readonly edit: TextEdit }

function missingExpectations(scenario: ScenarioReport, context: FixContext): Missing[] {
    return stepsOf(runsOf(scenario), context).flatMap((step) => {
        const lines = expectationLinesBelow(step.range.end.line, context);
        const said = lines.map((line) => lineText(context, line)).join('\n');
        const missing = step.claims.filter((claim) => !isSaid(claim, said));
        const indentation = lines.length > 0 ? indentationOf(lineText(context, lines[0]!)) : indentationOf(lineText(context, step.range.start.line)) + context.indent;
        return missing.length === 0 ? [] : [{ step, edit: insertBelow(context, lines.at(-1) ?? step.range.end.line, missing.map((claim) => laidOut(`${indentation}expect ${claim}`, indentation, context.indent))) }];
    });
}

/** A claim of several lines below the first one's indentation. */
function laidOut(claim: string, indentation: string, indent: string): string {
    return claim.replace(/\n(\t?)/g, (_whole, inner: string) => `\n${indentation}${inner === '' ? '' : indent}`);
}

/** A variant that was run. */
type VariantRun = Run & VariantReport;

function runsOf({ variants }: ScenarioReport): VariantRun[] {
    return variants.flatMap((variant) => variant.trace === null ? [] : [{ ...variant, trace: variant.trace }]);
}

/** Each step that stands in the text, in text order; several that share a line are left alone. */
function stepsOf(variants: readonly VariantRun[], { report }: FixContext): StepInText[] {
    const [first] = variants;
    const bySource = new Map<number, number[]>();
    first?.trace.steps.forEach(({ source }, index) => bySource.set(source, [...bySource.get(source) ?? [], index]));
    const steps = [...bySource].flatMap(([source, indexes]): StepInText[] => {
        const range = first?.program.sources[source];
        return range === undefined || range.uri !== report?.uri ? [] : [{ range: protocolRange(range), claims: claimsOfVariants(indexes, variants) }];
    });
    return steps.filter(({ range }) => steps.every((other) => other.range === range || other.range.end.line !== range.end.line && other.range.start.line !== range.start.line));
}

/** What all variants have in common, then what only some do, limited to them; nothing that no condition can limit. */
function claimsOfVariants(indexes: readonly number[], variants: readonly VariantRun[]): string[] {
    const claims = variants.map((variant) => commonTo(indexes.map((index) => claimsOf(variant.trace.steps[index]!, variant))));
    const guarded = [...new Set(claims.flat())].flatMap((claim) => {
        const guard = guardFor(variants.flatMap((_variant, index) => claims[index]!.includes(claim) ? [index] : []), variants);
        return guard === undefined ? [] : [{ claim, guard }];
    });
    return [...guarded.filter(({ guard }) => guard === ''), ...guarded.filter(({ guard }) => guard !== '')].map(({ claim, guard }) => guard === '' ? claim : `${claim} when ${guard}`);
}

function commonTo(lists: readonly (readonly string[])[]): string[] {
    return (lists[0] ?? []).filter((claim) => lists.every((others) => others.includes(claim)));
}

/** Lines of expectations (and races, and comments) that directly follow a line. */
export function expectationLinesBelow(line: number, context: FixContext): number[] {
    const found: number[] = [];
    for (let next = line + 1, depth = 0; next < context.document.textDocument.lineCount; next++) {
        const text = lineText(context, next).replace(/\/\/.*$/, '').trim();
        if (depth === 0 && !/^(expect|race)\b/.test(text)) {
            break;
        }
        depth += (text.match(/\{/g)?.length ?? 0) - (text.match(/\}/g)?.length ?? 0);
        found.push(next);
    }
    return found;
}

/** The claim stands there already, with more or fewer words beside it. */
function isSaid(claim: string, said: string): boolean {
    if (claim.startsWith('outcomes ')) {
        return /\bexpect (outcomes|one of)\b/.test(said);
    }
    const words = said.replace(/\s+/g, ' ');
    const core = claim.replace(/ errno \w+$/, '').replace(/ lsb \d+$/, '').replace(/ at .*$/, '');
    return words.includes(core) || /^(panic|oops)$/.test(claim) && new RegExp(`expect ${claim}|\\b${claim} "`).test(words);
}

/** A failed claim, replaced by what is true of its step. */
export function failedExpectationFixes(diagnostic: Diagnostic, context: FixContext): Fix[] {
    for (const scenario of context.report?.scenarios ?? []) {
        if (scenario.variants.length > 1) {
            const fixes = fixesInVariants(scenario, diagnostic, context);
            if (fixes.length > 0) {
                return fixes;
            }
            continue;
        }
        const { program, trace } = scenario;
        const verdict = program === null ? undefined : scenario.verdicts.find((each) => each.status === 'failed' && each.expectation >= 0 && isAt(each, scenario, diagnostic.range));
        if (program === null || trace === null || verdict === undefined) {
            continue;
        }
        const claim = program.expectations[verdict.expectation]?.claims.find(({ source }) => source === verdict.source);
        // The diagnostic underlines the first line of a set only.
        const place = program.sources[verdict.source];
        const range = place === undefined ? diagnostic.range : protocolRange(place);
        const written = textAt(context, range);
        const truth = claim === undefined ? undefined : truthOf(claim, { program, trace }, written, verdict);
        if (truth?.includes('\n') === true) {
            return [{ title: 'Expect the outcomes that are possible', diagnostic, preferred: true, edits: [replace(range, laidOut(truth, indentationOf(lineText(context, range.start.line)), context.indent))] }];
        }
        return truth === undefined ? [removal(diagnostic, range, context)] : [{ title: `Expect what happens: \`${truth}\``, diagnostic, preferred: true, edits: [replace(range, truth)] }];
    }
    return [];
}

/** The claim replaced where all variants come to the same, else limited to those where it holds, or said for each. */
function fixesInVariants(scenario: ScenarioReport, diagnostic: Diagnostic, context: FixContext): Fix[] {
    const variants = runsOf(scenario);
    const range = variants.flatMap(({ program, verdicts }) => verdicts.flatMap(({ source, expectation }) => {
        const place = program.sources[source];
        return expectation < 0 || place?.startLine !== diagnostic.range.start.line || place.startColumn !== diagnostic.range.start.character ? [] : [protocolRange(place)];
    }))[0] ?? diagnostic.range;
    const written = textAt(context, range);
    const judged = variants.flatMap((variant, index) => {
        const verdict = variant.verdicts.find((each) => each.expectation >= 0 && isAt(each, variant, diagnostic.range));
        return verdict === undefined || verdict.status !== 'failed' && verdict.status !== 'passed' ? [] : [{ index, verdict, variant, truth: verdict.status === 'passed' ? written : truthIn(variant, verdict, written) }];
    });
    const passing = judged.filter(({ verdict }) => verdict.status === 'passed').map(({ index }) => index);
    const [first] = judged;
    if (first === undefined || passing.length === judged.length) {
        return [];
    }
    const truths = [...new Set(judged.map(({ truth }) => truth))];
    if (truths.length === 1 && truths[0] !== undefined) {
        return [{ title: `Expect what happens: \`${truths[0]}\``, diagnostic, preferred: true, edits: [replace(range, truths[0])] }];
    }
    const { claims = [], when } = first.variant.program.expectations[first.verdict.expectation] ?? {};
    if (claims.length !== 1 || when !== undefined) {
        return [removal(diagnostic, range, context)];
    }
    const wording = (truth: string | undefined, indexes: readonly number[]): string | undefined => {
        const guard = guardFor(indexes, variants);
        return truth === undefined || guard === undefined || guard === '' ? undefined : `${truth} when ${guard}`;
    };
    const indentation = indentationOf(lineText(context, range.start.line));
    const each = truths.map((truth) => wording(truth, judged.filter((other) => other.truth === truth).map(({ index }) => index)));
    const only = wording(written, passing);
    return [
        ...each.includes(undefined) ? [] : [{ title: 'Expect what happens in each variant', diagnostic, preferred: true as const, edits: [replace(range, each.join(`\n${indentation}expect `))] }],
        ...only === undefined ? [] : [{ title: `Expect it only \`${only.slice(written.length + 1)}\``, diagnostic, edits: [replace(range, only)] }],
        removal(diagnostic, range, context),
    ];
}

function truthIn(variant: VariantRun, verdict: Verdict, written: string): string | undefined {
    const claim = variant.program.expectations[verdict.expectation]?.claims.find(({ source }) => source === verdict.source);
    // A set of outcomes takes several lines, of which each would need the guard.
    return claim === undefined || claim.kind === 'outcomes' ? undefined : truthOf(claim, variant, written, verdict);
}

function isAt({ source }: Verdict, { program }: Pick<ScenarioReport, 'program'>, range: Range): boolean {
    const place = program?.sources[source];
    return place !== undefined && place.startLine === range.start.line && place.startColumn === range.start.character;
}

/** The claim goes; its line too, when nothing else is on it. */
function removal(diagnostic: Diagnostic, { start, end }: Range, context: FixContext): Fix {
    const line = lineText(context, start.line);
    const before = line.slice(0, start.character);
    const last = lineText(context, end.line);
    const alone = /^\s*(expect\s*)?$/.test(before) && /^\s*(when\b.*|\/\/.*)?$/.test(last.slice(end.character));
    return { title: 'Remove this expectation', diagnostic, edits: [alone ? removeLines(start.line, end.line) : replace({ start, end: { line: end.line, character: end.character + (/^\s*/.exec(line.slice(end.character))![0].length) } }, '')] };
}

/** What holds instead of the claim, of the same kind where there is something of that kind. */
function truthOf(claim: Claim, whole: Run, written: string, verdict: Verdict): string | undefined {
    const guest = whole.program.expectations[verdict.expectation]?.guest;
    const run = sideOf(guest, whole);
    const step = run.trace.steps[verdict.step];
    // The set of a guest's outcomes is one of its own, which nothing here words.
    if (step === undefined || step.skipped || guest !== undefined && claim.kind === 'outcomes') {
        return undefined;
    }
    // What holds of one outcome need not hold of the others.
    if (claim.kind !== 'outcomes' && (step.race?.outcomes.length ?? 1) > 1) {
        return undefined;
    }
    const { sweep } = step;
    if (sweep !== undefined) {
        return trueShare(claim, { ...step, sweep }, run, written);
    }
    return TRUTHS[claim.kind]?.(step, run, written, verdict);
}

type Truth = (step: StepTrace, run: Run, written: string, verdict: Verdict) => string | undefined;

const result: Truth = (step) => stepEvents(step, 'result').map(({ type, result: found }) => `${type} ${found}`)[0];
const signal: Truth = (step, run) => {
    const sent = stepEvents(step, 'signal').filter(({ fate }) => fate !== 'coalesced');
    return sent[0] === undefined ? 'no signal' : signalClaim(sent[0], step, run);
};
const swapped = (from: string, to: string): Truth => (_step, _run, written) => written.replace(from, to);

const TRUTHS: Readonly<Partial<Record<Claim['kind'], Truth>>> = {
    result,
    outcomes: ({ race }, run, written) => {
        const when = /\}\s*(when\b[\s\S]*)$/.exec(written)?.[1];
        return race === undefined || race.limit !== null || written.startsWith('expect never') ? undefined : `expect ${outcomesClaim(race, run)}${when === undefined ? '' : ` ${when}`}`;
    },
    errno: ({ outcome: { errno } }) => errno === '' ? undefined : `errno ${errno}`,
    signal, 'no-signal': signal,
    killed: swapped('killed', 'survives'), survives: swapped('survives', 'killed'),
    'exit-status': (_step, _run, written, { actual }) => {
        const status = /\bstatus (\d+)$/.exec(actual)?.[1];
        return status === undefined ? written.replace(/exited(\s+\S+)\s+\S+/, 'survives$1') : written.replace(/(exited\s+\S+\s+)\S+/, `$1${status}`);
    },
    panic: (step) => stepEvents(step, 'panic').length > 0 ? 'panic' : 'no panic', 'no-panic': () => 'panic',
    oops: (step) => stepEvents(step, 'oops').length > 0 ? 'oops' : 'no oops', 'no-oops': () => 'oops',
    dmesg: swapped('dmesg', 'no dmesg'), 'no-dmesg': swapped('no dmesg', 'dmesg'),
    'hardware-corrupted': hardwareCorruptedClaim,
    'node-counter': ({ counters }, _run, written) => {
        const [, node = '0', counter = ''] = /node\s+(\d+)\s+(\w+)/.exec(written) ?? [];
        const value = counters.nodes[Number(node)]?.[counter as 'total'];
        return value === undefined ? undefined : `node ${node} ${counter} ${value}`;
    },
    poisoned: swapped('poisoned', 'not poisoned'), 'not-poisoned': swapped('not poisoned', 'poisoned'),
    contents: (_step, _run, written, { actual }) => {
        const state = /\b(lost|stale|intact)$/.exec(actual)?.[1];
        return state === undefined ? undefined : written.replace(/\b(lost|stale|intact)\b/, state);
    },
    value: ({ outcome: { value } }) => value === undefined ? undefined : `value ${quoted(value)}`,
    returns: ({ outcome: { returned } }) => returned === undefined ? undefined : `returns ${returned}`,
    text: ({ outcome: { text } }) => text === undefined ? undefined : `text ${quoted(text)}`,
};
