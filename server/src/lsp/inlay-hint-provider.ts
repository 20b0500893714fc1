import type { LangiumDocument } from 'langium';
import type { InlayHintProvider } from 'langium/lsp';
import type { InlayHint, InlayHintParams } from 'vscode-languageserver';
import { summarize } from '../report/summary.js';
import type { ReportStore } from './report-store.js';
import { stepsBetween, type PlacedStep } from './steps-in-text.js';

/** Longest hint in characters: one line of result for one line of scenario. */
const MAX_LABEL_LENGTH = 160;

/** The result of each step at the end of its line. */
export class StepInlayHintProvider implements InlayHintProvider {
    readonly #reports: ReportStore;

    constructor(reports: ReportStore) {
        this.#reports = reports;
    }

    getInlayHints(document: LangiumDocument, { range }: InlayHintParams): InlayHint[] {
        const report = this.#reports.get(document);
        if (report === undefined) {
            return [];
        }
        return byEndLine(stepsBetween(report, range.start.line, range.end.line)).flatMap(([line, steps]) => {
            const label = labelOf(steps);
            return label === '' ? [] : [{ position: { line, character: lineLength(document, line) }, label, paddingLeft: true }];
        });
    }
}

/** Several steps end on one line when they are repeated, or separated by `;`. */
function byEndLine(steps: readonly PlacedStep[]): [number, PlacedStep[]][] {
    const lines = new Map<number, PlacedStep[]>();
    for (const placed of steps) {
        const group = lines.get(placed.range.endLine) ?? [];
        group.push(placed);
        lines.set(placed.range.endLine, group);
    }
    return [...lines];
}

/** Equal summaries are said once. */
function labelOf(steps: readonly PlacedStep[]): string {
    const label = [...new Set(steps.map(({ step }) => summarize(step)))].filter((summary) => summary !== '').join(' | ');
    return label.length > MAX_LABEL_LENGTH ? `${label.slice(0, MAX_LABEL_LENGTH - 1)}…` : label;
}

function lineLength({ textDocument }: LangiumDocument, line: number): number {
    return textDocument.getText({ start: { line, character: 0 }, end: { line: line + 1, character: 0 } }).replace(/[\r\n]+$/, '').length;
}
