// docs/diagnostics.md: every code that a diagnostic can have, what it means, and a line that has it.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { RUN_DIAGNOSTICS } from '../../server/src/analysis/diagnostics/table.js';
import { VARIANT_DIAGNOSTICS } from '../../server/src/analysis/diagnostics/unchecked.js';
import { CHECKS, type Check, type CheckId } from '../../server/src/language/checks.js';
import { CHECK_RULES } from '../../server/src/language/check-rules.js';
import { UNMENDED } from '../../server/src/lsp/quick-fixes/unmended.js';
import { readMarks } from '../../test/language/caret-comments.js';

const INTRO = `# Diagnostics

Every diagnostic has a code; in the editor the code is a link to its section here. A *must* is an error, and a scenario with one is not run. A *should* is
a warning. What stands under a line of an example is what the editor says of it. What an \`expect\` of the same step states, and what therefore is intended,
is a hint: it stands in no list and counts nowhere. [Comments and a setting](language.md#quiet) switch codes off.

This page is made from the tables and the test cases ("npm run docs").
`;

const SEVERITY: Readonly<Record<string, string>> = { error: 'Error', warning: 'Warning', information: 'Information', info: 'Information', hint: 'Hint' };

/** Longest line of an example, in characters. */
const MAX_LINE = 110;

interface Example {
    readonly line: string;
    readonly column: number;
    readonly length: number;
    readonly message: string;
}

/** The first line of the test cases for each code; short ones are preferred. */
function examples(): ReadonlyMap<string, Example> {
    const folder = path.resolve(import.meta.dirname, '../../test/resources/diagnostics');
    const found = new Map<string, Example>();
    for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.hwp')).sort()) {
        const { text, marks } = readMarks(readFileSync(path.join(folder, file), 'utf8'));
        const lines = text.split('\n');
        for (const { line, column, length, code, message } of marks) {
            const written = lines[line] ?? '';
            if (!found.has(code) && written.trim() !== '' && written.length <= MAX_LINE) {
                const indent = Math.min(written.length - written.trimStart().length, column);
                found.set(code, { line: written.slice(indent), column: column - indent, length: Math.max(1, length), message });
            }
        }
    }
    return found;
}

function checkSection(code: string, rule: string, { severity, anchor }: Check, example: Example | undefined): string {
    const shown = example === undefined ? '' : `\n\`\`\`text\n${example.line}\n${' '.repeat(example.column)}${'^'.repeat(example.length)} ${example.message}\n\`\`\`\n`;
    return `### ${code}\n\n${SEVERITY[severity]}. ${rule} See [${anchor.replaceAll('-', ' ')}](language.md#${anchor}).${fixWords(code)}\n${shown}`;
}

/** Whether there is a quick fix, or why there is none. */
function fixWords(code: string): string {
    const reason = UNMENDED[code];
    return reason === undefined ? '' : ` No quick fix: ${reason}.`;
}

/** The codes of all diagnostics, with what is done about each. */
function table(): string {
    const rows = [
        ...[...RUN_DIAGNOSTICS, ...VARIANT_DIAGNOSTICS].map(({ code, severity }) => [code, severity] as const), ...Object.entries<Check>(CHECKS).map(([code, { severity }]) => [code, severity] as const),
    ].map(([code, severity]) => `| [${code}](#${code.replaceAll('/', '')}) | ${SEVERITY[severity]!.toLowerCase()} | ${UNMENDED[code] === undefined ? severity === 'hint' ? '' : 'yes' : `no: ${UNMENDED[code]}`} |`);
    return `## All of them\n\n| code | severity | quick fix |\n| --- | --- | --- |\n${rows.join('\n')}\n`;
}

export function diagnosticsPage(): string {
    const lines = examples();
    const runs = [
        ...RUN_DIAGNOSTICS.map(({ code, severity, doc, statedBy }) => `### ${code}\n\n${SEVERITY[severity]}. ${doc}${statedBy === undefined ? '' : ` A hint where the text says so: ${statedBy}.`}\n`),
        ...VARIANT_DIAGNOSTICS.map(({ code, severity, doc }) => `### ${code}\n\n${SEVERITY[severity]}. ${doc}\n`),
    ];
    const checks = Object.entries<Check>(CHECKS).map(([code, check]) => checkSection(code, CHECK_RULES[code as CheckId], check, lines.get(code)));
    return `${INTRO}\n${table()}\n## What a run finds\n\n${runs.join('\n')}\n## What the text says\n\n${checks.join('\n')}`;
}
