/** Reports whose traces are looked for when somebody asks: they may have been given up, and are made again then. */
import type { ScenarioReport, VariantReport } from '../report/judgement/scenario-report.js';
import type { Verdict } from '../report/judgement/verdicts.js';
import type { Program } from '../simulator/program.js';
import type { Trace } from '../simulator/trace.js';
import type { RunCache } from './run-cache.js';
import type { Outcome } from './scenario-run.js';

// Classes, since an object with a getter of its own takes six times the room.

export class VariantOfRun implements VariantReport {
    readonly values: VariantReport['values'];
    readonly program: Program;
    readonly status: VariantReport['status'];
    readonly verdicts: readonly Verdict[];
    readonly #outcome: Outcome;
    readonly #cache: RunCache;

    constructor(values: VariantReport['values'], program: Program, outcome: Outcome, cache: RunCache) {
        this.values = values;
        this.program = program;
        this.status = outcome.status;
        this.verdicts = outcome.verdicts;
        this.#outcome = outcome;
        this.#cache = cache;
    }

    get trace(): Trace {
        return this.#cache.traceOf(this.#outcome, this.program);
    }
}

/** What its first variant says is said of a scenario. */
export class ScenarioOfRuns implements ScenarioReport {
    readonly title: string;
    readonly range: ScenarioReport['range'];
    readonly status: ScenarioReport['status'];
    readonly variants: readonly VariantReport[];
    readonly leftOut: ScenarioReport['leftOut'];
    readonly issues: ScenarioReport['issues'];

    constructor({ title, range, status, variants, leftOut, issues }: Omit<ScenarioReport, 'program' | 'trace' | 'verdicts'>) {
        this.title = title;
        this.range = range;
        this.status = status;
        // Copies have no room to grow.
        this.variants = variants.slice();
        this.leftOut = leftOut;
        this.issues = issues.slice();
    }

    get program(): Program | null {
        return this.variants[0]?.program ?? null;
    }

    get trace(): Trace | null {
        return this.variants[0]?.trace ?? null;
    }

    get verdicts(): readonly Verdict[] {
        return this.variants[0]?.verdicts ?? [];
    }
}
