// From what was done to the page later to steps. A row may need declarations or steps of its own; `later` is what the
// record calls the operation. Operations without a step are listed with the reason.
import type { Scene } from './scene.mts';

export interface LaterContext {
    readonly scene: Scene;
    /** Who does it, as the record calls it. */
    readonly role: string;
    readonly phase: string;
    /** Mappings, open files and processes that steps have brought in. */
    readonly known: Set<string>;
}

type Make = (context: LaterContext, match: RegExpExecArray) => readonly string[];
export interface LaterRow { readonly says: RegExp; readonly make: Make }

/** The actor, which is a process. */
function actor({ scene, role }: LaterContext): string {
    if (role === 'main' && !scene.has('main')) {
        scene.process('main').comm = 'labmain';
    }
    return scene.actor(role);
}
const mapping = ({ scene, role }: LaterContext): string => {
    const { target } = scene;
    // A second process may have mapped the same memory under its own name.
    return target?.name === undefined ? '' : scene.processes.get(role) !== undefined && role !== target.owner && target.owner !== undefined ? `${role}.${target.name}` : target.name;
};
const target = (context: LaterContext): string => `${mapping(context)}[${context.scene.target!.page}]`;
const healthy = (context: LaterContext): string => `${mapping(context)}[${context.scene.target!.healthy}]`;
const file = ({ scene }: LaterContext): string => scene.file?.name ?? '';
const filePage = (context: LaterContext): string => `${file(context)}[${context.scene.target!.page}]`;

/** One step by the actor. */
const does = (step: (context: LaterContext) => string): Make => (context) => [`${actor(context)}: ${step(context)}`];

/** The mapping that is made after the injection, once. */
function newMapping(context: LaterContext): readonly string[] {
    const { known } = context;
    if (known.has('again')) {
        return [];
    }
    known.add('again');
    return [`${actor(context)}: mmap again = ${file(context)} shared untouched`];
}
const inNewMapping = (step: (context: LaterContext) => string): Make => (context) => [...newMapping(context), `${actor(context)}: ${step(context)}`];

/** The owner exits before anybody looks at its frames, and its file goes with it: else the frames would stay in the page cache. */
function ownerGone({ scene, known }: LaterContext): readonly string[] {
    if (known.has('gone')) {
        return [];
    }
    known.add('gone');
    return [...scene.file === undefined ? [] : [`unlink ${scene.file.name}`], `${scene.actor(scene.target!.owner!)}: exit`];
}

const row = (says: RegExp, make: Make): LaterRow => ({ says, make });
const PRCTL_SET = 'prctl PR_MCE_KILL PR_MCE_KILL_SET';

const ROWS: readonly LaterRow[] = [
    // Loads and stores. "after ..." says only what came before.
    row(/^read target \(new mapping\)/, inNewMapping(({ scene }) => `read again[${scene.target!.page}]`)),
    row(/^child after fork: read target/, (context) => [`${context.scene.actor(context.scene.target!.owner!)}: fork as child`, `child: read ${context.scene.page(context.scene.target!.page)}`]),
    row(/^child after fork: read healthy/, (context) => [`child: read ${context.scene.page(context.scene.target!.healthy)}`]),
    row(/^read target PROT_NONE$/, (context) => [
        `${actor(context)}: read ${target(context)}`,
        // The page is made accessible again before anything else is tried.
        'phase restoration', `${actor(context)}: mprotect ${target(context)} PROT_WRITE`, `phase ${context.phase}`,
    ]),
    row(/^read target/, does((context) => `read ${target(context)}`)),
    row(/^read healthy page \(new mapping\)/, inNewMapping(({ scene }) => `read again[${scene.target!.healthy}]`)),
    row(/^read healthy/, does((context) => {
        const { twin } = context.scene.target!;
        const again = context.known.has('healthy page');
        context.known.add('healthy page');
        return `read ${twin !== undefined && again ? `${mapping(context)}[${twin}]` : healthy(context)}`;
    })),
    row(/^read second hugepage$/, does(({ scene }) => `read ${scene.page(scene.target!.second ?? 0)}`)),
    row(/^read subpage (\d+)$/, (context, [, page]) => [`${actor(context)}: read ${mapping(context)}[${page}]`]),
    row(/^write target \(new mapping\)/, inNewMapping(({ scene }) => `write again[${scene.target!.page}]`)),
    row(/^write target/, does((context) => `write ${target(context)}`)),

    // System calls that touch the page.
    row(/^write\(pipe, target, 64\)/, does((context) => `write-from ${target(context)} to pipe`)),
    row(/^read\(pipe, target, 64\)/, does((context) => `read-into ${target(context)} from pipe`)),
    row(/^write\(tmpfs file, target, 4096\)$/, does((context) => `write-from ${target(context)} length 4 KiB to tmpfs`)),
    row(/^write\(tmpfs file, page before target \.\. target: 8192\)$/, does((context) => `write-from ${mapping(context)}[${context.scene.target!.page - 1}..${context.scene.target!.page}] length 8 KiB to tmpfs`)),
    row(/^pread\(tmpfs file, target, 4096\)$/, does((context) => `read-into ${target(context)} length 4 KiB from tmpfs`)),
    row(/^process_vm_readv\(self, target\)$/, does((context) => `process_vm_readv ${target(context)}`)),
    row(/^process_vm_writev\(self, target\)$/, does((context) => `process_vm_writev ${target(context)}`)),
    row(/^pread\(\/proc\/self\/mem, target\)$/, does((context) => `read-proc-mem ${target(context)}`)),
    row(/^vmsplice\(target\)$/, does((context) => `vmsplice ${target(context)}`)),
    row(/^futex\((FUTEX_\w+) \w+, target\)$/, (context, [, operation]) => [`${actor(context)}: futex ${target(context)} ${operation}`]),
    row(/^open\(path at target\)$/, does((context) => `openat ${target(context)}`)),
    row(/^clock_gettime into target$/, does((context) => `clock_gettime ${target(context)}`)),
    row(/^mincore\(4 pages\)$/, does((context) => `mincore ${mapping(context)}[0..3]`)),
    row(/^madvise\((MADV_\w+)\)/, (context, [, advice]) => [`${actor(context)}: madvise ${target(context)} ${advice}`]),
    row(/^mlock\(target\)$/, does((context) => `mlock ${target(context)}`)),
    row(/^munlock\(target\)$/, does((context) => `munlock ${target(context)}`)),
    row(/^mprotect\((PROT_\w+)\)$/, (context, [, protection]) => [`${actor(context)}: mprotect ${target(context)} ${protection}`]),
    row(/^move_pages\(query\)$/, does((context) => `move_pages ${target(context)}`)),
    row(/^mremap\(target over page 0\)$/, (context) => {
        const step = `${actor(context)}: mremap ${target(context)} to ${mapping(context)}[0]`;
        context.scene.target!.page = 0;
        return [step];
    }),
    // The access that raises an external abort: it is part of the injection.
    row(/^(load|load at offset 0x128|store|the call)$/, () => []),
    row(/^forked child$/, () => ['child: exit']),
    // The harness asked for something and the process died of it: of the injection itself, or of reading the page.
    row(/^rpc$/, ({ scene, phase }) => phase === 'inject' ? [] : [`${scene.actor(scene.target!.owner!)}: read ${scene.page(scene.target!.page)}`]),
    // A second machine check, while the task runs elsewhere.
    row(/^spinning task got$/, ({ scene, phase }) => phase === 'inject' ? [] : [scene.machineCheck!.at(true)]),
    row(/^sigpending\(SIGBUS\)$/, does(() => 'sigpending SIGBUS')),
    row(/^unblock SIGBUS$/, does(() => 'sigprocmask SIG_UNBLOCK SIGBUS')),

    // Where the page is.
    row(/^pagemap entry of target$/, does((context) => `pagemap ${target(context)}`)),
    row(/^target pfn( after touch)?$/, (context) => {
        const step = `${actor(context)}: pagemap ${target(context)}`;
        // It is compared with the frame before the injection.
        if (!context.known.has('frame')) {
            context.known.add('frame');
            context.scene.preparation.push(step);
        }
        return [step];
    }),
    row(/^hugepages( at end)?$/, does(() => 'hugepages')),
    row(/^(nr_hugepages|free_hugepages)$/, (_context, [which]) => [`hugepages ${which}`]),

    // Files.
    row(/^fsync\(fd\)/, does((context) => `fsync ${file(context)}`)),
    row(/^fsync\(second fd opened before injection\)$/, (context) => {
        context.scene.preparation.push(`${actor(context)}: open ${file(context)} as opened_before`);
        return [`${actor(context)}: fsync opened_before`];
    }),
    row(/^fsync\(new fd\)$/, (context) => [`${actor(context)}: open ${file(context)} as opened_later`, `${actor(context)}: fsync opened_later`]),
    row(/^msync\(MS_SYNC\) whole mapping$/, does((context) => `msync ${mapping(context)}`)),
    row(/^pread\(target\)/, does((context) => `pread ${filePage(context)}`)),
    row(/^pread\(healthy\)$/, does((context) => `pread ${file(context)}[${context.scene.target!.healthy}]`)),
    row(/^pread\(second hugepage\)$/, does((context) => `pread ${file(context)}[${context.scene.target!.second}]`)),
    row(/^pread\(whole file\)$/, does((context) => `pread ${file(context)}`)),
    row(/^pwrite\(target, 4096\)$/, does((context) => `pwrite ${filePage(context)}`)),
    row(/^fallocate\(PUNCH_HOLE target\)$/, does((context) => {
        const { page, hugePages } = context.scene.target!;
        const head = hugePages === undefined ? page : Math.floor(page / hugePages) * hugePages;
        return `fallocate ${file(context)}[${hugePages === undefined ? page : `${head}..${head + hugePages - 1}`}] PUNCH_HOLE`;
    })),
    row(/^ftruncate\(0\)$/, does((context) => `ftruncate ${file(context)} 0`)),
    row(/^ftruncate\(back to size\)$/, does((context) => `ftruncate ${file(context)} ${context.scene.file!.size.replace('2 MiB 2 pages', '4 MiB')}`)),
    row(/^create file in the filesystem$/, () => ['creat on mounted as fresh']),
    row(/^write$/, () => ['pwrite fresh[0] length 1 B']),
    row(/^fsync$/, () => ['fsync fresh']),
    row(/^pread\(\/dev\/ram0, superblock\)$/, ({ scene }) => [`pread ${scene.page(0)}`]),
    row(/^swapoff\(\/dev\/(\w+)\)$/, (_context, [, swap]) => [`swapoff ${swap}`]),

    // Memory that no process maps.
    row(/^O_DIRECT read of the poisoned brd page$/, ({ scene }) => [`kernel: read ${scene.page(0)} in "brd_submit_bio"`]),
    row(/^read\(pipe(?: holding the page)?, 4096\)/, (context) => context.role === 'main' ? [`read-pipe ${context.scene.page(0)}`] : [`${actor(context)}: read-pipe`]),
    row(/^keyctl\(CLEAR process keyring\): kernel kfree\(\)s the payload$/, ({ scene }) => [`kernel: free ${scene.target!.name}`]),

    // Is the frame handed out again?
    row(/^neighbour\+(\d+) after owner exit$/, (context, [, distance]) => [...ownerGone(context), `kpageflags ${context.scene.frame(Number(distance))}`]),
    row(/^poisoned subpage reused$/, (context) => {
        const { scene, role } = context;
        const gone = ownerGone(context);
        scene.process(role);
        return [...gone, `${role}: mmap fresh = anon 300 MiB written thp`, `kpageflags ${scene.frame()}`];
    }),

    // prctl() and its errors.
    row(/^GET( initially)?$/, does(() => 'prctl PR_MCE_KILL_GET')),
    row(/^GET with arg2=1$/, does(() => 'prctl PR_MCE_KILL_GET 1')),
    row(/^SET (EARLY|LATE|DEFAULT)(?:\(\d\))?$/, (context, [, policy]) => [`${actor(context)}: ${PRCTL_SET} PR_MCE_KILL_${policy}`]),
    row(/^SET 3$/, does(() => `${PRCTL_SET} 3`)),
    row(/^SET EARLY with arg4=1$/, does(() => `${PRCTL_SET} PR_MCE_KILL_EARLY 1`)),
    row(/^SET EARLY with arg5=1$/, does(() => `${PRCTL_SET} PR_MCE_KILL_EARLY 0 1`)),
    row(/^SET EARLY without CAP_SYS_ADMIN$/, (context) => [`${actor(context)}: capset drop CAP_SYS_ADMIN`, `${actor(context)}: ${PRCTL_SET} PR_MCE_KILL_EARLY`]),
    row(/^CLEAR$/, does(() => 'prctl PR_MCE_KILL PR_MCE_KILL_CLEAR')),
    row(/^CLEAR with arg3=1$/, does(() => 'prctl PR_MCE_KILL PR_MCE_KILL_CLEAR 1')),
    row(/^arg2=2$/, does(() => 'prctl PR_MCE_KILL 2')),
];

/** Operations that have no step of their own, and why. */
export const WITHOUT_STEP: readonly { readonly says: RegExp; readonly reason: string }[] = [
    { says: /^move_pages query status$/, reason: 'the return value of the call whose status the next entry gives' },
    { says: /^kpf of subpage \d+$/, reason: 'recorded without a value on every kernel' },
    { says: /^new owner (reads|writes) the poisoned subpage$/, reason: 'only recorded where the allocator handed the huge page out again, which depends on what else was freed' },
    { says: /^spinning reader got$/, reason: 'the signal that the machine check or the reads after it have raised' },
    { says: /^spin$/, reason: 'the same, counted' },
];

/** The steps of an operation; undefined when no row knows it. */
export function stepsOfOperation(context: LaterContext, operation: string): readonly string[] | undefined {
    for (const { says, make } of ROWS) {
        const match = says.exec(operation);
        if (match !== null) {
            return make(context, match);
        }
    }
    return WITHOUT_STEP.some(({ says }) => says.test(operation)) ? [] : undefined;
}
