/** What a run comes to in numbers: files can be counted one by one and added up. */
import { checksNothing, type FileReport, type Severity } from './scenario-report.js';
import { STATUSES, type ScenarioStatus } from './scenario-status.js';

export interface Totals {
    readonly scenarios: Readonly<Record<ScenarioStatus, number>>;
    /** Of the passed ones: nothing was checked in them. */
    readonly vacuous: number;
    /** Diagnostics inside and outside of scenarios. */
    readonly issues: Readonly<Record<Severity, number>>;
}

const SEVERITIES = ['error', 'warning', 'information', 'hint'] as const satisfies readonly Severity[];

export function totalsOf({ scenarios, issues }: FileReport): Totals {
    const all = [...issues, ...scenarios.flatMap((scenario) => scenario.issues)];
    return {
        scenarios: counted(STATUSES, (status) => scenarios.filter((scenario) => scenario.status === status).length),
        vacuous: scenarios.filter(checksNothing).length,
        issues: counted(SEVERITIES, (severity) => all.filter((issue) => issue.severity === severity).length),
    };
}

/** The sum; zeros for none. */
export function sumOfTotals(totals: readonly Totals[]): Totals {
    const sum = (of: (each: Totals) => number): number => totals.reduce((total, each) => total + of(each), 0);
    return {
        scenarios: counted(STATUSES, (status) => sum(({ scenarios }) => scenarios[status])),
        vacuous: sum(({ vacuous }) => vacuous),
        issues: counted(SEVERITIES, (severity) => sum(({ issues }) => issues[severity])),
    };
}

function counted<Key extends string>(keys: readonly Key[], count: (key: Key) => number): Readonly<Record<Key, number>> {
    return Object.fromEntries(keys.map((key) => [key, count(key)])) as Record<Key, number>;
}
