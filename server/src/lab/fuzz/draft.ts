/** A scenario in parts that can be left out. */
export interface Draft {
    readonly title: string;
    /** Machine-wide lines before the processes. */
    readonly machine: readonly string[];
    readonly processes: readonly DraftProcess[];
    /** Machine-wide lines that name memory of processes. */
    readonly frames: readonly string[];
    readonly steps: readonly string[];
}

export interface DraftProcess {
    /** What stands between `process` and the block: `b forked from a`. */
    readonly name: string;
    readonly lines: readonly string[];
}

const FIRST_LINE = 1;

/** The lines of a draft in the order of its text, each with the draft that lacks it; null where it cannot be left out alone. */
function linesOf(whole: Draft): readonly { readonly text: string; readonly left: (() => Draft) | null }[] {
    const without = <Item>(items: readonly Item[], index: number): readonly Item[] => items.filter((_item, at) => at !== index);
    return [
        ...whole.machine.map((text, index) => ({ text: `    ${text}`, left: () => ({ ...whole, machine: without(whole.machine, index) }) })),
        ...whole.processes.flatMap((process, at) => [
            { text: `    process ${process.name} {`, left: whole.processes.length < 2 ? null : () => ({ ...whole, processes: without(whole.processes, at), steps: whole.steps.filter((step) => !names(step, process.name)), frames: whole.frames.filter((line) => !names(line, process.name)) }) },
            ...process.lines.map((text, index) => ({ text: `        ${text}`, left: () => ({ ...whole, processes: whole.processes.map((each, other) => other === at ? { ...process, lines: without(process.lines, index) } : each) }) })),
            { text: '    }', left: null },
        ]),
        ...whole.frames.map((text, index) => ({ text: `    ${text}`, left: () => ({ ...whole, frames: without(whole.frames, index) }) })),
        { text: '', left: null },
        ...whole.steps.map((text, index) => ({ text: `    ${text}`, left: () => ({ ...whole, steps: without(whole.steps, index) }) })),
    ];
}

function names(line: string, process: string): boolean {
    return new RegExp(`\\b${process.split(' ', 1)[0]!}(\\.\\w+)?[.:]`).test(line);
}

export function textOf(whole: Draft): string {
    return [`scenario "${whole.title}" {`, ...linesOf(whole).map(({ text }) => text), '}', ''].join('\n');
}

/** Drafts that lack one part; a process goes with the steps that name it. Steps first: what they leave behind is easier to read. */
export function smaller(whole: Draft): readonly Draft[] {
    const all = linesOf(whole).flatMap(({ left }) => left === null ? [] : [left()]);
    return [...all.filter(({ steps }) => steps.length < whole.steps.length), ...all.filter(({ steps }) => steps.length === whole.steps.length)];
}

/** The draft without a line of its text, counted from 0; null where that line cannot be left out. */
export function withoutLine(whole: Draft, line: number): Draft | null {
    return linesOf(whole)[line - FIRST_LINE]?.left?.() ?? null;
}
