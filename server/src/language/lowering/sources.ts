import { AstUtils, type AstNode } from 'langium';
import type { SourceId, SourceRange } from '../../simulator/program.js';

/** Numbers the places in the text that a program refers to. */
export class Sources {
    readonly ranges: SourceRange[] = [];
    private readonly ids = new Map<AstNode, SourceId>();
    private readonly uris = new Map<AstNode, string>();

    /** The id of the node's range; the same node gets the same id. */
    of(node: AstNode): SourceId {
        let id = this.ids.get(node);
        if (id === undefined) {
            id = this.between(node, node);
            this.ids.set(node, id);
        }
        return id;
    }

    /** A new id for the range from the start of one node to the end of another. */
    between(first: AstNode, last: AstNode): SourceId {
        const start = first.$cstNode?.range.start ?? { line: 0, character: 0 };
        const end = last.$cstNode?.range.end ?? start;
        this.ranges.push({ uri: this.uriOf(first), startLine: start.line, startColumn: start.character, endLine: end.line, endColumn: end.character });
        return this.ranges.length - 1;
    }

    private uriOf(node: AstNode): string {
        const root = AstUtils.findRootNode(node);
        let uri = this.uris.get(root);
        if (uri === undefined) {
            uri = root.$document?.uri.toString() ?? '';
            this.uris.set(root, uri);
        }
        return uri;
    }
}
