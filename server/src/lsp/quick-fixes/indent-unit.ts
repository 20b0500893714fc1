/** One level of indentation as the text has it: of the first line that is indented; else four spaces. */
export function indentUnit(text: string): string {
    const indentation = /(?:^|\n)([ \t]+)[^\s/*]/.exec(text.slice(0, 10_000))?.[1];
    return indentation === undefined ? '    ' : indentation.startsWith('\t') ? '\t' : indentation.length > 8 ? '    ' : indentation;
}
