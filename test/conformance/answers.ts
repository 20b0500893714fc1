// What a step gave, in the words in which the records tell it.
import type { SignalEvent, StepTrace } from '../../server/src/simulator/trace.js';

export interface AnswerContext {
    /** The steps that the entry stands for; at least one. */
    readonly steps: readonly StepTrace[];
    /** Who did it, as the record calls it. */
    readonly role: string;
    /** Frame that the page had before the injection. */
    readonly pfnBefore: number | null | undefined;
    /** How many entries of the same words stand right before this one. */
    readonly ordinal: number;
}

export interface AnswerRow {
    readonly says: RegExp;
    /** Operations of the steps that the entry stands for, in order; absent: any one step. */
    readonly operations?: readonly string[];
    readonly answer: (context: AnswerContext) => string;
    /** What of the recorded result is compared. */
    readonly recorded?: (result: string) => string;
    /** The entry says something about a step that a later entry is about too. */
    readonly peeks?: true;
}

/** Signals that a role's handlers received, in order. */
export function handledSignals(steps: readonly StepTrace[], role?: string): SignalEvent[] {
    return steps.flatMap(({ events }) => events).filter((event): event is SignalEvent => event.t === 'signal' && event.fate === 'handled' && (role === undefined || roleOf(event.task) === role));
}

/** The record's name of a task: its thread, or its process. */
export function roleOf(task: string): string {
    return task.includes('.') ? task.slice(task.indexOf('.') + 1) : task;
}

const hex = (number: number): string => `0x${number.toString(16)}`;

export function signalText({ signal, code, offset, address, addressLsbBits }: SignalEvent): string {
    const where = code === 'SI_KERNEL' || address === null ? ' addr=0x0' : ` off=${offset === undefined ? `unknown(${hex(address)})` : hex(offset)}`;
    return `${signal} ${code}${where}${addressLsbBits === null ? '' : ` lsb=${addressLsbBits}`}`;
}

function character(value: string): string {
    const code = value.charCodeAt(0);
    return code >= 0x20 && code < 0x7f ? `'${value}'` : `0x${code.toString(16).padStart(2, '0')}`;
}

/** A load or a store. */
function access({ steps }: AnswerContext): string {
    const [step] = steps;
    const [signal] = handledSignals([step!]);
    if (signal !== undefined) {
        return signalText(signal);
    }
    const { value } = step!.outcome;
    return value === undefined ? 'nothing' : `ok value=${character(value)}`;
}

function call({ steps }: AnswerContext): string {
    const { errno, returned } = steps[0]!.outcome;
    return errno === '' ? 'nothing' : errno === '0' ? `rc=${returned ?? 0}` : `rc=-1 errno=${errno}`;
}

function callWithByte(context: AnswerContext): string {
    const { value, returned } = context.steps[0]!.outcome;
    return `${call(context)}${value === undefined || returned === undefined || returned > 64 ? '' : ` byte=${character(value)}`}`;
}

/** A system call that gives no number worth telling. */
const done = (word: string) => (context: AnswerContext): string => context.steps[0]!.outcome.errno === '0' ? word : call(context);
const text = ({ steps }: AnswerContext): string => steps[0]!.outcome.text ?? '';

/** How often a spinning reader is stopped before it gives up. */
const LAST_STOP = 3;

/** A task that ran while the machine check came, and what stopped it. */
function spun({ steps, role }: AnswerContext): { readonly last: SignalEvent | undefined; readonly kinds: readonly string[]; readonly hits: number; readonly stopped: boolean } {
    const signals = handledSignals(steps, role);
    const synchronous = signals.filter(({ code }) => code !== 'BUS_MCEERR_AO');
    return { last: synchronous.at(-1) ?? signals.at(-1), kinds: [...new Set(synchronous.map(signalText))], hits: signals.length, stopped: synchronous.length >= LAST_STOP };
}

function finished({ hits, stopped }: ReturnType<typeof spun>): string {
    return stopped ? 'ended by a synchronous signal' : `finished without synchronous signal end (hits=${hits})`;
}

function frameText({ steps, pfnBefore }: AnswerContext): string {
    const { pfn } = steps[0]!.outcome;
    return pfn === null || pfn === undefined ? 'not present' : pfn === pfnBefore ? 'unchanged' : 'changed';
}

export const ANSWERS: readonly AnswerRow[] = [
    { says: /^spinning reader got$/, answer: (context) => { const spin = spun(context); return spin.kinds[context.ordinal] ?? finished(spin); } },
    { says: /^spinning task got$/, answer: (context) => { const { last } = spun(context); return last === undefined ? 'no signal' : signalText(last); }, peeks: true },
    { says: /^spin$/, answer: (context) => finished(spun(context)) },
    { says: /^rpc$/, answer: ({ steps }) => steps[0]!.events.some((event) => event.t === 'exit' && event.signal !== null) ? 'victim died during the call' : 'victim lives' },
    { says: /^(child after fork: )?read (target|healthy|second hugepage|subpage)/, operations: ['read'], answer: access },
    { says: /^(load|store)/, operations: ['read', 'write'], answer: access },
    {
        says: /^the call$/, operations: ['write-from', 'read-into', 'futex', 'openat', 'clock_gettime'],
        answer: ({ steps }) => steps[0]!.events.some((event) => event.t === 'exit') ? 'did not come back: the task is dead' : steps[0]!.events.some((event) => event.t === 'decision' && event.id === 'make_task_dead.hangs') ? 'did not come back: the task hangs' : `came back: ${steps[0]!.outcome.errno}`,
    },
    { says: /^write target/, operations: ['write'], answer: access },
    { says: /^write\((pipe|tmpfs)/, operations: ['write-from'], answer: call },
    { says: /^(read\(pipe, target|pread\(tmpfs file)/, operations: ['read-into'], answer: call },
    { says: /^process_vm_readv/, operations: ['process_vm_readv'], answer: call },
    { says: /^process_vm_writev/, operations: ['process_vm_writev'], answer: call },
    { says: /^pread\(\/proc\/self\/mem/, operations: ['read-proc-mem'], answer: call },
    { says: /^vmsplice/, operations: ['vmsplice'], answer: call },
    { says: /^futex/, operations: ['futex'], answer: call },
    { says: /^open\(path at target\)/, operations: ['openat'], answer: call },
    { says: /^clock_gettime/, operations: ['clock_gettime'], answer: call },
    { says: /^mincore/, operations: ['mincore'], answer: (context) => context.steps[0]!.outcome.errno === '0' ? `rc=0 vec=${text(context)}` : call(context) },
    { says: /^madvise/, operations: ['madvise'], answer: call },
    { says: /^mlock/, operations: ['mlock'], answer: call },
    { says: /^munlock/, operations: ['munlock'], answer: call },
    { says: /^mprotect/, operations: ['mprotect'], answer: call },
    { says: /^mremap/, operations: ['mremap'], answer: done('ok') },
    { says: /^move_pages query status$/, operations: ['move_pages'], answer: call, peeks: true },
    { says: /^move_pages\(query\)$/, operations: ['move_pages'], answer: (context) => `${call(context)} ${text(context)}` },
    { says: /^forked child$/, operations: ['exit'], answer: ({ steps }) => steps[0]!.events.some((event) => event.t === 'exit' && event.signal === null) ? 'exit=0' : 'did not exit' },
    { says: /^sigpending/, operations: ['sigpending'], answer: ({ steps }) => String(steps[0]!.outcome.returned) },
    { says: /^unblock SIGBUS/, operations: ['sigprocmask'], answer: done('done') },
    {
        says: /^pagemap entry/, operations: ['pagemap'], recorded: (result) => /present=\d/.exec(result)?.[0] ?? result,
        answer: ({ steps }) => `present=${steps[0]!.outcome.pfn === null || steps[0]!.outcome.pfn === undefined ? 0 : 1}`,
    },
    { says: /^target pfn/, operations: ['pagemap'], answer: frameText },
    { says: /^(hugepages|nr_hugepages|free_hugepages)/, operations: ['hugepages'], answer: text },
    { says: /^fsync/, operations: ['fsync'], answer: call },
    { says: /^msync/, operations: ['msync'], answer: call },
    { says: /^pread\(whole file\)/, operations: ['pread'], answer: call, recorded: (result) => result.replace(/ \(of \d+\)$/, '') },
    { says: /^pread/, operations: ['pread'], answer: callWithByte },
    { says: /^(pwrite|write$)/, operations: ['pwrite'], answer: call },
    { says: /^fallocate/, operations: ['fallocate'], answer: call },
    { says: /^ftruncate/, operations: ['ftruncate'], answer: call },
    { says: /^create file/, operations: ['creat'], answer: call },
    { says: /^swapoff/, operations: ['swapoff'], answer: call },
    { says: /^O_DIRECT read/, operations: ['read'], answer: call },
    { says: /^read\(pipe( holding the page)?, 4096\)/, operations: ['read-pipe'], answer: call },
    { says: /^keyctl/, operations: ['free'], answer: call },
    { says: /^neighbour/, operations: ['kpageflags'], answer: text },
    {
        says: /^poisoned subpage reused$/, operations: ['kpageflags'],
        answer: (context) => text(context).includes('mapped by') ? 'yes' : `no: not among 150 new THPs; kpf now ${text(context)}`,
    },
    { says: /^(GET|SET|CLEAR|arg2=)/, operations: ['prctl'], answer: call },
];

/** Entries that no step stands for. */
export const NOT_ANSWERED: readonly { readonly says: RegExp; readonly reason: string }[] = [
    { says: /^kpf of subpage \d+$/, reason: 'recorded without a value' },
    { says: /^new owner (reads|writes) the poisoned subpage$/, reason: 'only recorded where the allocator handed the huge page out again' },
];
