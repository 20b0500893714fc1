import type { AstNode } from 'langium';
import { DEFAULT_KERNEL } from '../../vocabulary/kernels.js';
import { log2 } from './word/powers.js';
import type { KernelChoice, MappingSpec, Program } from '../../simulator/program.js';
import type { Guest, Mapping, Vary } from '../generated/ast.js';
import { Issues } from '../issues.js';
import type { Scene } from '../references/scenario-symbols.js';
import type { Facts } from './expectation/facts.js';
import { Sources } from './sources.js';
import type { Choice, Chosen } from './variant/choice.js';

const GIB = 2 ** 30;
const DEFAULT: KernelChoice = { written: DEFAULT_KERNEL, version: DEFAULT_KERNEL, proposals: [] };

/** What the lowering of one scenario shares: where findings go and what is known so far. */
export class Context {
    readonly issues: Issues;
    readonly sources: Sources;
    readonly notModelled: { source: number; step: number; what: string }[] = [];
    /** Specs of all mappings, also of those that steps make. */
    readonly mappings = new Map<Mapping, MappingSpec>();
    readonly facts: Facts;
    readonly scene: Scene;
    /** The kernel that was chosen from outside: it runs whatever the text says. */
    readonly kernelFromOutside: KernelChoice | undefined;
    readonly #chosen: Chosen;

    /** Contexts of the virtual machines. */
    readonly guests = new Map<Guest, Context>();

    /** The scene whose steps and expectations are about this one: for a virtual machine that of its host. */
    readonly timelineScene: Scene;

    /** @param host for a virtual machine: the context of the scenario, whose places and findings it shares */
    constructor(scene: Scene, kernelFromOutside?: KernelChoice, chosen: Chosen = new Map(), host?: Context) {
        this.scene = scene;
        this.timelineScene = host?.scene ?? scene;
        this.kernelFromOutside = kernelFromOutside;
        this.#chosen = chosen;
        this.issues = host?.issues ?? new Issues();
        this.sources = host?.sources ?? new Sources();
        this.facts = defaultFacts();
        if (kernelFromOutside !== undefined) {
            this.setKernels([kernelFromOutside]);
        }
    }

    /** What the text says about the kernel; a choice from outside stands, and is shown where the text chooses. */
    setKernels(kernels: readonly KernelChoice[], node?: AstNode): void {
        const chosen = this.kernelFromOutside === undefined ? kernels : [this.kernelFromOutside];
        const [first] = chosen;
        if (first !== undefined) {
            this.facts.kernel = { value: first, ...(node === undefined ? {} : { node }) };
            this.facts.kernels = chosen;
        }
    }

    /** The virtual machine that this is the context of, by its name; undefined for the host. */
    get guest(): string | undefined {
        return this.scene.$type === 'Guest' ? this.scene.name : undefined;
    }

    /** The value that this variant takes of a `vary` line; undefined where the line has no part in it. */
    chosen(line: Vary): Choice | undefined {
        return this.#chosen.get(line) ?? undefined;
    }

    /** The kill policy that a `vary` line gives a task of this name (`db`, `db.worker`), by its name before all tasks. */
    chosenPolicy(task: string): string | undefined {
        const policies = [...this.#chosen.values()].flatMap((choice) => choice?.varied.subject === 'prctl' ? [choice.varied] : []);
        const varied = policies.find(({ name }) => name === task || name === `${task}.main`) ?? policies.find(({ name }) => name === undefined);
        return varied?.value ?? undefined;
    }

    /** Is the policy of that very task varied? */
    namesPolicyOf(task: string): boolean {
        return [...this.#chosen.values()].some((choice) => choice?.varied.subject === 'prctl' && (choice.varied.name === task || choice.varied.name === `${task}.main`));
    }

    /** The word that chose the architecture, where one did. */
    architectureWord: AstNode | undefined;

    get pageBytes(): number {
        return this.facts.pageBytes.value;
    }

    get pageShift(): Program['pageShift'] {
        const shift = log2(this.pageBytes);
        return shift === 14 || shift === 16 ? shift : 12;
    }

    /** Records a construct that parses and lowers and that no model describes yet. */
    leaveOut(node: AstNode, step: number, what: string): void {
        this.notModelled.push({ source: this.sources.of(node), step, what });
    }
}

/** The machine when the text says nothing; docs/language.md lists it. */
function defaultFacts(): Facts {
    return {
        kernel: { value: DEFAULT }, kernels: [DEFAULT],
        arch: { value: 'x86-64' },
        pageBytes: { value: 4096 },
        ramStart: { value: 0 },
        ramBytes: { value: GIB },
        cpus: { value: 2 },
        vendor: { value: 'intel' },
        generation: { value: undefined },
        firmware: { value: undefined },
        boot: new Map(),
        ecc: { value: 'poison' },
        thp: { value: 'always' },
        nodes: [], holes: [], offline: [], movable: [], pools: [],
        sysctls: new Map(), filters: new Map(), config: new Map(),
        swaps: [], cgroups: [], pmems: [], filesystems: [], files: [], regions: [], processes: [],
        frames: [], pins: [], running: [], introduced: [], guests: [],
    };
}
