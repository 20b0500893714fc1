/** An expectation behind the step that it speaks of. */
import type { AstNode } from 'langium';
import { type Argument, isPlace } from '../../generated/ast.js';
import type { Context } from '../context.js';
import { wordOf } from './words.js';

/**
 * Index of the argument `expect`, which begins a line of its own; the number of arguments where there is none. Who writes it
 * behind a step gets one error, not one a word.
 */
export function expectationAt(args: readonly Argument[], node: AstNode, { issues }: Pick<Context, 'issues'>): number {
    const at = args.findIndex((argument) => wordOf(argument) === 'expect' && isPlace(argument) && argument.target.ref === undefined);
    const first = args[at];
    if (first === undefined) {
        return args.length;
    }
    const line = node.$cstNode?.root.fullText.slice(first.$cstNode?.offset ?? 0).split(/[\r\n]|\/\//, 1)[0]?.trimEnd() ?? '';
    issues.report('expect/same-line', first, '`expect` stands on a line of its own, below the step.', { last: args.at(-1)!, data: { values: [line] } });
    return at;
}
