/** Switches what is no error off, in the line that has it. */
import { DiagnosticSeverity, type Diagnostic } from 'vscode-languageserver';
import { insertAt, lineText, replace, type Fix, type FixContext } from './fix.js';

export function quietFixes(diagnostic: Diagnostic, context: FixContext): Fix[] {
    const { code, severity, range: { start: { line } } } = diagnostic;
    if (severity !== DiagnosticSeverity.Warning && severity !== DiagnosticSeverity.Information || code === undefined || code === 'quiet/unknown-code') {
        return [];
    }
    const text = lineText(context, line);
    // A text can hold `//`, too: the comment begins where no text is open.
    const comment = /^(?:[^"/]|"(?:[^"\\]|\\.)*"|\/(?!\/))*?(\/\/\s*(?:quiet:\s*)?)/.exec(text);
    const lead = comment?.[1] ?? '';
    const at = (comment?.[0].length ?? 0) - lead.length;
    const edit = lead === '' ? insertAt(line, text.trimEnd().length, `  // quiet: ${code}`)
        : replace({ start: { line, character: at }, end: { line, character: at + lead.length } }, lead.includes('quiet:') ? `// quiet: ${code}, ` : `// quiet: ${code}: `);
    return [{ title: `Switch \`${code}\` off in this line`, diagnostic, edits: [edit] }];
}
