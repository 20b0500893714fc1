/** The declared processes, as the agent makes them. */
import type { FileSpec, KillPolicy, MachineSpec, Place, PinSpec, ProcessSpec, Program } from '../../simulator/program.js';
import { ADVICE, KPF, PRCTL } from './constants.js';
import { letGo, openInProcess } from './files.js';
import { makeMapping } from './mappings.js';
import { addressWord, word, type PlanWriter } from './plan-writer.js';

const POLICIES: Readonly<Record<KillPolicy, number | undefined>> = { default: undefined, early: PRCTL['PR_MCE_KILL_EARLY'], late: PRCTL['PR_MCE_KILL_LATE'] };

/** Parents before those that are forked from them. */
export function makeProcesses(writer: PlanWriter, program: Program): void {
    const pending = [...program.machine.processes];
    const made = new Set<string>();
    while (pending.length > 0) {
        const at = pending.findIndex(({ forkedFrom }) => forkedFrom === undefined || made.has(forkedFrom));
        if (at < 0) {
            return;
        }
        const [spec] = pending.splice(at, 1);
        makeProcess(writer, program, spec!);
        made.add(spec!.name);
    }
    merge(writer, program.machine);
}

/** ksmd merges what all of them have. */
function merge(writer: PlanWriter, { processes }: MachineSpec): void {
    const merged = processes.flatMap(({ name, mappings }) => mappings.filter(({ ksm }) => ksm !== undefined).map((mapping) => ({ name, mapping })));
    if (merged.length === 0) {
        return;
    }
    writer.needs('ksm', 'ksm', merged[0]!.mapping.source);
    writer.alone('ksmd is the whole machine\'s');
    writer.must('r', 'ksm-scan');
    for (const { name, mapping } of merged) {
        const range = writer.range(name, mapping.name)!;
        for (let page = 0; page < mapping.pageCount; page += 1) {
            writer.must(writer.taskOf(name)!, 'has', `@${range}+${page * writer.guest.pageBytes}`, KPF.ksm, 3, 0);
        }
    }
}

function makeProcess(writer: PlanWriter, { machine, steps }: Program, spec: ProcessSpec): void {
    if (spec.runtime !== undefined) {
        writer.cannot(`runtime ${spec.runtime}`, 'the guest has processes of plain C', spec.source);
    }
    let task: number;
    if (spec.forkedFrom === undefined) {
        task = writer.process(spec.name, spec.comm);
    } else {
        writer.inherits(spec.name, spec.forkedFrom);
        const parent = writer.taskOf(spec.forkedFrom)!;
        task = writer.task(spec.name);
        writer.must(parent, 'fork', task);
        writer.must(task, 'name', word(spec.comm));
    }
    if (spec.cgroup !== undefined) {
        writer.must(task, 'file', `/cgroup/${word(spec.cgroup)}/cgroup.procs`, 0);
    }
    writer.must(task, 'disposition', spec.sigbus === 'exiting' ? `exiting${spec.handlerExitStatus ?? 1}` : spec.sigbus);
    const used = machine.files.filter((file) => uses(spec, file, steps));
    for (const file of machine.files) {
        if (used.includes(file)) {
            openInProcess(writer, task, spec.name, file);
        }
        const losesName = isUnlinked(file, steps);
        if (spec.forkedFrom === undefined && (losesName || !used.includes(file))) {
            letGo(writer, task, file, losesName);
        }
    }
    for (const mapping of spec.mappings) {
        makeMapping(writer, task, spec.name, mapping, machine.files);
        allowCollapse(writer, task, spec.name, mapping, steps);
    }
    // A child has what its parent had, and threads what the main one has when they are made.
    if (!spec.capSysAdmin) {
        writer.must(task, 'capset', 'drop');
    }
    spec.threads.forEach((thread, index) => {
        let own = task;
        if (index > 0) {
            own = writer.task(`${spec.name}.${thread.name}`);
            writer.must(task, 'thread', own);
            if (thread.comm !== undefined) {
                writer.must(own, 'name', word(thread.comm));
            }
        }
        const policy = POLICIES[thread.policy];
        if (index > 0 && policy === undefined) {
            // It has that of the main thread by now.
            writer.must(own, 'prctl', PRCTL['PR_MCE_KILL']!, PRCTL['PR_MCE_KILL_CLEAR']!, 0, 0, 0);
        }
        if (policy !== undefined) {
            writer.must(own, 'prctl', PRCTL['PR_MCE_KILL']!, PRCTL['PR_MCE_KILL_SET']!, policy, 0, 0);
        }
        if (thread.sigbusBlocked || spec.forkedFrom !== undefined || index > 0) {
            writer.must(own, 'sigmask', thread.sigbusBlocked ? 'block' : 'unblock');
        }
    });
}

/** Does the process map the file, or do steps of its name it? */
function uses(spec: ProcessSpec, file: FileSpec, steps: Program['steps']): boolean {
    return spec.mappings.some(({ from }) => from.kind === 'file' && from.file === file.name)
        || steps.some(({ actor, args }) => actor.split('.', 1)[0] === spec.name && Object.values(args).some((value) => value === file.name || isPlaceIn(value, file.name) || isMappingOf(value, file.name)));
}

function isPlaceIn(value: unknown, file: string): boolean {
    return typeof value === 'object' && value !== null && (value as Place).kind === 'file' && (value as Place & { file: string }).file === file;
}

function isMappingOf(value: unknown, file: string): boolean {
    const from = typeof value === 'object' && value !== null ? (value as { from?: { kind: string; file?: string } }).from : undefined;
    return from?.kind === 'file' && from.file === file;
}

function isUnlinked(file: FileSpec, steps: Program['steps']): boolean {
    return steps.some(({ op, args }) => op === 'unlink' && args['file'] === file.name);
}

/** A mapping of base pages is made with MADV_NOHUGEPAGE, which would forbid to collapse it. */
function allowCollapse(writer: PlanWriter, task: number, process: string, mapping: ProcessSpec['mappings'][number], steps: Program['steps']): void {
    const collapsed = steps.some(({ args }) => args['advice'] === 'MADV_COLLAPSE' && (args['target'] as Place | undefined)?.kind === 'mapping' && (args['target'] as Place & { mapping: string }).mapping === mapping.name);
    if (collapsed && mapping.from.kind === 'anon' && !mapping.shared && mapping.hugetlbShift === undefined && mapping.touched === 'written') {
        writer.must(task, 'madvise', `@${writer.range(process, mapping.name)!}`, mapping.pageCount * writer.guest.pageBytes, ADVICE['MADV_HUGEPAGE']!);
    }
}

/** What the runner still holds of files without a name, unless it needs them itself. */
export function letGoInRunner(writer: PlanWriter, { machine, steps }: Program): void {
    const names = new Set(steps.filter(({ actor, op }) => op !== 'unlink' && (actor === 'root' || actor === 'kernel' || actor === 'hardware')).flatMap(({ args }) => Object.values(args)).flatMap((value) =>
        typeof value === 'string' ? [value] : typeof value === 'object' && 'file' in value ? [(value as { file: string }).file] : []));
    for (const file of machine.files) {
        if (!names.has(file.name)) {
            letGo(writer, 'r', file, isUnlinked(file, steps));
        }
    }
}

export function makePin(writer: PlanWriter, pin: PinSpec): void {
    const { place } = pin;
    const task = place.kind === 'mapping' ? writer.taskOf(place.process) : undefined;
    const address = place.kind === 'mapping' ? addressWord(writer, place, place.process) : undefined;
    if (place.kind !== 'mapping' || task === undefined || address === undefined || pin.by === 'longterm') {
        writer.cannot(`pin by ${pin.by}`, 'the guest pins memory of processes by io_uring and vmsplice', pin.source);
        return;
    }
    writer.alone('what is pinned cannot be split or freed');
    if (pin.by === 'vmsplice') {
        writer.fillsPipe(task);
    }
    writer.must(task, pin.by === 'vmsplice' ? 'vmsplice' : 'uring-pin', address, place.pageCount * writer.guest.pageBytes);
}

export function pinsOf(machine: MachineSpec): readonly PinSpec[] {
    return machine.pins;
}
