import type { Program, SourceId, SourceRange } from '../../simulator/program.js';
import type { Spot } from './picture.js';

/** Where something stands in the text; null for what stands nowhere. */
export function spotOf(range: SourceRange | undefined): Spot | null {
    return range === undefined || range.uri === '' ? null : { uri: range.uri, line: range.startLine, column: range.startColumn };
}

export function spotIn(program: Program, source: SourceId): Spot | null {
    return spotOf(program.sources[source]);
}
