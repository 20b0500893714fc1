// The pages of docs/ that are made from tables and runs, and the pictures of the walkthrough. docs/conformance.md is made by `npm run conformance`.
import { corpusPage } from './corpus.mts';
import { forcedRacesPage } from './forced-races.mts';
import { debuggingPage } from './debugging.mts';
import { diagnosticsPage } from './diagnostics.mts';
import { exportPage } from './export.mts';
import { givenLogsPage } from './given-logs.mts';
import { kexecPage } from './kexec.mts';
import { kernelVersionsPage } from './kernel-versions.mts';
import { manual } from './manual.mts';
import { mfResultsPage } from './mf-results.mts';
import { WALKTHROUGH_PICTURES } from './walkthrough.mts';

export interface GeneratedPage {
    /** Relative to the root. */
    readonly file: string;
    readonly text: () => string | Promise<string>;
}

export const PAGES: readonly GeneratedPage[] = [
    { file: 'docs/corpus.md', text: corpusPage },
    { file: 'docs/forced-races.md', text: forcedRacesPage },
    { file: 'docs/debugging.md', text: debuggingPage },
    { file: 'docs/diagnostics.md', text: diagnosticsPage },
    { file: 'docs/export.md', text: exportPage },
    { file: 'docs/kexec.md', text: kexecPage },
    { file: 'docs/kernel-versions.md', text: kernelVersionsPage },
    { file: 'docs/mf-results.md', text: mfResultsPage },
    { file: 'docs/triage-given-logs.md', text: givenLogsPage },
    { file: 'docs/hwp.1', text: manual },
    ...WALKTHROUGH_PICTURES,
];
