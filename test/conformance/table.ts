// Counts of a run, by group.
import { KERNELS } from '../../server/src/vocabulary/kernels.js';
import { PLATFORMS, X86 } from './converter/platforms.mts';
import type { CaseResult } from './run-conformance.js';

/** Every kernel that was recorded, newest first: what the vocabulary says of them decides; then those of other machines. */
export const COMPARED_KERNELS: readonly string[] = [...KERNELS.flatMap(({ recordedAs }) => recordedAs ?? []).reverse(), ...PLATFORMS.filter((platform) => platform !== X86).flatMap(({ kernels }) => kernels)];

export interface GroupCounts {
    readonly group: string;
    recorded: number;
    notSetUp: number;
    /** Set up, and the same in repeated runs: these count. */
    stable: number;
    agreed: number;
    differing: number;
    notModelled: number;
}

const COLUMN = { agreed: 'agreed', differs: 'differing', 'not modelled': 'notModelled' } as const;

export function countByGroup(results: readonly CaseResult[]): GroupCounts[] {
    const rows = new Map<string, GroupCounts>();
    for (const { record, verdict } of results) {
        const row = rows.get(record.group) ?? { group: record.group, recorded: 0, notSetUp: 0, stable: 0, agreed: 0, differing: 0, notModelled: 0 };
        rows.set(record.group, row);
        row.recorded += 1;
        if (verdict === 'not set up') {
            row.notSetUp += 1;
        } else if (record.stable) {
            row.stable += 1;
            row[COLUMN[verdict]] += 1;
        }
    }
    return [...rows.values()].sort((a, b) => a.group < b.group ? -1 : 1);
}

export function total(rows: readonly GroupCounts[]): GroupCounts {
    const sum: GroupCounts = { group: 'all', recorded: 0, notSetUp: 0, stable: 0, agreed: 0, differing: 0, notModelled: 0 };
    for (const row of rows) {
        for (const column of ['recorded', 'notSetUp', 'stable', 'agreed', 'differing', 'notModelled'] as const) {
            sum[column] += row[column];
        }
    }
    return sum;
}
