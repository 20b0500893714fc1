/** What the model predicts of a step, as claims: for scenarios that expect nothing, and for `--checks predicted`. */
import type { Claim, Program } from '../simulator/program.js';
import type { SignalEvent, StepTrace, TraceEvent } from '../simulator/trace.js';

/** Calls whose return value is a number that the kernel chooses. */
const ARBITRARY: ReadonlySet<string> = new Set(['fork', 'clone', 'vfork', 'pthread_create', 'open', 'creat', 'mmap', 'kpageflags', 'sigtimedwait', 'read-signalfd']);

/** Calls that show nothing of what they move. */
const BLIND: ReadonlySet<string> = new Set(['splice']);

/** Claims that belong together: what the handler reports, who is told, what the caller gets. */
export function predictedClaims(step: StepTrace, program: Program): readonly (readonly Claim[])[] {
    if (step.skipped || step.sweep !== undefined) return [];
    const source = step.source;
    const events: readonly TraceEvent[] = step.events;
    const panic = events.find(({ t }) => t === 'panic');
    if (panic?.t === 'panic') return [[{ source, kind: 'panic', text: panic.text }]];
    const results = events.flatMap((event): Claim[] => event.t === 'result' ? [{ source, kind: 'result', type: event.type, result: event.result }] : []);
    const signals = events.filter((event): event is SignalEvent => event.t === 'signal' && event.fate !== 'coalesced');
    const told = signals.map((signal) => signalClaim(signal, source, program));
    const exits = events.flatMap((event): Claim[] => event.t === 'exit' && event.signal !== null ? [{ source, kind: 'killed', process: event.process }] : []);
    return [distinct(results), told.length > 0 ? distinct(told) : [{ source, kind: 'no-signal' } as const], exits, returnedClaims(step)].filter((claims) => claims.length > 0);
}

function distinct(claims: readonly Claim[]): readonly Claim[] {
    return [...new Map(claims.map((claim) => [JSON.stringify(claim), claim])).values()];
}

function signalClaim(signal: SignalEvent, source: number, program: Program): Claim {
    const pageBytes = 2 ** program.pageShift;
    const at = signal.mapping === undefined || signal.offset === undefined ? {} : {
        at: { kind: 'mapping', process: signal.task.split('.')[0] ?? signal.task, mapping: signal.mapping, page: Math.floor(signal.offset / pageBytes), pageCount: 1, byteOffset: 0 } as const,
    };
    return { source, kind: 'signal', signal: signal.signal, code: signal.code, to: signal.task.includes('.') ? signal.task : `${signal.task}.main`, ...at, ...signal.addressLsbBits === null ? {} : { addressLsbBits: signal.addressLsbBits } };
}

function returnedClaims({ op, outcome, source }: StepTrace): Claim[] {
    const claims: Claim[] = [];
    if (outcome.errno !== '') claims.push({ source, kind: 'errno', errno: outcome.errno });
    if (outcome.returned !== undefined && !ARBITRARY.has(op)) claims.push({ source, kind: 'returns', value: outcome.returned });
    if (outcome.value !== undefined && outcome.returned !== 0 && !BLIND.has(op)) claims.push({ source, kind: 'value', value: outcome.value });
    if (outcome.text !== undefined && !ARBITRARY.has(op)) claims.push({ source, kind: 'text', text: outcome.text });
    return claims;
}
