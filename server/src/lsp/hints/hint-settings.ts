import type { SummaryKind } from '../../report/step/summary-kind.js';

/** The settings `hwp.hints.*` and what each switches: parts of a step's result. */
export const RESULT_HINT_SETTINGS = {
    results: ['result', 'race'],
    signals: ['signal'],
    errnos: ['errno'],
    values: ['value'],
    data: ['data'],
    exits: ['exit'],
    panics: ['oops', 'panic'],
    boots: ['boot'],
    notReached: ['not-reached'],
} satisfies Readonly<Record<string, readonly SummaryKind[]>>;

/** The setting of the hints that say what holds where nothing is written. */
export const DEFAULTS_SETTING = 'defaults';

/** The setting of the hint that says how well the ground of a scenario is covered; the only one that is off where it is not set. */
export const COVERAGE_SETTING = 'coverage';

/** Which hints are wanted. */
export interface HintChoice {
    readonly parts: ReadonlySet<SummaryKind>;
    readonly defaults: boolean;
    readonly coverage: boolean;
}

/** Reads the settings `hwp.hints`, as the editor hands them over: what is not set is on, but for the coverage. */
export function hintChoice(settings: unknown): HintChoice {
    const values: Readonly<Record<string, unknown>> = typeof settings === 'object' && settings !== null ? { ...settings } : {};
    const wanted = Object.entries(RESULT_HINT_SETTINGS).filter(([name]) => values[name] !== false);
    return { parts: new Set(wanted.flatMap(([, kinds]) => kinds)), defaults: values[DEFAULTS_SETTING] !== false, coverage: values[COVERAGE_SETTING] === true };
}
