/**
 * The variants of a scenario: every combination of the values on its `vary` lines, lowered as if it had been written
 * out. A combination with errors of its own cannot exist: it is left out and named. What is wrong in every
 * combination is wrong with the text.
 */
import type { AstNode } from 'langium';
import { variantWords, type VariedValue } from '../../../vocabulary/vary.js';
import { selectionWords } from '../../../vocabulary/variant-selections.js';
import type { Vary } from '../../generated/ast.js';
import { Issues, type Issue } from '../../issues.js';
import type { Program } from '../program-types.js';
import type { Choice, Chosen } from './choice.js';
import type { VaryLine } from './vary.js';

/** Most combinations of the values on all `vary` lines of a scenario. */
export const MAX_VARIANTS = 256;

/** Most steps of all variants of a scenario together. */
export const MAX_VARIED_STEPS = 20_000;

export interface LoweredVariant {
    /** One for each `vary` line, in text order; none when nothing is varied. */
    readonly values: readonly VariedValue[];
    readonly program: Program;
}

/** A combination that cannot exist, and why. */
export interface LeftOut {
    readonly values: readonly VariedValue[];
    readonly reason: string;
}

export interface Variants {
    /** Those that can exist; none when the scenario has an error. */
    readonly variants: readonly LoweredVariant[];
    readonly leftOut: readonly LeftOut[];
    readonly issues: readonly Issue[];
}

/** Errors that do not keep a combination from being run: what is expected in vain there fails there. */
export const ONLY_OF_ITS_KERNEL: ReadonlySet<string> = new Set(['expect/not-on-kernel']);

/** One combination, lowered. */
export interface Attempt {
    /** Null when there are errors, other than those of ONLY_OF_ITS_KERNEL. */
    readonly program: Program | null;
    readonly issues: readonly Issue[];
}

type Combination = readonly (Choice | null)[];

interface Tried extends Attempt {
    readonly combination: Combination;
}

/**
 * Yields between two combinations.
 * @param lines at least one
 * @param found what is wrong with the lines by themselves
 * @param lower lowers the scenario with the values that are chosen
 */
export function* lowerVariants(lines: readonly VaryLine[], found: readonly Issue[], lower: (chosen: Chosen) => Attempt): Generator<void, Variants> {
    const attempt = (combination: Combination): Tried => ({ ...lower(new Map(lines.map(({ node }, index) => [node, combination[index] ?? null]))), combination });
    const first = attempt(lines.map(({ choices }) => choices[0] ?? null));
    const limit = new Issues();
    checkLimits(lines, first, limit);
    if (limit.hasErrors || found.some(isError)) {
        // The rest of the text is looked at all the same; whether the values go together is not known yet.
        const elsewhere = first.issues.filter(({ node }) => !lines.some((line) => isInside(node, line.node)));
        return { variants: [], leftOut: [], issues: distinct([...found, ...limit.all, ...elsewhere]) };
    }
    return join(lines, found, yield* tryAll(lines, attempt));
}

function checkLimits(lines: readonly VaryLine[], first: Attempt, issues: Issues): void {
    let count = 1;
    for (const { node, choices } of lines) {
        count *= choices.length;
        if (count > MAX_VARIANTS) {
            issues.report('vary/limit', node, `There are ${lines.reduce((product, line) => product * line.choices.length, 1)} combinations of what is varied, but at most ${MAX_VARIANTS} are run. Vary less, or make several scenarios.`);
            return;
        }
    }
    const steps = (first.program?.steps.length ?? 0) * count;
    if (steps > MAX_VARIED_STEPS) {
        issues.report('vary/limit', lines[0]!.node, `${count} variants of ${first.program!.steps.length} steps are ${steps} steps, but at most ${MAX_VARIED_STEPS} are run. Vary less, or make several scenarios.`);
    }
}

/** Every combination once. Where a kernel lacks a sysctl the line on it is left out, so that the kernel runs once rather than once for every value. */
function* tryAll(lines: readonly VaryLine[], attempt: (combination: Combination) => Tried): Generator<void, Tried[]> {
    const tried = new Map<string, Tried>();
    for (const combination of combinations(lines)) {
        yield;
        const one = attempt(combination);
        const lacking = lines.filter(({ node }) => isLacking(node, one.issues));
        const kept = lacking.length === 0 ? one : attempt(combination.map((choice, index) => lacking.includes(lines[index]!) ? null : choice));
        const key = JSON.stringify(kept.combination.map((choice) => choice?.varied.value ?? null));
        if (!tried.has(key)) {
            tried.set(key, kept);
        }
    }
    // A line that no kernel has use for is a mistake.
    const useless = lines.filter((_line, index) => [...tried.values()].every(({ combination }) => combination[index] === null));
    if (useless.length === 0) {
        return [...tried.values()];
    }
    const all: Tried[] = [];
    for (const combination of combinations(lines)) {
        yield;
        all.push(attempt(combination));
    }
    return all;
}

function isLacking(line: Vary, issues: readonly Issue[]): boolean {
    return issues.some(({ code, node }) => (code === 'sysctl/not-on-kernel' || code === 'config/not-on-kernel') && node === line);
}

/** The first line varies slowest. */
function combinations(lines: readonly VaryLine[]): Combination[] {
    return lines.reduce<Combination[]>((heads, { choices }) => heads.flatMap((head) => choices.map((choice) => [...head, choice])), [[]]);
}

function join(lines: readonly VaryLine[], found: readonly Issue[], tried: readonly Tried[]): Variants {
    const values = tried.map(({ combination }) => valuesOf(lines, combination));
    const errors = merged(tried.map(({ issues }) => issues.filter(isError)), false);
    const everywhere = errors.filter(({ where }) => where.length === tried.length);
    const own = errors.filter(({ issue, where }) => where.length < tried.length && !ONLY_OF_ITS_KERNEL.has(issue.code));
    const possible = tried.flatMap(({ program }, index) => program === null ? [] : [index]);
    const leftOut = tried.flatMap((_tried, index): OwnError[] => {
        const error = ownErrorOf(own, index, tried);
        return error === undefined ? [] : [{ index, error }];
    });
    const counted = possible.length > 0 ? possible : tried.map((_tried, index) => index);
    const remarks = merged(counted.map((index) => tried[index]!.issues.flatMap((issue) => remarkOf(issue, everywhere))), true).map(({ issue, where }) => limitedTo(issue, where, counted.map((index) => values[index]!), lines));
    const issues = new Issues();
    issues.all.push(...found, ...everywhere.map(({ issue }) => issue), ...remarks);
    if (possible.length === 0 && everywhere.length === 0) {
        issues.report('vary/nothing-left', lines[0]!.node, `No combination of what is varied can exist. ${reasonWords(leftOut, values)}`);
    } else {
        reportLeftOut(lines, leftOut, values, issues);
        reportLacking(lines, tried, issues);
    }
    return {
        variants: issues.hasErrors ? [] : possible.map((index) => ({ values: values[index]!, program: tried[index]!.program! })),
        leftOut: leftOut.map(({ index, error }) => ({ values: values[index]!, reason: error.message })),
        issues: distinct(issues.all),
    };
}

function valuesOf(lines: readonly VaryLine[], combination: Combination): VariedValue[] {
    return combination.map((choice, index) => choice?.varied ?? { ...lines[index]!.choices[0]!.varied, value: null });
}

function isError({ severity }: Pick<Issue, 'severity'>): boolean {
    return severity === 'error';
}

/** What stands in the way of no run; an expectation that cannot hold on some of the kernels is a remark there. */
function remarkOf(issue: Issue, everywhere: readonly Merged[]): Issue[] {
    if (!isError(issue)) {
        return [issue];
    }
    return ONLY_OF_ITS_KERNEL.has(issue.code) && everywhere.every((other) => other.issue.node !== issue.node || other.issue.code !== issue.code) ? [{ ...issue, code: 'expect/impossible-pair', severity: 'warning' }] : [];
}

/** A finding, and the indexes of those who have it. */
interface Merged { readonly issue: Issue; readonly where: number[] }

/** The same finding at the same place said once. An error may name the kernel in each combination: it is one error all the same. */
function merged(lists: readonly (readonly Issue[])[], byMessage: boolean): Merged[] {
    const byNode = new Map<AstNode, Map<string, Merged>>();
    const all: Merged[] = [];
    lists.forEach((issues, index) => {
        for (const issue of issues) {
            const atNode = byNode.get(issue.node) ?? new Map<string, Merged>();
            byNode.set(issue.node, atNode);
            const key = `${issue.code} ${issue.at?.offset ?? ''} ${byMessage ? issue.message : ''}`;
            const known = atNode.get(key);
            if (known === undefined) {
                const one = { issue, where: [index] };
                atNode.set(key, one);
                all.push(one);
            } else if (known.where.at(-1) !== index) {
                known.where.push(index);
            }
        }
    });
    return all;
}

/** A remark that only some variants have says which, unless it stands at the very value. */
function limitedTo(issue: Issue, where: readonly number[], values: readonly (readonly VariedValue[])[], lines: readonly VaryLine[]): Issue {
    if (where.length === values.length || lines.some(({ node }) => isInside(issue.node, node))) {
        return issue;
    }
    return { ...issue, message: `${issue.message} Only in: ${selectionWords(where, values)}.` };
}

function isInside(node: AstNode, outer: AstNode): boolean {
    return node === outer || node.$container !== undefined && isInside(node.$container, outer);
}

/** Why one combination, by its index, cannot exist. */
interface OwnError { readonly index: number; readonly error: Issue }

function ownErrorOf(own: readonly Merged[], index: number, tried: readonly Tried[]): Issue | undefined {
    const errors = own.filter(({ where }) => where.includes(index));
    return tried[index]!.issues.find((issue) => isError(issue) && errors.some(({ issue: { code, node, at } }) => issue.code === code && issue.node === node && issue.at?.offset === at?.offset));
}

/** `kernel 6.12, thp never: Linux 6.12 has ...`, combinations with one reason together. */
function reasonWords(leftOut: readonly OwnError[], values: readonly (readonly VariedValue[])[]): string {
    const byReason = new Map<string, number[]>();
    for (const { index, error: { message } } of leftOut) {
        byReason.set(message, [...byReason.get(message) ?? [], index]);
    }
    return [...byReason].map(([reason, indexes]) => `${selectionWords(indexes, values) || variantWords(values[indexes[0]!]!)}: ${reason}`).join(' ');
}

/** Each combination at the line whose value does not fit, or at the first line. */
function reportLeftOut(lines: readonly VaryLine[], leftOut: readonly OwnError[], values: readonly (readonly VariedValue[])[], issues: Issues): void {
    for (const { node } of lines) {
        const here = leftOut.filter(({ error }) => (lines.find((line) => isInside(error.node, line.node)) ?? lines[0]!).node === node);
        if (here.length > 0) {
            issues.report('vary/left-out', node, `${here.length === 1 ? 'A combination that cannot exist is' : `${here.length} combinations that cannot exist are`} left out. ${reasonWords(here, values)}`);
        }
    }
}

/** Kernels that run without a line, because they have no such sysctl. */
function reportLacking(lines: readonly VaryLine[], tried: readonly Tried[], issues: Issues): void {
    lines.forEach(({ node, choices }, index) => {
        const kernels = new Set(tried.filter(({ combination }) => combination[index] === null)
            .map(({ combination }) => combination.find((choice) => choice?.varied.subject === 'kernel')?.varied.value ?? 'of this scenario'));
        if (kernels.size > 0) {
            issues.report('vary/left-out', node, `Left out on kernel ${[...kernels].join(' and ')}, which has no \`${choices[0]!.varied.name}\`: it runs once, without this line.`);
        }
    });
}

/** Combinations share what they find in the text. */
function distinct(issues: readonly Issue[]): Issue[] {
    return merged([issues], true).map(({ issue }) => issue);
}

