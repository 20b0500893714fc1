/** Where a word stands in the syntax tree, for the meaning that it has there. */
import type { AstNode, CstNode } from 'langium';
import { isExpectation, isKexec, isMapping, isOutcome, isPhrase, isPlace, type Argument } from '../../language/generated/ast.js';
import { meansSomethingIn, type WordContext } from '../../vocabulary/language-words.js';
import { OPERATION_BY_ID } from '../../vocabulary/operations.js';
import { propertyAt } from '../../language/parser/syntax-search.js';
import { wordOf } from '../../language/lowering/word/words.js';

/** Constructs by the type of their node. */
const CONSTRUCT_OF: Readonly<Record<string, string>> = {
    Region: 'region', Filesystem: 'filesystem', File: 'file', Swap: 'swap', Pmem: 'pmem', Cgroup: 'cgroup', Process: 'process', Thread: 'thread', Mapping: 'map', Pin: 'pin', Guest: 'guest',
    Kexec: 'kexec', CpuRun: 'cpu', Machine: 'machine', Scenario: 'scenario', Import: 'import', Frame: 'page', Sweep: 'sweep', Race: 'race', Repeat: 'repeat', Vary: 'vary',
    KernelSetting: 'kernel', PageSizeSetting: 'size', Expectation: 'expect',
};

/** Declarations that say right after `=` what they are. */
const KINDS: Readonly<Record<string, 'region' | 'map' | 'file' | 'filesystem' | 'swap'>> = { Region: 'region', Mapping: 'map', File: 'file', Filesystem: 'filesystem', Swap: 'swap' };

/** Steps that boot: `where PLACE is KIND`. */
const BOOTS: ReadonlySet<string> = new Set(['reboot', 'power-cycle']);

export function contextOf(leaf: CstNode): WordContext | undefined {
    const node = leaf.astNode;
    const property = propertyAt(leaf);
    switch (node.$type) {
        case 'Quantity': case 'Offset': return property === 'unit' ? { in: 'unit' } : undefined;
        case 'Actor': return { in: 'actor' };
        case 'Comparison': return property === 'unit' ? { in: 'unit' } : { in: 'condition' };
        case 'Phrase': if (property === 'verb') return { in: 'verb' }; break;
        case 'Vary': if (property === 'word') return { in: 'construct', construct: 'vary' }; break;
    }
    if (node.$type === 'Introduction' && isPhrase(node.$container) && node.$container.verb === 'allocate') {
        return { in: 'kind', construct: 'allocate' };
    }
    const argument = argumentOf(node);
    return (argument === undefined ? undefined : contextOfArgument(argument)) ?? contextAbove(leaf, property === undefined);
}

/**
 * Is the word read as a word of the language there, although something has that name? What is declared is never looked up
 * in the place of a kind, of an attribute, of a value that a table lists.
 */
export function isWordOfLanguage(leaf: CstNode): boolean {
    const node = leaf.astNode;
    if (node.$type === 'Introduction') {
        return contextOf(leaf)?.in === 'kind';
    }
    if (!isPlace(node) || propertyAt(leaf) !== 'target' || node.member !== undefined || node.pages !== undefined || node.offset !== undefined) {
        return false;
    }
    const context = contextOf(leaf);
    if (context === undefined || node.$container.$type === 'Frame' || awaitsPlace(node)) {
        return false;
    }
    // What is mapped can be a file or a region; the word of the language has no say there.
    return meansSomethingIn(leaf.text, context) && !(context.in === 'kind' && context.construct === 'map' && node.target?.ref !== undefined);
}

/** The argument of a declaration, a step or a claim that a node is, or is part of. */
function argumentOf(node: AstNode): AstNode | undefined {
    for (let at: AstNode | undefined = node; at !== undefined; at = at.$container) {
        if (at.$containerProperty === 'arguments' || at.$containerProperty === 'claims') {
            return at;
        }
    }
    return undefined;
}

function contextOfArgument(argument: AstNode): WordContext | undefined {
    const container = argument.$container;
    const index = argument.$containerIndex ?? 0;
    if (container === undefined) {
        return undefined;
    }
    if (isExpectation(container) || isOutcome(container)) {
        return { in: 'claim', first: index === 0 || !isPartOfClaim(container.claims, index), next: wordOf(container.claims[index + 1]) };
    }
    const kind = KINDS[container.$type];
    if (kind !== undefined && index === 0) {
        return { in: 'kind', construct: kind };
    }
    const before = 'arguments' in container ? wordOf((container.arguments as readonly Argument[])[index - 1]) : undefined;
    if (before === 'is' && (isKexec(container) || isPhrase(container) && BOOTS.has(container.verb ?? ''))) {
        return { in: 'kind', construct: 'boot' };
    }
    if (isPhrase(container) && !BOOTS.has(container.verb ?? '')) {
        return { in: 'step', operation: container.verb ?? '' };
    }
    const construct = isPhrase(container) ? container.verb : container.$type === 'Setting' || container.$type === 'TaskSetting' ? (container as AstNode & { readonly word?: string }).word : CONSTRUCT_OF[container.$type];
    const next = 'arguments' in container ? wordOf((container.arguments as readonly Argument[])[index + 1]) : undefined;
    return construct === undefined ? undefined : { in: 'declaration', construct, before, next };
}

/** Several claims can stand on a line: does the word go on with the one before it? */
function isPartOfClaim(claims: readonly Argument[], index: number): boolean {
    const word = wordOf(claims[index]) ?? '';
    const before = wordOf(claims[index - 1]) ?? '';
    return before === 'no' || before === 'not' || before === 'to' || before === 'killed' || before === 'survives' || before === 'exited' || before === 'at' || meansSomethingIn(word, { in: 'claim', first: false, next: wordOf(claims[index + 1]) }) && !STARTS.has(word);
}

/** Parts of claims that begin one, too, where nothing before them asks for them. */
const STARTS: ReadonlySet<string> = new Set(['panic', 'oops', 'dmesg', 'poisoned']);

/** Does the word before it introduce a place, as `at` does in `machine-check UE at heap`? */
function awaitsPlace(node: AstNode): boolean {
    const container = node.$container;
    const index = node.$containerIndex ?? 0;
    const list = container !== undefined && 'arguments' in container ? container.arguments as readonly Argument[] : container !== undefined && (isExpectation(container) || isOutcome(container)) ? container.claims : [];
    const before = wordOf(list[index - 1]) ?? '';
    if (container !== undefined && isPhrase(container)) {
        return OPERATION_BY_ID.get(container.verb ?? '')?.parameters.some(({ after, kind }) => after === before && kind !== 'word') === true;
    }
    return ['to', 'at', 'killed', 'survives', 'exited', 'poisoned', 'contents'].includes(before) && !isMapping(container) || ['where', 'on', 'in', 'from', 'by'].includes(before) && container?.$type !== 'CpuRun' && container?.$type !== 'Pin';
}

function contextAbove(leaf: CstNode, isKeyword: boolean): WordContext | undefined {
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
        case 'Negation': case 'BinaryCondition': return { in: 'condition' };
        case 'Outcome': return { in: 'claim', first: true };
        case 'Phrase': return { in: 'step', operation: (node as AstNode & { readonly verb?: string }).verb ?? '' };
        case 'Setting': case 'TaskSetting': {
            const { word = '' } = node as AstNode & { readonly word?: string };
            return isKeyword ? { in: 'construct' } : { in: 'declaration', construct: word };
        }
        case 'Assignment': case 'Step': return isKeyword ? { in: 'construct' } : { in: 'declaration', construct: (node as AstNode & { readonly word?: string }).word ?? '' };
        default: {
            const construct = CONSTRUCT_OF[node.$type];
            return construct === undefined ? undefined : isKeyword ? { in: 'construct', construct } : { in: 'declaration', construct };
        }
    }
}
