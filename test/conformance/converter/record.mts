// What a real kernel did, case by case: one record a line in test/conformance/records/<kernel>.jsonl.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { PLATFORMS } from './platforms.mts';

export interface RecordedCall { readonly role: string; readonly what: string; readonly errno: string; readonly phase: string }
export interface RecordedOperation { readonly by: string; readonly phase: string; readonly op: string; readonly result: string }
export interface RecordedSignal {
    readonly to: string; readonly phase: string; readonly signal: string; readonly code: string; readonly offset: string | null; readonly lsb: number | null;
    readonly thread?: string; readonly during?: string; readonly times?: number;
}
export type RecordedCounters = Readonly<Record<string, number>> | null;

export interface ConformanceRecord {
    readonly case: string;
    readonly group: string;
    readonly setup: readonly string[];
    readonly inject: string;
    readonly errno?: string | null;
    readonly calls: readonly RecordedCall[];
    readonly log: Readonly<Record<string, readonly string[]>>;
    readonly signals: readonly RecordedSignal[];
    readonly later: readonly RecordedOperation[];
    readonly exit?: string | null;
    readonly counters: { readonly atInjection: RecordedCounters; readonly atEnd: RecordedCounters };
    readonly panic?: string | null;
    readonly kernelDied?: string | boolean | null;
    /** Flags of the page that the error hits, as in /proc/kpageflags, by the moment: `before`, `after_inject`, `after_exit`, ... */
    readonly pages?: Readonly<Record<string, { readonly flags: string }>>;
    readonly stable: boolean;
    readonly unstableIn?: readonly string[];
    readonly notSetUp?: string | null;
}

export const RECORDS_FOLDER = path.resolve(import.meta.dirname, '../records');

/** Everything that was observed. */
export const OBSERVED_KERNELS: readonly string[] = PLATFORMS.flatMap(({ kernels }) => kernels);

export function readRecords(kernel: string): ConformanceRecord[] {
    const text = readFileSync(path.join(RECORDS_FOLDER, `${kernel}.jsonl`), 'utf8');
    return text.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as ConformanceRecord);
}
