/** Scenarios as pictures, for the tests. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { TextAnalyzer } from '../../server/src/analysis/text-analyzer.js';
import { scenarioPicture } from '../../server/src/picture/shapes/scenario-picture.js';
import type { ScenarioPicture } from '../../server/src/picture/shapes/picture.js';
import type { ScenarioReport } from '../../server/src/report/judgement/scenario-report.js';
import type { SourceTexts } from '../../server/src/report/output/source-texts.js';

const ROOT = path.resolve(import.meta.dirname, '../..');

export function sourcesOf(name: string, text: string): SourceTexts {
    const lines = text.split('\n');
    return { pathOf: () => name, textOf: ({ startLine, startColumn, endLine, endColumn }) => startLine === endLine ? (lines[startLine] ?? '').slice(startColumn, endColumn) : [(lines[startLine] ?? '').slice(startColumn), ...lines.slice(startLine + 1, endLine), (lines[endLine] ?? '').slice(0, endColumn)].join('\n') };
}

export async function scenariosOf(name: string, text: string): Promise<readonly ScenarioReport[]> {
    return (await new TextAnalyzer().analyze(`file:///${name}`, text)).scenarios;
}

/** One picture for each scenario of a text. */
export async function picturesOf(name: string, text: string): Promise<readonly ScenarioPicture[]> {
    return (await scenariosOf(name, text)).map((scenario) => scenarioPicture(scenario, sourcesOf(name, text)));
}

/** Of a file, by its path from the root. */
export function picturesIn(file: string): Promise<readonly ScenarioPicture[]> {
    return picturesOf(path.basename(file), readFileSync(path.join(ROOT, file), 'utf8'));
}
