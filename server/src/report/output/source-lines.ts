import type { SourceRange } from '../../simulator/program.js';

/** The lines of the texts that were read, for showing steps as they are written. */
export class SourceLines {
    readonly #lines = new Map<string, readonly string[]>();

    add(uri: string, text: string): void {
        this.#lines.set(uri, text.split(/\r\n|\n|\r/));
    }

    /** The text of a range; '' outside of what was added. */
    textOf({ uri, startLine, startColumn, endLine, endColumn }: SourceRange): string {
        const lines = this.#lines.get(uri)?.slice(startLine, endLine + 1) ?? [];
        return lines.map((line, index) =>
            line.slice(index === 0 ? startColumn : 0, index === endLine - startLine ? endColumn : undefined)).join('\n');
    }
}
