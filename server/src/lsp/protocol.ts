/**
 * Requests and notifications beyond the language server protocol. Types only: the client imports
 * them and nothing else of the server. Positions and ranges are the protocol's: lines and UTF-16 columns from 0.
 */
import type { Position, Range } from 'vscode-languageserver';
import type { PaletteName } from '../picture/drawing/theme.js';
import type { ScenarioPicture } from '../picture/shapes/picture.js';

export type { PaletteName } from '../picture/drawing/theme.js';
export type { ScenarioPicture } from '../picture/shapes/picture.js';
import type { CheckedBreakpoint, DebugBreakpoint, DebugError, DebugFrame, DebugMotion, DebugProblem, DebugStart, DebugStop, DebugTarget, DebugValue, DebugVariable } from '../debug/messages.js';

export type * from '../debug/messages.js';

/** Language id of scenarios. */
export type HwpLanguageId = 'hwp';

/** What a run says of a scenario; the same words as in the server's reports. */
export type ScenarioStatus = 'passed' | 'failed' | 'unverified' | 'invalid';

/** What the client says when it starts the server. */
export interface InitializationOptions {
    /** Address of a page of the documentation, with `{code}` for the code of a diagnostic or the name of a page in docs/; absent: nothing leads there. */
    readonly documentation?: string;
    /** It follows links of markdown to its commands. */
    readonly commandLinks?: boolean;
    /** Address of the folder of the server's files, with no `/` at its end: a worker does not know where its script lies. */
    readonly folder?: string;
    /** It shows pictures in the Markdown of hovers, in these colours. */
    readonly hoverPictures?: PaletteName;
}

export interface DocumentParams {
    readonly uri: string;
}

/** A scenario of a document. */
export interface ScenarioParams extends DocumentParams {
    /** `ScenarioItem.id`. */
    readonly scenario: string;
}

/** A place in a document; a position outside all scenarios is answered with null. */
export interface PositionParams extends DocumentParams {
    readonly position: Position;
}

/** A scenario, or one variant of it. */
export interface VariantParams extends ScenarioParams {
    /** `VariantItem.name`; absent: all variants, one after the other. */
    readonly variant?: string;
}

/** Forms of a scenario as a program for a real machine; the same words as in `hwp export --as`. */
export type ExportForm = 'c' | 'kselftest' | 'sh';

/** A scenario, or one variant of it, as a program. */
export interface ExportParams extends VariantParams {
    readonly form: ExportForm;
}

export interface ExportedProgram {
    readonly text: string;
    /** What cannot be made on a real machine, at the place that asks for it. */
    readonly gaps: readonly { readonly message: string; readonly uri: string; readonly range: Range }[];
}

/** Scenarios that a real kernel is to run. */
export interface RealKernelParams extends DocumentParams {
    /** Ids of scenarios; absent: all of the document. */
    readonly scenarios?: readonly string[];
    /** `7.3.4`: what they are predicted for, whatever they say. */
    readonly kernel: string;
}

/** A variant of a scenario, ready for the lab. */
export interface RealKernelCase {
    /** `ScenarioItem.id`. */
    readonly scenario: string;
    /** `VariantItem.name`; '' when nothing varies. */
    readonly variant: string;
    /** For the lab, which knows what is in it. */
    readonly case: object;
}

/** Scenarios with errors in them are left out. */
export interface RealKernelCases {
    readonly cases: readonly RealKernelCase[];
    /** The texts that they stand in, by URI. */
    readonly texts: Readonly<Record<string, string>>;
}

/** A step of a scenario. */
export interface StepParams extends VariantParams {
    /** Index among the steps of the run. */
    readonly step: number;
}

/** One value of each `vary` line, run as if it had been written out. */
export interface VariantItem {
    /** `kernel 6.12, vm.memory_failure_early_kill 1`; unlike that of any other variant of the scenario. */
    readonly name: string;
    readonly status: ScenarioStatus;
    readonly failures: readonly Failure[];
}

/** A scenario and what its latest run found. */
export interface ScenarioItem {
    /** The title; for the second scenario of the same title, `title#2`. Stable while titles stay. */
    readonly id: string;
    readonly title: string;
    /** From the word `scenario` to the closing brace. */
    readonly range: Range;
    readonly status: ScenarioStatus;
    /** What did not come as expected; for an invalid scenario, what is wrong with its text. */
    readonly failures: readonly Failure[];
    /** How many expectations hold. */
    readonly met: number;
    /** Empty when the scenario varies nothing. */
    readonly variants: readonly VariantItem[];
}

/** Something that did not come as expected. */
export interface Failure {
    readonly message: string;
    /** '' where nothing was expected: the text is wrong, or not modelled. */
    readonly expected: string;
    readonly actual: string;
    readonly uri: string;
    readonly range: Range;
}

/** The scenarios of a document, in text order. */
export interface DocumentResults {
    readonly uri: string;
    readonly scenarios: readonly ScenarioItem[];
}

/** The scenarios of a document came to what the client was told of them last. */
export interface SameResults {
    readonly uri: string;
    readonly scenarios: null;
}

/** A variant as it was run. */
export interface VariantRunResult extends VariantItem {
    /** The steps with their results, as the command line prints them. */
    readonly text: string;
}

/** A scenario as it was run. */
export interface ScenarioRunResult extends ScenarioItem {
    readonly variants: readonly VariantRunResult[];
    /** The steps with their results, as the command line prints them. */
    readonly text: string;
}

/** A step by its place. */
export interface StepAtPosition {
    readonly scenario: string;
    readonly step: number;
    /** The step as it is written. */
    readonly title: string;
}

/** A report as a text, and what its lines speak of. */
export interface ReportText {
    readonly text: string;
    readonly lines: readonly ReportLinePlace[];
}

/** What a line of a report speaks of. */
export interface ReportLinePlace {
    /** Of the report, from 0. */
    readonly line: number;
    /** The scenario, step or expectation as it is written: where the line leads. */
    readonly uri: string;
    readonly range: Range;
    /** The line names it; other lines belong to it. */
    readonly isHead: boolean;
}

export interface WorkspaceRunParams {
    /** Documents to run, in this order. */
    readonly uris: readonly string[];
    /** Token of the `$/progress` notifications: one `WorkspaceRunProgress` after each document. */
    readonly progress: string;
}

export interface WorkspaceRunProgress {
    readonly done: number;
    readonly of: number;
    readonly results: DocumentResults;
}

/** A line of a kernel log that says something. Lines count from 0. */
export interface LogLineItem {
    readonly line: number;
    /** What it means, as markdown. */
    readonly hover: string;
    /** The incident that it belongs to. */
    readonly incident?: string;
}

/** What stands behind a line. */
export interface LogHint { readonly line: number; readonly text: string; readonly grave: boolean; readonly tooltip: string; }

/** From a crash to its cause, or back. */
export interface LogLink { readonly line: number; readonly target: number; readonly tooltip: string; }

export interface LogIncidentItem {
    /** `boot.number`. */
    readonly id: string;
    readonly title: string;
    readonly verdict: string;
    readonly firstLine: number;
    readonly lastLine: number;
    /** Lines of memory_failure() are among its lines: a scenario can be sought. */
    readonly reproducible: boolean;
}

export interface LogBootItem { readonly name: string; readonly firstLine: number; readonly lastLine: number; readonly incidents: readonly LogIncidentItem[]; }

/** What triage makes of the text of a kernel log. */
export interface LogView {
    readonly verdict: string;
    readonly boots: readonly LogBootItem[];
    readonly lines: readonly LogLineItem[];
    readonly hints: readonly LogHint[];
    readonly links: readonly LogLink[];
}

/** A text goes over in the request: a log is no document of the server. */
export interface LogTextParams { readonly text: string; }

/** A way of a race. */
export interface DebugWay {
    /** By this `DebugTarget.race` chooses it. */
    readonly race: string;
    /** Index of the raced step. */
    readonly step: number;
    /** Its windows. */
    readonly label: string;
    /** The outcome, as an expectation writes it. */
    readonly result: string;
    /** What competitors do, in order. */
    readonly moves: readonly string[];
}

export interface DebugWays { readonly ways: readonly DebugWay[] }

/** A session of the debugger, by the name that the client gave it. */
export interface DebugSessionParams { readonly session: string }

/** A moment of a session on one of its machines. */
export interface DebugMomentParams extends DebugSessionParams { readonly position: number; readonly thread: number }

/** Requests of the client by method: what they take and what answers them. Null: there is no such document or scenario. */
export interface ClientRequests {
    /** The scenarios of a document, opened or not, with what their latest run found. Waits for a run that is due. */
    'hwp/scenarios': { readonly params: DocumentParams; readonly result: DocumentResults | null };
    /** The scenario that a position lies in. */
    'hwp/scenarioAt': { readonly params: PositionParams; readonly result: ScenarioItem | null };
    /** Runs a document, or one scenario of it. */
    'hwp/run': { readonly params: DocumentParams & { readonly scenario?: string }; readonly result: readonly ScenarioRunResult[] | null };
    /** Runs many documents, with progress; cancelled, it answers with what is done. */
    'hwp/runWorkspace': { readonly params: WorkspaceRunParams; readonly result: readonly DocumentResults[] };
    /** The kernel log of a scenario, as dmesg prints it. */
    'hwp/kernelLog': { readonly params: VariantParams; readonly result: ReportText | null };
    /** Every step of a scenario with the decisions that led to its result. */
    'hwp/trace': { readonly params: VariantParams; readonly result: ReportText | null };
    /** What there is to draw of a scenario; of several variants the one that is named, else the first. */
    'hwp/picture': { readonly params: VariantParams; readonly result: ScenarioPicture | null };
    /** A scenario as a program; of several variants the one that is named, else the first. Only where the server runs on Node. */
    'hwp/export': { readonly params: ExportParams; readonly result: ExportedProgram | null };
    /** Scenarios for the lab; or why that kernel cannot be predicted. */
    'hwp/realKernelCases': { readonly params: RealKernelParams; readonly result: RealKernelCases | { readonly problem: string } | null };
    /** The step that stands at a position. */
    'hwp/stepAt': { readonly params: PositionParams; readonly result: StepAtPosition | null };
    /** The decisions that led to the result of a step. */
    'hwp/explanation': { readonly params: StepParams; readonly result: ReportText | null };
    /** Triage of a kernel log. Cancelled, it answers null. */
    'hwp/triageLog': { readonly params: LogTextParams; readonly result: LogView | null };
    /** A scenario that reproduces an incident of a log; null where the model prints none of its lines. */
    'hwp/logScenario': { readonly params: LogTextParams & { readonly incident: string }; readonly result: { readonly text: string; readonly passes: boolean; readonly differs: readonly string[] } | null };
    /** What a language model asks of a tool, checked here; a problem is for the model, which can mend it. */
    'hwp/tool': { readonly params: { readonly name: string; readonly input: unknown }; readonly result: { readonly text: string } | { readonly problem: string } };
    /** Records a run and opens a session of the debugger over it. */
    'hwp/debug/open': { readonly params: DebugSessionParams & DocumentParams & { readonly target: DebugTarget }; readonly result: DebugStart | DebugProblem };
    'hwp/debug/close': { readonly params: DebugSessionParams; readonly result: null };
    /** The ways of the races of a scenario; empty when it has none. */
    'hwp/debug/ways': { readonly params: DocumentParams & { readonly target: DebugTarget }; readonly result: DebugWays | null };
    // Null from here on: the server does not know the session, because it was restarted.
    'hwp/debug/breakpoints': { readonly params: DebugSessionParams & { readonly breakpoints: readonly DebugBreakpoint[] }; readonly result: readonly CheckedBreakpoint[] | null };
    'hwp/debug/begin': { readonly params: DebugSessionParams; readonly result: DebugStop | null };
    'hwp/debug/move': { readonly params: DebugMomentParams & { readonly motion: DebugMotion }; readonly result: DebugStop | null };
    'hwp/debug/goTo': { readonly params: DebugSessionParams & { readonly position: number }; readonly result: DebugStop | null };
    /** The steps that stand on a line. */
    'hwp/debug/stepsAt': { readonly params: DebugSessionParams & DocumentParams & { readonly line: number }; readonly result: readonly { readonly position: number; readonly label: string }[] | null };
    'hwp/debug/stack': { readonly params: DebugMomentParams; readonly result: readonly DebugFrame[] | null };
    'hwp/debug/outline': { readonly params: DebugMomentParams & { readonly function: string }; readonly result: { readonly text: string; readonly line: number } | null };
    /** `since`: the position of the stop before this one. */
    'hwp/debug/scopes': { readonly params: DebugMomentParams & { readonly since: number }; readonly result: readonly { readonly title: string; readonly path: string; readonly count: number }[] | null };
    'hwp/debug/variables': { readonly params: DebugSessionParams & { readonly position: number; readonly since: number; readonly path: string }; readonly result: readonly DebugVariable[] | null };
    'hwp/debug/evaluate': { readonly params: DebugMomentParams & { readonly expression: string }; readonly result: DebugValue | DebugError | null };
    /** What a word of a report means, as markdown: a decision (`memory_failure.marked`), a window of a race (`W4`). */
    'hwp/reportWord': { readonly params: { readonly word: string }; readonly result: string | null };
}

/** Notifications of the client by method. */
export interface ClientNotifications {
    /** Pictures in hovers have other colours from now on: the theme of the editor has changed. */
    'hwp/palette': PaletteName;
}

/** Requests of the server by method. */
export interface ServerRequests {
    /** The text of a file, for imports where the server has no files; null when there is none. */
    'hwp/readFile': { readonly params: DocumentParams; readonly result: string | null };
}

/** Notifications of the server by method. */
export interface ServerNotifications {
    /** A document was analysed: after every edit of it, or of what it imports. A deleted one has no scenarios. */
    'hwp/results': DocumentResults | SameResults;
}

/** What the extension tells the view of pictures. */
export type ToView =
    /** Draw this. A step: the one at the cursor, its state is shown; null: the end. What is kept opens the view again in a window that is loaded anew. */
    | { readonly t: 'picture'; readonly picture: ScenarioPicture; readonly step: number | null; readonly keep?: VariantParams }
    /** The cursor went to another step. */
    | { readonly t: 'cursor'; readonly step: number | null }
    /** There is nothing newer to draw, and why; what is drawn stays, and is marked as old. */
    | { readonly t: 'note'; readonly words: string };

/** What the view tells the extension. */
export type FromView =
    | { readonly t: 'ready' }
    /** Somebody chose a part that leads to the text. */
    | { readonly t: 'goTo'; readonly uri: string; readonly line: number; readonly column: number }
    /** Somebody chose a variant. */
    | { readonly t: 'variant'; readonly name: string }
    /** It has drawn. `items`: the names of the parts that can be reached by keys, as they are read aloud. */
    | { readonly t: 'drawn'; readonly title: string; readonly step: number | null; readonly note: string; readonly width: number; readonly milliseconds: number; readonly parts: readonly { readonly title: string; readonly items: readonly string[] }[] };
