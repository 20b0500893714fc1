/** Mends of what cannot be said of a boot, or below it. */
import type { Diagnostic, Range } from 'vscode-languageserver';
import { isExpectation, isStep, type Item } from '../../language/generated/ast.js';
import { expectationLinesBelow } from './expectations.js';
import { dataOf, insertAt, lineText, removeLines, replace, textAt, type Fix, type FixContext } from './fix.js';
import { setSetting, within } from './mends.js';
import { nodeAt, sceneAround } from './places-in-scene.js';

/** A kernel with which the carrier exists, or what can be carried instead. */
export function carrierFixes(diagnostic: Diagnostic, context: FixContext): Fix[] {
    const { settings = [], values = [], lackingKernel } = dataOf(diagnostic);
    return [
        ...settings.flatMap((setting) => choosing(setting, lackingKernel, diagnostic, context)),
        ...values.flatMap((carrier) => carrying(carrier, diagnostic, context)),
    ];
}

function carrying(carrier: string, diagnostic: Diagnostic, context: FixContext): Fix[] {
    const match = /\bcarry\s+([\w-]+)/.exec(textAt(context, diagnostic.range));
    return match === null ? [] : [{ title: `Carry \`${carrier}\``, diagnostic, edits: [replace(within(context, diagnostic.range, match.index, match[0].length), `carry ${carrier}`)] }];
}

/** `kernel 6.16`, for the kernel that is booted, where the step names it; else for the scenario's. */
function choosing(setting: string, lacking: string | undefined, diagnostic: Diagnostic, context: FixContext): Fix[] {
    const match = /\bkernel\s+([\d.]+)/.exec(textAt(context, diagnostic.range));
    if (match !== null && (lacking === undefined || match[1] === lacking)) {
        return [{ title: `Boot \`${setting}\``, diagnostic, preferred: true, edits: [replace(within(context, diagnostic.range, match.index, match[0].length), setting)] }];
    }
    const scene = sceneAround(context, diagnostic.range.start.line);
    return scene === undefined ? [] : [{ title: `Say \`${setting}\``, diagnostic, preferred: true, edits: setSetting(scene, setting, context) }];
}

/** A step goes above the boot, with what is expected of it; an expectation goes. */
export function formerKernelFixes(diagnostic: Diagnostic, context: FixContext): Fix[] {
    const item = itemOf(diagnostic.range, context);
    const range = item?.$cstNode?.range;
    const { line: boot = -1 } = dataOf(diagnostic);
    if (item === undefined || range === undefined || lineText(context, range.start.line).slice(0, range.start.character).trim() !== '') {
        return [];
    }
    if (isExpectation(item)) {
        return [{ title: 'Remove this expectation', diagnostic, edits: [removeLines(range.start.line, range.end.line)] }];
    }
    if (!isStep(item) || item.time !== undefined || !(boot >= 0 && boot < range.start.line) || /;/.test(lineText(context, boot))) {
        return [];
    }
    const last = expectationLinesBelow(range.end.line, context).at(-1) ?? range.end.line;
    const lines = textAt(context, { start: { line: range.start.line, character: 0 }, end: { line: last + 1, character: 0 } }).replace(/\r?\n?$/, '\n');
    return [{ title: `Move it above line ${boot + 1}`, diagnostic, preferred: true, edits: [insertAt(boot, 0, lines), removeLines(range.start.line, last)] }];
}

function itemOf(range: Range, context: FixContext): Item | undefined {
    for (let node = nodeAt(context, range); node !== undefined; node = node.$container) {
        if (isStep(node) || isExpectation(node)) {
            return node;
        }
    }
    return undefined;
}
