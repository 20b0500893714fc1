/** Small programs and traces for the tests of the report, with everything that a test does not care about filled in. */
import type { Claim, Condition, Expectation, MachineSpec, Place, Program, SourceRange, Step } from '../../server/src/simulator/program.js';
import { TRACE_SCHEMA, type Counters, type SignalEvent, type StepTrace, type Trace, type TraceEvent } from '../../server/src/simulator/trace.js';

/** A claim without its place in the text. */
export type BareClaim = Claim extends infer Each ? (Each extends Claim ? Omit<Each, 'source'> : never) : never;

const URI = 'file:///scenarios/a.hwp';

const MACHINE: MachineSpec = {
    ramBytes: 2 ** 30, cpus: 2, cpuVendor: 'intel', holes: [], offline: [], nodes: [], config: {}, sysctls: {}, filters: {}, thp: 'always',
    hugetlbPools: [], swaps: [], cgroups: [], pmems: [], filesystems: [], files: [], regions: [], processes: [], frames: [], pins: [], running: [],
};

/** Sources 0 is the scenario; the line of step n is 10 * (n + 1), its claims stand below it. */
function lineRange(line: number): SourceRange {
    return { uri: URI, startLine: line, startColumn: 4, endLine: line, endColumn: 20 };
}

/** Claims by the step that they stand under. */
export function programOf(claims: readonly { readonly step: number; readonly claims: readonly BareClaim[]; readonly when?: Condition }[], more: Partial<Program> = {}): Program {
    const steps = more.steps ?? [];
    const sources = [{ uri: URI, startLine: 0, startColumn: 0, endLine: 99, endColumn: 1 }, ...steps.map((_step, index) => lineRange(10 * (index + 1)))];
    const expectations: Expectation[] = claims.map(({ step, claims: bare, when }) => ({
        source: 0, step, claims: bare.map((claim) => ({ ...claim, source: sources.push(lineRange(10 * (step + 1) + 1)) - 1 })),
        ...(when === undefined ? {} : { when }),
    }));
    return {
        title: 'hand-made', source: 0, kernel: { written: '7.3', version: '7.3', proposals: [] }, arch: 'x86-64', pageShift: 12,
        machine: MACHINE, notModelled: [], ...more, steps, expectations, sources,
    };
}

/** A machine with what the test names. */
export function machineOf(more: Partial<MachineSpec>): MachineSpec {
    return { ...MACHINE, ...more };
}

export function stepOf(op: string, target?: Place): Step {
    return { source: 0, timeNs: 0, actor: 'root', op, args: target === undefined ? {} : { target } };
}

export const NO_COUNTERS: Counters = { poisonedPages: 0, nodes: [{ total: 0, ignored: 0, failed: 0, delayed: 0, recovered: 0 }] };

/** A step with the given events. */
export function stepTrace(events: readonly TraceEvent[], more: Partial<StepTrace> = {}): StepTrace {
    return {
        index: 0, source: 1, phase: '', timeNs: 0, op: 'corrupt-pfn', actor: 'root', skipped: false, events,
        outcome: { errno: '0' }, counters: NO_COUNTERS, ...more,
    };
}

/** A trace whose steps get their index and source from their order. */
export function traceOf(steps: readonly StepTrace[], more: Partial<Trace> = {}): Trace {
    return {
        schema: TRACE_SCHEMA, scenario: 'hand-made', kernel: { written: '7.3', version: '7.3', proposals: [] }, arch: 'x86-64', pageShift: 12,
        steps: steps.map((step, index) => ({ ...step, index, source: index + 1 })),
        end: { counters: steps.at(-1)?.counters ?? NO_COUNTERS, panic: null, oops: null, exits: {}, frames: {}, regions: {} },
        notModelled: [], ...more,
    };
}

export const RECOVERED: TraceEvent = { t: 'result', pfn: 0x1234, type: 'MF_MSG_DIRTY_LRU', result: 'MF_RECOVERED' };
export const IGNORED: TraceEvent = { t: 'result', pfn: 0x1234, type: 'MF_MSG_KERNEL', result: 'MF_IGNORED' };
export const PANIC: TraceEvent = { t: 'panic', text: 'Memory failure: 0x1234: unrecoverable page' };
export const OOPS: TraceEvent = { t: 'oops', text: 'synchronous external abort' };

/** SIGBUS to db for heap[2], as the handler sends it. */
export function sigbus(more: Partial<SignalEvent> = {}): SignalEvent {
    return {
        t: 'signal', signal: 'SIGBUS', code: 'BUS_MCEERR_AO', task: 'db', pid: 100, tid: 100, address: 0x7f0000002000, mapping: 'heap', offset: 0x2000,
        addressLsbBits: 12, forced: false, fate: 'handled', ...more,
    };
}

export function heap(page: number, pageCount = 1, byteOffset = 0): Place {
    return { kind: 'mapping', process: 'db', mapping: 'heap', page, pageCount, byteOffset };
}
