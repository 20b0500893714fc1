/** Many logs by signature: counts that can be added, so that threads count for themselves and no result is kept. */
import { TRIAGE_SCHEMA, VERDICTS, type Incident, type Verdict } from '../judgement/incident.js';
import type { LogResult, TriageResults, UnreadLog } from './results.js';

/** Incidents of one signature, over all logs. */
export interface SignatureRow {
    readonly signature: string;
    readonly verdict: Verdict;
    readonly knownFault: string | null;
    readonly incidents: number;
    readonly errors: number;
    readonly logs: number;
    /** At most 100, in order. */
    readonly hosts: readonly string[];
    /** Wall clocks, where the logs have them. */
    readonly first: string | null;
    readonly last: string | null;
    /** Parts with the number of their errors, the most first; at most 100. */
    readonly parts: readonly { readonly part: string; readonly errors: number }[];
}

export interface Summary {
    readonly schema: string;
    readonly logs: number;
    readonly unread: number;
    readonly verdicts: Readonly<Record<Verdict | 'none', number>>;
    readonly signatures: readonly SignatureRow[];
    /** Crashes that belong to no memory error, by signature. */
    readonly crashes: readonly { readonly signature: string; readonly count: number; readonly logs: number }[];
}

interface SignatureCounts {
    readonly verdict: Verdict;
    readonly knownFault: string | null;
    incidents: number;
    errors: number;
    logs: number;
    first: string | null;
    last: string | null;
    readonly hosts: Set<string>;
    /** Errors by part. */
    readonly parts: Map<string, number>;
}

/** What a summary is made of. Plain data: it goes from thread to thread. */
export interface Counts {
    readonly verdicts: Map<Verdict | 'none', number>;
    readonly signatures: Map<string, SignatureCounts>;
    readonly crashes: Map<string, { readonly count: number; readonly logs: number }>;
    readonly unread: UnreadLog[];
}

/** Rows of a list at most. */
const MAX_ROWS = 100;

export function noCounts(): Counts {
    return { verdicts: new Map(), signatures: new Map(), crashes: new Map(), unread: [] };
}

function increase<Key>(counts: Map<Key, number>, key: Key, by: number): void {
    counts.set(key, (counts.get(key) ?? 0) + by);
}

function earlier(one: string | null, other: string | null): string | null {
    return one === null || other !== null && other < one ? other : one;
}

function later(one: string | null, other: string | null): string | null {
    return one === null || other !== null && other > one ? other : one;
}

/** Each log is counted once. */
export function countLog(counts: Counts, log: LogResult): void {
    increase(counts.verdicts, log.verdict, 1);
    const seen = new Set<string>();
    for (const incident of log.incidents) {
        const { signature } = incident;
        const known = counts.signatures.get(signature) ?? newSignature(incident);
        counts.signatures.set(signature, known);
        countIncident(known, incident, log.host);
        if (!seen.has(signature)) known.logs += 1;
        seen.add(signature);
    }
    const crashed = new Set<string>();
    for (const { signature } of log.crashes) {
        const { count, logs } = counts.crashes.get(signature) ?? { count: 0, logs: 0 };
        counts.crashes.set(signature, { count: count + 1, logs: crashed.has(signature) ? logs : logs + 1 });
        crashed.add(signature);
    }
}

function newSignature({ verdict, knownFault }: Pick<Incident, 'verdict' | 'knownFault'>): SignatureCounts {
    return { verdict, knownFault, incidents: 0, errors: 0, logs: 0, first: null, last: null, hosts: new Set(), parts: new Map() };
}

function countIncident(counts: SignatureCounts, { errors, first, last, parts }: Incident, host: string | null): void {
    counts.incidents += 1;
    counts.errors += errors;
    counts.first = earlier(earlier(counts.first, first.wall), last.wall);
    counts.last = later(later(counts.last, first.wall), last.wall);
    if (host !== null) counts.hosts.add(host);
    // The same name on two hosts is two parts.
    for (const part of parts) increase(counts.parts, host === null ? part : `${host}: ${part}`, errors);
}

/** @param more of other logs */
export function addCounts(counts: Counts, more: Counts): void {
    for (const [verdict, count] of more.verdicts) increase(counts.verdicts, verdict, count);
    for (const [signature, from] of more.signatures) {
        const to = counts.signatures.get(signature) ?? newSignature(from);
        counts.signatures.set(signature, to);
        to.incidents += from.incidents;
        to.errors += from.errors;
        to.logs += from.logs;
        to.first = earlier(to.first, from.first);
        to.last = later(to.last, from.last);
        for (const host of from.hosts) to.hosts.add(host);
        for (const [part, errors] of from.parts) increase(to.parts, part, errors);
    }
    for (const [signature, { count, logs }] of more.crashes) {
        const known = counts.crashes.get(signature);
        counts.crashes.set(signature, { count: count + (known?.count ?? 0), logs: logs + (known?.logs ?? 0) });
    }
    counts.unread.push(...more.unread);
}

export function summaryOf({ logs, unread }: TriageResults): Summary {
    const counts = noCounts();
    for (const log of logs) countLog(counts, log);
    counts.unread.push(...unread);
    return summaryOfCounts(counts);
}

/** One order, in whatever order the logs were counted. */
export function summaryOfCounts({ verdicts, signatures, crashes, unread }: Counts): Summary {
    const bySignature = (a: { readonly signature: string }, b: { readonly signature: string }): number => (a.signature < b.signature ? -1 : 1);
    return {
        schema: TRIAGE_SCHEMA, logs: [...verdicts.values()].reduce((sum, count) => sum + count, 0), unread: unread.length,
        verdicts: Object.fromEntries([...VERDICTS, 'none' as const].map((verdict) => [verdict, verdicts.get(verdict) ?? 0])) as Record<Verdict | 'none', number>,
        signatures: [...signatures].map(([signature, counts]) => signatureRow(signature, counts))
            .sort((a, b) => VERDICTS.indexOf(a.verdict) - VERDICTS.indexOf(b.verdict) || b.incidents - a.incidents || bySignature(a, b)),
        crashes: [...crashes].map(([signature, counts]) => ({ signature, ...counts })).sort((a, b) => b.count - a.count || bySignature(a, b)),
    };
}

function signatureRow(signature: string, { verdict, knownFault, incidents, errors, logs, hosts, first, last, parts }: SignatureCounts): SignatureRow {
    return {
        signature, verdict, knownFault, incidents, errors, logs, hosts: [...hosts].sort().slice(0, MAX_ROWS), first, last,
        parts: [...parts].map(([part, errorsOfPart]) => ({ part, errors: errorsOfPart })).sort((a, b) => b.errors - a.errors || (a.part < b.part ? -1 : 1)).slice(0, MAX_ROWS),
    };
}
