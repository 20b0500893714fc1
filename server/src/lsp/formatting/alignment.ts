/** Columns that somebody has lined up stay lined up: `=`, `when`, `{` and trailing comments of neighbouring lines. */
import { endOf, type TextToken } from '../cursor/tokens.js';
import type { Line } from './lines.js';

/** A line on its way to its new text. */
export interface Draft {
    readonly line: Line;
    /** Blanks before each token; the first is the indentation. */
    readonly gaps: string[];
}

const ANCHORS: readonly ((token: TextToken) => boolean)[] = [
    ({ text, kind }) => text === '=' && kind === 'symbol',
    ({ text, kind }) => text === 'when' && kind === 'word',
    ({ text, kind }) => text === '{' && kind === 'symbol',
];

/** Widens gaps; `null` are lines that stay as they are. */
export function align(drafts: readonly (Draft | null)[]): void {
    for (const anchor of ANCHORS) {
        groupsOf(drafts, (draft) => anchorOf(draft, anchor)).forEach(({ members }) => {
            if (members.length > 1 && members.some(({ draft, index }) => gapBefore(draft, index) > 1)) {
                const column = Math.max(...members.map(({ draft, index }) => widthBefore(draft, index) + 1));
                members.forEach(({ draft, index }) => widen(draft, index, column));
            }
        });
    }
    groupsOf(drafts, commentOf).forEach(({ members, column }) => {
        const isFree = members.length === 1 && gapBefore(members[0]!.draft, members[0]!.index) <= 1;
        const wanted = isFree ? 0 : column;
        const target = Math.max(wanted, ...members.map(({ draft, index }) => widthBefore(draft, index) + 1));
        members.forEach(({ draft, index }) => widen(draft, index, target));
    });
}

interface Member { readonly draft: Draft; readonly index: number }
interface Group { readonly column: number; readonly members: Member[] }

/** Neighbouring lines whose anchors stand in one column. */
function groupsOf(drafts: readonly (Draft | null)[], find: (draft: Draft) => number): Group[] {
    const groups: Group[] = [];
    let current: Group | undefined;
    for (const draft of drafts) {
        const index = draft === null ? -1 : find(draft);
        if (draft === null || index < 0) {
            current = undefined;
            continue;
        }
        const column = draft.line.tokens[index]!.start - draft.line.start;
        if (current?.column !== column) {
            current = { column, members: [] };
            groups.push(current);
        }
        current.members.push({ draft, index });
    }
    return groups;
}

/** The only anchor of that kind that is not the first token. */
function anchorOf({ line: { tokens } }: Draft, isAnchor: (token: TextToken) => boolean): number {
    const index = tokens.findIndex(isAnchor);
    return index > 0 ? index : -1;
}

function commentOf({ line: { tokens } }: Draft): number {
    const last = tokens.length - 1;
    return last > 0 && tokens[last]!.kind === 'comment' ? last : -1;
}

function gapBefore({ line: { tokens } }: Draft, index: number): number {
    return tokens[index]!.start - endOf(tokens[index - 1]!);
}

function widthBefore({ line: { tokens }, gaps }: Draft, index: number): number {
    let width = gaps[0]!.length;
    for (let at = 0; at < index; at++) {
        width += tokens[at]!.text.length + (at > 0 ? gaps[at]!.length : 0);
    }
    return width;
}

function widen(draft: Draft, index: number, column: number): void {
    draft.gaps[index] = ' '.repeat(Math.max(1, column - widthBefore(draft, index)));
}
