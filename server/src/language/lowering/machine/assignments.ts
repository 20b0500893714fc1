/** sysctl, filter, config. */
import type { AstNode } from 'langium';
import type { Assignment } from '../../generated/ast.js';
import { CONFIG_OPTIONS } from '../../../vocabulary/config-options.js';
import { INJECT_FILTERS } from '../../../vocabulary/inject-files.js';
import { SYSCTLS } from '../../../vocabulary/sysctls.js';
import { property } from '../../issues.js';
import type { Context } from '../context.js';
import { MAX_EXACT, wholeNumber } from '../word/numbers.js';
import { suggest } from '../word/suggestions.js';

/** `sysctl NAME = VALUE`, `filter ...`, `config ...`, wherever it stands. */
export interface AssignedText {
    readonly word: Assignment['word'];
    readonly name: string | undefined;
    readonly value: string | undefined;
}

/** The value of an assignment: a number for a sysctl, text for a filter or an option; undefined after an error. */
export function assignmentValue(node: Assignment, context: Context): number | string | undefined {
    return assignedValue(node, node, node, context);
}

/** The same for an assignment that is written in another form: `at` is where findings stand, `valueNode` where those on the value do. */
export function assignedValue({ word, name, value: written }: AssignedText, at: AstNode, valueNode: AstNode, context: Context): number | string | undefined {
    const { issues } = context;
    if (name === undefined || written === undefined) {
        return undefined;
    }
    switch (word) {
        case 'sysctl': {
            if (!known(name, Object.keys(SYSCTLS), 'sysctl/unknown', 'sysctl that the model knows', context, at)) {
                return undefined;
            }
            const value = wholeNumber(written, valueNode, issues);
            if (value !== undefined && (value > MAX_EXACT || value < -MAX_EXACT)) {
                issues.report('quantity/too-large', valueNode, `A sysctl is a number of 32 bits; ${value} is larger than any.`);
                return undefined;
            }
            return value === undefined ? undefined : Number(value);
        }
        case 'filter': {
            if (!known(name, Object.keys(INJECT_FILTERS), 'filter/unknown', 'file of hwpoison-inject that filters', context, at)) {
                return undefined;
            }
            const value = wholeNumber(written, valueNode, issues);
            const bits = INJECT_FILTERS[name as keyof typeof INJECT_FILTERS].bits;
            if (value !== undefined && (value < 0n || value >= 1n << BigInt(bits))) {
                issues.report('filter/value', valueNode, `\`${name}\` is an unsigned number of ${bits} bits; ${value} is none.`);
                return undefined;
            }
            return value === undefined ? undefined : written.replaceAll('_', '');
        }
        case 'config': {
            if (!known(name.replace(/^CONFIG_/, ''), Object.keys(CONFIG_OPTIONS), 'config/unknown', 'option that the model looks at', context, at)) {
                return undefined;
            }
            if (!['y', 'n', 'm'].includes(written)) {
                issues.report('hwp/unknown-word', valueNode, `An option is \`y\` or \`n\`, not \`${written}\`.`, { ...property(valueNode, 'value'), data: { suggestions: ['y', 'n'] } });
                return undefined;
            }
            return written === 'm' ? 'y' : written;
        }
    }
}

function known(name: string, names: readonly string[], code: 'sysctl/unknown' | 'filter/unknown' | 'config/unknown', what: string, { issues }: Context, at: AstNode): boolean {
    if (names.includes(name)) {
        return true;
    }
    const suggestions = suggest(name, names, issues);
    const full = names.find((each) => each.endsWith(`.${name}`));
    const near = full === undefined ? suggestions : [full, ...suggestions];
    issues.report(code, at, `\`${name}\` is no ${what}.${near.length > 0 ? ` Did you mean \`${near[0]}\`?` : ` There are ${names.join(', ')}.`}`, { ...property(at, 'name'), data: { suggestions: near } });
    return false;
}
