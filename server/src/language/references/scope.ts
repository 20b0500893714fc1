/** Langium's view of the look-ups: scopes for completion and rename, a linker that knows the vocabulary. */
import {
    Cancellation, DefaultLinker, DefaultScopeComputation, EMPTY_SCOPE, interruptAndCheck, isAstNode, isReference, MultiMap, StreamScope, stream,
    type AstNode, type AstNodeDescription, type CstNode, type LangiumCoreServices, type LangiumDocument, type LinkingError,
    type LocalSymbols, type Reference, type ReferenceInfo, type Scope, type ScopeProvider,
} from 'langium';
import { type Machine, isActor, isDocument, isExpectation, isGuest, isIntroduction, isMachine, isMapping, isPlace, isScenario, isStep, isThread } from '../generated/ast.js';
import { findGuest, findInGuest, findMember, findNamed, findTask, sceneOf, visibleNames, visibleTasks } from './lookup.js';
import { isTaskNode, scenesOf, symbolsOf } from './scenario-symbols.js';
import { importedMachines } from './imports.js';
import { FoundNode } from './found-node.js';
import { referencesOf, type NameReference, type Resolver } from './name-reference.js';
import { isVocabularyWord } from './vocabulary-words.js';

/** Machines are what other files can use. Local names need no table of Langium's. */
export class HwpScopeComputation extends DefaultScopeComputation {
    override collectExportedSymbols(document: LangiumDocument): Promise<AstNodeDescription[]> {
        const root = document.parseResult.value;
        const machines = isDocument(root) ? root.elements.filter(isMachine).filter((machine) => machine.name !== undefined) : [];
        return Promise.resolve(machines.map((machine) => this.descriptions.createDescription(machine, machine.name, document)));
    }

    override collectLocalSymbols(): Promise<LocalSymbols> {
        return Promise.resolve(new MultiMap<AstNode, AstNodeDescription>());
    }
}

export class HwpScopeProvider implements ScopeProvider {
    private readonly services: LangiumCoreServices;

    constructor(services: LangiumCoreServices) {
        this.services = services;
    }

    /** Every name that can stand at the reference. */
    getScope(context: ReferenceInfo): Scope {
        const nodes = this.candidates(context);
        return nodes.size === 0 ? EMPTY_SCOPE : new StreamScope(stream([...nodes].map(([name, node]) => new FoundNode(node, name))));
    }

    /** What the text of the reference means, by a look-up in maps. */
    find(context: ReferenceInfo): AstNodeDescription | undefined {
        const node = this.findNode(context);
        return node === undefined ? undefined : new FoundNode(node, context.reference.$refText);
    }

    private findNode({ container, property, reference }: ReferenceInfo): AstNode | undefined {
        const name = reference.$refText;
        const scene = sceneOf(container);
        if (isScenario(container)) {
            return this.machines(container).get(name);
        }
        if (property === 'guest' && (isStep(container) || isExpectation(container))) {
            return scene === undefined ? undefined : findGuest(scene, name);
        }
        if (isPlace(container) && property === 'target') {
            return findNamed(container, name);
        }
        if (property === 'member' || property === 'thread') {
            const owner = isPlace(container) ? container.target?.ref : isActor(container) ? container.process?.ref : undefined;
            if (owner !== undefined && isGuest(owner)) {
                return property === 'member' ? findInGuest(owner, name) : undefined;
            }
            const member = owner !== undefined && isTaskNode(owner) && scene !== undefined ? findMember(scene, owner, name) : undefined;
            return property === 'thread' && member !== undefined && !isThread(member) && !isIntroduction(member) ? undefined : member;
        }
        return isActor(container) && scene !== undefined ? findTask(scene, name) : undefined;
    }

    private candidates({ container, property }: ReferenceInfo): ReadonlyMap<string, AstNode> {
        if (property === 'guest') {
            return new Map([...visibleNames(container)].filter(([, node]) => isGuest(node)));
        }
        if (isScenario(container)) {
            return this.machines(container);
        }
        if (property === 'member' || property === 'thread') {
            const owner = isPlace(container) ? container.target?.ref : isActor(container) ? container.process?.ref : undefined;
            const scene = sceneOf(container);
            if (owner !== undefined && isGuest(owner)) {
                const symbols = symbolsOf(owner);
                return new Map([...symbols.names.keys(), ...symbols.mappings.keys()].flatMap((name) => { const found = findInGuest(owner, name); return found === undefined ? [] : [[name, found]]; }));
            }
            if (owner === undefined || scene === undefined || !isTaskNode(owner)) {
                return new Map();
            }
            const members = scenesOf(scene).flatMap((part) => [...symbolsOf(part).membersOf(owner)]);
            return new Map(members.filter(([, member]) => property === 'member' || !isMapping(member)));
        }
        return isActor(container) ? visibleTasks(container) : visibleNames(container);
    }

    private machines(scenario: AstNode): ReadonlyMap<string, Machine> {
        return scenario.$container === undefined ? new Map() : this.machinesOf(scenario.$container);
    }

    /** Machines that scenarios of a document can run on, by name. */
    machinesOf(root: AstNode): ReadonlyMap<string, Machine> {
        return isDocument(root) ? importedMachines(root, this.services.shared.workspace.LangiumDocuments) : new Map();
    }
}

/** What stands in a reference that is a word of a vocabulary, and leads nowhere. */
const WORD = Symbol('word');

/** Elements that are linked between two chances to cancel: a few milliseconds of work. */
const ELEMENTS_PER_SLICE = 50;

/** What an element was linked with, and the references in it. */
interface Linked {
    readonly machine: Machine | undefined;
    readonly references: LangiumDocument['references'];
}

/**
 * References that do not resolve. A word of a vocabulary is no error: the reader of its position checks it.
 *
 * Names of a scenario mean something in it or in the machine that it runs on. So long as both have the same syntax tree,
 * an edit elsewhere leaves its references as they are.
 */
export class HwpLinker extends DefaultLinker implements Resolver {
    private readonly linked = new WeakMap<AstNode, Linked>();
    private readonly references = referencesOf(this);

    /** One synchronous walk, with a chance to cancel now and then: a pause at every node would take most of the time. */
    override async link(document: LangiumDocument, cancelToken = Cancellation.CancellationToken.None): Promise<void> {
        const root = document.parseResult.value;
        const elements = isDocument(root) ? root.elements : [];
        const machines = elements.some((element) => isScenario(element) && element.machine !== undefined) ? (this.scopeProvider as HwpScopeProvider).machinesOf(root) : undefined;
        const references: LangiumDocument['references'] = [];
        let visited = 0;
        for (const element of elements) {
            const machine = isScenario(element) ? machines?.get(element.machine?.$refText ?? '') : undefined;
            let linked = this.linked.get(element);
            if (linked === undefined || linked.machine !== machine) {
                if (++visited % ELEMENTS_PER_SLICE === 0) {
                    await interruptAndCheck(cancelToken);
                }
                linked = { machine, references: this.linkElement(element, document, linked?.references ?? []) };
                this.linked.set(element, linked);
            }
            for (const reference of linked.references) {
                references.push(reference);
            }
        }
        document.references = references;
    }

    /** Links are kept; `link` sees which of them hold no more. */
    override unlink(document: LangiumDocument): void {
        document.references = [];
    }

    private linkElement(element: AstNode, document: LangiumDocument, earlier: LangiumDocument['references']): LangiumDocument['references'] {
        document.references = earlier;
        super.unlink(document);
        this.linkWithin(element, document);
        return document.references.slice();
    }

    /** All references of a node and of those in it: Langium's streams of them cost more than what they are for. */
    private linkWithin(container: AstNode, document: LangiumDocument): void {
        for (const [property, value] of Object.entries(container) as [string, unknown][]) {
            if (property.startsWith('$')) {
                continue;
            }
            for (const each of Array.isArray(value) ? value as unknown[] : [value]) {
                if (isReference(each)) this.doLink({ reference: each, container, property }, document);
                else if (isAstNode(each)) this.linkWithin(each, document);
            }
        }
    }

    override getCandidate(info: ReferenceInfo): AstNodeDescription | LinkingError {
        const found = (this.scopeProvider as HwpScopeProvider).find(info);
        return found ?? this.createLinkingError(info);
    }

    protected override doLink(info: ReferenceInfo, document: LangiumDocument): void {
        const reference = info.reference as NameReference;
        if (isPlace(info.container) && isVocabularyWord(reference.$refText) && (this.scopeProvider as HwpScopeProvider).find(info) === undefined) {
            reference._ref = WORD;
            return;
        }
        if (reference._ref === WORD) {
            reference._ref = undefined;
        }
        super.doLink(info, document);
    }

    override buildReference(node: AstNode, property: string, refNode: CstNode | undefined, refText: string): Reference {
        return new this.references(node, property, refNode, refText);
    }

    resolve(reference: NameReference, node: AstNode, property: string): AstNode | undefined {
        return reference._ref === WORD ? undefined : this.resolveReference(reference as Parameters<DefaultLinker['resolveReference']>[0], node, property);
    }
}

