/** Breakpoints as the editor sets them, by where they stand, and as the server knows them, by number. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { CheckedBreakpoint, DebugBreakpoint, StopFilter } from '../../../server/src/lsp/protocol.js';

/** What can be broken on beside places and changes. */
export const FILTERS: readonly (DebugProtocol.ExceptionBreakpointsFilter & { readonly filter: StopFilter })[] = [
    { filter: 'panic', label: 'Panics', description: 'Stops where the machine panics.', default: true },
    { filter: 'oops', label: 'Oopses', description: 'Stops where the kernel oopses.', default: true },
    { filter: 'sigbus', label: 'SIGBUS', description: 'Stops where a task is sent SIGBUS.', supportsCondition: true, conditionDescription: 'node 0 total > 1' },
    { filter: 'ignored', label: 'Ignored', description: 'Stops where a result is MF_IGNORED.', supportsCondition: true, conditionDescription: 'bad.kind = anon' },
    { filter: 'page', label: 'First change of a page', description: 'Stops where something of a frame changes for the first time.', supportsCondition: true, conditionDescription: 'poisoned bad' },
];

/** Distributes over the kinds of breakpoints. */
type Without<Union, Name extends PropertyKey> = Union extends unknown ? Omit<Union, Name> : never;
export type UnnumberedBreakpoint = Without<DebugBreakpoint, 'id'>;

export class BreakpointBook {
    /** By where they were set: the path of a source, or what kind they are of. */
    readonly #set = new Map<string, readonly DebugBreakpoint[]>();
    #lastId = 0;

    get all(): readonly DebugBreakpoint[] {
        return [...this.#set.values()].flat();
    }

    /** Takes the place of those that were set there before. */
    set(where: string, breakpoints: readonly UnnumberedBreakpoint[]): readonly DebugBreakpoint[] {
        const numbered = breakpoints.map((breakpoint): DebugBreakpoint => ({ ...breakpoint, id: this.#lastId += 1 }));
        this.#set.set(where, numbered);
        return numbered;
    }
}

/** What became of breakpoints, for the editor. @param lineOf from the server's lines to the editor's */
export function checkedBreakpoints(asked: readonly DebugBreakpoint[], answers: readonly CheckedBreakpoint[], lineOf: (line: number) => number): DebugProtocol.Breakpoint[] {
    const checked = new Map(answers.map((each) => [each.id, each]));
    return asked.map(({ id }) => {
        const found = checked.get(id);
        return { id, verified: found?.verified ?? false, ...found?.message === undefined ? {} : { message: found.message }, ...found?.line === undefined ? {} : { line: lineOf(found.line) } };
    });
}

/** @param filters ids, with their conditions */
export function filterBreakpoints(filters: readonly { readonly filter: string; readonly condition?: string | undefined }[]): UnnumberedBreakpoint[] {
    return filters.flatMap(({ filter, condition }) => FILTERS.filter((each) => each.filter === filter).map((each) => ({ kind: 'filter' as const, filter: each.filter, ...conditions({ condition }) })));
}

export function conditions({ condition, hitCondition, logMessage }: { readonly condition?: string | undefined; readonly hitCondition?: string | undefined; readonly logMessage?: string | undefined }): Pick<DebugBreakpoint, 'condition' | 'hitCondition' | 'logMessage'> {
    return { ...condition === undefined ? {} : { condition }, ...hitCondition === undefined ? {} : { hitCondition }, ...logMessage === undefined ? {} : { logMessage } };
}
