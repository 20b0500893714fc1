// docs/triage-given-logs.md: what `hwp triage` makes of the excerpts of test/log/given, beside what a careful person concluded.
import { VERDICT_WORDS } from '../../server/src/log/judgement/incident.js';
import { triageText } from '../../server/src/log/triage.js';
import { CONCLUDED } from '../../test/log/concluded.js';
import { GIVEN_LOGS } from '../../test/log/given.js';
import { table } from './kernel-versions.mts';

export function givenLogsPage(): string {
    let right = 0;
    const rows = GIVEN_LOGS.map(({ number, name, text }) => {
        const { verdict, incidents } = triageText(text);
        const { verdict: concluded, differs } = CONCLUDED[number]!;
        right += verdict === concluded ? 1 : 0;
        const joins = [...new Set(incidents.flatMap(({ followed }) => followed.flatMap(({ evidence }) => evidence.map(({ text: words }) => words))))];
        const frames = incidents.flatMap((incident) => incident.frames);
        return [
            name, verdict === 'none' ? 'none' : VERDICT_WORDS[verdict], verdict === concluded ? 'right' : `a person: ${VERDICT_WORDS[concluded as keyof typeof VERDICT_WORDS]}; ${differs?.why ?? ''}`,
            frames.length === 0 ? '' : frames.length > 3 ? `${frames.slice(0, 2).join(', ')} and ${frames.length - 2} more` : frames.join(', '), joins.length === 0 ? 'no crash belongs to an error' : joins.slice(0, 2).join('; '),
        ];
    });
    return [
        '# Excerpts of real logs', '', '<!-- Made by npm run docs. -->', '',
        `${GIVEN_LOGS.length} excerpts of public logs (\`test/log/given\`), what \`hwp triage\` makes of each, and whether a careful person came to the same: ${right} of ${GIVEN_LOGS.length}. Their events, joins and verdicts are`,
        'held by `test/log/given.test.ts`; [triage.md](triage.md) says what the verdicts mean.', '',
        ...table(['log', 'verdict', 'right?', 'frames', 'a crash was joined by'], rows), '',
    ].join('\n');
}
