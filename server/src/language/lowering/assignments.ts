/** sysctl, filter, config. */
import type { Assignment } from '../generated/ast.js';
import { CONFIG_OPTIONS } from '../../vocabulary/config-options.js';
import { INJECT_FILTERS } from '../../vocabulary/inject-files.js';
import { SYSCTLS } from '../../vocabulary/sysctls.js';
import { property } from '../issues.js';
import type { Context } from './context.js';
import { MAX_EXACT, wholeNumber } from './numbers.js';
import { suggest } from './suggestions.js';

/** The value that is written: a number for a sysctl, text for a filter or an option; undefined after an error. */
export function assignmentValue(node: Assignment, context: Context): number | string | undefined {
    const { issues } = context;
    if (node.name === undefined || node.value === undefined) {
        return undefined;
    }
    switch (node.word) {
        case 'sysctl': {
            if (!known(node, Object.keys(SYSCTLS), 'sysctl/unknown', 'sysctl that the model knows', context)) {
                return undefined;
            }
            const value = wholeNumber(node.value, node, issues);
            if (value !== undefined && (value > MAX_EXACT || value < -MAX_EXACT)) {
                issues.report('quantity/too-large', node, `A sysctl is a number of 32 bits; ${value} is larger than any.`);
                return undefined;
            }
            return value === undefined ? undefined : Number(value);
        }
        case 'filter': {
            if (!known(node, Object.keys(INJECT_FILTERS), 'filter/unknown', 'file of hwpoison-inject that filters', context)) {
                return undefined;
            }
            const value = wholeNumber(node.value, node, issues);
            const bits = INJECT_FILTERS[node.name as keyof typeof INJECT_FILTERS].bits;
            if (value !== undefined && (value < 0n || value >= 1n << BigInt(bits))) {
                issues.report('filter/value', node, `\`${node.name}\` is an unsigned number of ${bits} bits; ${value} is none.`);
                return undefined;
            }
            return value === undefined ? undefined : node.value.replaceAll('_', '');
        }
        case 'config': {
            const name = node.name.replace(/^CONFIG_/, '');
            if (!known({ ...node, name } as Assignment, Object.keys(CONFIG_OPTIONS), 'config/unknown', 'option that the model looks at', context, node)) {
                return undefined;
            }
            if (!['y', 'n', 'm'].includes(node.value)) {
                issues.report('hwp/unknown-word', node, `An option is \`y\` or \`n\`, not \`${node.value}\`.`, { ...property(node, 'value'), data: { suggestions: ['y', 'n'] } });
                return undefined;
            }
            return node.value === 'm' ? 'y' : node.value;
        }
    }
}

function known(node: Assignment, names: readonly string[], code: 'sysctl/unknown' | 'filter/unknown' | 'config/unknown', what: string, { issues }: Context, at: Assignment = node): boolean {
    if (names.includes(node.name)) {
        return true;
    }
    const suggestions = suggest(node.name, names, issues);
    const full = names.find((name) => name.endsWith(`.${node.name}`));
    const near = full === undefined ? suggestions : [full, ...suggestions];
    issues.report(code, at, `\`${node.name}\` is no ${what}.${near.length > 0 ? ` Did you mean \`${near[0]}\`?` : ` There are ${names.join(', ')}.`}`, { ...property(at, 'name'), data: { suggestions: near } });
    return false;
}
