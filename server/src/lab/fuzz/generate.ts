/** Random scenarios over everything that can be made on the guest: kinds of memory, policies, entry points, what tasks do later. */
import { Random } from './random.js';

/** A scenario in parts that can be left out. */
export interface Draft {
    readonly title: string;
    /** Machine-wide lines. */
    readonly machine: readonly string[];
    readonly processes: readonly DraftProcess[];
    readonly steps: readonly string[];
}

export interface DraftProcess { readonly name: string; readonly lines: readonly string[] }

/** A kind of mapping, and what it asks of the machine. */
interface Kind {
    readonly map: string;
    readonly pages: number;
    readonly machine?: readonly string[];
    /** The file that it maps; both processes may. */
    readonly file?: string;
    /** How often it is drawn. */
    readonly weight: number;
}

const SWAP = ['swap sw = device 64 MiB'];
const POOL = ['hugetlb 2 MiB 6 pages'];

const KINDS: readonly Kind[] = [
    { map: 'anon 16 KiB written', pages: 4, weight: 6 },
    { map: 'anon 16 KiB written mlocked', pages: 4, weight: 2 },
    { map: 'anon 16 KiB lazyfree', pages: 4, weight: 2 },
    { map: 'anon 16 KiB untouched', pages: 4, weight: 1 },
    { map: 'anon 16 KiB read', pages: 4, weight: 1 },
    { map: 'anon 2 MiB written thp', pages: 512, weight: 5 },
    { map: 'anon 2 MiB written thp mlocked', pages: 512, weight: 1 },
    { map: 'anon 64 KiB written folio 64 KiB', pages: 16, weight: 3 },
    { map: 'shared-anon 16 KiB written', pages: 4, weight: 3 },
    { map: 'hugetlb 2 MiB 2 pages written', pages: 1024, machine: POOL, weight: 3 },
    { map: 'anon 16 KiB written swapcache clean', pages: 4, machine: SWAP, weight: 1 },
    { map: 'anon 16 KiB written swapcache dirty', pages: 4, machine: SWAP, weight: 1 },
    { map: 'data shared written', pages: 4, file: 'memfd 16 KiB absent', weight: 3 },
    { map: 'data shared read', pages: 4, file: 'tmpfs 16 KiB content "abcd"', weight: 2 },
    { map: 'data shared written', pages: 4, file: 'tmpfs 16 KiB content "abcd"', weight: 2 },
    { map: 'data private written', pages: 4, file: 'tmpfs 16 KiB content "abcd"', weight: 1 },
    { map: 'data shared written', pages: 4, file: 'ramfs 16 KiB content "abcd"', weight: 1 },
    { map: 'data shared read', pages: 4, file: 'ext4 16 KiB clean content "abcd"', weight: 3 },
    { map: 'data shared written', pages: 4, file: 'ext4 16 KiB clean content "abcd"', weight: 3 },
    { map: 'data private read', pages: 4, file: 'ext4 16 KiB clean content "abcd"', weight: 1 },
    { map: 'data private written', pages: 4, file: 'ext4 16 KiB clean content "abcd"', weight: 1 },
    { map: 'data shared read mlocked', pages: 4, file: 'ext4 16 KiB clean content "abcd"', weight: 1 },
    { map: 'data shared written content "ABCD"', pages: 4, file: 'secretmem 16 KiB absent', weight: 1 },
];
const WEIGHTED = KINDS.flatMap((kind) => Array.from({ length: kind.weight }, () => kind));
const POLICIES = ['prctl PR_MCE_KILL_EARLY', 'prctl PR_MCE_KILL_LATE'];
const DISPOSITIONS = ['handler longjmp', 'handler longjmp', 'handler longjmp', 'handler longjmp', 'default', 'ignored'];
const STEPS = { least: 2, most: 6 };

interface Scene {
    readonly random: Random;
    readonly kind: Kind;
    readonly file: string | null;
    /** Tasks that can act: `a`, `a.worker`, children. */
    readonly tasks: string[];
    /** Processes that map the memory. */
    readonly owners: string[];
    children: number;
    names: number;
}

export function draft(seed: number, index: number): Draft {
    const random = Random.of(seed, index);
    const kind = random.of(WEIGHTED);
    const processes: DraftProcess[] = [process(random, 'a', kind)];
    if (random.chance(kind.file === undefined ? 15 : 45)) {
        processes.push(process(random, 'b', kind));
    }
    const tasks = processes.flatMap(({ name, lines }) => [name, ...lines.some((line) => line.startsWith('thread')) ? [`${name}.worker`] : []]);
    const scene: Scene = { random, kind, file: kind.file === undefined ? null : 'data', tasks, owners: processes.map(({ name }) => name), children: 0, names: 0 };
    const wanted = STEPS.least + random.below(STEPS.most - STEPS.least + 1);
    const steps: string[] = [];
    // Something has to go wrong first, mostly.
    if (random.chance(80)) {
        steps.push(injection(scene));
    }
    while (steps.length < wanted) {
        steps.push(random.chance(35) ? injection(scene) : later(scene));
    }
    return {
        title: `random ${seed}-${index}`,
        machine: [
            ...kind.machine ?? [],
            ...random.chance(12) ? ['sysctl vm.memory_failure_early_kill = 1'] : [],
            ...random.chance(2) ? ['sysctl vm.enable_soft_offline = 0'] : [],
            ...kind.file === undefined ? [] : [`file data = ${kind.file}`],
        ],
        processes, steps,
    };
}

function process(random: Random, name: string, kind: Kind): DraftProcess {
    return {
        name,
        lines: [
            `sigbus ${random.of(DISPOSITIONS)}`,
            ...random.chance(45) ? [random.of(POLICIES)] : [],
            `map m = ${kind.map}`,
            ...random.chance(12) ? [`thread worker${random.chance(50) ? ' { prctl PR_MCE_KILL_EARLY }' : ''}`] : [],
        ],
    };
}

/** A page of the memory: near its beginning mostly, where steps meet. */
function page(scene: Scene): number {
    const { random, kind } = scene;
    return random.chance(85) ? random.below(Math.min(3, kind.pages)) : random.below(kind.pages);
}

function pageOf(scene: Scene): string {
    return `${scene.random.of(scene.owners)}.m[${page(scene)}]`;
}

function injection(scene: Scene): string {
    const { random, tasks } = scene;
    const task = random.of(tasks);
    switch (random.below(10)) {
        case 0: case 1: case 2: return `${task}: madvise m[${page(scene)}] MADV_HWPOISON`;
        case 3: case 4: case 5: return `corrupt-pfn ${pageOf(scene)}`;
        case 6: return `${task}: madvise m[${page(scene)}] MADV_SOFT_OFFLINE`;
        case 7: return `soft_offline_page ${pageOf(scene)}`;
        case 8: return `hard_offline_page ${pageOf(scene)}`;
        default: return `${task}: madvise m[0..1] ${random.of(['MADV_HWPOISON', 'MADV_SOFT_OFFLINE'])}`;
    }
}

const ADVICE = ['MADV_DONTNEED', 'MADV_FREE', 'MADV_COLD', 'MADV_PAGEOUT', 'MADV_WILLNEED', 'MADV_POPULATE_READ', 'MADV_POPULATE_WRITE'];

function later(scene: Scene): string {
    const { random, tasks, file } = scene;
    const task = random.of(tasks);
    const at = `m[${page(scene)}]`;
    const general: readonly (() => string)[] = [
        () => `${task}: read ${at}`, () => `${task}: read ${at}`, () => `${task}: write ${at}`,
        () => `${task}: write-from ${at} to pipe`, () => `${task}: read-into ${at} from pipe`, () => `${task}: process_vm_readv ${at}`,
        () => `${task}: read-proc-mem ${at}`, () => `${task}: mincore m[0..2]`, () => `${task}: madvise ${at} ${random.of(ADVICE)}`,
        () => `${task}: mlock ${at}`, () => `${task}: munlock ${at}`, () => `${task}: mprotect ${at} ${random.of(['PROT_READ', 'PROT_WRITE', 'PROT_NONE'])}`,
        () => `${task}: munmap ${at}`, () => `${task}: pagemap ${at}`, () => `${task}: futex ${at} FUTEX_WAKE`, () => `${task}: prctl PR_MCE_KILL PR_MCE_KILL_SET ${random.of(['PR_MCE_KILL_EARLY', 'PR_MCE_KILL_LATE', 'PR_MCE_KILL_DEFAULT'])}`,
        () => `${task}: sigprocmask ${random.of(['SIG_BLOCK', 'SIG_UNBLOCK'])} SIGBUS`, () => `${task}: move_pages ${at}`,
        () => fork(scene, task), () => fork(scene, task), () => 'sysctl vm.memory_failure_early_kill = 1',
    ];
    const ofFiles: readonly (() => string)[] = file === null ? [] : [
        () => `${process0(task)}: pread data[${page(scene)}]`, () => `${process0(task)}: pwrite data[${page(scene)}]`, () => `${process0(task)}: fsync data`,
        () => `${process0(task)}: msync m`, () => `${process0(task)}: fallocate data[${page(scene)}] PUNCH_HOLE`, () => `${process0(task)}: pread data`,
    ];
    return random.of([...general, ...ofFiles, ...ofFiles])();
}

/** Children have no files of their own in the plan. */
function process0(task: string): string {
    return task.startsWith('child') ? 'a' : task.split('.', 1)[0]!;
}

function fork(scene: Scene, task: string): string {
    if (scene.children >= 2 || task.includes('.')) {
        return `${task}: read m[${page(scene)}]`;
    }
    scene.children += 1;
    const name = `child${scene.children}`;
    scene.tasks.push(name);
    scene.owners.push(name);
    return `${task}: fork as ${name}`;
}

export function textOf({ title, machine, processes, steps }: Draft): string {
    return [
        `scenario "${title}" {`,
        ...machine.map((line) => `    ${line}`),
        ...processes.flatMap(({ name, lines }) => [`    process ${name} {`, ...lines.map((line) => `        ${line}`), '    }']),
        '',
        ...steps.map((step) => `    ${step}`),
        '}',
        '',
    ].join('\n');
}

/** Drafts that lack one part; a process goes with the steps that name it. */
export function smaller(whole: Draft): readonly Draft[] {
    const without = <Item>(items: readonly Item[], index: number): readonly Item[] => items.filter((_item, at) => at !== index);
    return [
        ...whole.steps.map((_step, index) => ({ ...whole, steps: without(whole.steps, index) })),
        ...whole.processes.length < 2 ? [] : whole.processes.map((process, index) => ({ ...whole, processes: without(whole.processes, index), steps: whole.steps.filter((step) => !new RegExp(`\\b${process.name}(\\.\\w+)?[.:]`).test(step)) })),
        ...whole.machine.map((_line, index) => ({ ...whole, machine: without(whole.machine, index) })),
        ...whole.processes.flatMap((process, at) => process.lines.flatMap((line, index) => line.startsWith('map') ? [] : [{ ...whole, processes: whole.processes.map((each, other) => other === at ? { ...process, lines: without(process.lines, index) } : each) }])),
    ];
}
