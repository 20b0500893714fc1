/** What triage gives for many logs, as rows that can be split, spread over machines and merged again. */
import { TRIAGE_SCHEMA, type Incident, type LogTriage, type OtherCrash } from '../judgement/incident.js';

/** A log that was read. */
export interface LogResult extends LogTriage {
    readonly path: string;
    /** What could not be read of it. */
    readonly note: string | null;
}

export interface UnreadLog { readonly path: string; readonly error: string; }

/** Everything of a run, in an order that does not depend on who did what when. */
export interface TriageResults { readonly logs: readonly LogResult[]; readonly unread: readonly UnreadLog[]; }

/** A line of `--format ndjson`. */
export type ResultRow =
    | ({ readonly schema: string; readonly row: 'log' } & Omit<LogResult, 'incidents' | 'crashes'>)
    | ({ readonly schema: string; readonly row: 'incident'; readonly path: string; readonly host: string | null } & Incident)
    | ({ readonly schema: string; readonly row: 'crash'; readonly path: string; readonly host: string | null } & OtherCrash)
    | { readonly schema: string; readonly row: 'unread'; readonly path: string; readonly error: string };

/** As much of a result as a summary and an exit code need, where the result itself was written. */
export function brief(log: LogResult): LogResult {
    return { ...log, boots: [], incidents: log.incidents.map((incident) => ({ ...incident, addresses: [], lines: [], reasons: [], handling: [], actions: [], victims: [], followed: [] })) };
}

export function rowsOf(log: LogResult): ResultRow[] {
    const { incidents, crashes, ...head } = log;
    const { path, host } = log;
    return [
        { schema: TRIAGE_SCHEMA, row: 'log', ...head },
        ...incidents.map((incident): ResultRow => ({ schema: TRIAGE_SCHEMA, row: 'incident', path, host, ...incident })),
        ...crashes.map((crash): ResultRow => ({ schema: TRIAGE_SCHEMA, row: 'crash', path, host, ...crash })),
    ];
}

export function unreadRow({ path, error }: UnreadLog): ResultRow {
    return { schema: TRIAGE_SCHEMA, row: 'unread', path, error };
}

const byPath = (a: { readonly path: string }, b: { readonly path: string }): number => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0);

/** The fields in one order, whoever put them together. */
function canonical({ path, host, verdict, note, boots, incidents, crashes, left }: LogResult): LogResult {
    return { path, host, verdict, note, boots, incidents, crashes, left };
}

/** One order for all runs: that of the code units of the paths. */
export function sorted(results: TriageResults): TriageResults {
    return { logs: results.logs.map(canonical).sort(byPath), unread: results.unread.map(({ path, error }) => ({ path, error })).sort(byPath) };
}

/** The results that rows were made of, in whatever order and from however many runs they come. Rows of a log stay together in each run. */
export function mergeRows(rows: Iterable<ResultRow>): TriageResults {
    const logs: LogResult[] = [];
    const unread: UnreadLog[] = [];
    const open = new Map<string, { -readonly [Key in keyof LogResult]: LogResult[Key] }>();
    for (const row of rows) {
        if (row.row === 'unread') {
            unread.push({ path: row.path, error: row.error });
            continue;
        }
        const known = open.get(row.path);
        if (row.row === 'log') {
            // A row of the log that comes after rows of its incidents completes it; a second one is the same log, read twice.
            const { schema: _schema, row: _row, ...head } = row;
            if (known === undefined) {
                const log = { ...head, incidents: [], crashes: [] };
                open.set(row.path, log);
                logs.push(log);
            } else {
                Object.assign(known, head);
            }
            continue;
        }
        const log = known ?? { path: row.path, host: row.host, note: null, verdict: 'none' as const, boots: [], left: { suppressed: 0, dropped: 0 }, incidents: [], crashes: [] };
        if (known === undefined) {
            open.set(row.path, log);
            logs.push(log);
        }
        const { schema: _schema, row: kind, path: _path, host: _host, ...rest } = row;
        if (kind === 'incident') {
            if (!log.incidents.some(({ id }) => id === (rest as Incident).id)) log.incidents = [...log.incidents, rest as Incident].sort((a, b) => idOrder(a.id) - idOrder(b.id));
        } else if (!log.crashes.some(({ line, signature }) => line === (rest as OtherCrash).line && signature === (rest as OtherCrash).signature)) {
            log.crashes = [...log.crashes, rest as OtherCrash].sort((a, b) => a.boot - b.boot || a.line - b.line);
        }
    }
    const seen = new Set<string>();
    return sorted({ logs, unread: unread.filter(({ path }) => !seen.has(path) && seen.add(path)) });
}

function idOrder(id: string): number {
    const [boot = 0, number = 0] = id.split('.').map(Number);
    return boot * 1_000_000 + number;
}

/** The whole of a run as one JSON document. */
export function triageJson({ logs, unread }: TriageResults): object {
    return { schema: TRIAGE_SCHEMA, logs, unread };
}
