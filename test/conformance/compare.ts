// A trace and what a real kernel did: the differences, field by field. Reads no expectations and knows no case by its name.
import type { Counters, Trace } from '../../server/src/simulator/trace.js';
import type { ConformanceRecord, RecordedCounters } from './converter/record.mts';
import { Names, comparableLine, normaliseOffset } from './normalise.js';
import { matchTrace, predictedSignals, signalLine } from './predicted.js';

export type Field = 'scenario' | 'errno' | 'calls' | 'log' | 'signals' | 'later' | 'exit' | 'counters' | 'panic' | 'oops';

export interface Difference {
    readonly field: Field;
    readonly expected: string;
    readonly actual: string;
}

const NONE = '(none)';

export function compare(trace: Trace, record: ConformanceRecord): Difference[] {
    const differences: Difference[] = [];
    const same = (field: Field, expected: string, actual: string): void => {
        if (expected !== actual) {
            differences.push({ field, expected, actual });
        }
    };
    const match = matchTrace(trace, record);
    for (const what of match.unmatched) {
        differences.push({ field: 'later', expected: 'a counterpart', actual: what });
    }
    compareCalls(record, match.calls, same);
    compareLog(trace, record, same);
    // Which access raised an abort is not what the record is about, where firmware's record is for another address.
    const elsewhere = record.setup.some((sentence) => sentence.endsWith('firmware has a record for another address'));
    const signals = elsewhere ? differentAccess(record) : record;
    compareSignals(signals, predictedSignals(trace, match.during).map(({ role, text }) => ({ role, text: elsewhere ? withoutAbortAddress(text) : text })), same);
    for (const { recorded, expected, actual } of match.operations) {
        const said = elsewhere ? withoutAbortAddress(expected) : expected;
        same('later', `${recorded.by} ${recorded.op} => ${said}`, `${recorded.by} ${recorded.op} => ${normaliseOffset(elsewhere ? withoutAbortAddress(actual) : actual, said)}`);
    }
    same('exit', record.exit ?? 'exit=0', exitOf(trace));
    compareCounters(trace, record, same);
    same('panic', record.panic ?? NONE, trace.end.panic === null ? NONE : new Names().line(panicLine(trace.end.panic)));
    same('oops', diedOfOops(record) ? 'the kernel died' : NONE, trace.end.oops === null || trace.end.panic !== null ? NONE : 'the kernel died');
    return differences;
}

/** A plain SIGBUS of an abort, without the address of the access. */
function withoutAbortAddress(text: string): string {
    return text.replace(/(BUS_OBJERR) (?:offset=\S+|off=\S+|addr=\S+)/, '$1');
}

function differentAccess(record: ConformanceRecord): ConformanceRecord {
    return { ...record, signals: record.signals.map((signal) => signal.code === 'BUS_OBJERR' ? { ...signal, offset: null } : signal) };
}

type Same = (field: Field, expected: string, actual: string) => void;

function compareCalls(record: ConformanceRecord, calls: readonly { readonly role: string; readonly phase: string; readonly errno: string }[], same: Same): void {
    const describe = ({ role, phase, errno }: { role: string; phase: string; errno: string }): string => `${phase}: ${role} ${errno === '' ? 'did not return' : errno}`;
    same('calls', record.calls.map(describe).join('\n') || NONE, calls.map(describe).join('\n') || NONE);
    if (record.errno !== undefined && record.errno !== null) {
        same('errno', record.errno, calls.find(({ phase }) => phase === 'inject')?.errno ?? NONE);
    }
}

/** Machine checks print on several CPUs at once: their lines come in any order. */
const UNORDERED_GROUPS: ReadonlySet<string> = new Set(['F']);

function compareLog(trace: Trace, record: ConformanceRecord, same: Same): void {
    const names = new Names();
    const predicted = new Map<string, string[]>();
    for (const step of trace.steps) {
        for (const event of step.events) {
            if (event.t === 'log' && step.phase !== '') {
                predicted.set(step.phase, [...predicted.get(step.phase) ?? [], comparableLine(names.line(event.text))]);
            }
        }
    }
    for (const phase of new Set([...Object.keys(record.log), ...predicted.keys()])) {
        const order = (lines: readonly string[]): string => (UNORDERED_GROUPS.has(record.group) ? [...lines].sort() : lines).join('\n') || NONE;
        same('log', `${phase}:\n${order((record.log[phase] ?? []).map(comparableLine))}`, `${phase}:\n${order(predicted.get(phase) ?? [])}`);
    }
}

function compareSignals(record: ConformanceRecord, predicted: readonly { readonly role: string; readonly text: string }[], same: Same): void {
    const recorded = record.signals.flatMap(({ to, phase, signal, code, offset, lsb, thread, during, times }) =>
        Array.from({ length: times ?? 1 }, () => ({ role: to, text: code === 'BUS_OBJERR' && offset === null ? withoutAbortAddress(signalLine(phase, signal, code, offset, lsb, thread !== undefined, during)) : signalLine(phase, signal, code, offset, lsb, thread !== undefined, during) })));
    for (const role of new Set([...recorded, ...predicted].map((each) => each.role))) {
        const lines = (signals: typeof recorded): string => `to ${role}:\n${signals.filter((each) => each.role === role).map(({ text }) => text).join('\n') || NONE}`;
        same('signals', lines(recorded), lines([...predicted]));
    }
}

/** Without a panic, the kernel dies of a fault of its own. */
function diedOfOops({ kernelDied, log, panic }: ConformanceRecord): boolean {
    return (kernelDied !== undefined && kernelDied !== null && kernelDied !== false) || Object.values(log).flat().some((line) => /^(BUG: unable to handle|Internal error: )/.test(line)) && (panic === undefined || panic === null);
}

/** How the process ended that had the page; several never die in one case. */
function exitOf(trace: Trace): string {
    return Object.values(trace.end.exits).some((signal) => signal === 'SIGBUS') ? 'killed sig=7 (SIGBUS)' : Object.values(trace.end.exits).some((signal) => signal === 'SIGSEGV') ? 'killed sig=11 (SIGSEGV)' : Object.values(trace.end.exits).some((signal) => signal !== null) ? 'killed' : 'exit=0';
}

/** The node statistics are absent from the oldest kernel. */
function compareCounters(trace: Trace, record: ConformanceRecord, same: Same): void {
    const { atInjection, atEnd } = record.counters;
    const injected = trace.steps.filter(({ phase }) => phase === 'inject' || phase === 'inject2' || phase === 'poison').at(-1);
    const withNode = trace.kernel.version !== '6.1';
    const kib = 2 ** (trace.pageShift - 10);
    if (atInjection !== null) {
        same('counters', `at injection: ${recordedCounters(atInjection, withNode)}`, `at injection: ${injected === undefined ? recordedCounters({}, withNode) : countersText(injected.counters, withNode, kib)}`);
    }
    if (atEnd !== null) {
        same('counters', `at the end: ${recordedCounters(atEnd, withNode)}`, `at the end: ${countersText(trace.end.counters, withNode, kib)}`);
    }
}

const NODE_COUNTERS = ['total', 'ignored', 'failed', 'delayed', 'recovered'] as const;

function recordedCounters(counters: NonNullable<RecordedCounters>, withNode: boolean): string {
    return [`HardwareCorrupted ${counters['HardwareCorrupted_kB'] ?? 0} kB`, ...withNode ? NODE_COUNTERS.map((name) => `${name} ${counters[name] ?? 0}`) : []].join(', ');
}

function countersText({ poisonedPages, nodes }: Counters, withNode: boolean, kibPerPage: number): string {
    const sum = (name: typeof NODE_COUNTERS[number]): number => nodes.reduce((total, node) => total + node[name], 0);
    return [`HardwareCorrupted ${poisonedPages * kibPerPage} kB`, ...withNode ? NODE_COUNTERS.map((name) => `${name} ${sum(name)}`) : []].join(', ');
}

function panicLine(text: string): string {
    return text.startsWith('Kernel panic') ? text : `Kernel panic - not syncing: ${text}`;
}
