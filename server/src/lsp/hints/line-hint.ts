import type { Position } from 'vscode-languageserver';

/** A hint at the end of a line; one without parts is none. */
export interface LineHint {
    readonly line: number;
    readonly parts: readonly HintPart[];
}

/** A piece of a hint, which the editor can follow by itself. */
export interface HintPart {
    readonly text: string;
    /** The step that it is the result of; absent for what holds by default. */
    readonly step?: Position;
}

/** Stands between the parts of a hint. */
export const BETWEEN_PARTS = ' | ';
