/** Which of the variants: some of them described by the values that they share, rather than listed one by one. */
import { subjectWords, variantWords, type VariedValue } from './vary.js';

/** Variants by what they may take: one of `values` on each of the lines named; lines that are free are not there. */
export interface Selection {
    readonly restrictions: readonly { readonly line: number; readonly values: readonly VariedValue[] }[];
}

type Variant = readonly VariedValue[];

/**
 * As few selections as are easily found that together are exactly the given variants.
 * @param chosen indexes in `all`
 * @param all the values of every variant, one for each `vary` line
 */
export function selectionsOf(chosen: readonly number[], all: readonly Variant[]): Selection[] {
    const variants = chosen.map((index) => all[index] ?? []);
    const [first] = variants;
    if (first === undefined) {
        return [];
    }
    const taken = first.map((_value, line) => new Set(variants.map((variant) => variant[line]?.value ?? null)));
    const matching = all.filter((variant) => taken.every((values, line) => values.has(variant[line]?.value ?? null)));
    if (matching.length === variants.length) {
        return [{ restrictions: taken.flatMap((values, line) => restrictionOf(line, values, all)) }];
    }
    const line = taken.findIndex(({ size }) => size > 1);
    return [...taken[line] ?? []].flatMap((value) => selectionsOf(chosen.filter((index) => (all[index]?.[line]?.value ?? null) === value), all));
}

function restrictionOf(line: number, values: ReadonlySet<string | null>, all: readonly Variant[]): Selection['restrictions'] {
    const possible = new Map(all.flatMap((variant) => variant[line] === undefined ? [] : [[variant[line].value, variant[line]] as const]));
    return values.size === possible.size ? [] : [{ line, values: [...possible.values()].filter(({ value }) => values.has(value)) }];
}

/** Most selections that are named. */
const MAX_NAMED = 4;

/** `kernel 6.12 or 6.18, thp always; kernel 7.3`; '' when it is all of them. */
export function selectionWords(chosen: readonly number[], all: readonly Variant[]): string {
    const words = selectionsOf(chosen, all).map(({ restrictions }) => {
        const said = restrictions.filter((restriction) => !saysOnlyThatItExists(restriction, all));
        return (said.length > 0 ? said : restrictions).map(restrictionWords).filter((each) => each !== '').join(', ');
    });
    const named = words.filter((each) => each !== '');
    const rest = named.length - MAX_NAMED;
    return rest > 0 ? `${named.slice(0, MAX_NAMED).join('; ')}; and ${rest} more` : named.join('; ');
}

/** Every value but the missing one: whether there is the sysctl is known by the kernel. */
function saysOnlyThatItExists({ line, values }: Selection['restrictions'][number], all: readonly Variant[]): boolean {
    const possible = new Set(all.map((variant) => variant[line]?.value ?? null));
    return possible.has(null) && possible.size === values.length + 1 && values.every(({ value }) => value !== null);
}

/** A kernel without the sysctl is known by the kernel. */
function restrictionWords({ values }: Selection['restrictions'][number]): string {
    const [first, ...others] = values.filter(({ value }) => value !== null);
    return first === undefined ? '' : [variantWords([first]), ...others.map(({ value }) => value)].join(' or ');
}

/** The heads of a table of variants. */
export function lineWords(all: readonly Variant[]): string[] {
    return (all[0] ?? []).map(subjectWords);
}
