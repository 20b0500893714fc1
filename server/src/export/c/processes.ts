/** The processes of the scenario: a function each that sets one up, and the calls that start them. */
import type { ProcessSpec, ThreadSpec } from '../../simulator/program.js';
import { mappingLines } from './mappings.js';
import { address, lengthOf } from './places.js';
import { CannotMake, type CSource } from './source.js';
import { quoted } from './text.js';

const POLICIES = { early: 'PR_MCE_KILL_EARLY', late: 'PR_MCE_KILL_LATE' } as const;

/** Names every task that there will be; those that steps bring in stand last. */
export function nameTasks(c: CSource): void {
    for (const { name, threads } of c.program.machine.processes) threads.forEach((thread, index) => c.addTask(name, index === 0 ? '' : thread.name));
    for (const { op, actor, args } of c.program.steps) {
        const as = args['as'];
        if (typeof as !== 'string') continue;
        if (op === 'fork' || op === 'clone') c.addTask(as, '');
        else if (op === 'pthread_create') insertThread(c, actor.split('.')[0] ?? '', as);
    }
}

/** The tasks of a process follow each other, so that a range of them is the process. */
function insertThread(c: CSource, process: string, thread: string): void {
    c.addTask(process, thread);
    const moved = c.tasks.pop()!;
    const last = c.tasks.reduce((found, task, at) => task.process === process ? at : found, -1);
    c.tasks.splice(last + 1, 0, moved);
}

export function processLines(c: CSource): void {
    const pending = [...c.program.machine.processes];
    const started = new Set<string>();
    while (pending.length > 0) {
        const at = pending.findIndex(({ forkedFrom }) => forkedFrom === undefined || started.has(forkedFrom));
        const [spec] = pending.splice(Math.max(0, at), 1);
        started.add(spec!.name);
        startProcess(c, spec!);
    }
}

function startProcess(c: CSource, spec: ProcessSpec): void {
    if (spec.runtime !== undefined) throw new CannotMake('runtime', 'the runtime would have to be there');
    const task = c.task(spec.name)!;
    const setup = c.named('setup_', spec.name);
    const [main, ...threads] = spec.threads;
    const lines: string[] = [];
    c.use('start_task');
    c.includes.add('sys/prctl.h');
    lines.push(`\tprctl(PR_SET_NAME, ${quoted(spec.comm.slice(0, 15))});`);
    if (spec.forkedFrom !== undefined) inherit(c, spec.forkedFrom, spec.name, lines);
    if (spec.cgroup !== undefined) {
        c.use('cgroup');
        lines.push(`\tenter_cgroup(${quoted(`/sys/fs/cgroup/${spec.cgroup}`)});`);
    }
    lines.push(...disposition(c, spec.sigbus, spec.handlerExitStatus));
    for (const mapping of spec.mappings) lines.push(...mappingLines(c, spec.name, mapping));
    for (const pin of c.program.machine.pins) if (pin.place.kind === 'mapping' && pin.place.process === spec.name) lines.push(...pinLines(c, pin.by, address(c, pin.place), lengthOf(pin.place)));
    // Threads have the capabilities of the one that makes them.
    if (!spec.capSysAdmin) {
        c.use('capabilities');
        lines.push('\tset_cap_sys_admin(0);');
    }
    if (threads.length > 0) {
        c.use('thread_task');
        for (const thread of threads) lines.push(`\tstart_thread(${c.task(`${spec.name}.${thread.name}`)!.constant});`);
    }
    lines.push(...threadLines(c, main));
    c.functions.push(`static void ${setup}(void)\n{\n${lines.join('\n')}\n}\n`);
    if (spec.forkedFrom === undefined) {
        c.setup.push(`\tstart(${task.constant}, ${setup});`);
    } else {
        c.use('fork_task', 'returned', 'self');
        const forking = c.named('fork_', spec.name);
        c.functions.push(`static void ${forking}(void)\n{\n\treturned(fork_task(${task.constant}, ${setup}));\n}\n`);
        c.setup.push(`\trun(${c.task(spec.forkedFrom)!.constant}, ${forking});`, `\twait_for(${task.constant});`);
    }
    for (const thread of threads) {
        const own = c.task(`${spec.name}.${thread.name}`)!;
        c.setup.push(`\twait_for(${own.constant});`);
        const body = [...thread.comm === undefined ? [] : [`\tprctl(PR_SET_NAME, ${quoted(thread.comm.slice(0, 15))});`], ...threadLines(c, thread)];
        if (body.length === 0) continue;
        const name = c.named('setup_', `${spec.name}_${thread.name}`);
        c.functions.push(`static void ${name}(void)\n{\n${body.join('\n')}\n}\n`);
        c.setup.push(`\trun(${own.constant}, ${name});`);
    }
    mergeLines(c, spec);
}

/** A child has its parent's mappings where they are. */
export function inherit(c: CSource, parent: string, child: string, lines: string[]): void {
    for (const [key, { field, spec }] of [...c.mappings]) {
        if (!key.startsWith(`${parent}.`)) continue;
        const own = c.named('', `${child}_${spec.name}`);
        lines.push(`\t${c.field('char *', own)} = sh->${field};`);
        c.mappings.set(`${child}.${spec.name}`, { field: own, spec });
    }
}

export function disposition(c: CSource, sigbus: ProcessSpec['sigbus'], handlerExitStatus = 1): string[] {
    c.includes.add('signal.h');
    switch (sigbus) {
        case 'default': return [];
        case 'ignored': return ['\tsignal(SIGBUS, SIG_IGN);'];
        case 'longjmp':
            c.use('on_sigbus');
            return ['\thandle_sigbus(0);'];
        case 'returning':
            c.use('on_sigbus');
            return ['\thandle_sigbus(8);'];
        case 'remapping':
            c.use('remap_on_sigbus', 'sigbus_handler');
            return ['\tset_handler(remap_on_sigbus);'];
        case 'exiting':
            c.use('exit_on_sigbus', 'sigbus_handler');
            return [...handlerExitStatus === 1 ? [] : [`\texit_status = ${handlerExitStatus};`], '\tset_handler(exit_on_sigbus);'];
    }
}

function threadLines(c: CSource, thread: ThreadSpec | undefined): string[] {
    const lines: string[] = [];
    if (thread !== undefined && thread.policy !== 'default') {
        c.includes.add('sys/prctl.h');
        lines.push(`\tprctl(PR_MCE_KILL, PR_MCE_KILL_SET, ${POLICIES[thread.policy]}, 0, 0);`);
    }
    if (thread?.sigbusBlocked === true) {
        c.use('block_sigbus');
        c.includes.add('pthread.h').add('errno.h');
        lines.push('\tmask_sigbus(SIG_BLOCK);');
    }
    return lines;
}

export function pinLines(c: CSource, by: string, at: string, length: string): string[] {
    c.use('skip_all');
    if (by === 'vmsplice') {
        c.use('splice_pin');
        return [`\tif (pin_by_pipe(${at}, ${length}) < 0)`, '\t\tskip_all("vmsplice: %m");'];
    }
    c.use('uring_pin');
    return [`\tif (pin_by_io_uring(${at}, ${length}))`, '\t\tskip_all("io_uring: %m");'];
}

/** Pages of one KSM group become one page: the first of the group and each later one. */
function mergeLines(c: CSource, spec: ProcessSpec): void {
    for (const mapping of spec.mappings) {
        if (mapping.ksm === undefined) continue;
        const first = c.program.machine.processes.flatMap((process) => process.mappings.map((each) => ({ process: process.name, mapping: each }))).find((each) => each.mapping.ksm === mapping.ksm)!;
        const at = (process: string, name: string, page: number): string => address(c, { kind: 'mapping', process, mapping: name, page, pageCount: 1, byteOffset: 0 });
        for (let page = 0; page < mapping.pageCount; page += 1) {
            if (first.process === spec.name && first.mapping.name === mapping.name && page === 0) continue;
            c.use('ksm');
            c.setup.push(`\twait_for_merge(${c.task(first.process)!.constant}, ${at(first.process, first.mapping.name, 0)},\n\t\t${c.task(spec.name)!.constant}, ${at(spec.name, mapping.name, page)});`);
        }
    }
}
