/** What is declared around a cursor, read off the syntax tree: it holds while the line at the cursor does not parse. */
import type { AstNode, LangiumDocuments } from 'langium';
import { type Document, type Guest, type Item, type KernelChoice as KernelNode, type Mapping, type Named, type Place, isAssignment, isKernelSetting, isGuest, isMachine, isMapping, isPageSizeSetting, isPlace, isProcess, isQuantity, isScenario, isSetting, isStep, isThread, isVary, isWord } from '../../language/generated/ast.js';
import { importedMachines } from '../../language/references/imports.js';
import { findInGuest, findMember, findTask, visibleNames } from '../../language/references/lookup.js';
import { isTaskNode, scenesOf, symbolsOf, type Scene, type TaskNode } from '../../language/references/scenario-symbols.js';
import { wordOf } from '../../language/lowering/word/words.js';
import { DEFAULT_KERNEL, resolveKernel } from '../../vocabulary/kernels.js';

export interface DeclaredKernel {
    /** As written. */
    readonly written: string;
    readonly proposals: readonly string[];
}

/** A name with the declaration behind it. */
export interface DeclaredName {
    readonly name: string;
    readonly node: Named;
}

export class Facts {
    readonly scene: Scene | undefined;
    readonly root: Document;
    /** The cursor is in the timeline: what is said once may be said again as a step. */
    readonly afterStep: boolean;
    private readonly documents: LangiumDocuments;
    private readonly offset: number;

    /** @param guest the virtual machine on whose side things are said; else the scene around the offset */
    constructor(root: Document, offset: number, afterStep: boolean, documents: LangiumDocuments, guest?: Guest) {
        this.root = root;
        this.afterStep = afterStep;
        this.documents = documents;
        this.offset = offset;
        this.scene = guest ?? root.elements.filter((element): element is Extract<typeof element, Scene> => isScenario(element) || isMachine(element))
            .filter(({ $cstNode }) => ($cstNode?.offset ?? 0) <= offset).at(-1);
    }

    /** The virtual machines of the scene. */
    get guests(): readonly Guest[] {
        return this.items.flatMap((item) => isProcess(item) ? item.items.filter(isGuest) : []);
    }

    /** What is known on the side of a virtual machine. */
    inside(guest: Guest): Facts {
        return new Facts(this.root, this.offset, this.afterStep, this.documents, guest);
    }

    /** Items of the scene and of the machine that it runs on. */
    get items(): readonly Item[] {
        return this.scene === undefined ? [] : scenesOf(this.scene).flatMap(({ items }) => items);
    }

    /** The kernels that the scenario can run on: several when it varies them. */
    get kernels(): readonly DeclaredKernel[] {
        const choices = this.items.flatMap((item): KernelNode[] => isKernelSetting(item) && item.kernel !== undefined ? [item.kernel] : isVary(item) ? item.kernels : []);
        const known = choices.flatMap(({ version, proposals }) => {
            const written = version ?? '';
            return 'error' in resolveKernel(written) ? [] : [{ written, proposals }];
        });
        return known.length === 0 ? [{ written: DEFAULT_KERNEL, proposals: [] }] : known;
    }

    get arch(): string {
        const setting = this.items.find((item) => isSetting(item) && item.word === 'arch');
        return (setting === undefined || !isSetting(setting) ? undefined : wordOf(setting.arguments[0])) ?? 'x86-64';
    }

    /** The architectures that the scenario can run on: several when it varies them. */
    get arches(): readonly string[] {
        const varied = this.items.flatMap((item) => isVary(item) && item.word === 'arch' ? item.values.flatMap((value) => isWord(value) ? [value.word] : []) : []);
        return varied.length === 0 ? [this.arch] : varied;
    }

    /** Firmware takes errors first because the scenario, or its machine, says so; that it does on arm64 is known anyway. */
    get firmwareFirst(): boolean {
        return this.items.some((item) => isSetting(item) && item.word === 'firmware' && wordOf(item.arguments[0]) === 'first');
    }

    /** Everything with a name that can stand at the cursor outside a process. */
    get names(): readonly DeclaredName[] {
        const inside = this.scene?.items[0];
        return inside === undefined ? [] : [...visibleNames(inside)].filter(([, node]) => !isMapping(node)).map(([name, node]) => ({ name, node }));
    }

    /** The shared machine that the scenario runs on. */
    get machineBelow(): DeclaredName | undefined {
        const machine = this.scene?.$type === 'Scenario' ? this.scene.machine?.ref : undefined;
        return machine === undefined ? undefined : { name: machine.name, node: machine };
    }

    /** The NUMA nodes that are declared; the only one that there is otherwise. */
    get nodes(): readonly number[] {
        const declared = this.items.flatMap((item) => isSetting(item) && item.word === 'node' && isQuantity(item.arguments[0]) ? [Number(item.arguments[0].value)] : []);
        return declared.length === 0 ? [0] : declared;
    }

    get tasks(): readonly { readonly name: string; readonly node: TaskNode }[] {
        return this.names.flatMap(({ name, node }) => isTaskNode(node) ? [{ name, node }] : []);
    }

    task(name: string): TaskNode | undefined {
        return this.scene === undefined ? undefined : findTask(this.scene, name);
    }

    threadsOf(task: TaskNode): readonly string[] {
        return [...new Set(this.membersOf(task).filter(({ node }) => isThread(node)).map(({ name }) => name))];
    }

    /** Mappings of a task, those it shares with the process that it is a copy of included. */
    mappingsOf(task: TaskNode): readonly { readonly name: string; readonly node: Mapping }[] {
        const { scene } = this;
        const all = scene === undefined ? [] : scenesOf(scene).flatMap((part) => [...symbolsOf(part).mappings.keys()]);
        return [...new Set(all)].flatMap((name) => {
            const node = scene === undefined ? undefined : findMember(scene, task, name);
            return node !== undefined && isMapping(node) ? [{ name, node }] : [];
        });
    }

    /** What has frames in a virtual machine, as findInGuest() finds it from outside. */
    get frames(): readonly DeclaredName[] {
        const { scene } = this;
        return scene === undefined || !isGuest(scene) ? [] : [...symbolsOf(scene).names.keys(), ...symbolsOf(scene).mappings.keys()].flatMap((name) => {
            const node = findInGuest(scene, name);
            return node === undefined ? [] : [{ name, node }];
        });
    }

    /** Sysctls, filters or options that are set before the cursor's own line. */
    assigned(word: string): ReadonlySet<string> {
        return new Set(this.items.filter(({ $cstNode }) => ($cstNode?.offset ?? 0) < this.offset).flatMap((item) => isStep(item) && isAssignment(item.action) && item.action.word === word ? [item.action.name] : []));
    }

    /** Machines that a scenario of the file can run on. */
    get machines(): readonly DeclaredName[] {
        return [...importedMachines(this.root, this.documents)].map(([name, node]) => ({ name, node }));
    }

    /** Settings that the scene itself makes. */
    get settingsMade(): ReadonlySet<string> {
        return new Set((this.scene?.items ?? []).flatMap((item): string[] => isSetting(item) ? [item.word] : isKernelSetting(item) ? ['kernel'] : isPageSizeSetting(item) ? ['page size'] : []));
    }

    private membersOf(task: TaskNode): readonly { readonly name: string; readonly node: AstNode }[] {
        return this.scene === undefined ? [] : scenesOf(this.scene).flatMap((part) => [...symbolsOf(part).membersOf(task)].map(([name, node]) => ({ name, node })));
    }
}

/** The plain words of a declaration: kind, attributes, values. */
export function wordsOfDeclaration(node: AstNode): readonly string[] {
    const args = 'arguments' in node ? node.arguments as readonly AstNode[] : [];
    return args.flatMap((argument) => isPlace(argument) ? [wordOf(argument as Place) ?? ''] : []);
}

/** Pages that a declaration names, when it says so in pages or bytes of 4 KiB. */
export function pageCountOf(node: AstNode): number | undefined {
    const args = 'arguments' in node ? node.arguments as readonly AstNode[] : [];
    const size = args.find(isQuantity);
    const bytes: Readonly<Record<string, number>> = { page: 4096, pages: 4096, KiB: 1024, MiB: 2 ** 20, GiB: 2 ** 30 };
    const count = size === undefined ? NaN : Number(size.value.replaceAll('_', '')) * (bytes[size.unit ?? ''] ?? NaN) / 4096;
    return Number.isInteger(count) && count > 0 ? count : undefined;
}

/** The first line of a declaration, and the comment above it, as markdown. */
export function declarationMarkdown(node: AstNode, comment: string | undefined): string {
    const line = (node.$cstNode?.text ?? '').split(/[\r\n]/, 1)[0] ?? '';
    return [`\`\`\`hwp\n${line.trim()}\n\`\`\``, comment ?? ''].filter((part) => part !== '').join('\n\n');
}
