/** One row for each step that the guest can take. What is not here cannot be made, and is named so. */
import type { CpuRunSpec, MappingSpec, Program, Step } from '../../simulator/program.js';
import { ADVICE, FALLOC, MEMORY_FOLDER, MREMAP, PRCTL, PROTECTION_WORDS, SEEK } from './constants.js';
import { copyTarget, fileNamed, openAgain, openInProcess, pathWord } from './files.js';
import { HWPOISON_FOLDER } from '../../vocabulary/inject-files.js';
import { sysctlPath } from '../../vocabulary/sysctls.js';
import { filterLine, frameWord } from './machine.js';
import { injectFirmwareRecord } from './firmware-records.js';
import { injectMachineCheck } from './machine-checks.js';
import { makeMapping } from './mappings.js';
import { word, type PlanWriter } from './plan-writer.js';
import { contextOf, processOf, type StepContext } from './step-context.js';

type Make = (context: StepContext) => void;

/** Bytes that a read, a write or a copy takes where nothing is said. */
const SMALL = 64;
/** The longest wait that is waited, nanoseconds. */
const LONGEST_WAIT_NS = 20e9;

/** A write of a frame, or of text as it is, to a file of the kernel. */
const inject = (folder: string, address: boolean): Make => (context) => {
    const { writer, program, step, taker } = context;
    writer.needs(address ? 'soft-offline' : 'hwpoison-inject', step.op, step.source);
    const raw = context.text('raw');
    const file = `${folder}/${step.op}`;
    if (raw !== undefined) {
        writer.harms('a frame by its number is another one in each boot');
        writer.line(taker, 'file', file, word(raw));
        return;
    }
    const place = context.place();
    const frame = place === undefined ? undefined : frameWord(writer, program.machine, place, step.actor, step.source);
    if (frame === undefined) {
        return;
    }
    if (frame.startsWith('$')) {
        writer.line(taker, 'file', file, address ? `${frame}*` : frame);
    } else {
        writer.line(taker, 'file', file, word(`0x${(Number(frame) * (address ? writer.guest.pageBytes : 1)).toString(16)}`));
    }
};

/** How long a call is that may name its length. */
function lengthOf(context: StepContext): number {
    return context.number('length') ?? (context.pages() > 1 ? context.bytes() : SMALL);
}

const onRange = (verb: string, ...more: readonly (string | number)[]): Make => ({ writer, taker, address, bytes }) => writer.line(taker, verb, address(), bytes(), ...more);
const onAddress = (verb: string, ...more: readonly (string | number)[]): Make => ({ writer, taker, address }) => writer.line(taker, verb, address(), ...more);
/** Who has opened it, where nobody is said to act: a descriptor means something in one process only. */
const onFile = (verb: string): Make => ({ writer, taker, text, descriptor }) => writer.line(taker === 'r' ? writer.opened.get(text('description') ?? '')?.taker ?? taker : taker, verb, descriptor('description'));
const bare = (...words: readonly string[]): Make => ({ writer, taker }) => writer.line(taker, ...words);

/** A call that reaches the memory of any process. */
const reaching = (...words: readonly string[]): Make => (context) => context.writer.line(context.taker, ...words, context.address(), lengthOf(context), context.owner());

/** Reads or writes the file of the target: from that byte on, so many. */
function fileRange(context: StepContext): { readonly offset: number; readonly length: number } | undefined {
    const place = context.place();
    if (place === undefined) {
        return { offset: 0, length: lengthOf(context) };
    }
    return place.kind === 'file' ? { offset: place.page * context.writer.guest.pageBytes + place.byteOffset, length: lengthOf(context) } : undefined;
}

const reading = (verb: string): Make => (context) => {
    const range = fileRange(context);
    if (range === undefined) {
        context.cannot(`${context.step.op} of that`, 'it is no declared file');
    } else {
        staysOnDisk(context, range.offset + range.length);
        context.writer.line(context.taker, verb, context.descriptor(), range.offset, range.length);
    }
};

/** The disk of the guest goes on behind what a scenario declares of it. */
function staysOnDisk(context: StepContext, end: number): void {
    const place = context.place();
    const file = place?.kind === 'file' ? fileNamed(context.program.machine.files, place.file) : undefined;
    if (file?.type === 'block-device' && end > file.bytes) {
        context.cannot(`${context.step.op} beyond the end of a disk`, 'the disk of the guest is larger');
    }
}

const access = (verb: 'read' | 'write'): Make => (context) => {
    const { writer, taker, step } = context;
    if (taker === 'r') {
        context.cannot(`${step.actor}: ${step.op}`, 'nobody can make the kernel touch a page of one\'s choice');
        return;
    }
    writer.line(taker, verb, context.address(), context.pages(), ...verb === 'write' ? [word(context.text('content') ?? 'Z')] : []);
};

function copying(verb: string, end: 'to' | 'from'): Make {
    return (context) => {
        const { writer, taker } = context;
        const direct = context.text('direct') !== undefined;
        if (direct) {
            writer.needs('ext4', 'O_DIRECT', context.step.source);
        }
        writer.line(taker, verb, context.address(), lengthOf(context), ...direct ? ['file', 'direct'] : [context.text(end) ?? 'pipe']);
    };
}

/** vvar and rings are as long as the kernel makes them, whatever is declared. */
function reachesBehindSpecial({ writer, program, place }: StepContext, length: number): boolean {
    const at = place();
    return at?.kind === 'mapping' && program.machine.processes.some(({ mappings }) =>
        mappings.some(({ name, from, pageCount }) => name === at.mapping && from.kind === 'special' && at.page * writer.guest.pageBytes + at.byteOffset + length > pageCount * writer.guest.pageBytes));
}

const SWAP_PATHS = { device: '/dev/loop0', zram: '/dev/zram0', file: '/mnt/disk/swap' } as const;

const prctlArgument = (text: string | undefined): number => text === undefined ? 0 : PRCTL[text] ?? Number(text);

const STEPS: Readonly<Record<string, Make>> = {
    'corrupt-pfn': inject(HWPOISON_FOLDER, false),
    'unpoison-pfn': (context) => {
        // Its messages are limited to ten in five seconds.
        context.writer.alone('unpoisoning says little when it is asked often');
        inject(HWPOISON_FOLDER, false)(context);
    },
    hard_offline_page: inject(MEMORY_FOLDER, true),
    soft_offline_page: inject(MEMORY_FOLDER, true),
    'open-inject-file': ({ writer, taker, text }) => writer.line(taker, 'open-read', `${HWPOISON_FOLDER}/${text('file')}`, 'open'),
    'read-inject-file': ({ writer, taker, text }) => writer.line(taker, 'open-read', `${HWPOISON_FOLDER}/${text('file')}`, 'read'),
    madvise: (context) => {
        const { writer, taker } = context;
        const advice = ADVICE[context.text('advice') ?? ''];
        const length = context.step.args['length'];
        if (advice === undefined) {
            context.cannot(`madvise ${context.text('advice')}`, 'the agent does not know it');
            return;
        }
        if (context.text('advice') === 'MADV_REMOVE' && context.program.machine.files.some(({ type }) => type === 'block-device')) {
            context.cannot('MADV_REMOVE of a disk', 'the disk of the guest is a ram disk, which has no holes');
        }
        if (length !== undefined && reachesBehindSpecial(context, Number(length))) {
            context.cannot('madvise beyond what is declared of memory of the kernel', 'the kernel maps more there');
        }
        writer.line(taker, 'madvise', context.address(), length === undefined ? context.bytes() : String(length), advice);
    },
    process_madvise: (context) => {
        const target = context.text('process');
        const advice = ADVICE[context.text('advice') ?? ''];
        const task = context.writer.taskOf(target ?? context.step.actor.split('.', 1)[0]!);
        if (advice === undefined || task === undefined) {
            context.cannot('process_madvise', 'the agent does not know the advice or the process');
        } else {
            context.writer.line(context.taker, 'process-madvise', context.address(), context.bytes(), advice, task);
        }
    },
    read: access('read'),
    write: access('write'),
    'write-from': copying('write-from', 'to'),
    'read-into': copying('read-into', 'from'),
    process_vm_readv: reaching('process-vm', 'read'),
    process_vm_writev: reaching('process-vm', 'write'),
    'read-proc-mem': reaching('proc-mem', 'read'),
    'write-proc-mem': reaching('proc-mem', 'write'),
    vmsplice: (context) => {
        context.writer.alone('what is pinned cannot be split or freed');
        context.writer.fillsPipe(context.taker);
        onRange('vmsplice')(context);
    },
    'read-pipe': (context) => {
        if (!context.writer.hasPipe(context.step.actor.split('.', 1)[0]!)) {
            context.cannot('read-pipe by another process', 'each process of the guest has a pipe of its own');
        }
        bare('read-pipe')(context);
    },
    ptrace: (context) => context.writer.line(context.taker, 'ptrace', context.text('request') === 'PTRACE_POKEDATA' ? 'poke' : 'peek', context.address(), context.owner()),
    pin: (context) => {
        if (context.text('by') === 'longterm') {
            context.cannot('pin by longterm', 'the guest pins memory of processes by io_uring and vmsplice');
        }
        context.writer.alone('what is pinned cannot be split or freed');
        const byPipe = context.text('by') === 'vmsplice';
        if (byPipe) {
            context.writer.fillsPipe(context.taker);
        }
        onRange(byPipe ? 'vmsplice' : 'uring-pin')(context);
    },
    unpin: onRange('unpin'),
    'uffdio-poison': onRange('uffd-poison'),
    'read-signalfd': bare('read-signalfd'),
    swapoff: (context) => {
        const swap = context.program.machine.swaps.find(({ name }) => name === context.text('swap'));
        if (swap === undefined) {
            context.cannot('swapoff', 'it is no declared swap area');
        } else {
            context.writer.line(context.taker, 'swapoff', SWAP_PATHS[swap.backing]);
        }
    },
    copy_file_range: (context) => {
        const range = fileRange(context);
        const place = context.place();
        const file = place?.kind === 'file' ? fileNamed(context.program.machine.files, place.file) : undefined;
        if (range === undefined || file === undefined) {
            context.cannot('copy_file_range of that', 'it is no declared file');
        } else {
            context.writer.line(context.taker, 'copy-range', context.descriptor(), range.offset, range.length, copyTarget(file));
        }
    },
    futex: (context) => onAddress('futex', context.text('operation') === 'FUTEX_WAIT' ? 'wait' : 'wake')(context),
    openat: onAddress('openat'),
    clock_gettime: onAddress('clock-gettime'),
    mincore: onRange('mincore'),
    move_pages: (context) => {
        if (context.number('node') === undefined) onAddress('move-pages', context.owner())(context);
        else context.cannot('move_pages to a node', 'the machine has one');
    },
    mlock: onRange('mlock'),
    munlock: onRange('munlock'),
    mlockall: bare('mlockall'),
    mprotect: (context) => onRange('mprotect', PROTECTION_WORDS[context.text('protection') ?? ''] ?? 1)(context),
    munmap: onRange('munmap'),
    mremap: (context) => onRange('mremap', context.address('to'), MREMAP.mayMove + MREMAP.fixed + (context.text('flag') === 'MREMAP_DONTUNMAP' ? MREMAP.dontUnmap : 0))(context),
    msync: onRange('msync'),
    mmap: (context) => {
        const mapping = context.step.args['mapping'] as MappingSpec | undefined;
        const { writer, taker, program: { machine: { files } } } = context;
        if (mapping !== undefined && taker !== 'r') {
            const process = processOf(context);
            const file = mapping.from.kind === 'file' ? fileNamed(files, mapping.from.file) : undefined;
            if (file !== undefined) {
                openInProcess(writer, taker, process, file);
            }
            makeMapping(writer, taker, process, mapping, files);
            // What the set-up of the mapping gave is nothing that the step is asked for.
            writer.line(taker, 'madvise', `@${writer.range(process, mapping.name)}`, 0, 0);
        }
    },
    fork: ({ writer, taker, step, text }) => {
        const name = text('as') ?? 'child';
        writer.inherits(name, step.actor.split('.', 1)[0]!);
        writer.line(taker, 'fork', writer.task(name));
    },
    pthread_create: ({ writer, taker, step, text }) => writer.line(taker, 'thread', writer.task(`${step.actor.split('.', 1)[0]!}.${text('as') ?? 'thread'}`)),
    exit: ({ writer, taker, step }) => writer.line(taker, step.actor.includes('.') ? 'thread-exit' : 'exit'),
    pthread_exit: bare('thread-exit'),
    kill: (context) => {
        const task = context.writer.taskOf(context.text('process') ?? '');
        if (task !== undefined) {
            context.writer.line(context.taker, 'kill', task, context.text('signal') === 'SIGSTOP' ? 'stop' : 'continue');
        }
    },
    prctl: ({ writer, taker, text }) => writer.line(taker, 'prctl', prctlArgument(text('option')), ...['arg2', 'arg3', 'arg4', 'arg5'].map((name) => prctlArgument(text(name)))),
    capset: ({ writer, taker, text }) => writer.line(taker, 'capset', text('change') ?? 'drop'),
    sigaction: ({ writer, taker, text }) => writer.line(taker, 'disposition', text('disposition') === 'exiting' ? 'exiting1' : text('disposition') ?? 'default'),
    sigprocmask: ({ writer, taker, text }) => writer.line(taker, 'sigmask', text('how') === 'SIG_BLOCK' ? 'block' : 'unblock'),
    sigpending: bare('sigpending'),
    sigtimedwait: bare('sigtimedwait'),
    pagemap: onAddress('pagemap'),
    open: (context) => {
        const file = fileNamed(context.program.machine.files, context.text('file') ?? '');
        if (file === undefined) {
            context.cannot('open', 'it is no declared file');
        } else {
            openAgain(context.writer, context.taker, processOf(context), file, context.text('as') ?? file.name);
        }
    },
    close: (context) => {
        const name = context.text('description') ?? '';
        onFile('close')(context);
        context.writer.setClosed(processOf(context), name, true);
    },
    pread: reading('pread'),
    sendfile: reading('sendfile'),
    splice: (context) => {
        context.writer.alone('what is pinned cannot be split or freed');
        context.writer.fillsPipe(context.taker);
        reading('splice')(context);
    },
    pwrite: (context) => {
        const range = fileRange(context);
        const text = context.text('content') ?? 'n';
        if (range === undefined) {
            context.cannot('pwrite to that', 'it is no declared file');
            return;
        }
        const length = context.number('length') ?? (text.length > 1 ? text.length : context.pages() * context.writer.guest.pageBytes - range.offset % context.writer.guest.pageBytes);
        staysOnDisk(context, range.offset + length);
        context.writer.line(context.taker, 'pwrite', context.descriptor(), range.offset, length, text.length > 1 ? 0 : length, word(text));
    },
    lseek: (context) => {
        const range = fileRange(context);
        context.writer.line(context.taker, 'lseek', context.descriptor(), range?.offset ?? 0, SEEK[context.text('whence') ?? ''] ?? 3);
    },
    fsync: onFile('fsync'),
    syncfs: onFile('syncfs'),
    fallocate: (context) => {
        const place = context.place();
        if (place?.kind === 'file' && fileNamed(context.program.machine.files, place.file)?.type === 'block-device') {
            context.cannot('fallocate of a disk', 'the disk of the guest is a ram disk, which has no holes');
        } else if (place?.kind === 'file') {
            context.writer.line(context.taker, 'fallocate', context.descriptor(), FALLOC[context.text('mode') ?? ''] ?? 3, place.page * context.writer.guest.pageBytes, place.pageCount * context.writer.guest.pageBytes);
        } else {
            context.cannot('fallocate of that', 'it is no declared file');
        }
    },
    ftruncate: (context) => context.writer.line(context.taker, 'ftruncate', context.descriptor('file'), context.number('length') ?? 0),
    unlink: (context) => {
        const file = fileNamed(context.program.machine.files, context.text('file') ?? '');
        const path = file === undefined ? undefined : pathWord(file);
        if (path !== undefined) {
            context.writer.line(context.taker, 'unlink', path);
        } else {
            context.cannot('unlink of that', 'it has no name in a file system');
        }
    },
    drop_caches: ({ writer }) => {
        writer.line('r', 'file', '/proc/sys/vm/drop_caches', '1');
    },
    kpageflags: (context) => {
        const place = context.place();
        const frame = place === undefined ? undefined : frameWord(context.writer, context.program.machine, place, context.step.actor, context.step.source);
        if (frame !== undefined) {
            context.writer.line('r', 'kpageflags', frame);
        }
    },
    hugepages: ({ writer, program, text }) => {
        // Of pages as large as a transparent huge page, or of the first pool.
        const shifts = program.machine.hugetlbPools.map(({ shift }) => shift);
        writer.line('r', 'hugepages', shifts.length === 0 || shifts.some((shift) => 2 ** shift === writer.guest.thpBytes) ? writer.guest.thpBytes : 2 ** shifts[0]!, ...text('which') === undefined ? [] : [text('which')!]);
    },
    sysctl: ({ writer, text, number }) => {
        if (text('name') !== 'vm.memory_failure_early_kill') {
            writer.alone(`${text('name')} is the whole machine's`);
        }
        writer.line('r', 'set', sysctlPath(text('name') ?? ''), number('value') ?? 0);
    },
    filter: ({ writer, program, text }) => writer.line('r', ...filterLine(program.machine, text('name') ?? '', text('value') ?? '0')),
    run: () => undefined,
    wait: (context) => {
        const duration = context.number('duration') ?? 0;
        if (duration > LONGEST_WAIT_NS) {
            context.cannot('a long wait', `nobody waits longer than ${LONGEST_WAIT_NS / 1e9} s`);
        }
        context.writer.line('r', 'sleep', Math.round(duration / 1e6));
    },
};

/** Steps that the guest can take. */
export const MADE_STEPS: ReadonlySet<string> = new Set([...Object.keys(STEPS), 'machine-check', 'machine-check-registers', 'ghes']);

/** Why steps are not taken, where there is more to say than that nothing makes them. */
const WHY_NOT: Readonly<Record<string, string>> = {
    kexec: 'the next kernel is another machine', reboot: 'the next boot is another machine', 'power-cycle': 'the next boot is another machine',
    latent: 'the emulated memory does not go bad: nothing in it makes an external abort', scrub: 'the emulated memory does not go bad', dma: 'the emulated memory does not go bad', 'cec-threshold': 'the emulated memory has no corrected errors',
    allocate: 'nobody can make the kernel hand out a frame of one\'s choice',
};
const NOT_ASKED = 'nobody can make the kernel do that to a page of one\'s choice';

export function makeStep(writer: PlanWriter, program: Program, step: Step): void {
    const { op, actor, source } = step;
    if (step.guest !== undefined || step.races !== undefined || step.sweep !== undefined) {
        writer.cannot(step.guest !== undefined ? 'step in a guest' : step.races !== undefined ? 'race' : 'sweep', step.races !== undefined ? 'races are not forced yet' : 'one machine is one machine', source);
        return;
    }
    if (op === 'machine-check' || op === 'machine-check-registers') {
        injectMachineCheck(writer, program, step, runningAt(program, step));
        return;
    }
    if (op === 'ghes') {
        injectFirmwareRecord(writer, program, step);
        return;
    }
    const make = STEPS[op];
    if (make === undefined) {
        writer.cannot(op, WHY_NOT[op] ?? (actor === 'kernel' ? NOT_ASKED : 'the agent cannot do it yet'), source);
        return;
    }
    const task = writer.taskOf(actor);
    if (task === undefined && actor !== 'root' && actor !== 'kernel' && actor !== 'hardware') {
        writer.cannot(`task ${actor}`, 'it is no task of the plan', source);
        return;
    }
    make(contextOf(writer, program, step, task ?? 'r'));
}

/** Which task each CPU runs when the step is taken. */
function runningAt({ machine, steps }: Program, step: Step): readonly CpuRunSpec[] {
    const running = new Map(machine.running.map((each) => [each.cpu, each]));
    for (const { op, args, source } of steps.slice(0, steps.indexOf(step))) {
        if (op === 'run') {
            running.set(Number(args['cpu'] ?? 0), { source, cpu: Number(args['cpu'] ?? 0), task: String(args['task'] ?? ''), mode: (args['mode'] ?? 'user') as CpuRunSpec['mode'] });
        }
    }
    return [...running.values()];
}
