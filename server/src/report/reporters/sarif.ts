/** SARIF 2.1.0 (OASIS): a result for each diagnostic, failed expectations among them, with its place, for code scanning. */
import type { Finding, Place, TestRun } from './test-cases.js';

const LEVELS: Readonly<Record<Finding['severity'], 'error' | 'warning' | 'note'>> = { error: 'error', warning: 'warning', information: 'note', hint: 'note' };

/** @param version of hwp */
export function sarifReport({ issues, unread }: TestRun, version: string): string {
    const codes = [...new Set(issues.map(({ code }) => code))].sort();
    const log = {
        $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
        version: '2.1.0',
        runs: [{
            tool: { driver: { name: 'hwp', version, rules: codes.map((id) => ({ id })) } },
            invocations: [{
                executionSuccessful: unread.length === 0,
                toolExecutionNotifications: unread.map(({ path, error }) => ({ level: 'error', message: { text: error }, locations: [{ physicalLocation: { artifactLocation: { uri: uriOf(path) } } }] })),
            }],
            columnKind: 'utf16CodeUnits',
            results: issues.map(({ code, severity, message, place }) => ({
                ruleId: code, ruleIndex: codes.indexOf(code), level: LEVELS[severity], message: { text: message }, locations: [{ physicalLocation: locationOf(place) }],
            })),
        }],
    };
    return `${JSON.stringify(log, null, 2)}\n`;
}

function locationOf({ path, line, column, endLine, endColumn }: Place): object {
    return { artifactLocation: { uri: uriOf(path) }, region: { startLine: line, startColumn: column, endLine, endColumn } };
}

/** A path as a URI reference, relative where the path is. */
function uriOf(path: string): string {
    const segments = path.replaceAll('\\', '/').split('/').map((segment) => encodeURIComponent(segment));
    return `${/^\//.test(path) ? 'file://' : ''}${segments.join('/')}`;
}
