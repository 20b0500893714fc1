/** Finds the steps of a report by where they stand in its document. */
import type { Position } from 'vscode-languageserver';
import type { FileReport, ScenarioReport } from '../report/judgement/scenario-report.js';
import type { SourceRange } from '../simulator/program.js';
import { outcomesOf, type VariantOutcome } from '../report/step/variants.js';
import type { StepTrace, Trace } from '../simulator/trace.js';

/** A step of a run, and its place in the document. */
export interface PlacedStep {
    readonly step: StepTrace;
    /** Index in `trace.steps`. */
    readonly index: number;
    readonly trace: Trace;
    readonly range: SourceRange;
    /** The scenario that it is a step of; the step itself is that of the first variant. */
    readonly scenario: ScenarioReport;
}

/** The steps that stand in the document between two lines, both included. A step that is repeated stands there several times. */
export function stepsBetween(report: FileReport, firstLine: number, lastLine: number): PlacedStep[] {
    return report.scenarios
        .filter(({ range }) => range.startLine <= lastLine && range.endLine >= firstLine)
        .flatMap((scenario) => placedSteps(scenario, report.uri))
        .filter(({ range }) => range.startLine <= lastLine && range.endLine >= firstLine);
}

/** The steps at a position. */
export function stepsAt(report: FileReport, position: Position): PlacedStep[] {
    return stepsBetween(report, position.line, position.line).filter(({ range }) =>
        (range.startLine < position.line || range.startColumn <= position.character) && (range.endLine > position.line || range.endColumn >= position.character));
}

function placedSteps(scenario: ScenarioReport, uri: string): PlacedStep[] {
    const { program, trace } = scenario;
    if (program === null || trace === null) {
        return [];
    }
    return trace.steps.flatMap((step, index) => {
        const range = program.sources[step.source];
        return range === undefined || range.uri !== uri ? [] : [{ step, index, trace, range, scenario }];
    });
}

/** The runs of each step of the text together. */
export function bySource(steps: readonly PlacedStep[]): PlacedStep[][] {
    const groups = new Map<string, PlacedStep[]>();
    for (const placed of steps) {
        const key = `${placed.range.startLine}:${placed.range.startColumn}`;
        groups.set(key, [...groups.get(key) ?? [], placed]);
    }
    return [...groups.values()];
}

/** What a step that stands in the text does in each variant of its scenario. */
export function outcomesAt(runs: readonly PlacedStep[]): VariantOutcome[] {
    return runs[0] === undefined ? [] : outcomesOf(runs[0].scenario.variants, runs.map(({ index }) => index));
}
