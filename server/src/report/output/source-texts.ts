/** Looks texts and paths up for output; the report itself reads no files. */
import type { SourceRange } from '../../simulator/program.js';
import { visible } from '../../vocabulary/control-characters.js';

export interface SourceTexts {
    /** The path of a document as the user knows it. */
    pathOf(uri: string): string;
    /** The text of a range; '' when the document is not at hand. */
    textOf(range: SourceRange): string;
}

/** `examples/01-early-kill.hwp:18:9`, counted from 1. */
export function placeInFile(range: SourceRange, sources: SourceTexts): string {
    return `${visible(sources.pathOf(range.uri))}:${range.startLine + 1}:${range.startColumn + 1}`;
}

/** The first line of a range without its comment, blanks collapsed: a step as it is written. */
export function stepWords(range: SourceRange, sources: SourceTexts): string {
    const line = sources.textOf(range).split('\n', 1)[0] ?? '';
    return withoutComment(line).replaceAll(/\s+/g, ' ').trim();
}

// A comment starts at `//` outside a quoted string.
function withoutComment(line: string): string {
    let quoted = false;
    for (let index = 0; index < line.length; index++) {
        if (line[index] === '"' && line[index - 1] !== '\\') {
            quoted = !quoted;
        } else if (!quoted && (line.startsWith('//', index) || line.startsWith('/*', index))) {
            return line.slice(0, index);
        }
    }
    return line;
}
