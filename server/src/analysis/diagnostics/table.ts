/** Every kind of diagnostic that comes from a run, one row each. */
import { guestSides } from '../../report/step/guests.js';
import type { Verdict } from '../../report/judgement/verdicts.js';
import type { Trace } from '../../simulator/trace.js';
import type { Issue, Severity } from '../../report/judgement/scenario-report.js';
import type { Program, SourceId, SourceRange } from '../../simulator/program.js';
import { consumedPage } from './consumed-page.js';
import { corruptData } from './corrupt-data.js';
import { droppedSignal } from './dropped-signal.js';
import { failedExpectation } from './failed-expectation.js';
import type { DiagnosticKind, Finding, Judged } from './finding.js';
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

/** A finding and its kind. It follows from a run: it holds wherever the scenario stands. */
export interface Found extends Finding {
    readonly code: string;
    readonly severity: Severity;
}

/** What a run has to say, not yet placed in the text. */
export function findingsOf(program: Program, trace: Trace, verdicts: readonly Verdict[]): Found[] {
    const judged = { program, trace, verdicts, stated: statedClaims(program, verdicts) };
    return RUN_DIAGNOSTICS.flatMap((kind) => foundBy(kind, judged));
}

/** The diagnostics of a scenario, placed in the text, in text order. */
export function diagnose(program: Program, findings: readonly Found[]): Issue[] {
    return distinct(findings.map((found) => placed(found, program))).sort(byPlace);
}

/** The same kinds of findings on the side of each virtual machine; verdicts and gaps are those of the whole run. */
function ofGuests({ code, find }: Pick<DiagnosticKind, 'code' | 'find'>, { program, trace, verdicts }: Judged): ReturnType<DiagnosticKind['find']> {
    if (code.startsWith('verdict/') || code === 'not-modelled' || code.startsWith('race/')) {
        return [];
    }
    return guestSides(program, trace).flatMap((side) => find({ program: side.program, trace: side.trace, verdicts: [], stated: statedClaims(program, verdicts, side.guest) }).map((finding) => ({ ...finding, message: `${side.guest}: ${finding.message}` })));
}

function foundBy({ code, severity, find }: DiagnosticKind, judged: Judged): Found[] {
    const findings = [...find(judged), ...ofGuests({ code, find }, judged)];
    return findings.slice(0, MAX_OF_A_KIND).map((finding, index) => {
        const rest = index === MAX_OF_A_KIND - 1 ? findings.length - MAX_OF_A_KIND : 0;
        return { ...finding, code, severity: finding.stated === true ? 'hint' : severity, message: rest > 0 ? `${finding.message} ${rest} more of this kind are not shown.` : finding.message };
    });
}

function placed({ code, severity, source, message, data, related }: Found, program: Program): Issue {
    return {
        origin: 'run', code, severity, message,
        range: rangeOf(source, program),
        ...(data === undefined ? {} : { data }),
        ...(related === undefined || related.length === 0 ? {} : {
            related: related.map((each) => ({ message: each.message, range: rangeOf(each.source, program) })),
        }),
    };
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
