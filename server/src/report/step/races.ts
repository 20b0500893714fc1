/** The outcomes of a raced step, each as a trace of its own, and in words. */
import type { RaceMove, RaceOutcome, RaceTrace, RaceWay, StepTrace, Trace } from '../../simulator/trace.js';
import { resultWords } from './wording.js';
import { stepEvents } from './step-events.js';

/** The trace up to and including the step at that index, had it gone so. What came after belongs to nobody interfering. */
export function traceWith(trace: Trace, index: number, outcome: RaceOutcome): Trace {
    return { ...trace, steps: [...trace.steps.slice(0, index), outcome.step] };
}

/** `MF_MSG_KERNEL_HIGH_ORDER MF_IGNORED panic`, as an expectation writes it. */
export function outcomeWords({ step }: RaceOutcome): string {
    const words = [...new Set(stepEvents(step, 'result').map(resultWords))];
    if (words.length === 0) {
        words.push(step.outcome.errno === '' ? 'no result' : `errno ${step.outcome.errno}`);
    }
    return [...words, ...stopWords(step)].join(' ');
}

/** `panic`, `oops`. */
export function stopWords(step: StepTrace): string[] {
    return (['oops', 'panic'] as const).filter((kind) => stepEvents(step, kind).length > 0);
}

/** `nobody interferes`, `W1`, `W4, then W1`: the windows of a way; moves at one opening count once. */
export function wayWords(way: RaceWay): string {
    return way.length === 0 ? 'nobody interferes' : openings(way).map(({ window }) => window).join(', then ');
}

/** The ways to an outcome: `nobody interferes; W1, W2 or W4, then W5 or W7`. What differs in nothing but what was done there is said once. */
export function waysWords({ ways }: RaceOutcome): string {
    const tails = new Map<string, Set<string>>();
    for (const way of ways.filter(({ length }) => length > 0)) {
        const [head, ...rest] = openings(way).map(({ window }) => window);
        const tail = rest.join(', then ');
        tails.set(tail, (tails.get(tail) ?? new Set<string>()).add(head!));
    }
    // Tails that follow the same windows stand together.
    const byHeads = new Map<string, string[]>();
    for (const [tail, heads] of tails) {
        const words = alternatives([...heads]);
        byHeads.set(words, [...byHeads.get(words) ?? [], tail]);
    }
    const words = [...byHeads].flatMap(([heads, all]) => [...all.includes('') ? [heads] : [], ...all.some((tail) => tail !== '') ? [`${heads}, then ${alternatives(all.filter((tail) => tail !== ''))}`] : []]);
    return [...ways.some(({ length }) => length === 0) ? ['nobody interferes'] : [], ...words].join('; ');
}

/** `W1, W2 or W4`. */
function alternatives(words: readonly string[]): string {
    return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}

/** `W3: app write: the allocator hands the page out`: what competitors do, a line a move. */
export function moveLines(way: RaceWay, { competitors }: RaceTrace): string[] {
    return way.map(({ window, competitor, what }) => {
        const { actor, op } = competitors[competitor]!;
        return `${window}: ${actor}: ${what.startsWith(op) ? what : `${op}: ${what}`}`;
    });
}

/** The decisions of the handler, `memory_failure.marked > get_any_page.free > ...`, with the windows at which others moved. */
export function pathWords({ step }: RaceOutcome): string {
    const words: string[] = [];
    for (const { id, note } of stepEvents(step, 'decision')) {
        const word = id === 'meanwhile.acts' ? `(${note?.split(':', 1)[0]})` : id;
        if (word !== words.at(-1)) words.push(word);
    }
    return words.join(' > ');
}

/** What the reader should know beside the outcomes; null when all interleavings are covered. */
export function limitWords({ limit }: RaceTrace): string | null {
    return limit === null ? null : `the exploration ended at its limit of ${limit}: there may be more outcomes`;
}

function openings(way: RaceWay): readonly RaceMove[] {
    return way.filter((move, index) => move.window !== way[index - 1]?.window || move.visit !== way[index - 1]?.visit);
}
