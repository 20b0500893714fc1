/** A summary in Markdown: for the summary of a job, or a comment on a change. */
import { placeWords, type TestCase, type TestFile, type TestRun } from './test-cases.js';
import { bold, escaped } from '../output/markdown-text.js';
import { STATUSES, type ScenarioStatus } from '../judgement/scenario-status.js';
import { countWords } from '../step/wording.js';

const MARKS: Readonly<Record<ScenarioStatus, string>> = { passed: '✅', failed: '❌', unverified: '❔', invalid: '⛔' };

export function markdownReport({ files, unread, issues }: TestRun): string {
    const cases = files.flatMap((file) => file.cases);
    const counts = STATUSES.flatMap((status) => {
        const count = cases.filter((each) => each.status === status).length;
        return count === 0 ? [] : [`${MARKS[status]} ${count} ${status}`];
    });
    const rows = files.map(({ path, cases: own }) => `| ${code(path)} | ${STATUSES.map((status) => own.filter((each) => each.status === status).length || '').join(' | ')} |`);
    const warnings = issues.filter(({ severity }) => severity === 'warning');
    const lines = [
        '## hwpoison scenarios', '', `${countedCases(files)}${counts.length === 0 ? '' : `: ${counts.join(', ')}`}`, '',
        `| file | ${STATUSES.join(' | ')} |`, `| --- |${' ---: |'.repeat(STATUSES.length)}`, ...rows, '',
        ...files.flatMap(({ findings }) => findings.filter(({ severity }) => severity === 'error')).map(({ place, message }) => `- ⛔ ${code(placeWords(place))} ${escaped(message)}`),
        ...unread.map(({ path, error }) => `- ⛔ ${code(path)} ${escaped(error)}`),
        ...cases.filter(({ status }) => status !== 'passed').flatMap(caseLines),
        ...warnings.length === 0 ? [] : ['', `<details><summary>${countWords(warnings.length, 'warning')}</summary>`, '', ...warnings.map(({ place, message }) => `- ${code(placeWords(place))} ${escaped(message)}`), '', '</details>'],
    ];
    return `${lines.join('\n').trimEnd()}\n`;
}

/** Where a scenario has variants, each of them is a case of its own. */
function countedCases(files: readonly TestFile[]): string {
    const scenarios = files.reduce((sum, file) => sum + file.scenarios, 0);
    const cases = files.reduce((sum, file) => sum + file.cases.length, 0);
    return cases === scenarios ? countWords(scenarios, 'scenario') : `${countWords(cases, 'case')} of ${countWords(scenarios, 'scenario')}`;
}

function caseLines({ name, status, place, reasons }: TestCase): string[] {
    return [`- ${MARKS[status]} ${bold(name)} ${code(placeWords(place))}`, ...reasons.map((reason) => `  - ${code(placeWords(reason.place))} ${escaped(reason.message)}`)];
}

/** A code span that holds any text. */
function code(text: string): string {
    const ticks = '`'.repeat(1 + Math.max(0, ...(text.match(/`+/g) ?? []).map(({ length }) => length)));
    const padded = text.startsWith('`') || text.endsWith('`') ? ` ${text} ` : text;
    return `${ticks}${padded.replaceAll('\n', ' ').replaceAll('|', '\\|')}${ticks}`;
}
