/** Where declarations go in a scenario, and which node a diagnostic points at. */
import { CstUtils, type AstNode } from 'langium';
import type { Range, TextEdit } from 'vscode-languageserver';
import { type Item, type Process, isExpectation, isMachine, isRace, isRepeat, isScenario, isStep, isSweep } from '../../language/generated/ast.js';
import { isDeclaration } from '../../language/lowering/step/steps.js';
import { sceneOf } from '../../language/references/lookup.js';
import type { Scene } from '../../language/references/scenario-symbols.js';
import { indentationOf, insertAt, insertBelow, lineText, type FixContext } from './fix.js';

/** The innermost node that starts where the range does. */
export function nodeAt({ document }: FixContext, { start }: Range): AstNode | undefined {
    const root = document.parseResult.value.$cstNode;
    return root === undefined ? undefined : CstUtils.findLeafNodeAtOffset(root, document.textDocument.offsetAt(start))?.astNode;
}

/** The scenario or machine around a line. */
export function sceneAround({ root }: FixContext, line: number): Scene | undefined {
    return root.elements.find((element): element is Extract<typeof element, Scene> => (isScenario(element) || isMachine(element))
        && element.$cstNode !== undefined && element.$cstNode.range.start.line <= line && element.$cstNode.range.end.line >= line);
}

/** The scene whose settings and names hold at a range: the virtual machine that it is in, or on whose side its step is made, else the scenario or machine. */
export function sceneAt(context: FixContext, range: Range): Scene | undefined {
    const node = nodeAt(context, range);
    const side = isStep(node) || isExpectation(node) ? node.guest?.ref : undefined;
    return side ?? (node === undefined ? undefined : sceneOf(node)) ?? sceneAround(context, range.start.line);
}

/** A new declaration: below the last one, above the first step. */
export function declare(scene: Scene, lines: readonly string[], context: FixContext): TextEdit | undefined {
    const declarations = declarationsOf(scene.items);
    const last = declarations.at(-1)?.$cstNode?.range;
    const start = scene.$cstNode?.range.start.line;
    const first = scene.items[0]?.$cstNode?.range;
    if (start === undefined) {
        return undefined;
    }
    const indentation = last !== undefined ? indentationOf(lineText(context, last.start.line)) : first !== undefined && first.start.line !== start ? indentationOf(lineText(context, first.start.line)) : indentationOf(lineText(context, start)) + context.indent;
    const indented = lines.map((line) => indentation + line);
    return last !== undefined && last.end.line !== start ? insertBelow(context, last.end.line, indented) : openBlock(scene, indented, context);
}

/** As the first lines of the block. */
export function declareFirst(scene: Scene, lines: readonly string[], context: FixContext): TextEdit | undefined {
    const start = scene.$cstNode?.range.start.line;
    if (start === undefined) {
        return undefined;
    }
    const first = scene.items.find((item) => item.$cstNode?.range.start.line !== start)?.$cstNode?.range.start.line;
    const indentation = first === undefined ? indentationOf(lineText(context, start)) + context.indent : indentationOf(lineText(context, first));
    return openBlock(scene, lines.map((line) => indentation + line), context);
}

/** Behind the opening brace; what stands on its line goes to the next. */
export function openBlock(node: AstNode, lines: readonly string[], context: FixContext): TextEdit | undefined {
    const brace = braceOf(node, context);
    if (brace === undefined) {
        return undefined;
    }
    const rest = lineText(context, brace.line).slice(brace.character);
    const breaksLine = rest.trim() !== '' && !/^\s*(\/\/|\/\*)/.test(rest);
    return breaksLine ? insertAt(brace.line, brace.character, `${lines.map((line) => `\n${line}`).join('')}\n${indentationOf(lines[0] ?? '')}`) : insertBelow(context, brace.line, lines);
}

function braceOf(node: AstNode, { document }: FixContext): { readonly line: number; readonly character: number } | undefined {
    const brace = node.$cstNode === undefined ? undefined : CstUtils.flattenCst(node.$cstNode).find(({ text, hidden }) => !hidden && text === '{');
    return brace === undefined ? undefined : document.textDocument.positionAt(brace.end);
}

/** A new member of a process: its block is opened if it has none. */
export function declareIn(process: Process, line: string, context: FixContext): TextEdit | undefined {
    const range = process.$cstNode?.range;
    if (range === undefined) {
        return undefined;
    }
    const outer = indentationOf(lineText(context, range.start.line));
    const inner = outer + context.indent;
    const last = process.items.at(-1)?.$cstNode?.range.end;
    if (last !== undefined) {
        return last.line !== range.start.line ? insertBelow(context, last.line, [inner + line]) : insertAt(last.line, last.character, `; ${line}`);
    }
    return openBlock(process, [inner + line], context) ?? insertAt(range.end.line, range.end.character, ` {\n${inner}${line}\n${outer}}`);
}

export function declarationsOf(items: readonly Item[]): Item[] {
    const firstStep = firstStepIndex(items);
    return items.slice(0, firstStep);
}

export function firstStepIndex(items: readonly Item[]): number {
    const index = items.findIndex((item) => isStep(item) && !isDeclaration(item, true) || isRepeat(item) || isSweep(item) || isExpectation(item) || isRace(item));
    return index < 0 ? items.length : index;
}
