import { AstUtils, type AstNode, type LangiumDocument, type LangiumDocuments } from 'langium';
import { DefaultRenameProvider, type LangiumServices } from 'langium/lsp';
import { ResponseError, LSPErrorCodes, type RenameParams, type WorkspaceEdit, type Range, type TextDocumentPositionParams } from 'vscode-languageserver';
import { isDocument, isMachine, isMapping, isPlace, isProcess, isScenario, isThread, type Machine } from '../../language/generated/ast.js';
import { importedMachines } from '../../language/references/imports.js';
import { sceneOf } from '../../language/references/lookup.js';
import { isTaskNode, symbolsOf, type Scene } from '../../language/references/scenario-symbols.js';
import { CstUtils } from 'langium';

const NAME = /^[A-Za-z_][A-Za-z0-9_]*(-[A-Za-z0-9_]+)*$/;

/** Words that end an argument list, and names with a meaning of their own. */
const RESERVED = new Set(['and', 'or', 'when', 'as', 'kernel', 'root', 'hardware', 'pfn', 'phys', 'address', 'main']);

/** Renames what is declared, in every file that uses it; refuses names that would mean something else. */
export class HwpRenameProvider extends DefaultRenameProvider {
    readonly #documents: LangiumDocuments;

    constructor(services: LangiumServices) {
        super(services);
        this.#documents = services.shared.workspace.LangiumDocuments;
    }

    override async rename(document: LangiumDocument, params: RenameParams): Promise<WorkspaceEdit | undefined> {
        const target = this.#targetAt(document, params);
        const refusal = target === undefined ? 'There is no name here that is declared.' : this.#refusal(target, params.newName);
        if (refusal !== undefined) {
            throw new ResponseError(LSPErrorCodes.RequestFailed, refusal);
        }
        return super.rename(document, params);
    }

    protected override isNameNode(): boolean {
        return false; // What declares a name is found by its declaration.
    }

    override prepareRename(document: LangiumDocument, params: TextDocumentPositionParams): Range | undefined {
        return this.#targetAt(document, params) === undefined ? undefined : this.renameNodeRange(document, params.position);
    }

    #targetAt(document: LangiumDocument, { position }: TextDocumentPositionParams): AstNode | undefined {
        const leaf = CstUtils.findDeclarationNodeAtOffset(document.parseResult.value.$cstNode, document.textDocument.offsetAt(position), this.grammarConfig.nameRegexp);
        return leaf === undefined ? undefined : this.references.findDeclarations(leaf)[0];
    }

    #refusal(target: AstNode, name: string): string | undefined {
        if (!NAME.test(name)) {
            return `"${name}" is no name: letters, digits, "_" and single dashes, not beginning with a digit.`;
        }
        if (RESERVED.has(name)) {
            return `"${name}" has a meaning of its own.`;
        }
        const scene = sceneOf(target);
        if ('name' in target && target.name === name || scene === undefined) {
            return undefined;
        }
        return this.#scenesWith(scene).some((other) => isTaken(name, target, other)) || isMachine(target) && this.#machineIsTaken(name)
            ? `"${name}" is declared already.` : undefined;
    }

    /** The scene itself, and the scenarios that run on it. */
    #scenesWith(scene: Scene): Scene[] {
        const scenarios = isMachine(scene) ? this.#documents.all.flatMap(({ parseResult: { value } }) => isDocument(value) ? value.elements.filter(isScenario) : []).toArray() : [];
        return [scene, ...scenarios.filter(({ machine }) => machine?.ref === scene)];
    }

    #machineIsTaken(name: string): boolean {
        return this.#documents.all.some(({ parseResult: { value } }) => isDocument(value) && [...importedMachines(value, this.#documents).values()].some((machine: Machine) => machine.name === name));
    }
}

/** Members of one process, and names beside each other, are told apart. */
function isTaken(name: string, target: AstNode, scene: Scene): boolean {
    const symbols = symbolsOf(scene);
    if (isMapping(target) || isThread(target)) {
        const owner = isProcess(target.$container) ? target.$container : AstUtils.getContainerOfType(target, isProcess);
        return owner !== undefined && isTaskNode(owner) && symbols.membersOf(owner).has(name) || isMapping(target) && (symbols.names.has(name) || belongsToAnother(name, owner, scene));
    }
    // What is declared for all would be hidden by a mapping of that name, or hide it.
    return symbols.names.has(name) || belongsToAnother(name, undefined, scene);
}

/** Has another process a mapping of that name that is used without its process, so that the name would mean two things? */
function belongsToAnother(name: string, owner: AstNode | undefined, scene: Scene): boolean {
    const others = scene.items.filter(isProcess).filter((process) => process !== owner).flatMap((process) => process.items.filter(isMapping)).filter((mapping) => mapping.name === name);
    return others.length > 0 && (owner === undefined || [...AstUtils.streamAllContents(scene)].some((node) => isPlace(node) && node.member === undefined && node.target?.ref !== undefined && others.some((mapping) => mapping === node.target.ref)));
}
