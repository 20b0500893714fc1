/** Where a word stands in the syntax tree, for the meaning that it has there. */
import type { AstNode, CstNode } from 'langium';
import type { WordContext } from '../../vocabulary/language-words.js';
import { propertyAt } from '../../language/parser/syntax-search.js';

/** Constructs by the type of their node. */
const CONSTRUCT_OF: Readonly<Record<string, string>> = {
    Region: 'region', Filesystem: 'filesystem', File: 'file', Swap: 'swap', Pmem: 'pmem', Cgroup: 'cgroup', Process: 'process', Thread: 'thread', Mapping: 'map', Pin: 'pin',
    Kexec: 'kexec', CpuRun: 'cpu', Machine: 'machine', Scenario: 'scenario', Import: 'import',
};

export function contextOf(leaf: CstNode): WordContext | undefined {
    const isKeyword = propertyAt(leaf) === undefined;
    for (let node: AstNode | undefined = leaf.astNode; node !== undefined; node = node.$container) {
        const context = contextIn(node, isKeyword && node === leaf.astNode);
        if (context !== undefined) {
            return context;
        }
    }
    return undefined;
}

function contextIn(node: AstNode, isKeyword: boolean): WordContext | undefined {
    switch (node.$type) {
        case 'Comparison': case 'Negation': case 'BinaryCondition': return { in: 'condition' };
        case 'Expectation': case 'Outcome': return isKeyword ? { in: 'construct' } : { in: 'claim' };
        case 'Phrase': return { in: 'step', operation: (node as AstNode & { readonly verb?: string }).verb ?? '' };
        case 'Setting': case 'TaskSetting': return { in: 'declaration', construct: (node as AstNode & { readonly word?: string }).word ?? '' };
        case 'Assignment': case 'Vary': case 'KernelSetting': case 'PageSizeSetting': case 'Step': case 'Race': case 'Sweep': case 'Repeat': return { in: 'construct' };
        default: {
            const construct = CONSTRUCT_OF[node.$type];
            return construct === undefined ? undefined : isKeyword ? { in: 'construct' } : { in: 'declaration', construct };
        }
    }
}
