import type { StepTrace } from '../../simulator/trace.js';
import { stepEvents } from '../../report/step/step-events.js';
import type { SummaryKind } from '../../report/step/summary-kind.js';
import { summaryParts, type SummaryPart } from '../../report/step/summary.js';
import { countWords } from '../../report/step/wording.js';
import { summarizeOutcomes } from '../../report/step/variants.js';
import type { FileReport } from '../../report/judgement/scenario-report.js';
import { bySource, outcomesAt, stepsBetween, type PlacedStep } from '../steps-in-text.js';
import { BETWEEN_PARTS, type HintPart, type LineHint } from './line-hint.js';

/** Columns that an editor of usual width shows of a line, hint included. */
const ROOM = 120;

/** A hint behind a long line has so many characters all the same. */
const LEAST_ROOM = 48;

/** Between the things that one part says. */
const SEPARATOR = ' · ';

/** The results of the steps between two lines, both included; of each the wanted parts. */
export function resultHints(report: FileReport, firstLine: number, lastLine: number, kinds: ReadonlySet<SummaryKind>): LineHint[] {
    return byEndLine(stepsBetween(report, firstLine, lastLine)).map(([line, steps]) => ({ line, parts: partsOf(steps, kinds) }));
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
function partsOf(steps: readonly PlacedStep[], kinds: ReadonlySet<SummaryKind>): HintPart[] {
    const room = Math.max(LEAST_ROOM, ROOM - Math.max(0, ...steps.map(({ range }) => range.endColumn)));
    const parts = new Map<string, HintPart>();
    for (const runs of bySource(steps)) {
        const { range, scenario } = runs[0]!;
        const texts = scenario.variants.length > 1 ? [summarizeOutcomes(outcomesAt(runs), kinds)]
            : runs.map(({ step }) => shortParts(step).filter(({ kind }) => kinds.has(kind)).map(({ text }) => text).join(SEPARATOR));
        for (const text of texts.filter((each) => each !== '' && !parts.has(each))) {
            parts.set(text, { text, step: { line: range.startLine, character: range.startColumn } });
        }
    }
    return within(room, [...parts.values()]);
}

/** An edit changes the steps of one scenario of those in sight. */
const known = new WeakMap<StepTrace, readonly SummaryPart[]>();

function shortParts(step: StepTrace): readonly SummaryPart[] {
    const parts = known.get(step) ?? shortened(step);
    known.set(step, parts);
    return parts;
}

/** Of a race the number of outcomes, and whether the machine can stop: the set is in the tooltip. */
function shortened(step: StepTrace): SummaryPart[] {
    const { race } = step;
    if (step.skipped || race === undefined || race.outcomes.length === 1) {
        return summaryParts(step);
    }
    const panics = race.outcomes.filter((outcome) => stepEvents(outcome.step, 'panic').length > 0).length;
    return [{ kind: 'race', text: `${countWords(race.outcomes.length, 'outcome')}${panics === 0 ? '' : `, ${panics} ${panics === 1 ? 'panics' : 'panic'}`}` }];
}

/** What fits, cut between two things where that is possible. */
function within(room: number, parts: readonly HintPart[]): HintPart[] {
    const shown: HintPart[] = [];
    let left = room;
    for (const part of parts) {
        if (left < 2) {
            break;
        }
        const text = cut(part.text, left);
        shown.push({ ...part, text });
        left -= text.length + BETWEEN_PARTS.length;
    }
    return shown;
}

function cut(text: string, room: number): string {
    if (text.length <= room) {
        return text;
    }
    const kept = text.slice(0, room - 1);
    const end = Math.max(kept.lastIndexOf(SEPARATOR), kept.lastIndexOf(', '));
    return `${end > room / 2 ? kept.slice(0, end) : kept.trimEnd()}…`;
}
