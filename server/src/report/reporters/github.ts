/** Annotations of GitHub Actions: a workflow command for each diagnostic, which a pull request shows at its line. */
import type { Finding, TestRun } from './test-cases.js';

const COMMANDS: Readonly<Record<Finding['severity'], 'error' | 'warning' | 'notice'>> = { error: 'error', warning: 'warning', information: 'notice', hint: 'notice' };

export function githubReport({ issues, unread }: TestRun): string {
    return [
        ...unread.map(({ path, error }) => command('error', { file: path, title: 'hwp' }, error)),
        ...issues.map(({ code, severity, message, place: { path, line, column, endLine, endColumn } }) => command(COMMANDS[severity], {
            file: path, line, endLine, ...(line === endLine ? { col: column, endColumn } : {}), title: `hwp ${code}`,
        }, message)),
    ].map((line) => `${line}\n`).join('');
}

function command(name: string, properties: Readonly<Record<string, string | number>>, message: string): string {
    return `::${name} ${Object.entries(properties).map(([key, value]) => `${key}=${escapedProperty(String(value))}`).join(',')}::${escaped(message)}`;
}

/** As the runner takes messages apart. */
function escaped(text: string): string {
    return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapedProperty(text: string): string {
    return escaped(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
