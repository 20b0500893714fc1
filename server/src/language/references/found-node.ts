import { AstUtils, DefaultAstNodeLocator, type AstNode, type AstNodeDescription, type URI } from 'langium';

const LOCATOR = new DefaultAstNodeLocator();

/** What a name means, for Langium: a description that says of the node what is asked for, instead of keeping all of it for each name of a text. */
export class FoundNode implements AstNodeDescription {
    readonly node: AstNode;
    readonly name: string;

    constructor(node: AstNode, name: string) {
        this.node = node;
        this.name = name;
    }

    get type(): string {
        return this.node.$type;
    }

    get documentUri(): URI {
        return AstUtils.getDocument(this.node).uri;
    }

    get path(): string {
        return LOCATOR.getAstNodePath(this.node);
    }
}
