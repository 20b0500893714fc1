import type { LangiumDocument } from 'langium';
import type { CancellationToken } from 'vscode-languageserver';
import { analyzeDocument } from '../analysis/document-analysis.js';
import type { Overrides } from '../analysis/overrides.js';
import { RunCache } from '../analysis/run-cache.js';
import type { FileReport, ScenarioReport } from '../report/judgement/scenario-report.js';
import { inSlices } from './slices.js';

/**
 * Scenarios on another kernel or with other settings.
 * @param report the document's own
 * @param known scenarios of that report
 */
export async function analyzeOverridden(document: LangiumDocument, report: FileReport, known: readonly ScenarioReport[], overrides: Overrides, token: CancellationToken): Promise<readonly ScenarioReport[]> {
    const found = [...report.issues, ...report.scenarios.flatMap(({ issues }) => issues)].filter(({ origin }) => origin === 'text');
    const selected = report.scenarios.map((each) => known.includes(each));
    return (await inSlices(analyzeDocument(document, new RunCache(), { overrides, selected, found }), token)).scenarios;
}
