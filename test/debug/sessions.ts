/** Sessions over scenarios that are written down in a test. */
import { TextAnalyzer } from '../../server/src/analysis/text-analyzer.js';
import { DebugSession } from '../../server/src/debug/session.js';
import { DebugTimeline, type ChosenRace } from '../../server/src/debug/timeline.js';
import type { DebugMotion } from '../../server/src/debug/messages.js';
import { stepWords } from '../../server/src/report/output/source-texts.js';
import { recordStates, traceOfWay } from '../../server/src/simulator/recording/record-states.js';

export const URI = 'file:///debugged.hwp';

export function finish<Result>(slices: Generator<void, Result>): Result {
    for (;;) {
        const { done, value } = slices.next();
        if (done === true) return value;
    }
}

/** @param way of the first race: index of the outcome, and of the way to it */
export async function session(text: string, way?: readonly [number, number]): Promise<DebugSession> {
    const { scenarios } = await new TextAnalyzer().analyze(URI, text);
    const [variant] = scenarios[0]?.variants ?? [];
    if (variant?.trace == null) throw new Error(JSON.stringify(scenarios[0]?.issues));
    const { program } = variant;
    const raced = variant.trace.steps.findIndex(({ race }) => race !== undefined);
    const race: ChosenRace | null = way === undefined ? null : { step: raced, way: variant.trace.steps[raced]!.race!.outcomes[way[0]]!.ways[way[1]]! };
    const trace = race === null ? variant.trace : traceOfWay(program, variant.trace, race)!;
    const { states } = finish(recordStates(program, trace, race));
    const lines = text.split('\n');
    const sources = { pathOf: () => 'debugged.hwp', textOf: ({ startLine, startColumn, endLine, endColumn }: { startLine: number; startColumn: number; endLine: number; endColumn: number }) => lines[startLine]!.slice(startColumn, startLine === endLine ? endColumn : undefined) };
    return new DebugSession(new DebugTimeline(program, trace, states, race), (step) => {
        const range = program.sources[trace.steps[step]!.source];
        return range === undefined ? trace.steps[step]!.op : stepWords(range, sources);
    });
}

/** Where one is: the names of the frames from the innermost on. */
export function where(debugged: DebugSession, position: number, thread = 1): string {
    return debugged.stack(position, thread).map(({ name }) => name).join(' < ');
}

/** Positions that motions lead through, each as the frame at the top. */
export function walk(debugged: DebugSession, from: number, motions: readonly DebugMotion[]): string[] {
    let position = from;
    return motions.map((motion) => {
        const stop = debugged.move(position, motion, 1);
        ({ position } = stop);
        return `${debugged.stack(position, stop.thread)[0]!.name}${debugged.timeline.decisionAt(position) === null ? '' : ` ${debugged.timeline.decisionAt(position)!.id}`}`;
    });
}
