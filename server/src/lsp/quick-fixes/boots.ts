/** Mends of what cannot be said of a boot, or below it. */
import type { Diagnostic, Range } from 'vscode-languageserver';
import { isExpectation, isStep, type Item } from '../../language/generated/ast.js';
import { PROPOSALS } from '../../vocabulary/proposals.js';
import { KERNELS } from '../../vocabulary/kernels.js';
import { expectationLinesBelow } from './expectations.js';
import { insertAt, lineText, removeLines, replace, textAt, type Fix, type FixContext } from './fix.js';
import { messageOf, setSetting, within } from './mends.js';
import { nodeAt, sceneAround } from './places-in-scene.js';

/** The next kernel is given what there is. */
export function bootMemoryFixes(diagnostic: Diagnostic): Fix[] {
    const size = /has ([\d.]+ MiB) of RAM/.exec(messageOf(diagnostic))?.[1];
    return size === undefined ? [] : [{ title: `Change to \`${size}\``, diagnostic, preferred: true, edits: [replace(diagnostic.range, size)] }];
}

/** The carriers that the message names, or the kernel with which the carrier exists. */
export function carrierFixes(diagnostic: Diagnostic, context: FixContext): Fix[] {
    const message = messageOf(diagnostic);
    const others = /\. Carry (.*)\.$/.exec(message)?.[1];
    if (others !== undefined) {
        return [...others.matchAll(/`([^`]+)`/g)].flatMap(([, carrier = '']) => carrying(carrier, diagnostic, context));
    }
    const [, lacking, proposal] = /`kernel (\S+).* with (\S+)`, or carry/.exec(message) ?? [];
    const since = /the first that has it is ([\d.]+)\./.exec(message)?.[1];
    const version = KERNELS.find((kernel) => kernel.version === lacking)?.version;
    const kernel = since !== undefined ? since
        : version !== undefined && proposal !== undefined && (PROPOSALS as Readonly<Record<string, { readonly appliesTo: readonly string[] }>>)[proposal]?.appliesTo.includes(version) === true ? `${version} with ${proposal}` : undefined;
    return [...kernel === undefined ? [] : choosing(kernel, lacking, diagnostic, context), ...carrying('nothing', diagnostic, context)];
}

function carrying(carrier: string, diagnostic: Diagnostic, context: FixContext): Fix[] {
    const match = /\bcarry\s+([\w-]+)/.exec(textAt(context, diagnostic.range));
    return match === null ? [] : [{ title: `Carry \`${carrier}\``, diagnostic, edits: [replace(within(context, diagnostic.range, match.index, match[0].length), `carry ${carrier}`)] }];
}

/** The kernel that is booted, where the step names it; else the scenario's. */
function choosing(kernel: string, lacking: string | undefined, diagnostic: Diagnostic, context: FixContext): Fix[] {
    const match = /\bkernel\s+([\d.]+)/.exec(textAt(context, diagnostic.range));
    if (match !== null && (lacking === undefined || match[1] === lacking)) {
        return [{ title: `Boot \`kernel ${kernel}\``, diagnostic, preferred: true, edits: [replace(within(context, diagnostic.range, match.index, match[0].length), `kernel ${kernel}`)] }];
    }
    const scene = sceneAround(context, diagnostic.range.start.line);
    return scene === undefined ? [] : [{ title: `Say \`kernel ${kernel}\``, diagnostic, preferred: true, edits: setSetting(scene, `kernel ${kernel}`, context) }];
}

/** A step goes above the boot, with what is expected of it; an expectation goes. */
export function formerKernelFixes(diagnostic: Diagnostic, context: FixContext): Fix[] {
    const item = itemOf(diagnostic.range, context);
    const range = item?.$cstNode?.range;
    const boot = Number(/ that line (\d+) replaces/.exec(messageOf(diagnostic))?.[1] ?? NaN) - 1;
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
