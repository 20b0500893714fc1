/** Mends of one kind of diagnostic, where there is one mend that anybody would choose; one row a code. */
import type { Diagnostic, Range } from 'vscode-languageserver';
import { isKernelSetting, isMapping, isPlace, isSetting, isVary, type Item } from '../../language/generated/ast.js';
import { scenesOf, type Scene } from '../../language/references/scenario-symbols.js';
import { SYSCTLS, type Sysctl } from '../../vocabulary/sysctls.js';
import { indentationOf, insertAt, lineText, removeLines, replace, textAt, type Fix, type FixContext, type FixMaker } from './fix.js';
import { declareFirst, firstStepIndex, nodeAt, sceneAround, sceneAt } from './places-in-scene.js';
import { DEFAULT_KERNEL } from '../../vocabulary/kernels.js';

export function messageOf({ message }: Diagnostic): string {
    return typeof message === 'string' ? message : message.value;
}

/** The n-th text between backticks in the message. */
function quotedIn(diagnostic: Diagnostic, index: number): string | undefined {
    return [...messageOf(diagnostic).matchAll(/`([^`]+)`/g)].at(index)?.[1];
}

function suggestionsOf({ data }: Diagnostic): readonly string[] {
    return (data as { readonly suggestions?: readonly string[] } | undefined)?.suggestions ?? [];
}

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

/** `kernel 7.3`, `memory 4 GiB`, `swap sw = ...`: the suggestion is a line of its own. */
const bySetting: FixMaker = (diagnostic, context) => {
    const scene = sceneAt(context, diagnostic.range);
    return scene === undefined ? [] : suggestionsOf(diagnostic).filter((setting) => !setting.startsWith('kernel ') || lacksIt(scene, diagnostic))
        .map((setting) => ({ title: `Say \`${setting}\``, diagnostic, preferred: true, edits: setSetting(scene, setting, context) }));
};

/** Is the kernel that the message speaks of the one that the scene sets, or has without a setting? It can be varied, or booted by a step. */
function lacksIt(scene: Scene, diagnostic: Diagnostic): boolean {
    const [, lacking] = /^Linux (\d[\d.]*\d)(?: with \S+)? (?:has no|never reports) /.exec(messageOf(diagnostic)) ?? [];
    const set = scenesOf(scene).flatMap(({ items }) => items).find(isKernelSetting);
    return lacking !== undefined && (set === undefined ? lacking === DEFAULT_KERNEL : set.kernel?.version === lacking) && !scene.items.some((item) => isVary(item) && item.word === 'kernel');
}

/** The message says which line is missing. */
function addQuoted(index: number): FixMaker {
    return (diagnostic, context) => {
        const scene = sceneAt(context, diagnostic.range);
        const setting = quotedIn(diagnostic, index);
        return scene === undefined || setting === undefined ? [] : [{ title: `Say \`${setting}\``, diagnostic, preferred: true, edits: setSetting(scene, setting, context) }];
    };
}

/** The message says on which kernels the line can hold. */
const guard: FixMaker = (diagnostic, context) => {
    const [condition] = /\bwhen kernel [^`]+/.exec(messageOf(diagnostic)) ?? [];
    const item = itemAt(context, diagnostic.range);
    return condition === undefined || item === undefined || item.start.line !== item.end.line || /\bwhen\b|\{/.test(textAt(context, item)) ? []
        : [{ title: `Expect it only \`${condition}\``, diagnostic, preferred: true, edits: [insertAt(item.end.line, item.end.character, ` ${condition}`)] }];
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
function removeWords(words: RegExp, title: (found: string) => string, applies: (diagnostic: Diagnostic) => boolean = () => true): FixMaker {
    return (diagnostic, context) => {
        const item = itemAt(context, diagnostic.range);
        const match = item === undefined || !applies(diagnostic) ? null : new RegExp(`\\s+(${words.source})(?![\\w-])`).exec(textAt(context, item));
        return item === undefined || match === null ? [] : [{ title: title(match[1]!), diagnostic, preferred: true, edits: [replace(within(context, item, match.index, match[0].length), '')] }];
    };
}

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
    const name = quotedIn(diagnostic, 0);
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
    const attribute = quotedIn(diagnostic, 0) ?? '';
    const said = text.startsWith(attribute, character) ? attribute : textAt(context, diagnostic.range);
    const end = character + said.length;
    const value = /^\s+is\s+[\w-]+/.exec(text.slice(end))?.[0] ?? /^\s+("[^"]*"|0x[0-9a-f]+|[0-9][\w.]*(\s+(KiB|MiB|GiB|pages?|B))?)/i.exec(text.slice(end))?.[0] ?? '';
    // What stands in a list goes with its comma.
    const blanks = /(,?\s*|\s*where\s+)$/.exec(text.slice(0, character))![0];
    return [{ title: `Remove \`${said}\``, diagnostic, preferred: true, edits: [replace({ start: { line, character: character - blanks.length }, end: { line, character: end + value.length } }, '')] }];
};

const units: FixMaker = (diagnostic, context) => (messageOf(diagnostic).includes('unit of time') ? ['s', 'ms'] : ['KiB', 'pages', 'MiB']).map((unit) => ({
    title: `Change to \`${textAt(context, diagnostic.range)} ${unit}\``, diagnostic, edits: [insertAt(diagnostic.range.end.line, diagnostic.range.end.character, ` ${unit}`)],
}));

/** Suggestions of an impossible pair are pairs where no kernel is named. */
const guardOrKernel: FixMaker = (diagnostic, context) => [...guard(diagnostic, context), ...suggestionsOf(diagnostic).every((each) => each.startsWith('kernel ')) ? bySetting(diagnostic, context) : []];

const kernelOrRemoval: FixMaker = (diagnostic, context) => [...bySetting(diagnostic, context), ...removeItem('Remove the line')(diagnostic, context)];

/** The block's own line says where the brace belongs. */
const closeBlock: FixMaker = (diagnostic, context) => {
    const opener = Number(/on line (\d+)/.exec(messageOf(diagnostic))?.[1] ?? NaN) - 1;
    if (!Number.isInteger(opener)) {
        return [];
    }
    const indentation = indentationOf(lineText(context, opener));
    const { textDocument } = context.document;
    const never = messageOf(diagnostic).includes('never closed');
    const text = textDocument.getText();
    const edit = never ? insertAt(textDocument.positionAt(text.length).line, textDocument.positionAt(text.length).character, `${text.endsWith('\n') ? '' : '\n'}${indentation}}\n`)
        : insertAt(diagnostic.range.start.line, 0, `${indentation}}\n`);
    return [{ title: 'Close the block', diagnostic, preferred: true, edits: [edit] }];
};

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
    'hwp/repeated-attribute': removeAttribute,
    'hwp/conflicting-attributes': removeAttribute,
    'setting/repeated': removeItem('Remove this one'),
    'import/unused': removeItem('Remove the import'),
    'expect/contradiction': removeItem('Remove this expectation'),
    'step/dead-process': removeItem('Remove the step'),
    'scenario/declaration-after-step': moveUp,
    'scenario/duplicate-title': changeWords(/^scenario\s+("[^"]*")/, (_diagnostic, title) => `${title.slice(0, -1)} (2)"`),
    'step/time-backwards': changeWords(/^at\s+([0-9])/, (_diagnostic, digit) => `+${digit}`),
    'quantity/unit-missing': units,
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
    'machine/no-such-cpu': addQuoted(-1),
    'machine/page-size': (diagnostic, context) => messageOf(diagnostic).startsWith('x86-64') ? setArchitecture(diagnostic, context) : [],
    'sysctl/out-of-range': changeWords(/=\s*(-?\w+)/, (diagnostic) => {
        const sysctl = (SYSCTLS as Readonly<Record<string, Sysctl>>)[quotedIn(diagnostic, 0) ?? ''];
        return sysctl === undefined ? undefined : String(sysctl.max === 1 ? 1 : sysctl.default);
    }),
    'pmem/overlaps-memory': changeWords(/((?:phys|pfn)\s+0x[0-9a-fA-F]+|(?:phys|pfn)\s+[0-9]+(?:\s+[KMG]iB)?)/, (diagnostic) => suggestionsOf(diagnostic)[0]),
    'file/type-mismatch': changeWords(/=\s*([\w-]+)/, (diagnostic) => suggestionsOf(diagnostic)[0]),
    'filesystem/dax-unsupported': (diagnostic, context) => suggestionsOf(diagnostic).length > 0
        ? changeWords(/=\s*([\w-]+)/, (found) => suggestionsOf(found)[0])(diagnostic, context)
        : /no persistent memory/.test(messageOf(diagnostic)) ? addQuoted(-1)(diagnostic, context) : [],
    'mapping/hugetlb-swap': removeWords(/swapped|swapcache\s+\w+/, (found) => `Remove \`${found}\``),
    'mapping/state-impossible': removeWords(/swapped|swapcache\s+\w+/, (found) => `Remove \`${found}\``, (diagnostic) => messageOf(diagnostic).endsWith('Remove the swap state.')),
    'mapping/ksm': (diagnostic, context) => removeWords(messageOf(diagnostic).includes('`thp`') ? /thp|folio\s+\d+\s*\w+/ : /ksm\s+[\w-]+/, (found) => `Remove \`${found}\``)(diagnostic, context),
    'mapping/overlap': removeWords(/at\s+address\s+\w+/, (found) => `Remove \`${found}\``),
    'region/overlap': removeWords(/at\s+(?:pfn|phys)\s+\w+(?:\s+[KMG]iB)?/, (found) => `Remove \`${found}\``),
    'region/needs-hole': removeWords(/at\s+(?:pfn|phys)\s+\w+(?:\s+[KMG]iB)?/, (found) => `Remove \`${found}\``),
    'process/duplicate-id': removeWords(/[pt]id\s+\d+/, (found) => `Remove \`${found}\``),
    'process/comm-too-long': changeWords(/comm\s+("[^"]*")/, (diagnostic) => `"${quotedIn(diagnostic, 0)}"`),
    'place/untouched': touch,
    'pin/not-present': touch,
    'place/not-pages': (diagnostic, context) => {
        const mend = quotedIn(diagnostic, -1);
        return !messageOf(diagnostic).includes('Say which') || mend === undefined ? [] : changeWords(/=\s*([\w.[\]-]+(?:\.\.[\w\]]+)?)/, () => mend)(diagnostic, context);
    },
    'hugetlb/pool-too-small': poolSize,
};

function setArchitecture(diagnostic: Diagnostic, context: FixContext): Fix[] {
    const scene = sceneAround(context, diagnostic.range.start.line);
    return scene === undefined || scene.items.some((item) => isSetting(item) && item.word === 'arch') ? changeWords(/^arch\s+(x86-64)/, () => 'arm64')(diagnostic, context) as Fix[]
        : [{ title: 'Say `arch arm64`', diagnostic, preferred: true, edits: setSetting(scene, 'arch arm64', context) }];
}

/** The pool gets as many pages as are in use. */
function poolSize(diagnostic: Diagnostic, context: FixContext): Fix[] {
    const [, pages = '', line = ''] = /^(\d+) huge pages.* on line (\d+) has/.exec(messageOf(diagnostic)) ?? [];
    const text = line === '' ? '' : lineText(context, Number(line) - 1);
    const match = /^(\s*hugetlb\s+\S+\s+\S+\s+)(\d+)/.exec(text);
    return match === null ? [] : [{
        title: `Make the pool ${pages} pages large`, diagnostic, preferred: true,
        edits: [replace({ start: { line: Number(line) - 1, character: match[1]!.length }, end: { line: Number(line) - 1, character: match[0].length } }, pages)],
    }];
}
