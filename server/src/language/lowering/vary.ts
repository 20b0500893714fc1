/** vary: checked and counted; running every variant is the simulator's. */
import type { Value, Vary } from '../generated/ast.js';
import { isQuantity, isText, isWord } from '../generated/ast.js';
import { CONFIG_OPTIONS } from '../../vocabulary/config-options.js';
import { INJECT_FILTERS } from '../../vocabulary/inject-files.js';
import { SYSCTLS } from '../../vocabulary/sysctls.js';
import { CONSTRUCT_BY_WORD } from '../../vocabulary/settings.js';
import type { Context } from './context.js';
import { lowerKernel } from './machine-settings.js';
import { sizeBytes, wholeNumber } from './numbers.js';
import { ARCHITECTURE_NAMES } from '../../vocabulary/architectures.js';
import { checkWord } from './words-of-tables.js';

/** Most values on one `vary` line. */
export const MAX_VARY_VALUES = 256;

const SUBJECTS = ['kernel', 'sysctl', 'filter', 'config', 'prctl', 'arch', 'page', 'thp'];
const POLICIES = ['PR_MCE_KILL_EARLY', 'PR_MCE_KILL_LATE', 'PR_MCE_KILL_DEFAULT'];

/** Checks the values; the first of them is what a run of one variant takes. */
export function lowerVary(node: Vary, context: Context): void {
    const { facts, issues } = context;
    context.leaveOut(node, -1, 'variants');
    const count = node.kernels.length + node.values.length;
    if (count > MAX_VARY_VALUES) {
        issues.report('vary/limit', node, `A \`vary\` line has at most ${MAX_VARY_VALUES} values, this one has ${count}.`);
        return;
    }
    if (node.word === 'kernel') {
        context.setKernels(node.kernels.flatMap((kernel) => lowerKernel(kernel, context) ?? []), node);
        return;
    }
    if (node.word === undefined || !checkWord(node.word, SUBJECTS, 'thing that can be varied', node, context, 'word')) {
        return;
    }
    const values = node.values.filter((value) => checkValue(node, value, context));
    const [first] = values;
    if (first === undefined) {
        return;
    }
    const text = textOfValue(first);
    switch (node.word) {
        case 'sysctl': facts.sysctls.set(node.name!, { value: Number(text), node }); break;
        case 'filter': facts.filters.set(node.name!, { value: text, node }); break;
        case 'config': facts.config.set(node.name!.replace(/^CONFIG_/, ''), { value: text, node }); break;
    }
}

function textOfValue(value: Value): string {
    return isQuantity(value) ? value.value : isText(value) ? value.text : value.word;
}

function checkValue(node: Vary, value: Value, context: Context): boolean {
    const { issues } = context;
    const text = textOfValue(value) ?? '';
    switch (node.word) {
        case 'sysctl': return named(node, SYSCTLS, 'sysctl', context) && isNumber(value, context);
        case 'filter': return named(node, INJECT_FILTERS, 'filter file', context) && isNumber(value, context);
        case 'config': return named(node, CONFIG_OPTIONS, 'option', context) && checkWord(text, ['y', 'n'], 'value of an option', value, context);
        case 'prctl': return checkWord(text, POLICIES, 'kill policy', value, context);
        case 'arch': return checkWord(text, ARCHITECTURE_NAMES, 'architecture', value, context);
        case 'thp': return checkWord(text, ['always', 'madvise', 'never'], 'THP mode', value, context);
        default:
            if (!isQuantity(value) || node.name !== 'size') {
                issues.report('vary/subject', isWord(value) ? value : node, `It is written \`${CONSTRUCT_BY_WORD.get('vary')!.form}\`.`);
                return false;
            }
            return sizeBytes(value, context.pageBytes, issues, 'A page size') !== undefined;
    }
}

function isNumber(value: Value, { issues }: Context): boolean {
    if (!isQuantity(value)) {
        issues.report('quantity/malformed', value, `\`${textOfValue(value)}\` is no number.`);
        return false;
    }
    return wholeNumber(value.value, value, issues) !== undefined;
}

function named(node: Vary, table: object, what: string, context: Context): boolean {
    if (node.name === undefined) {
        context.issues.report('vary/subject', node, `Which ${what}? It is written \`vary ${node.word} NAME V, V\`.`);
        return false;
    }
    return checkWord(node.name.replace(/^CONFIG_/, ''), table, what, node, context, 'name');
}
