import { isAstNode, isLinkingError, type AstNode, type AstNodeDescription, type CstNode, type LinkingError, type Reference } from 'langium';
import { FoundNode } from './found-node.js';

/** Finds what a name means when it is asked for before the text was linked. */
export interface Resolver {
    resolve(reference: NameReference, node: AstNode, property: string): AstNode | undefined;
}

/** A name that stands for a node, as Langium's linker fills it in. Texts have thousands of them: each field counts. */
export abstract class NameReference implements Reference {
    readonly $refNode: CstNode | undefined;
    readonly $refText: string;
    /** The node, or why there is none. */
    _ref: unknown = undefined;
    protected abstract readonly resolver: Resolver;
    private readonly node: AstNode;
    private readonly property: string;

    constructor(node: AstNode, property: string, refNode: CstNode | undefined, refText: string) {
        this.node = node;
        this.property = property;
        this.$refNode = refNode;
        this.$refText = refText;
    }

    get ref(): AstNode | undefined {
        return this.resolver.resolve(this, this.node, this.property);
    }

    get error(): LinkingError | undefined {
        return isLinkingError(this._ref) ? this._ref : undefined;
    }

    get $nodeDescription(): AstNodeDescription | undefined {
        return isAstNode(this._ref) ? new FoundNode(this._ref, this.$refText) : undefined;
    }

    // The linker keeps it beside the node that it describes.
    get _nodeDescription(): AstNodeDescription | undefined {
        return this.$nodeDescription;
    }

    set _nodeDescription(_description: AstNodeDescription | undefined) {
        // It follows from the node.
    }
}

/** The references that one linker makes: it is the same for all of them, and no field. */
export function referencesOf(resolver: Resolver): new (...of: ConstructorParameters<typeof NameReference>) => NameReference {
    return class extends NameReference {
        protected get resolver(): Resolver {
            return resolver;
        }
    };
}
