/** A run as one page by itself, for a mail or a bug report: pictures, explanation and log of every scenario. */
import type { FileReport, ScenarioReport } from '../../report/judgement/scenario-report.js';
import { dmesgLines } from '../../report/output/dmesg.js';
import type { UnreadFile } from '../../report/output/json.js';
import { plain } from '../../report/output/paint.js';
import { placeInFile, type SourceTexts } from '../../report/output/source-texts.js';
import { issueLine, scenarioLines } from '../../report/output/text.js';
import { testFile, testRun, type TestRun } from '../../report/reporters/test-cases.js';
import { visible } from '../../vocabulary/control-characters.js';
import { variantWords } from '../../vocabulary/vary.js';
import type { ScenarioPicture } from '../shapes/picture.js';
import { scenarioPicture } from '../shapes/scenario-picture.js';

/** What a page says of a scenario. */
export interface PageSection {
    readonly picture: ScenarioPicture;
    /** `examples/a.hwp:3:1`. */
    readonly place: string;
    /** The scenario as it is written. */
    readonly text: string;
    /** Every step with its decisions, as `hwp run --explain` prints them. */
    readonly explanation: string;
    /** As `dmesg` prints it, for each variant. */
    readonly logs: readonly { readonly variant: string; readonly text: string }[];
}

export interface Page {
    readonly run: TestRun;
    readonly sections: readonly PageSection[];
    /** What is wrong outside all scenarios. */
    readonly errors: readonly string[];
}

export function pageOf(reports: readonly FileReport[], unread: readonly UnreadFile[], sources: SourceTexts): Page {
    return {
        run: testRun(reports.map((report) => testFile(report, sources)), unread),
        sections: reports.flatMap(({ scenarios }) => scenarios.map((scenario) => sectionOf(scenario, sources))),
        errors: [
            ...unread.map(({ path, error }) => visible(`${path}: ${error}`)),
            ...reports.flatMap(({ issues }) => issues.filter(({ severity }) => severity === 'error').map((issue) => issueLine(issue, { paint: plain, sources }))),
        ],
    };
}

function sectionOf(scenario: ScenarioReport, sources: SourceTexts): PageSection {
    const lines = scenarioLines(scenario, { explain: true, paint: plain, sources }).map(({ text }) => visible(text.replace(/^ {2}/, '')));
    return {
        picture: scenarioPicture(scenario, sources), place: placeInFile(scenario.range, sources), text: visibleLines(sources.textOf(scenario.range)), explanation: lines.join('\n'),
        logs: scenario.variants.flatMap(({ values, trace }) => {
            const text = trace === null ? '' : dmesgLines(trace).map(visible).join('\n');
            return text === '' ? [] : [{ variant: scenario.variants.length > 1 ? variantWords(values) : '', text }];
        }),
    };
}

/** Several lines. */
function visibleLines(text: string): string {
    return text.split('\n').map(visible).join('\n');
}
