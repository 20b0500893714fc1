/** Finds the parts of a syntax tree by what they are in the grammar. */
import type { AstNode, CompositeCstNode, CstNode } from 'langium';

interface Source {
    readonly $type: string;
    readonly feature?: string;
    readonly value?: string;
    readonly $container?: Source;
}

/** The part of a node that gave one of its properties its value; of a list, the one at an index. */
export function findNodeForProperty(node: CstNode | undefined, property: string, index = 0): CstNode | undefined {
    return node === undefined ? undefined : partsOf(node, node.astNode, (part) => featureOf(part) === property)[index];
}

/** The part of a node that is a keyword. */
export function findNodeForKeyword(node: CstNode | undefined, keyword: string): CstNode | undefined {
    return node === undefined ? undefined : partsOf(node, node.astNode, ({ grammarSource }) => {
        const source = grammarSource as unknown as Source | undefined;
        return source?.$type === 'Keyword' && source.value === keyword;
    })[0];
}

/** The property whose value a token is part of; undefined for a keyword. */
export function propertyAt(leaf: CstNode): string | undefined {
    const node = leaf.astNode;
    for (let part: CstNode | undefined = leaf; part !== undefined && part.container?.astNode === node; part = part.container) {
        const feature = featureOf(part);
        if (feature !== undefined) {
            return feature;
        }
    }
    return undefined;
}

/** Parts of a node that fit, without those of the nodes in it. */
function partsOf(part: CstNode, node: AstNode, fits: (part: CstNode) => boolean): CstNode[] {
    const { content } = part as Partial<CompositeCstNode>;
    return (content ?? []).flatMap((child) => fits(child) ? [child] : child.astNode === node ? partsOf(child, node, fits) : []);
}

function featureOf({ grammarSource }: CstNode): string | undefined {
    for (let source = grammarSource as unknown as Source | undefined; source !== undefined; source = source.$container) {
        if (source.$type === 'Assignment') {
            return source.feature;
        }
    }
    return undefined;
}
