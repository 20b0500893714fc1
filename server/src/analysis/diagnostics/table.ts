/** Every kind of diagnostic that comes from a run, one row each. */
import { guestSides } from '../../report/step/guests.js';
import type { Verdict } from '../../report/judgement/verdicts.js';
import type { Trace } from '../../simulator/trace.js';
import type { Issue } from '../../report/judgement/scenario-report.js';
import type { Program, SourceId, SourceRange } from '../../simulator/program.js';
import { consumedPage } from './consumed-page.js';
import { corruptData } from './corrupt-data.js';
import { droppedSignal } from './dropped-signal.js';
import { failedExpectation } from './failed-expectation.js';
import type { DiagnosticKind, Judged } from './finding.js';
import { forgottenPageConsumed } from './forgotten-page-consumed.js';
import { forgottenPage } from './forgotten-page.js';
import { ignoredPage } from './ignored-page.js';
import { ignoredSignal } from './ignored-signal.js';
import { lostData } from './lost-data.js';
import { notModelled } from './not-modelled.js';
import { pageHandedOutAgain } from './page-handed-out-again.js';
import { pendingSignal } from './pending-signal.js';
import { raceLimit } from './race-limit.js';
import { raceWithoutWindow } from './race-without-window.js';
import { statedClaims } from './stated.js';
import { staleData } from './stale-data.js';
import { sweepLimit } from './sweep-limit.js';
import { unexpectedOops } from './unexpected-oops.js';
import { unexpectedPanic } from './unexpected-panic.js';
import { unhandledSignal } from './unhandled-signal.js';
import { unverifiedExpectation } from './unverified-expectation.js';

export const RUN_DIAGNOSTICS: readonly DiagnosticKind[] = [
    failedExpectation, unexpectedPanic, unexpectedOops, notModelled, unverifiedExpectation, sweepLimit,
    raceLimit, raceWithoutWindow,
    ignoredPage, consumedPage, forgottenPage, pageHandedOutAgain, forgottenPageConsumed, lostData, staleData, corruptData,
    unhandledSignal, ignoredSignal, pendingSignal, droppedSignal,
];

/** Most diagnostics of one kind in a scenario; a last one counts the others. */
const MAX_OF_A_KIND = 100;

/** The diagnostics of a scenario, placed in the text, in text order. */
export function diagnose(program: Program, trace: Trace, verdicts: readonly Verdict[]): Issue[] {
    const judged = { program, trace, verdicts, stated: statedClaims(program, verdicts) };
    return distinct(RUN_DIAGNOSTICS.flatMap((kind) => issuesOf(kind, judged))).sort(byPlace);
}

/** The same kinds of findings on the side of each virtual machine; verdicts and gaps are those of the whole run. */
function ofGuests({ code, find }: Pick<DiagnosticKind, 'code' | 'find'>, { program, trace, verdicts }: Judged): ReturnType<DiagnosticKind['find']> {
    if (code.startsWith('verdict/') || code === 'not-modelled' || code.startsWith('race/')) {
        return [];
    }
    return guestSides(program, trace).flatMap((side) => find({ program: side.program, trace: side.trace, verdicts: [], stated: statedClaims(program, verdicts, side.guest) }).map((finding) => ({ ...finding, message: `${side.guest}: ${finding.message}` })));
}

function issuesOf({ code, severity, find }: DiagnosticKind, judged: Judged): Issue[] {
    const findings = [...find(judged), ...ofGuests({ code, find }, judged)];
    return findings.slice(0, MAX_OF_A_KIND).map(({ source, message, data, stated = false, related }, index) => {
        const rest = index === MAX_OF_A_KIND - 1 ? findings.length - MAX_OF_A_KIND : 0;
        return {
            origin: 'run', code, severity: stated ? 'hint' : severity,
            message: rest > 0 ? `${message} ${rest} more of this kind are not shown.` : message,
            range: rangeOf(source, judged.program),
            ...(data === undefined ? {} : { data }),
            ...(related === undefined || related.length === 0 ? {} : {
                related: related.map((each) => ({ message: each.message, range: rangeOf(each.source, judged.program) })),
            }),
        };
    });
}

function rangeOf(source: SourceId, program: Program): SourceRange {
    return program.sources[source] ?? program.sources[program.source] ?? { uri: '', startLine: 0, startColumn: 0, endLine: 0, endColumn: 0 };
}

/** A step that is repeated, or that has several sources in one place, has the same thing said once. */
function distinct(issues: readonly Issue[]): Issue[] {
    const said = new Set<string>();
    return issues.filter(({ code, message, range }) => {
        const key = JSON.stringify([code, message, range]);
        return said.has(key) ? false : said.add(key).size > 0;
    });
}

/** By line, then column; what stands at the same place keeps its order. */
export function byPlace(left: Issue, right: Issue): number {
    return left.range.startLine - right.range.startLine || left.range.startColumn - right.range.startColumn;
}
