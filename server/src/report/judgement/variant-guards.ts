/** Conditions that tell variants apart: what stands after `when` so that a line speaks of some of them only. */
import type { Condition, Guard } from '../../simulator/program.js';
import { selectionsOf } from '../../vocabulary/variant-selections.js';
import { releaseOf } from '../../vocabulary/kernels.js';
import type { VariedValue } from '../../vocabulary/vary.js';
import { conditionHolds } from './guards.js';
import type { VariantReport } from './scenario-report.js';

/** A condition and the text of it. */
interface Worded { readonly condition: Condition; readonly text: string; readonly isAlternative?: true }

/** `kernel >= 7.3 and thp = never`: holds in exactly the chosen variants; undefined when no condition tells them apart, '' for all of them. */
export function guardFor(chosen: readonly number[], variants: readonly VariantReport[]): string | undefined {
    if (chosen.length === variants.length) {
        return '';
    }
    const selections = selectionsOf(chosen, variants.map(({ values }) => values));
    const worded = selections.map(({ restrictions }) => {
        const parts = restrictions.map(({ line, values }) => ofLine(line, values, variants));
        // Where one line tells it all, as the kernel does for a sysctl that it lacks, the others need no word.
        const alone = parts.find((part) => part !== undefined && holdsIn(part, variants).join() === membersOf(restrictions, variants).join());
        return alone ?? (parts.includes(undefined) ? undefined : joined(parts.flatMap((part) => part ?? []), 'and'));
    });
    if (worded.includes(undefined)) {
        return undefined;
    }
    const whole = joined(worded.flatMap((each) => each ?? []), 'or');
    return whole !== undefined && holdsIn(whole, variants).join() === [...chosen].sort((a, b) => a - b).join() ? whole.text : undefined;
}

function membersOf(restrictions: readonly { readonly line: number; readonly values: readonly VariedValue[] }[], variants: readonly VariantReport[]): number[] {
    return variants.flatMap(({ values }, index) => restrictions.every((each) => each.values.some(({ value }) => value === values[each.line]?.value)) ? [index] : []);
}

function holdsIn({ condition }: Worded, variants: readonly Pick<VariantReport, 'program'>[]): number[] {
    return variants.flatMap(({ program }, index) => conditionHolds(condition, program) ? [index] : []);
}

function joined(parts: readonly Worded[], kind: 'and' | 'or'): Worded | undefined {
    const [first, ...others] = parts;
    return first === undefined ? undefined : others.reduce<Worded>((left, right) => ({
        condition: { kind, left: left.condition, right: right.condition },
        text: kind === 'and' ? `${bracketed(left)} and ${bracketed(right)}` : `${left.text} or ${right.text}`,
        ...kind === 'or' ? { isAlternative: true as const } : {},
    }), first);
}

function bracketed({ text, isAlternative }: Worded): string {
    return isAlternative === true ? `(${text})` : text;
}

/** The shortest condition that holds for those values of the line and for no others that are varied. */
function ofLine(line: number, values: readonly VariedValue[], variants: readonly VariantReport[]): Worded | undefined {
    const wanted = variants.flatMap(({ values: own }, index) => values.some(({ value }) => value === own[line]?.value) ? [index] : []);
    const singles = values.filter(({ value }) => value !== null).map((value) => candidates(value).filter((candidate) => holdsIn(candidate, variants).every((index) => wanted.includes(index))));
    const whole = [...singles.flat(), ...values.flatMap((value) => bounds(value))].find((candidate) => holdsIn(candidate, variants).join() === wanted.join());
    return whole ?? (singles.some((each) => each.length === 0) ? undefined : joined(singles.map((each) => each[0]!), 'or'));
}

const compare = (subject: string, operator: Guard['operator'], value: string, text: string, name?: string): Worded =>
    ({ condition: { kind: 'compare', subject, operator, value, ...name === undefined ? {} : { name } }, text });

/** What says a value, the shortest first. */
function candidates({ subject, name, value }: VariedValue): Worded[] {
    const written = value ?? '';
    switch (subject) {
        case 'kernel': {
            const [version = '', proposals = ''] = written.split(' with ');
            const isVersion = compare('kernel', '=', version, `kernel = ${version}`);
            // Where point releases of it are varied too, the two numbers mean all of them.
            const release = releaseOf(version);
            const isRelease = compare('kernel', '=', release, `kernel = ${release}`);
            const carries = proposals === '' ? [] : proposals.split(', ').map((proposal) => compare('proposal', '=', proposal, `with ${proposal}`));
            const together = joined([isVersion, ...carries], 'and');
            return [...carries, isVersion, ...release === version ? [] : [isRelease], ...together === undefined ? [] : [together]];
        }
        case 'sysctl': case 'filter': return [compare(subject, '=', written, `${subject} ${name} = ${written}`, name)];
        case 'config': return [compare(subject, '=', written, written === 'y' ? `config ${name}` : `config ${name} = ${written}`, name)];
        case 'prctl': return [compare(subject, '=', written.replace('PR_MCE_KILL_', '').toLowerCase(), `prctl ${name === undefined ? '' : `${name} `}= ${written}`, name)];
        case 'page size': return [compare(subject, '=', String(Number.parseInt(written, 10) * 1024), `page size = ${written}`)];
        case 'arch': case 'thp': return [compare(subject, '=', written, `${subject} = ${written}`)];
    }
}

/** Kernels from a version on, before it, and without a proposal. */
function bounds({ subject, value }: VariedValue): Worded[] {
    if (subject !== 'kernel' || value === null) {
        return [];
    }
    const [version = ''] = value.split(' with ');
    return [...new Set([version, releaseOf(version)])].flatMap((bound) => (['>=', '<='] as const).map((operator) => compare('kernel', operator, bound, `kernel ${operator} ${bound}`)));
}

