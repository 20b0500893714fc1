/** Steps of random scenarios: everything that the guest can do. */
import type { Random } from './random.js';

/** A mapping that steps can name. */
export interface DrawnMapping {
    readonly process: string;
    readonly name: string;
    readonly pages: number;
    readonly file: string | null;
    /** Does its process have pages there at the start? */
    readonly isTouched: boolean;
}

/** What steps can name by now; they add to it. */
export interface Scene {
    readonly random: Random;
    /** Who can act: `a`, `a.worker`, children. */
    readonly tasks: string[];
    readonly mappings: DrawnMapping[];
    readonly files: readonly { readonly name: string; readonly pages: number }[];
    /** Descriptors that `open` has made. */
    readonly opened: string[];
    readonly regions: readonly string[];
    readonly frames: readonly string[];
    readonly swaps: boolean;
    /** Pages of a transparent huge page. */
    readonly hugePages: number;
    made: number;
}

export type DrawStep = (scene: Scene) => string | null;

const processOf = (task: string): string => task.split('.', 1)[0]!;

/** Near the beginning mostly, where steps meet; and at the edges of huge pages. */
function pageIn({ random, hugePages }: Scene, pages: number): number {
    const edges = [hugePages - 1, hugePages, hugePages + 1, 5].filter((page) => page < pages);
    return edges.length > 0 && random.chance(15) ? random.of(edges) : random.chance(85) ? random.below(Math.min(3, pages)) : random.below(pages);
}

/** A page or a few in a row, as `[1]` or `[0..2]`. */
function pagesIn(scene: Scene, pages: number): string {
    const first = pageIn(scene, pages);
    return scene.random.chance(70) || pages === 1 ? `[${first}]` : `[${first}..${Math.min(pages - 1, first + scene.random.below(4))}]`;
}

const taskOf = (scene: Scene): string => scene.random.of(scene.tasks);

/** A mapping of the task. */
function own(scene: Scene, task: string): DrawnMapping {
    const owned = scene.mappings.filter(({ process }) => process === processOf(task));
    return scene.random.of(owned.length > 0 ? owned : scene.mappings);
}

/** The task, and a page of its own. */
function at(scene: Scene, write: (place: string, mapping: DrawnMapping) => string, many = false): string {
    const task = taskOf(scene);
    const mapping = own(scene, task);
    return `${task}: ${write(`${mapping.name}${many ? pagesIn(scene, mapping.pages) : `[${pageIn(scene, mapping.pages)}]`}`, mapping)}`;
}

/** A frame: behind a page of anybody, of a file, of the kernel, or named at the start. */
function frame(scene: Scene): string {
    const { random, mappings, files, regions, frames } = scene;
    if (regions.length > 0 && random.chance(50)) {
        return random.of(regions);
    }
    if (frames.length > 0 && random.chance(30)) {
        return random.of(frames);
    }
    if (files.length > 0 && random.chance(15)) {
        const file = random.of(files);
        return `${file.name}[${pageIn(scene, file.pages)}]`;
    }
    const touched = mappings.filter(({ isTouched }) => isTouched);
    const mapping = random.of(touched.length > 0 && random.chance(90) ? touched : mappings);
    return `${mapping.process}.${mapping.name}[${pageIn(scene, mapping.pages)}]`;
}

/** A page that any process may name as that of another. */
function anybodys(scene: Scene): string {
    const mapping = scene.random.of(scene.mappings);
    return `${mapping.process}.${mapping.name}${pagesIn(scene, mapping.pages)}`;
}

const LENGTHS = ['', '', '', '', ' length 8 B', ' length 4 KiB', ' length 8 KiB', ' length 100 B'];
const OFFSETS = ['', '', '', '', ' + 0x40', ' + 0xff8'];

const simply = (...steps: readonly string[]): DrawStep => ({ random }) => random.of(steps);
/** Advice, call or access at a page of one's own. */
const onOwn = (write: (place: string, random: Random) => string, many = false): DrawStep => (scene) => at(scene, (place) => write(place, scene.random), many);
const ofTask = (...calls: readonly string[]): DrawStep => (scene) => `${taskOf(scene)}: ${scene.random.of(calls)}`;

/** A place of a file, for whoever may have it open. */
const onFile = (write: (place: string, file: string, random: Random) => string): DrawStep => (scene) => {
    if (scene.files.length === 0) {
        return null;
    }
    const { random } = scene;
    const file = random.of(scene.files);
    return `${processOf(random.of(scene.tasks.filter((task) => !task.startsWith('child'))))}: ${write(`${file.name}[${pageIn(scene, file.pages)}]`, file.name, random)}`;
};

export const INJECTIONS: readonly (readonly [number, DrawStep])[] = [
    [6, onOwn((place) => `madvise ${place} MADV_HWPOISON`)],
    [6, (scene) => `corrupt-pfn ${frame(scene)}`],
    [2, onOwn((place) => `madvise ${place} MADV_SOFT_OFFLINE`)],
    [3, (scene) => `soft_offline_page ${frame(scene)}`],
    [3, (scene) => `hard_offline_page ${frame(scene)}`],
    [2, onOwn((place, random) => `madvise ${place} ${random.of(['MADV_HWPOISON', 'MADV_SOFT_OFFLINE'])}`, true)],
    [1, onOwn((place, random) => `process_madvise ${place} ${random.of(['MADV_HWPOISON', 'MADV_SOFT_OFFLINE'])}`)],
    [1, onOwn((place, random) => `madvise ${place} length ${random.of(['0 B', '1 page', '3 pages', '100 B', '8 pages'])} ${random.of(['MADV_HWPOISON', 'MADV_SOFT_OFFLINE'])}`)],
    [1, onOwn((place) => `uffdio-poison ${place}`)],
];

const ADVICE = ['MADV_DONTNEED', 'MADV_DONTNEED', 'MADV_FREE', 'MADV_FREE', 'MADV_COLD', 'MADV_PAGEOUT', 'MADV_WILLNEED', 'MADV_POPULATE_READ', 'MADV_POPULATE_WRITE', 'MADV_REMOVE', 'MADV_HUGEPAGE', 'MADV_COLLAPSE', 'MADV_GUARD_INSTALL', 'MADV_GUARD_REMOVE'];
const POLICIES = ['PR_MCE_KILL_EARLY', 'PR_MCE_KILL_LATE', 'PR_MCE_KILL_DEFAULT'];
const SYSCTLS = ['vm.memory_failure_early_kill = 1', 'vm.memory_failure_early_kill = 1', 'vm.memory_failure_early_kill = 0', 'vm.memory_failure_early_kill = 2', 'vm.enable_soft_offline = 0', 'vm.enable_soft_offline = 1', 'vm.memory_failure_recovery = 0'];
export const FILTERS: readonly string[] = [
    'corrupt-filter-enable = 1', 'corrupt-filter-flags-mask = 0x10', 'corrupt-filter-flags-value = 0x10', 'corrupt-filter-flags-mask = 0x800', 'corrupt-filter-flags-value = 0x800', 'corrupt-filter-enable = 0',
];

export const LATER: readonly (readonly [number, DrawStep])[] = [
    [6, onOwn((place, random) => `read ${place}${random.of(OFFSETS)}`)],
    [4, onOwn((place) => `write ${place}`)],
    [2, onOwn((place, random) => `${random.of(['read', 'write'])} ${place}`, true)],
    [2, onOwn((place, random) => `write-from ${place}${random.of(OFFSETS)}${random.of(LENGTHS)}${random.of(['', ' to pipe', ' to tmpfs', ' to pipe'])}`)],
    [2, onOwn((place, random) => `read-into ${place}${random.of(OFFSETS)}${random.of(LENGTHS)}${random.of(['', ' from pipe', ' from tmpfs', ' from pipe'])}`)],
    [1, onOwn((place, random) => `${random.of(['write-from', 'read-into'])} ${place}`, true)],
    [1, onOwn((place, random) => `${random.of(['write-from', 'read-into'])} ${place} length ${random.of(['512 B', '4 KiB', '8 KiB'])} direct`)],
    [2, (scene) => `${taskOf(scene)}: ${scene.random.of(['process_vm_readv', 'process_vm_writev', 'read-proc-mem', 'write-proc-mem'])} ${anybodys(scene)}${scene.random.of(LENGTHS)}`],
    [1, (scene) => `${taskOf(scene)}: ptrace ${scene.random.of(['PTRACE_PEEKDATA', 'PTRACE_POKEDATA'])} ${anybodys(scene).replace(/\.\.\d+/, '')}`],
    [3, onOwn((place, random) => `madvise ${place} ${random.of(ADVICE)}`)],
    [2, onOwn((place, random) => `madvise ${place} ${random.of(ADVICE)}`, true)],
    [1, onOwn((place) => `mincore ${place}`, true)],
    [1, onOwn((place) => `mlock ${place}`, true)],
    [1, onOwn((place) => `munlock ${place}`, true)],
    [1, ofTask('mlockall')],
    [2, onOwn((place, random) => `mprotect ${place} ${random.of(['PROT_READ', 'PROT_WRITE', 'PROT_NONE'])}`, true)],
    [1, onOwn((place) => `munmap ${place}`, true)],
    [2, (scene) => {
        const task = taskOf(scene);
        const [from, to] = [own(scene, task), own(scene, task)];
        return `${task}: mremap ${from.name}[${pageIn(scene, from.pages)}] to ${to.name}[${pageIn(scene, to.pages)}]${scene.random.chance(20) ? ' MREMAP_DONTUNMAP' : ''}`;
    }],
    [1, onOwn((place) => `pagemap ${place}`)],
    [1, onOwn((place) => `move_pages ${place}`)],
    [2, onOwn((place, random) => `futex ${place} ${random.of(['FUTEX_WAKE', 'FUTEX_WAIT'])}`)],
    [1, onOwn((place, random) => `${random.of(['openat', 'clock_gettime'])} ${place}`)],
    [1, onOwn((place, random) => random.of([`vmsplice ${place}`, `pin ${place} by io_uring`, `unpin ${place}`]))],
    [1, ofTask('read-pipe')],
    [2, (scene) => `${taskOf(scene)}: prctl ${scene.random.of([...POLICIES.map((policy) => `PR_MCE_KILL PR_MCE_KILL_SET ${policy}`), 'PR_MCE_KILL_GET', 'PR_MCE_KILL PR_MCE_KILL_CLEAR', 'PR_MCE_KILL PR_MCE_KILL_SET 7'])}`],
    [2, ofTask('sigprocmask SIG_BLOCK SIGBUS', 'sigprocmask SIG_UNBLOCK SIGBUS', 'sigpending SIGBUS', 'sigtimedwait SIGBUS', 'read-signalfd SIGBUS')],
    [1, ofTask('sigaction SIGBUS default', 'sigaction SIGBUS ignored', 'sigaction SIGBUS longjmp', 'sigaction SIGBUS remapping', 'sigaction SIGBUS exiting')],
    [1, ofTask('capset drop CAP_SYS_ADMIN', 'capset raise CAP_SYS_ADMIN')],
    [1, (scene) => `kill ${processOf(taskOf(scene))} ${scene.random.of(['SIGSTOP', 'SIGCONT', 'SIGCONT'])}`],
    [4, fork],
    [1, (scene) => {
        const task = processOf(taskOf(scene));
        const name = `t${scene.made += 1}`;
        scene.tasks.push(`${task}.${name}`);
        return `${task}: pthread_create as ${name}`;
    }],
    [1, ofTask('exit', 'exit', 'pthread_exit')],
    [2, (scene) => `unpoison-pfn ${frame(scene)}`],
    [1, (scene) => `kpageflags ${frame(scene)}`],
    [1, simply('corrupt-pfn "abc"', 'soft_offline_page "xyz"', 'hard_offline_page "-1"', 'open-inject-file corrupt-pfn', 'read-inject-file unpoison-pfn', 'drop_caches', 'drop_caches', 'hugepages')],
    [1, (scene) => `sysctl ${scene.random.of(SYSCTLS)}`],
    [1, (scene) => scene.random.chance(40) ? `filter ${scene.random.of(FILTERS)}` : null],
    [1, ({ swaps }) => swaps ? 'swapoff sw' : null],
    [3, onFile((place, _file, random) => `pread ${place}${random.of(OFFSETS)}${random.of(LENGTHS)}`)],
    [3, onFile((place, _file, random) => `pwrite ${place}${random.of(OFFSETS)}${random.of(['', ' "hello"', ' "n"'])}`)],
    [1, onFile((place, _file, random) => `${random.of(['sendfile', 'splice', 'copy_file_range'])} ${place}${random.of(LENGTHS)}`)],
    [1, onFile((place, _file, random) => `lseek ${place} ${random.of(['SEEK_DATA', 'SEEK_HOLE'])}`)],
    [2, onFile((_place, file, random) => `${random.of(['fsync', 'fsync', 'syncfs'])} ${file}`)],
    [2, onOwn((place) => `msync ${place}`, true)],
    [2, onFile((place, _file, random) => `fallocate ${place} ${random.of(['PUNCH_HOLE', 'PUNCH_HOLE', 'ALLOCATE_RANGE'])}`)],
    [1, onFile((_place, file, random) => random.of([`ftruncate ${file} ${random.of(['4 KiB', '0', '100 B', '64 KiB'])}`, `unlink ${file}`, `close ${file}`]))],
    [1, (scene) => {
        if (scene.files.length === 0) {
            return null;
        }
        const name = `fd${scene.made += 1}`;
        scene.opened.push(name);
        return `${processOf(taskOf(scene))}: open ${scene.random.of(scene.files).name} as ${name}`;
    }],
    [1, ({ opened, random }) => opened.length === 0 ? null : `${random.of(['fsync', 'syncfs', 'close'])} ${random.of(opened)}`],
    [1, (scene) => {
        if (scene.files.length === 0) {
            return null;
        }
        const task = processOf(taskOf(scene));
        const file = scene.random.of(scene.files);
        const name = `n${scene.made += 1}`;
        scene.mappings.push({ process: task, name, pages: file.pages, file: file.name, isTouched: false });
        return `${task}: mmap ${name} = ${file.name} ${scene.random.of(['shared', 'private', 'shared written', 'shared populate', 'private read'])}`;
    }],
];

function fork(scene: Scene): string | null {
    const task = taskOf(scene);
    if (scene.tasks.filter((each) => each.startsWith('child')).length >= 2 || task.includes('.')) {
        return null;
    }
    const name = `child${scene.made += 1}`;
    scene.tasks.push(name);
    scene.mappings.push(...scene.mappings.filter(({ process }) => process === task).map((each) => ({ ...each, process: name })));
    return `${task}: fork as ${name}`;
}
