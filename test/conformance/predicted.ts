// A trace in the shape of a record: matches steps with calls and later operations by phase, position and role.
import type { StepTrace, Trace } from '../../server/src/simulator/trace.js';
import type { ConformanceRecord, RecordedOperation } from './converter/record.mts';
import { ANSWERS, NOT_ANSWERED, handledSignals, roleOf, type AnswerRow } from './answers.js';

/** Steps of the entry points, which the records list as calls. */
const CALLS: ReadonlySet<string> = new Set(['corrupt-pfn', 'unpoison-pfn', 'hard_offline_page', 'soft_offline_page', 'open-inject-file', 'read-inject-file', 'madvise']);

/** Steps that the records do not tell: they prepare the next one. */
const QUIET: ReadonlySet<string> = new Set(['phase', 'mmap', 'open', 'fork', 'exit', 'capset', 'run', 'wait', 'sysctl', 'filter', 'munmap', 'unlink', 'ghes', 'latent']);

/** Phases in which the set-up program only prepares what comes next. */
const PREPARING: ReadonlySet<string> = new Set(['', 'restoration']);

export interface PredictedOperation {
    readonly recorded: RecordedOperation;
    /** The recorded result, as far as it is compared. */
    readonly expected: string;
    readonly actual: string;
}

/** What a task was doing when a step's signals arrived: the role, and the record's words. */
export type During = ReadonlyMap<StepTrace, { readonly role: string; readonly what: string }>;

export interface Match {
    readonly calls: readonly { readonly role: string; readonly phase: string; readonly errno: string }[];
    readonly operations: readonly PredictedOperation[];
    readonly during: During;
    /** Steps and entries that have no counterpart. */
    readonly unmatched: readonly string[];
}

/** Who made a call: `main` is the harness. */
function callerOf(step: StepTrace): string {
    return step.actor === 'root' ? 'main' : roleOf(step.actor);
}

export function matchTrace(trace: Trace, record: ConformanceRecord): Match {
    const calls: { role: string; phase: string; errno: string }[] = [];
    const operations: PredictedOperation[] = [];
    const during = new Map<StepTrace, { readonly role: string; readonly what: string }>();
    const unmatched: string[] = [];
    const pfnBefore = trace.steps.filter(({ op, phase }) => op === 'pagemap' && phase === '').at(-1)?.outcome.pfn;
    for (const phase of new Set(trace.steps.map((step) => step.phase))) {
        if (PREPARING.has(phase)) {
            continue;
        }
        const recordedCalls = record.calls.filter((call) => call.phase === phase);
        const entries = record.later.filter((entry) => entry.phase === phase && !NOT_ANSWERED.some(({ says }) => says.test(entry.op)));
        const steps = trace.steps.filter((step) => step.phase === phase);
        const rest: StepTrace[] = [];
        for (const step of steps) {
            // An operation on the page may be a call too: then the phase has more of them than recorded calls.
            if (CALLS.has(step.op) && recordedCalls.length > calls.filter((call) => call.phase === phase).length) {
                calls.push({ role: callerOf(step), phase, errno: step.outcome.errno });
            } else {
                rest.push(step);
            }
        }
        matchEntries(rest, entries);
    }
    return { calls, operations, during, unmatched };

    function matchEntries(steps: readonly StepTrace[], entries: readonly RecordedOperation[]): void {
        let next = 0;
        for (const [index, entry] of entries.entries()) {
            const row = ANSWERS.find(({ says }) => says.test(entry.op));
            if (row === undefined) {
                unmatched.push(`no row for "${entry.op}"`);
                continue;
            }
            next = skipQuiet(steps, next, row);
            const taken = row.operations === undefined && /^spin/.test(entry.op) ? spinSteps(steps, next, entries.slice(index + 1)) : steps.slice(next, next + 1);
            if (taken.length === 0 || (row.operations !== undefined && !row.operations.includes(taken[0]!.op))) {
                unmatched.push(`"${entry.op}" has no step${taken.length === 0 ? '' : `: the next is ${taken[0]!.op}`}`);
                continue;
            }
            const name = /^spin/.test(entry.op) ? 'spin' : entry.op;
            for (const step of taken) {
                if (name === 'spin' || row.operations?.[0] === 'read' || row.operations?.[0] === 'write') {
                    during.set(step, { role: entry.by, what: name });
                }
            }
            operations.push({
                recorded: entry, expected: row.recorded?.(entry.result) ?? entry.result,
                actual: row.answer({ steps: taken, role: entry.by, pfnBefore, ordinal: repeatedBefore(entries, index) }),
            });
            // What stopped a spinning task is told signal by signal, then how often: all of the same steps.
            const spinsOn = name === 'spin' && /^spin/.test(entries[index + 1]?.op ?? '');
            if (row.peeks === undefined && !(spinsOn && entry.op === 'spinning reader got')) {
                next += taken.length;
            }
        }
        for (const step of steps.slice(next)) {
            if (!QUIET.has(step.op) && !neverHappened(step) && !isUnrecordedCall(step)) {
                unmatched.push(`step ${step.index} (${step.actor}: ${step.op}) is in no record`);
            }
        }
    }
}

function repeatedBefore(entries: readonly RecordedOperation[], index: number): number {
    let count = 0;
    while (entries[index - count - 1]?.op === entries[index]!.op) {
        count += 1;
    }
    return count;
}

function skipQuiet(steps: readonly StepTrace[], from: number, row: AnswerRow): number {
    let next = from;
    while (next < steps.length && QUIET.has(steps[next]!.op) && row.operations?.includes(steps[next]!.op) !== true) {
        next += 1;
    }
    return next;
}

/** A spin is everything but what the entries after it need. */
function spinSteps(steps: readonly StepTrace[], from: number, after: readonly RecordedOperation[]): readonly StepTrace[] {
    const needed = after.filter(({ op }) => !/^spin/.test(op)).length;
    const observable = steps.slice(from).filter(({ op }) => !QUIET.has(op));
    return observable.slice(0, Math.max(0, observable.length - needed));
}

/** The machine had panicked, or the task had died: the scenario goes on for the kernels on which it had not. */
function neverHappened({ skipped, events }: StepTrace): boolean {
    return skipped || events.some((event) => event.t === 'decision' && event.id === 'task.dead');
}

/** An injection that did not come back, since the machine panicked: the record has no call. */
function isUnrecordedCall({ op, outcome, events }: StepTrace): boolean {
    return events.some(({ t }) => t === 'panic') || (CALLS.has(op) && outcome.errno === '') || op.startsWith('machine-check');
}

export interface PredictedSignal { readonly role: string; readonly text: string }

/** Every signal that a handler received, with its phase, and what the task was doing. */
export function predictedSignals(trace: Trace, during: During): PredictedSignal[] {
    return trace.steps.filter(({ phase }) => phase !== '').flatMap((step) => handledSignals([step]).map((event) => ({
        role: roleOf(event.task),
        text: signalLine(step.phase, event.signal, event.code, event.offset === undefined ? null : `0x${event.offset.toString(16)}`, event.addressLsbBits, event.task.includes('.'), during.get(step)?.role === roleOf(event.task) ? during.get(step)?.what : undefined),
    })));
}

export function signalLine(phase: string, signal: string, code: string, offset: string | null, lsb: number | null, ofThread: boolean, during: string | undefined): string {
    return `${phase}: ${signal} ${code} offset=${offset} lsb=${lsb}${ofThread ? ' thread' : ''}${during === undefined ? '' : ` during ${during}`}`;
}
