// What the lab saw of the recorded cases on further kernels: one file a kernel, one case a line.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { comparableLine, Names } from '../../../server/src/lab/compare/log-names.js';
import type { Counters } from '../../../server/src/simulator/trace.js';
import type { Observation, ObservedStep } from '../../../server/src/lab/observation/observation.js';

export interface LabRecord {
    readonly case: string;
    readonly group: string;
    /** Why the state or a step could not be made; then nothing else is there. */
    readonly notMade?: string;
    readonly steps?: readonly RecordedStep[];
    readonly cut?: NonNullable<Observation['cut']>;
    readonly panic?: string;
}

/** Pages that are marked, then total, ignored, failed, delayed, recovered (absent on the oldest kernels), since the scenario began. */
type Counted = readonly number[];

/** A step without what it did not have. Frames and addresses of the log are named by their first appearance; counters stand where they have changed. */
export interface RecordedStep {
    readonly index: number;
    readonly outcome: ObservedStep['outcome'];
    readonly signals?: readonly Omit<ObservedStep['signals'][number], 'address'>[];
    readonly log?: readonly string[];
    readonly exits?: ObservedStep['exits'];
    readonly counters?: Counted;
    readonly panic?: string;
}

/** What is known to differ, with the reason. */
export interface KnownLabDifference { readonly kernels: readonly string[]; readonly cases: readonly string[]; readonly fields: readonly string[]; readonly reason: string }

export const FOLDER = path.resolve(import.meta.dirname, '../records/lab');

export function labKernels(): readonly string[] {
    return readdirSync(FOLDER).filter((name) => name.endsWith('.jsonl')).map((name) => path.basename(name, '.jsonl')).sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
}

export function readKnownLabDifferences(): readonly KnownLabDifference[] {
    return JSON.parse(readFileSync(path.join(FOLDER, 'known-differences.json'), 'utf8')) as readonly KnownLabDifference[];
}

export function readLabRecords(kernel: string): readonly LabRecord[] {
    const file = path.join(FOLDER, `${kernel}.jsonl`);
    return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as LabRecord) : [];
}

export function writeLabRecords(kernel: string, records: readonly LabRecord[]): void {
    const inOrder = [...records].sort((a, b) => a.group.localeCompare(b.group) || a.case.localeCompare(b.case));
    writeFileSync(path.join(FOLDER, `${kernel}.jsonl`), inOrder.map((record) => `${JSON.stringify(record)}\n`).join(''));
}

export function recordedObservation({ steps, cut, panic }: Observation): Pick<LabRecord, 'steps' | 'cut' | 'panic'> {
    const names = new Names();
    let before = '';
    return {
        steps: steps.map(({ index, outcome: { pfn: _pfn, ...outcome }, signals, log, exits, counters, panic: stopped }) => {
            const counted = counters === null ? null : counts(counters);
            const changed = counted !== null && counted.join() !== before;
            before = counted?.join() ?? before;
            return {
                index, outcome,
                ...signals.length === 0 ? {} : { signals: signals.map(({ address: _address, ...signal }) => signal) },
                ...log.length === 0 ? {} : { log: log.map(({ text }) => comparableLine(names.line(text))) },
                ...exits.length === 0 ? {} : { exits },
                ...changed ? { counters: counted } : {},
                ...stopped === null ? {} : { panic: stopped },
            };
        }),
        ...cut === null ? {} : { cut },
        ...panic === null ? {} : { panic },
    };
}

function counts({ poisonedPages, nodes: [node] }: Counters): Counted {
    return [poisonedPages, ...node === undefined ? [] : [node.total, node.ignored, node.failed, node.delayed, node.recovered]];
}

function countersOf([poisonedPages = 0, total, ignored = 0, failed = 0, delayed = 0, recovered = 0]: Counted): Counters {
    return { poisonedPages, nodes: total === undefined ? [] : [{ total, ignored, failed, delayed, recovered }] };
}

/** A record in the form in which the lab compares. A step in which the machine stopped has no counters. */
export function observationOf({ steps = [], cut, panic }: LabRecord): Observation {
    let last: Counters | null = null;
    return {
        steps: steps.map(({ index, outcome, signals = [], log = [], exits = [], counters, panic: stopped = null }, at) => {
            last = counters === undefined ? last : countersOf(counters);
            const ends = cut !== undefined && at === steps.length - 1;
            return { index, outcome, signals: signals.map((signal) => ({ ...signal, address: 0 })), exits, counters: ends && counters === undefined ? null : last, panic: stopped, log: log.map((text) => ({ level: 'err', text })) };
        }),
        cut: cut ?? null, panic: panic ?? null, oops: null,
    };
}
