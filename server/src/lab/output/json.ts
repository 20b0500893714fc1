/** Results of the lab for other programs: what was predicted and what was observed, each in the form of `hwp run --format json`. */
import type { FileReport } from '../../report/judgement/scenario-report.js';
import { fileJson } from '../../report/output/json.js';
import type { SourceTexts } from '../../report/output/source-texts.js';
import type { ReleasesOfSteps } from '../../report/step/releases.js';
import type { Trace } from '../../simulator/trace.js';
import type { LabKernel } from '../kernels/lab-kernel.js';
import { observedTrace } from '../observation/observed-trace.js';
import type { Forcing, RaceResult } from '../races/race-result.js';
import { LAB_VERDICTS, type LabResult } from '../run/lab-result.js';

/** Changes when a reader of the older form could misread the newer one; added fields do not change it. */
export const LAB_SCHEMA = 'hwp-lab/1';

/** What ran on one kernel. */
export interface LabRun {
    readonly kernel: LabKernel;
    readonly emulator: string;
    readonly results: readonly LabResult[];
}

/** The kernel is the first one; where scenarios ran on several, as those of different machines do, each result has the release of its own. */
export function labJson(runs: readonly LabRun[], sources: SourceTexts, releases: ReleasesOfSteps): object {
    const [first] = runs;
    const results = runs.flatMap((run) => run.results);
    return {
        schema: LAB_SCHEMA,
        kernel: first === undefined ? null : { version: first.kernel.version, release: first.kernel.release, image: first.kernel.image },
        emulator: first?.emulator ?? null,
        results: runs.flatMap((run) => run.results.map((result) => ({ ...resultJson(result, sources, releases), ...runs.length > 1 ? { release: run.kernel.release } : {} }))),
        summary: Object.fromEntries(LAB_VERDICTS.map((verdict) => [verdict, results.filter((each) => each.verdict === verdict).length])),
    };
}

function resultJson(result: LabResult, sources: SourceTexts, releases: ReleasesOfSteps): object {
    const { scenario, variant, uri } = result;
    const side = (trace: Trace | null): unknown => {
        const one = { ...scenario, variants: [{ ...variant, values: [], trace, verdicts: [] }], program: variant.program, trace, verdicts: [], issues: [], leftOut: [] };
        const report: FileReport = { uri, scenarios: [one], issues: [] };
        return (fileJson(report, sources, releases) as { scenarios: unknown[] }).scenarios[0];
    };
    return {
        path: sources.pathOf(uri), title: scenario.title, variant: variant.values, verdict: result.verdict, unsteady: result.unsteady, milliseconds: result.milliseconds,
        differences: result.differences, notMade: result.notMade,
        ...result.race === undefined ? {} : { race: raceJson(result.race) },
        predicted: side(variant.trace),
        observed: result.observation === null || variant.trace === null ? null : side(observedTrace(variant.trace, result.observation)),
    };
}

/** Every interleaving that was forced, under what it came to. Windows are those of docs/races.md. */
function raceJson({ step, outcomes, unpredicted, passed, forcings, notForced }: RaceResult): object {
    return {
        step, passed, forced: forcings.length, notForced,
        outcomes: outcomes.map(({ outcome, end, seen }) => ({ ...end, ways: outcome.ways.map((way) => way.map(({ window, what }) => ({ window, what }))), seen: seen.map(forcingJson) })),
        unpredicted: unpredicted.map(({ end, forcings: those }) => ({ ...end, seen: those.map(forcingJson) })),
    };
}

function forcingJson({ windows, went, log, milliseconds }: Forcing): object {
    return { windows, moves: went, log, milliseconds };
}
