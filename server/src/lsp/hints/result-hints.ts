import { summaryParts } from '../../report/step/summary.js';
import type { SummaryKind } from '../../report/step/summary-kind.js';
import { summarizeOutcomes } from '../../report/step/variants.js';
import type { FileReport } from '../../report/judgement/scenario-report.js';
import { bySource, outcomesAt, stepsBetween, type PlacedStep } from '../steps-in-text.js';
import type { LineHint } from './line-hint.js';

/** Longest hint in characters: one line of result for one line of scenario. */
const MAX_LABEL_LENGTH = 160;

/** The results of the steps between two lines, both included; of each the wanted parts. */
export function resultHints(report: FileReport, firstLine: number, lastLine: number, parts: ReadonlySet<SummaryKind>): LineHint[] {
    return byEndLine(stepsBetween(report, firstLine, lastLine)).map(([line, steps]) => ({ line, label: labelOf(steps, parts) }));
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
function labelOf(steps: readonly PlacedStep[], parts: ReadonlySet<SummaryKind>): string {
    const summaries = bySource(steps).flatMap((runs) => runs[0]!.scenario.variants.length > 1
        ? [summarizeOutcomes(outcomesAt(runs), parts)]
        : runs.map(({ step }) => summaryParts(step).filter(({ kind }) => parts.has(kind)).map(({ text }) => text).join(' · ')));
    const label = [...new Set(summaries)].filter((summary) => summary !== '').join(' | ');
    return label.length > MAX_LABEL_LENGTH ? `${label.slice(0, MAX_LABEL_LENGTH - 1)}…` : label;
}
