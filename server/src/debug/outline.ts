/** A kernel function as a text: its decisions in order, the one that was taken and what would have taken the others. */
import { decisions, type DecisionId } from '../vocabulary/decisions.js';
import { outlineOf, type Call } from '../vocabulary/kernel-functions.js';
import type { DebugTimeline } from './timeline.js';

export interface Outline {
    readonly text: string;
    /** Line of the decision that was taken last; that of the name where none was. */
    readonly line: number;
}

/** Lines before the first decision, and lines of each. */
const HEAD = 3;
const EACH = 2;

/** The decision that stands at a line of the outline of a function, and its first line; null where none does. */
export function decisionAtLine(kernelFunction: string, line: number): { readonly id: DecisionId; readonly line: number } | null {
    const index = Math.floor((line - HEAD) / EACH);
    const row = outlineOf(kernelFunction)[index];
    return row === undefined ? null : { id: row.id, line: HEAD + EACH * index };
}

/** @param call the call that is shown, null for the function as such */
export function outline(timeline: DebugTimeline, kernelFunction: string, call: Call | null, position: number, side: string): Outline {
    const taken = call === null ? [] : timeline.decisionsOf(call, position, side);
    const last = taken.at(-1);
    const latestOf = new Map(taken.map((decision) => [decision.id, decision]));
    const rows = outlineOf(kernelFunction);
    const lines = [`${kernelFunction}()`, call === null ? '' : `  ${pathWords(call)}`, ''];
    for (const { id, when } of rows) {
        const latest = latestOf.get(id);
        const mark = latest === undefined ? ' ' : latest === last ? '▶' : '✓';
        const values = latest === undefined ? [] : [...latest.pfn === undefined ? [] : [`pfn 0x${latest.pfn.toString(16)}`], ...latest.note === undefined ? [] : [latest.note]];
        lines.push(`${mark} ${decisions()[id].text}${values.length === 0 ? '' : ` (${values.join(', ')})`} [${id}]`);
        lines.push(latest === undefined ? `      not taken; it is when: ${when}` : `      taken, because: ${when}`);
    }
    if (rows.length === 0) lines.push('  It takes no decision of its own that the model tells apart.');
    const changes = last?.changes ?? [];
    if (changes.length > 0) lines.push('', 'changed by the decision', ...changes.map(({ of, key, field, before, after }) => `  ${of} ${key} ${field}: ${before} → ${after}`));
    return { text: `${lines.join('\n')}\n`, line: lineOf(rows, last?.id) };
}

/** Line of the outline of a function at which a call stands: that of the decision that it has taken last. */
export function outlineLine(timeline: DebugTimeline, call: Call, position: number, side: string): number {
    return lineOf(outlineOf(call.function), timeline.decisionsOf(call, position, side).at(-1)?.id);
}

function lineOf(rows: ReturnType<typeof outlineOf>, last: DecisionId | undefined): number {
    const at = rows.findIndex(({ id }) => id === last);
    return at < 0 ? 0 : HEAD + EACH * at;
}

/** `hwpoison_inject() → memory_failure() → get_any_page()`. */
function pathWords(call: Call): string {
    const names: string[] = [];
    for (let at: Call | null = call; at !== null; at = at.caller) names.unshift(at.function === '' ? 'meanwhile' : `${at.function}()`);
    return names.join(' → ');
}
