import { isIntroduction, isProcess, isThread } from '../../language/generated/ast.js';
import { AstUtils, CstUtils, DefaultReferences, stream, UriUtils, type AstNode, type CstNode, type FindReferencesOptions, type LangiumDocument, type ReferenceDescription, type Stream } from 'langium';
import { declaresName, isNameUse } from './names.js';
import { tasksNamedIn } from './tasks-in-questions.js';

/** Finds uses by walking the trees when somebody asks, so that no edit pays for an index of them. */
export class HwpReferences extends DefaultReferences {
    override findDeclarations(source: CstNode): AstNode[] {
        const asked = tasksNamedIn(source.astNode).find(({ start, end }) => start <= source.offset && source.end <= end);
        return asked !== undefined ? [asked.target] : super.findDeclarations(source).filter((node) => declaresName(node) && !this.#isWord(source));
    }

    override findReferences(target: AstNode, { documentUri, includeDeclaration }: FindReferencesOptions): Stream<ReferenceDescription> {
        const declared = includeDeclaration === true ? this.getSelfReferences(target).filter(({ sourceUri }) => documentUri === undefined || UriUtils.equals(sourceUri, documentUri)) : [];
        const documents = this.documents.all.filter(({ uri }) => documentUri === undefined || UriUtils.equals(uri, documentUri)).toArray();
        return stream([...declared, ...documents.flatMap((document) => this.#usesIn(document, target))]);
    }

    /** A word of the vocabulary with the name of something declared elsewhere. */
    #isWord({ astNode, offset }: CstNode): boolean {
        return AstUtils.streamReferences(astNode).some((info) => info.reference.$refNode?.offset === offset && !isNameUse(info));
    }

    #usesIn(document: LangiumDocument, target: AstNode): ReferenceDescription[] {
        const targetUri = AstUtils.getDocument(target).uri;
        const targetPath = this.nodeLocator.getAstNodePath(target);
        const found: ReferenceDescription[] = [];
        for (const reference of document.references) {
            if ('ref' in reference && reference.$nodeDescription?.node === target && reference.$refNode !== undefined) {
                const container = reference.$refNode.astNode;
                const info = AstUtils.streamReferences(container).find((each) => each.reference === reference);
                if (info !== undefined && isNameUse(info)) {
                    found.push({
                        sourceUri: document.uri, sourcePath: this.nodeLocator.getAstNodePath(container), targetUri, targetPath,
                        segment: CstUtils.toDocumentSegment(reference.$refNode), local: UriUtils.equals(document.uri, targetUri),
                    });
                }
            }
        }
        return isTask(target) ? [...found, ...this.#questionsIn(document, target, { targetUri, targetPath })] : found;
    }

    #questionsIn(document: LangiumDocument, target: AstNode, of: Pick<ReferenceDescription, 'targetUri' | 'targetPath'>): ReferenceDescription[] {
        const { parseResult: { value }, textDocument, uri } = document;
        return AstUtils.streamAst(value).flatMap((node) => tasksNamedIn(node).filter((use) => use.target === target).map(({ start, end }) => ({
            ...of, sourceUri: uri, sourcePath: this.nodeLocator.getAstNodePath(node), local: UriUtils.equals(uri, of.targetUri),
            segment: { offset: start, end, length: end - start, range: { start: textDocument.positionAt(start), end: textDocument.positionAt(end) } },
        }))).toArray();
    }
}

function isTask(node: AstNode): boolean {
    return isProcess(node) || isThread(node) || isIntroduction(node);
}
