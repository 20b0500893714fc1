/** What is known about a scenario after it was read, simulated and judged: what every output is made from. */
import type { Program, SourceRange } from '../../simulator/program.js';
import type { Trace } from '../../simulator/trace.js';
import type { VariedValue } from '../../vocabulary/vary.js';
import type { ScenarioStatus } from './scenario-status.js';
import type { Verdict } from './verdicts.js';

export type Severity = 'error' | 'warning' | 'information' | 'hint';

/** A diagnostic. */
export interface Issue {
    /** `text`: found by reading the text; `run`: found by running the scenario. */
    readonly origin: 'text' | 'run';
    /** `topic/what`, e.g. `region/outside-memory`. */
    readonly code: string;
    readonly severity: Severity;
    readonly message: string;
    readonly range: SourceRange;
    /** What quick fixes need to know of it. */
    readonly data?: object;
    /** Places that explain it, e.g. the step that decided. */
    readonly related?: readonly { readonly message: string; readonly range: SourceRange }[];
}

/** Is anything varied? A single variant may be left of several. */
export function isVaried({ variants }: Pick<ScenarioReport, 'variants'>): boolean {
    return variants.some(({ values }) => values.length > 0);
}

/** Passed, and no claim was held against anything: nothing is expected, or what is expected does not apply. */
export function isVacuous(run: Pick<VariantReport, 'status' | 'verdicts'>): boolean {
    return run.status === 'passed' && run.verdicts.every(({ status }) => status !== 'passed');
}

/** The variants of a scenario in which nothing was checked. */
export function vacuousVariants({ variants }: Pick<ScenarioReport, 'variants'>): readonly VariantReport[] {
    return variants.filter(isVacuous);
}

/** Nothing was checked in any variant. */
export function checksNothing(scenario: Pick<ScenarioReport, 'status' | 'variants'>): boolean {
    return scenario.status === 'passed' && scenario.variants.length > 0 && scenario.variants.every(isVacuous);
}

/** One combination of what a scenario varies, run as if it had been written out. */
export interface VariantReport {
    /** The value of each `vary` line, in text order; none when nothing is varied. */
    readonly values: readonly VariedValue[];
    readonly status: ScenarioStatus;
    readonly program: Program;
    /** Null when the scenario was not run. */
    readonly trace: Trace | null;
    readonly verdicts: readonly Verdict[];
}

/** A combination that cannot exist, and why. */
export interface LeftOutVariant {
    readonly values: readonly VariedValue[];
    readonly reason: string;
}

export interface ScenarioReport {
    readonly title: string;
    /** The scenario's text. */
    readonly range: SourceRange;
    /** The gravest of its variants. */
    readonly status: ScenarioStatus;
    /** Every combination of what is varied that can exist; a single one without values when nothing is, none when the text has errors. */
    readonly variants: readonly VariantReport[];
    readonly leftOut: readonly LeftOutVariant[];
    /** The first variant's. Absent when the text has errors. */
    readonly program: Program | null;
    readonly trace: Trace | null;
    readonly verdicts: readonly Verdict[];
    /** Diagnostics inside the scenario, in text order; those that several variants share once. */
    readonly issues: readonly Issue[];
}

/** What a scenario is called where it is named: one without a title by its place. */
export function nameOfScenario({ title, range }: Pick<ScenarioReport, 'title' | 'range'>): string {
    return title.trim() === '' ? `scenario at line ${range.startLine + 1}` : title;
}

export interface FileReport {
    readonly uri: string;
    readonly scenarios: readonly ScenarioReport[];
    /** Diagnostics outside all scenarios. */
    readonly issues: readonly Issue[];
}
