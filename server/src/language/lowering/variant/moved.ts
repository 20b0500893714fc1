/** Programs of scenarios that stand elsewhere than when they were lowered: an edit above has moved them, and changed nothing else. */
import type { AstNode } from 'langium';
import type { Program, SourceRange } from '../../../simulator/program.js';
import type { Machine, Scenario } from '../../generated/ast.js';

/** The lines on which a scenario and the machine that it runs on stand. */
export interface Standing {
    readonly firstLine: number;
    readonly lastLine: number;
    readonly machineLine: number;
}

export function standingOf(scenario: Scenario, machine: Machine | undefined): Standing {
    const range = scenario.$cstNode?.range;
    return { firstLine: range?.start.line ?? 0, lastLine: range?.end.line ?? 0, machineLine: firstLineOf(machine) };
}

/** Where they stood? */
export function stands({ firstLine, machineLine }: Standing, scenario: Scenario, machine: Machine | undefined): boolean {
    return firstLineOf(scenario) === firstLine && firstLineOf(machine) === machineLine;
}

/** The program with the places where its parts stand now. Everything else of it is the same object. */
export function movedProgram(program: Program, before: Standing, now: Standing): Program {
    const { uri } = program.sources[program.source] ?? { uri: '' };
    const lines = now.firstLine - before.firstLine;
    const machineLines = now.machineLine - before.machineLine;
    const isOwn = (range: SourceRange): boolean => range.uri === uri && range.startLine >= before.firstLine && range.endLine <= before.lastLine;
    return { ...program, sources: program.sources.map((range) => movedRange(range, isOwn(range) ? lines : machineLines)) };
}

function movedRange(range: SourceRange, lines: number): SourceRange {
    return lines === 0 ? range : { ...range, startLine: range.startLine + lines, endLine: range.endLine + lines };
}

function firstLineOf(node: AstNode | undefined): number {
    return node?.$cstNode?.range.start.line ?? 0;
}
