/**
 * What there is to draw of a scenario, as plain data: without coordinates, which depend on the window. Made from a trace on the
 * server, drawn in a file of the command line or in the view of the editor.
 */
import type { ScenarioStatus } from '../../report/judgement/scenario-status.js';
import type { SummaryKind } from '../../report/step/summary-kind.js';

/** A place in a text; lines and UTF-16 columns from 0. */
export interface Spot {
    readonly uri: string;
    readonly line: number;
    readonly column: number;
}

/** Something that leads to a line of the text. */
export interface Spotted {
    readonly spot: Spot | null;
}

export interface ScenarioPicture extends Spotted {
    readonly title: string;
    readonly status: ScenarioStatus;
    /** `kernel 7.3, arm64`. */
    readonly machine: string;
    /** Line after which the scenario ends. */
    readonly lastLine: number;
    /** Names of the variants; none when nothing is varied. */
    readonly variants: readonly string[];
    /** Index of the variant that is shown. */
    readonly shown: number;
    /** The steps as they stand in the text. */
    readonly steps: readonly PictureStep[];
    readonly parts: readonly PicturePart[];
    /** What the reader should know: why something is not drawn. */
    readonly notes: readonly string[];
}

export interface PictureStep extends Spotted {
    /** As it is written: `corrupt-pfn bad`. */
    readonly words: string;
    /** `DIRTY_LRU Recovered · AO→db.main`. */
    readonly summary: string;
}

export type PicturePart = TimeLine | MemoryMap | Shares | VariantMarks | RaceDiagram;

// ---- time line

export interface TimeLine {
    readonly kind: 'time-line';
    readonly lanes: readonly Lane[];
    readonly rows: readonly (TimeRow | TimeFold)[];
}

/** Somebody who acts or is acted on. */
export interface Lane {
    readonly name: string;
    readonly sort: 'outside' | 'thread' | 'guest' | 'cpu' | 'kernel';
}

/** A step. Marks name lanes by their index in `lanes`. */
export interface TimeRow {
    readonly t: 'step';
    /** Index in `ScenarioPicture.steps`. */
    readonly step: number;
    readonly timeNs: number;
    /** Time since the step before, where the text lets some pass. */
    readonly gapNs: number;
    /** Index of the lane that makes the step. */
    readonly actor: number;
    readonly skipped: boolean;
    /** Begins with this phase. */
    readonly phase: string;
    readonly marks: readonly TimeMark[];
}

export type TimeMarkSort = 'act' | 'decision' | 'result' | 'signal' | 'death' | 'data' | 'oops' | 'panic' | 'boot' | 'more';

export interface TimeMark {
    readonly sort: TimeMarkSort;
    /** Index of the lane that it happens on, or that it comes from. */
    readonly from: number;
    /** An arrow leads to that lane. */
    readonly to?: number;
    readonly words: string;
    /** More words for whoever asks: the decisions behind the function. */
    readonly detail?: string;
}

/** Steps that are not drawn. */
export interface TimeFold {
    readonly t: 'fold';
    readonly firstStep: number;
    readonly lastStep: number;
}

// ---- memory map

/** What can be seen of a frame, the gravest last: each has a colour and a sign. */
export const FRAME_SIGNS = ['recovered', 'delayed', 'failed', 'ignored', 'offlined', 'unpoisoned', 'handed-out', 'bad', 'poisoned', 'lost'] as const;
export type FrameSign = typeof FRAME_SIGNS[number];

export interface MemoryMap {
    readonly kind: 'memory-map';
    /** '' for the host. */
    readonly guest: string;
    readonly pageShift: number;
    /** Frames of RAM: from, and the first after it. */
    readonly firstPfn: number;
    readonly endPfn: number;
    readonly nodes: readonly MapNode[];
    /** What memory is put to, by the first frame, not overlapping; the rest is free. */
    readonly areas: readonly MapArea[];
    readonly processes: readonly MapProcess[];
    /** Frames, and runs of equal ones, where something happened; by the first frame. */
    readonly frames: readonly FrameHistory[];
    /** Large folios that a step cut into base pages. */
    readonly splits: readonly { readonly step: number; readonly pfn: number; readonly pageCount: number }[];
    /** Memory blocks that a step set offline or online again. */
    readonly blocks: readonly MapBlock[];
    /** Runs of frames that were put together with a neighbour, as there were too many. */
    readonly joined: number;
}

export interface MapBlock { readonly step: number; readonly pfn: number; readonly pageCount: number; readonly isOffline: boolean; }

export interface MapNode { readonly id: number; readonly pfn: number; readonly pageCount: number; }

export interface MapArea extends Spotted {
    readonly pfn: number;
    readonly pageCount: number;
    readonly name: string;
    readonly kind: string;
    /** Size of its folios, log2 base pages. */
    readonly order: number;
}

export interface MapProcess extends Spotted {
    readonly name: string;
    /** Step that ended it; null when it lives on. */
    readonly ends: number | null;
    readonly mappings: readonly MapMapping[];
}

export interface MapMapping extends Spotted {
    readonly name: string;
    readonly pageCount: number;
    /** Runs of pages with the frames behind them at the start. */
    readonly runs: readonly { readonly page: number; readonly pageCount: number; readonly pfn: number }[];
    /** Pages whose entry a step changed. */
    readonly changes: readonly { readonly step: number; readonly page: number; readonly pfn: number; readonly after: string }[];
}

export interface FrameHistory {
    readonly pfn: number;
    readonly lastPfn: number;
    /** Frames in the run: all from the first to the last, unless runs were put together. */
    readonly pageCount: number;
    /** `bad`, `db:heap[2]`. */
    readonly names: readonly string[];
    readonly moments: readonly FrameMoment[];
}

/** From that step on. */
export interface FrameMoment {
    readonly step: number;
    /** In the order of `FRAME_SIGNS`. */
    readonly signs: readonly FrameSign[];
    /** What the step did to it. */
    readonly words: string;
}

// ---- shares

export interface Shares extends Spotted {
    readonly kind: 'shares';
    readonly title: string;
    readonly headline: string;
    readonly step: number;
    readonly groups: readonly ShareGroup[];
    /** The limit that ended the sweep early; '' when there was none. */
    readonly limit: string;
}

export interface ShareGroup {
    /** `all pages`, `by region`, `by node`, `by setting`. */
    readonly name: string;
    readonly bars: readonly ShareBar[];
}

export interface ShareBar {
    readonly name: string;
    readonly pageCount: number;
    readonly size: string;
    readonly shares: readonly SharePart[];
}

export interface SharePart {
    /** `Recovered`, `panic`. */
    readonly fate: string;
    readonly kind: SummaryKind;
    readonly pageCount: number;
    /** `25.3 %`. */
    readonly percent: string;
    /** What tells it from others of the same fate. */
    readonly words: string;
}

// ---- variants

export interface VariantMarks {
    readonly kind: 'variants';
    /** Names of what is varied. */
    readonly heads: readonly string[];
    readonly rows: readonly VariantRow[];
    /** Steps in which variants differ. */
    readonly columns: readonly VariantColumn[];
    readonly leftOut: readonly string[];
}

export interface VariantRow {
    readonly values: readonly string[];
    readonly name: string;
    readonly status: ScenarioStatus;
    /** For each column, the index of what it comes to. */
    readonly outcomes: readonly number[];
}

export interface VariantColumn extends Spotted {
    readonly step: number;
    readonly outcomes: readonly string[];
}

// ---- races

export interface RaceDiagram extends Spotted {
    readonly kind: 'races';
    readonly step: number;
    readonly title: string;
    /** In the order of the handler, with what stands between them. */
    readonly windows: readonly { readonly id: string; readonly words: string }[];
    readonly competitors: readonly string[];
    readonly outcomes: readonly RaceRow[];
    /** `4 outcomes in 30 interleavings`. */
    readonly headline: string;
}

export interface RaceRow {
    readonly words: string;
    readonly kind: SummaryKind;
    readonly interleavings: number;
    /** Each way: the moves, by the index of window and competitor. */
    readonly ways: readonly (readonly { readonly window: number; readonly competitor: number; readonly what: string }[])[];
}
