import { type Comparison, type Condition as ConditionNode, type Quantity, isBinaryCondition, isNegation } from '../../generated/ast.js';
import { INJECT_FILTERS } from '../../../vocabulary/inject-files.js';
import { CONFIG_OPTIONS } from '../../../vocabulary/config-options.js';
import { resolveKernel } from '../../../vocabulary/kernels.js';
import { PROPOSALS } from '../../../vocabulary/proposals.js';
import { CONDITION_SUBJECTS } from '../../../vocabulary/settings.js';
import { SYSCTLS } from '../../../vocabulary/sysctls.js';
import type { Condition } from '../../../simulator/program.js';
import type { Context } from '../context.js';
import { ARCHITECTURE_NAMES } from '../../../vocabulary/architectures.js';
import { THP_MODES } from '../machine/machine-settings.js';
import { sizeBytes } from '../word/numbers.js';
import { KILL_POLICIES } from '../process/processes.js';
import { checkWord } from '../word/words-of-tables.js';

/** The condition after `when`; undefined after an error. Depth is limited by the layout pass. */
export function lowerCondition(node: ConditionNode | undefined, context: Context): Condition | undefined {
    if (node === undefined) {
        return undefined;
    }
    if (isBinaryCondition(node)) {
        const left = lowerCondition(node.left, context);
        const right = lowerCondition(node.right, context);
        return left === undefined || right === undefined ? undefined : { kind: node.operator, left, right };
    }
    if (isNegation(node)) {
        const operand = lowerCondition(node.operand, context);
        return operand === undefined ? undefined : node.negations.length % 2 === 0 ? operand : { kind: 'not', operand };
    }
    return lowerComparison(node, context);
}

/** Subjects whose values have an order. */
const ORDERED: ReadonlySet<string> = new Set(['kernel', 'sysctl', 'filter', 'page']);

/** Sizes of base pages that an architecture has. */
const BASE_PAGES: ReadonlySet<number> = new Set([4096, 16384, 65536]);

function lowerComparison(node: Comparison, context: Context): Condition | undefined {
    const { issues } = context;
    const subject = node.subject ?? '';
    if (!checkWord(subject, CONDITION_SUBJECTS.map(({ word }) => word), 'subject of a condition', node, context, 'subject')) {
        return undefined;
    }
    const operator = node.comparator ?? '=';
    const { name, value } = node;
    if (!ORDERED.has(subject) && operator !== '=' && operator !== '!=') {
        return malformed();
    }
    switch (subject) {
        case 'kernel':
            if (name !== undefined || value === undefined || 'error' in resolveKernel(value) && resolveKernel(value)) {
                return malformed();
            }
            return { kind: 'compare', subject, operator, value };
        case 'arch':
            return name !== undefined || value === undefined || !checkWord(value, ARCHITECTURE_NAMES, 'architecture', node, context, 'value')
                ? value === undefined ? malformed() : undefined : { kind: 'compare', subject, operator, value };
        case 'thp':
            return name !== undefined || value === undefined ? malformed() : checkWord(value, THP_MODES, 'THP mode', node, context, 'value') ? { kind: 'compare', subject, operator, value } : undefined;
        case 'page': {
            const bytes = name !== 'size' || value === undefined || node.unit === undefined ? undefined : sizeBytes({ ...node, value, unit: node.unit } as unknown as Quantity, 4096, issues, 'A page size');
            return bytes === undefined || !BASE_PAGES.has(bytes) ? malformed() : { kind: 'compare', subject: 'page size', operator, value: String(bytes) };
        }
        case 'filter':
            return name === undefined || value === undefined || !/^(0[xX][0-9A-Fa-f_]+|[0-9_]+)$/.test(value) ? malformed()
                : checkWord(name, INJECT_FILTERS, 'file of hwpoison-inject that filters', node, context, 'name') ? { kind: 'compare', subject, name, operator, value: value.replaceAll('_', '') } : undefined;
        case 'prctl':
            return value === undefined ? malformed()
                : checkWord(value, Object.keys(KILL_POLICIES), 'kill policy', node, context, 'value') && (name === undefined || checkTask(name)) ? { kind: 'compare', subject, ...(name === undefined ? {} : { name }), operator, value: KILL_POLICIES[value]! } : undefined;
        case 'sysctl':
            return name === undefined || value === undefined || !/^-?(0[xX][0-9A-Fa-f_]+|[0-9_]+)$/.test(value) ? malformed()
                : checkWord(name, SYSCTLS, 'sysctl that the model knows', node, context, 'name') ? { kind: 'compare', subject, name, operator, value } : undefined;
        case 'config':
            return name === undefined || value !== undefined && value !== 'y' && value !== 'n' ? malformed()
                : checkWord(name, CONFIG_OPTIONS, 'configuration option that the model looks at', node, context, 'name') ? { kind: 'compare', subject, name, operator, value: value ?? 'y' } : undefined;
        default:
            return name === undefined || value !== undefined ? malformed()
                : checkWord(name, PROPOSALS, 'proposal', node, context, 'name') ? { kind: 'compare', subject: 'proposal', operator: '=', value: name } : undefined;
    }

    function checkTask(task: string): boolean {
        return checkWord(task.replace(/\.main$/, ''), context.facts.processes.flatMap(({ spec }) => spec.threads.map((thread) => thread.name === '' ? spec.name : `${spec.name}.${thread.name}`)), 'declared process or thread', node, context, 'name');
    }

    function malformed(): undefined {
        const form = CONDITION_SUBJECTS.find(({ word }) => word === subject)?.form ?? '';
        issues.report('when/malformed', node, `A condition on \`${subject}\` is written \`${form}\`.`);
        return undefined;
    }
}
