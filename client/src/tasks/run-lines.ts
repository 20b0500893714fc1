/** What a task prints: scenarios with their state, and a line that the problem matcher `$hwp` reads for each failure. */
import type { DocumentResults, ScenarioItem } from '../../../server/src/lsp/protocol.js';
import { STATUS_MARKS } from '../status-marks.js';

/** As `hwp run` ends: docs/cli.md#exit-codes. */
export const EXIT_CODES = { passed: 0, failed: 1, invalid: 2, unverified: 4 } as const;

/** The code of the gravest state; of nothing, that of a run that found nothing to run. */
export function exitCode(scenarios: readonly Pick<ScenarioItem, 'status'>[]): number {
    const gravest = (['invalid', 'failed', 'unverified', 'passed'] as const).find((status) => scenarios.some((scenario) => scenario.status === status));
    return EXIT_CODES[gravest ?? 'invalid'];
}

/** @param pathOf the path of a document, from the folder of the task */
export function runLines({ uri, scenarios }: DocumentResults, pathOf: (uri: string) => string): string[] {
    return [
        pathOf(uri),
        ...scenarios.flatMap(({ title, status, failures }) => [
            `  ${STATUS_MARKS[status]} ${oneLine(title)}`,
            ...failures.map((failure) => `      ${pathOf(failure.uri)}:${failure.range.start.line + 1}:${failure.range.start.character + 1}: ${status === 'unverified' ? 'warning' : 'error'}: ${oneLine(failure.message)}`),
        ]),
    ];
}

/** Nothing that a terminal would obey. */
function oneLine(text: string): string {
    return text.replaceAll(/\s+/g, ' ').replaceAll(/\p{Cc}/gu, '?');
}
