/** Mends of one kind of diagnostic, where there is one mend that anybody would choose; one row a code. */
import type { Diagnostic, Range } from 'vscode-languageserver';
import { isKernelSetting, isMapping, isPlace, isSetting, isVary, type Item } from '../../language/generated/ast.js';
import { meantBy } from '../../language/parser/characters.js';
import { scenesOf, type Scene } from '../../language/references/scenario-symbols.js';
import { dataOf, indentationOf, insertAt, lineText, removeLines, replace, textAt, type Fix, type FixContext, type FixMaker } from './fix.js';
import { declareFirst, firstStepIndex, nodeAt, sceneAround, sceneAt } from './places-in-scene.js';
import { DEFAULT_KERNEL } from '../../vocabulary/kernels.js';

/** The item, or the member of a process, that a range is in. */
function itemAt(context: FixContext, range: Range): Range | undefined {
    for (let node = nodeAt(context, range); node !== undefined; node = node.$container) {
        if (node.$containerProperty === 'items' || node.$containerProperty === 'elements') {
            return node.$cstNode?.range;
        }
    }
    return undefined;
}

/** Makes a setting that the scene does not make, or changes the one it makes. */
export function setSetting(scene: Scene, setting: string, context: FixContext): Fix['edits'] {
    const word = setting.split(' ', 1)[0];
    const made = scene.items.find((item) => isKernelSetting(item) ? word === 'kernel' : isSetting(item) && item.word === word)?.$cstNode?.range;
    const added = made === undefined ? declareFirst(scene, [setting], context) : replace(made, setting);
    return added === undefined ? [] : [added];
}

/** `kernel 7.3`, `memory 4 GiB`, `swap sw = ...`: a line of its own. */
export const bySetting: FixMaker = (diagnostic, context) => {
    const scene = sceneAt(context, diagnostic.range);
    const { settings = [], lackingKernel } = dataOf(diagnostic);
    return scene === undefined ? [] : settings.filter((setting) => !setting.startsWith('kernel ') || runsOn(lackingKernel, scene))
        .map((setting) => ({ title: `Say \`${setting}\``, diagnostic, preferred: true, edits: setSetting(scene, setting, context) }));
};

/** Is the kernel the one that the scene sets, or has without a setting? It can be varied, or booted by a step. */
function runsOn(kernel: string | undefined, scene: Scene): boolean {
    const set = scenesOf(scene).flatMap(({ items }) => items).find(isKernelSetting);
    return kernel !== undefined && (set === undefined ? kernel === DEFAULT_KERNEL : set.kernel?.version === kernel) && !scene.items.some((item) => isVary(item) && item.word === 'kernel');
}

/** The line is limited to the kernels on which it can hold. */
const guard: FixMaker = (diagnostic, context) => {
    const { guard: condition } = dataOf(diagnostic);
    const item = itemAt(context, diagnostic.range);
    return condition === undefined || item === undefined || item.start.line !== item.end.line || /\bwhen\b|\{/.test(textAt(context, item)) ? []
        : [{ title: `Expect it only \`when ${condition}\``, diagnostic, preferred: true, edits: [insertAt(item.end.line, item.end.character, ` when ${condition}`)] }];
};

/** Removes the item, with its lines when it has them for itself. */
function removeItem(title: string): FixMaker {
    return (diagnostic, context) => {
        const range = itemAt(context, diagnostic.range);
        if (range === undefined) {
            return [];
        }
        const alone = lineText(context, range.start.line).slice(0, range.start.character).trim() === '' && /^\s*(\/\/.*)?$/.test(lineText(context, range.end.line).slice(range.end.character));
        return [{ title, diagnostic, edits: [alone ? removeLines(range.start.line, range.end.line) : replace(range, '')] }];
    };
}

/** Removes the first words of the item that fit, with the blanks before them. */
function removeWords(words: RegExp): FixMaker {
    return (diagnostic, context) => {
        const item = itemAt(context, diagnostic.range);
        const match = item === undefined ? null : new RegExp(`\\s+(${words.source})(?![\\w-])`).exec(textAt(context, item));
        return item === undefined || match === null ? [] : [{ title: `Remove \`${match[1]!}\``, diagnostic, preferred: true, edits: [replace(within(context, item, match.index, match[0].length), '')] }];
    };
}

/** How attributes of mappings are written, with their values. */
const WRITTEN: Readonly<Record<string, RegExp>> = { swapped: /swapped/, swapcache: /swapcache\s+\w+/, ksm: /ksm\s+[\w-]+/, thp: /thp/, folio: /folio\s+\d+\s*\w+/ };

/** Removes the attribute that should go. */
const removeOffending: FixMaker = (diagnostic, context) => {
    const { attributes = [] } = dataOf(diagnostic);
    return attributes.length === 0 ? [] : removeWords(new RegExp(attributes.map((name) => WRITTEN[name]?.source ?? name).join('|')))(diagnostic, context);
};

/** Replaces the first words of the item that fit. */
function changeWords(words: RegExp, change: (diagnostic: Diagnostic, found: string) => string | undefined): FixMaker {
    return (diagnostic, context) => {
        const item = itemAt(context, diagnostic.range);
        const match = item === undefined ? null : words.exec(textAt(context, item));
        const text = match === null ? undefined : change(diagnostic, match[1]!);
        if (item === undefined || match === null || text === undefined) {
            return [];
        }
        return [{ title: `Change to \`${text}\``, diagnostic, preferred: true, edits: [replace(within(context, item, match.index + match[0].indexOf(match[1]!), match[1]!.length), text)] }];
    };
}

/** What to write in the place of the value. */
function firstValue(diagnostic: Diagnostic): string | undefined {
    return dataOf(diagnostic).values?.[0];
}

export function within({ document }: FixContext, { start }: Range, at: number, length: number): Range {
    const offset = document.textDocument.offsetAt(start) + at;
    return { start: document.textDocument.positionAt(offset), end: document.textDocument.positionAt(offset + length) };
}

function append(text: string, title: string): FixMaker {
    return (diagnostic) => [{ title, diagnostic, preferred: true, edits: [insertAt(diagnostic.range.end.line, diagnostic.range.end.character, text)] }];
}

/** Declarations below a step go above the first one. */
const moveUp: FixMaker = (diagnostic, context) => {
    const scene = sceneAround(context, diagnostic.range.start.line);
    const range = itemAt(context, diagnostic.range);
    const first = scene === undefined ? undefined : scene.items[firstStepIndex(scene.items)]?.$cstNode?.range.start;
    if (range === undefined || first === undefined || first.line >= range.start.line) {
        return [];
    }
    const lines = textAt(context, { start: { line: range.start.line, character: 0 }, end: { line: range.end.line + 1, character: 0 } }).replace(/\r?\n?$/, '\n');
    return [{ title: 'Move it above the first step', diagnostic, preferred: true, edits: [insertAt(first.line, 0, lines), removeLines(range.start.line, range.end.line)] }];
};

/** Pages that nobody has touched are touched where they are declared. */
const touch: FixMaker = (diagnostic, context) => {
    const { name } = dataOf(diagnostic);
    const place = nodeAt(context, diagnostic.range);
    const scene = sceneAround(context, diagnostic.range.start.line);
    const mapping = [...(scene?.items ?? []) as readonly Item[]].flatMap((item) => item.$type === 'Process' ? item.items.filter(isMapping) : []).filter((candidate) => candidate.name === name);
    const range = mapping.length === 1 ? mapping[0]!.$cstNode?.range : isPlace(place) ? place.target.ref?.$cstNode?.range : undefined;
    const at = range === undefined ? -1 : textAt(context, range).search(/\buntouched\b/);
    return range === undefined || at < 0 ? [] : [{ title: `Write the pages of \`${name}\``, diagnostic, preferred: true, edits: [replace(within(context, range, at, 'untouched'.length), 'written')] }];
};

/** An attribute that is said twice, with its value; it can have two words, of which the range is the first. */
const removeAttribute: FixMaker = (diagnostic, context) => {
    const { line, character } = diagnostic.range.start;
    const text = lineText(context, line);
    const attribute = dataOf(diagnostic).word ?? '';
    const said = text.startsWith(attribute, character) ? attribute : textAt(context, diagnostic.range);
    const end = character + said.length;
    const value = /^\s+is\s+[\w-]+/.exec(text.slice(end))?.[0] ?? /^\s+("[^"]*"|0x[0-9a-f]+|[0-9][\w.]*(\s+(KiB|MiB|GiB|pages?|B))?)/i.exec(text.slice(end))?.[0] ?? '';
    // What stands in a list goes with its comma.
    const blanks = /(,?\s*|\s*where\s+)$/.exec(text.slice(0, character))![0];
    return [{ title: `Remove \`${said}\``, diagnostic, preferred: true, edits: [replace({ start: { line, character: character - blanks.length }, end: { line, character: end + value.length } }, '')] }];
};

const guardOrKernel: FixMaker = (diagnostic, context) => [...guard(diagnostic, context), ...bySetting(diagnostic, context)];

const kernelOrRemoval: FixMaker = (diagnostic, context) => [...bySetting(diagnostic, context), ...removeItem('Remove the line')(diagnostic, context)];

/** The block's own line says where the brace belongs. */
const closeBlock: FixMaker = (diagnostic, context) => {
    const { line: opener, atEnd = false } = dataOf(diagnostic);
    if (opener === undefined) {
        return [];
    }
    const indentation = indentationOf(lineText(context, opener));
    const { textDocument } = context.document;
    const text = textDocument.getText();
    const edit = atEnd ? insertAt(textDocument.positionAt(text.length).line, textDocument.positionAt(text.length).character, `${text.endsWith('\n') ? '' : '\n'}${indentation}}\n`)
        : insertAt(diagnostic.range.start.line, 0, `${indentation}}\n`);
    return [{ title: 'Close the block', diagnostic, preferred: true, edits: [edit] }];
};

/** The expectation goes to a line below, a level deeper. */
function ownLine(diagnostic: Diagnostic, context: FixContext): readonly Fix[] {
    const [expectation] = dataOf(diagnostic).values ?? [];
    const { start } = diagnostic.range;
    const line = lineText(context, start.line);
    const before = line.slice(0, start.character).trimEnd().length;
    const indentation = indentationOf(line);
    return expectation === undefined ? [] : [{
        title: 'Put it on a line of its own', diagnostic, preferred: true,
        edits: [replace({ start: { line: start.line, character: before }, end: { line: start.line, character: start.character + expectation.length } }, `\n${indentation}${context.indent}${expectation}`)],
    }];
}

export const MENDS: Readonly<Record<string, FixMaker>> = {
    'hwp/unclosed-string': append('"', 'Close the text'),
    'hwp/unclosed-comment': (diagnostic, { document: { textDocument } }) => {
        const end = textDocument.positionAt(textDocument.getText().trimEnd().length);
        return [{ title: 'Close the comment at the end of the file', diagnostic, edits: [insertAt(end.line, end.character, ' */')] }];
    },
    'hwp/unclosed-block': closeBlock,
    'hwp/stray-brace': (diagnostic) => [{ title: 'Remove `}`', diagnostic, preferred: true, edits: [replace(diagnostic.range, '')] }],
    // Behind a string that is not closed it would be part of it.
    'hwp/missing-brace': (diagnostic, context) => lineText(context, diagnostic.range.start.line).replaceAll(/\\./g, '').split('"').length % 2 === 0 ? [] : [{ title: 'Add `{`', diagnostic, preferred: true, edits: [insertAt(diagnostic.range.start.line, lineText(context, diagnostic.range.start.line).replace(/\s*(\/\/.*)?$/, '').length, ' {')] }],
    'expect/same-line': ownLine,
    'hwp/repeated-attribute': removeAttribute,
    'hwp/conflicting-attributes': removeAttribute,
    'setting/repeated': removeItem('Remove this one'),
    'import/unused': removeItem('Remove the import'),
    'import/missing': removeItem('Remove the import'),
    'import/path': removeItem('Remove the import'),
    'import/cyclic': removeItem('Remove the import'),
    'hwp/unexpected-character': (diagnostic, context) => {
        const mend = meantBy(textAt(context, diagnostic.range)) ?? '';
        return [{ title: mend === '' ? 'Remove it' : `Change to \`${mend}\``, diagnostic, preferred: true, edits: [replace(diagnostic.range, mend)] }];
    },
    'machine/not-on-arch': removeItem('Remove the line'),
    'guest/arch': removeItem('Remove the line'),
    'race/serialised': removeItem('Remove the race'),
    'race/unfit': removeItem('Remove the race'),
    'race/no-step': removeItem('Remove the race'),
    'thread/sigbus': removeItem('Remove the line'),
    'scenario/misplaced': removeItem('Remove the item'),
    'expect/unfit-in-sweep': removeItem('Remove the expectation'),
    'expect/share-without-sweep': removeWords(/at\s+(?:least|most)\s+[\d._]+\s*%/),
    'process/forked-in-circle': removeWords(/forked\s+from\s+[\w-]+/),
    'expect/contradiction': removeItem('Remove this expectation'),
    'step/dead-process': removeItem('Remove the step'),
    'scenario/declaration-after-step': moveUp,
    'scenario/duplicate-title': changeWords(/^scenario\s+("[^"]*")/, (_diagnostic, title) => `${title.slice(0, -1)} (2)"`),
    'step/time-backwards': changeWords(/^at\s+([0-9])/, (_diagnostic, digit) => `+${digit}`),
    'sysctl/not-on-kernel': kernelOrRemoval,
    'filter/not-on-kernel': kernelOrRemoval,
    'config/not-on-kernel': kernelOrRemoval,
    'step/not-on-kernel': kernelOrRemoval,
    'file/not-on-kernel': bySetting,
    'mapping/not-on-kernel': bySetting,
    'expect/not-on-kernel': guardOrKernel,
    'expect/impossible-pair': guardOrKernel,
    'file/folio-unsupported': bySetting,
    'region/outside-memory': bySetting,
    'machine/memory-overcommitted': bySetting,
    'mapping/no-swap': bySetting,
    'machine/no-such-cpu': bySetting,
    'machine/page-size': bySetting,
    'sysctl/out-of-range': changeWords(/=\s*(-?\w+)/, firstValue),
    'pmem/overlaps-memory': changeWords(/((?:phys|pfn)\s+0x[0-9a-fA-F]+|(?:phys|pfn)\s+[0-9]+(?:\s+[KMG]iB)?)/, firstValue),
    'file/type-mismatch': changeWords(/=\s*([\w-]+)/, firstValue),
    'filesystem/dax-unsupported': (diagnostic, context) => [...changeWords(/=\s*([\w-]+)/, firstValue)(diagnostic, context), ...bySetting(diagnostic, context)],
    'mapping/hugetlb-swap': removeOffending,
    'mapping/state-impossible': removeOffending,
    'mapping/ksm': removeOffending,
    'mapping/overlap': removeWords(/at\s+address\s+\w+/),
    'region/overlap': removeWords(/at\s+(?:pfn|phys)\s+\w+(?:\s+[KMG]iB)?/),
    'region/needs-hole': removeWords(/at\s+(?:pfn|phys)\s+\w+(?:\s+[KMG]iB)?/),
    'process/duplicate-id': removeWords(/[pt]id\s+\d+/),
    'process/comm-too-long': changeWords(/comm\s+("[^"]*")/, (diagnostic) => `"${firstValue(diagnostic)}"`),
    'place/untouched': touch,
    'pin/not-present': touch,
    'hugetlb/pool-too-small': poolSize,
};

/** The pool gets as many pages as are in use. */
function poolSize(diagnostic: Diagnostic, context: FixContext): Fix[] {
    const { line } = dataOf(diagnostic);
    const pages = firstValue(diagnostic);
    const match = line === undefined ? null : /^(\s*hugetlb\s+\S+\s+\S+\s+)(\d+)/.exec(lineText(context, line));
    return line === undefined || pages === undefined || match === null ? [] : [{
        title: `Make the pool ${pages} pages large`, diagnostic, preferred: true,
        edits: [replace({ start: { line, character: match[1]!.length }, end: { line, character: match[0].length } }, pages)],
    }];
}
