/** Declares what a name that nothing has could mean. */
import { UriUtils, type AstNode } from 'langium';
import type { Diagnostic } from 'vscode-languageserver';
import { isActor, isDocument, isExpectation, isFile, isMachine, isMapping, isPhrase, isPlace, isProcess, isScenario, isSweep, isFilesystem, type Place } from '../../language/generated/ast.js';
import { findTask, mappingsNamed, taskAround } from '../../language/references/lookup.js';
import { scenesOf, symbolsOf, type Scene } from '../../language/references/scenario-symbols.js';
import { wordOf } from '../../language/lowering/word/words.js';
import { OPERATION_BY_ID } from '../../vocabulary/operations.js';
import { dataOf, insertAt, replace, type Fix, type FixContext } from './fix.js';
import { declare, declareIn, nodeAt, sceneAround, sceneAt } from './places-in-scene.js';

type Declared = 'process' | 'mapping' | 'region' | 'file' | 'filesystem' | 'swap' | 'cgroup' | 'pmem';

/** How a name of that kind is declared with the least words. */
const FORMS: Readonly<Record<Exclude<Declared, 'mapping'>, (name: string, indent: string, mapping: string) => readonly string[]>> = {
    process: (name, indent, mapping) => [`process ${name} {`, `${indent}map ${mapping} = anon 16 KiB written`, '}'],
    region: (name) => [`region ${name} = slab 1 page`],
    file: (name) => [`file ${name} = ext4 16 KiB`],
    filesystem: (name) => [`filesystem ${name} = ext4`],
    swap: (name) => [`swap ${name} = device 64 MiB`],
    cgroup: (name) => [`cgroup ${name} = inode 28`],
    pmem: (name) => [`pmem ${name} = 64 MiB at phys 0x80000000 fsdax`],
};

/** What names after a word are, by the type of the declaration or claim around. */
const AFTER: Readonly<Record<string, readonly Declared[]>> = {
    'File on': ['filesystem'], 'Process in': ['cgroup'], 'Process from': ['process'], 'Filesystem on': ['pmem'],
    'Expectation to': ['process'], 'Expectation killed': ['process'], 'Expectation survives': ['process'], 'Expectation exited': ['process'],
};

const BY_PARAMETER: Readonly<Record<string, readonly Declared[]>> = { file: ['file'], description: ['file'], process: ['process'], region: ['region'], swap: ['swap'], filesystem: ['filesystem'] };

export function missingDeclarationFixes(diagnostic: Diagnostic, context: FixContext): Fix[] {
    // It is there, in a virtual machine.
    if (dataOf(diagnostic).suggestions?.some((suggestion) => suggestion.startsWith('in ')) === true) {
        return [];
    }
    const node = nodeAt(context, diagnostic.range);
    const name = node === undefined ? undefined : nameOf(node);
    const scene = sceneAt(context, diagnostic.range);
    if (node === undefined || name === undefined || scene === undefined || !/^[A-Za-z_][\w-]*$/.test(name) || isDeclared(name, node, scene)) {
        return [];
    }
    return kindsFor(node).flatMap((kind) => {
        if (kind === 'mapping') {
            return mappingFix(node, name, diagnostic, context);
        }
        const edit = declare(scene, FORMS[kind](name, context.indent, newMapping(name, scene)), context);
        return edit === undefined ? [] : [{ title: `Declare the ${kind} \`${name}\``, diagnostic, edits: [edit] }];
    });
}

/** What has the name is something else than is wanted here: another of that name would not help. */
function isDeclared(name: string, node: AstNode, scene: Scene): boolean {
    return isPlace(node) && node.target?.ref !== undefined || scenesOf(scene).some((part) => symbolsOf(part).names.has(name));
}

/** A mapping of a new process: of a name that no other has, lest those who use that one have to say whose. */
function newMapping(process: string, scene: Scene): string {
    return mappingsNamed(scene, 'heap').length === 0 ? 'heap' : `${process}-heap`;
}

function nameOf(node: AstNode): string | undefined {
    return isPlace(node) ? node.target?.$refText : isActor(node) ? node.process?.$refText : undefined;
}

function kindsFor(node: AstNode): readonly Declared[] {
    if (isActor(node)) {
        return ['process'];
    }
    if (!isPlace(node)) {
        return [];
    }
    const container = node.$container as AstNode & { readonly arguments?: readonly AstNode[]; readonly claims?: readonly AstNode[] };
    const siblings = container.arguments ?? container.claims ?? [];
    const before = siblings[siblings.indexOf(node) - 1];
    const after = AFTER[`${isExpectation(container) ? 'Expectation' : container.$type} ${isPlace(before) ? wordOf(before) ?? '' : ''}`];
    if (after !== undefined) {
        return after;
    }
    if (node.member !== undefined) {
        return ['process'];
    }
    if (isMapping(container) || isFile(container) || isFilesystem(container) || isProcess(container)) {
        return isMapping(container) ? ['file', 'region'] : [];
    }
    const parameters = isPhrase(container) ? OPERATION_BY_ID.get(container.verb)?.parameters ?? [] : [];
    const named = parameters.map(({ kind }) => BY_PARAMETER[kind]).find((kinds) => kinds !== undefined);
    if (named !== undefined && !parameters.some(({ kind }) => kind === 'place')) {
        return named;
    }
    return isPhrase(container) && container.actor !== undefined && taskAround(node) !== undefined ? ['mapping'] : isSweep(container) ? ['region', 'process'] : ['region', 'mapping', 'file'];
}

/** In the process that acts, or else in the first one; a new process when there is none. */
function mappingFix(place: AstNode, name: string, diagnostic: Diagnostic, context: FixContext): Fix[] {
    const scene = sceneAt(context, diagnostic.range);
    const acting = taskAround(place);
    const process = acting !== undefined && isProcess(acting) ? acting : scene?.items.find(isProcess);
    const pages = Math.max(4, Number((place as Place).pages?.last ?? (place as Place).pages?.first ?? 0) + 1);
    const line = `map ${name} = anon ${pages === 4 ? '16 KiB' : `${pages} pages`} written`;
    if (process !== undefined && process.$container === scene) {
        const edit = declareIn(process, line, context);
        return edit === undefined ? [] : [{ title: `Declare the mapping \`${name}\` in \`${process.name}\``, diagnostic, edits: [edit] }];
    }
    const edit = scene === undefined ? undefined : declare(scene, ['process app {', `${context.indent}${line}`, '}'], context);
    return edit === undefined ? [] : [{ title: `Declare a process with the mapping \`${name}\``, diagnostic, edits: [edit] }];
}

export function missingThreadFixes(diagnostic: Diagnostic, context: FixContext): Fix[] {
    const node = nodeAt(context, diagnostic.range);
    const scene = sceneAround(context, diagnostic.range.start.line);
    const owner = node === undefined ? undefined : nameOf(node);
    const thread = isActor(node) ? node.thread?.$refText : isPlace(node) ? node.member?.$refText : undefined;
    const process = scene === undefined || owner === undefined ? undefined : findTask(scene, owner);
    const edit = thread === undefined || !isProcess(process) || process.$container !== scene ? undefined : declareIn(process, `thread ${thread}`, context);
    return edit === undefined ? [] : [{ title: `Declare the thread \`${thread}\` in \`${owner}\``, diagnostic, edits: [edit] }];
}

export function missingMachineFixes(diagnostic: Diagnostic, context: FixContext): Fix[] {
    const scenario = sceneAround(context, diagnostic.range.start.line);
    const name = isScenario(scenario) ? scenario.machine?.$refText : undefined;
    const line = scenario?.$cstNode?.range.start.line;
    return name === undefined || line === undefined ? [] : [
        ...importFixes(name, diagnostic, context),
        { title: `Declare the machine \`${name}\``, diagnostic, edits: [insertAt(line, 0, `machine ${name} {\n${context.indent}memory 1 GiB\n}\n\n`)] },
        { title: 'Run on a machine of its own', diagnostic, edits: withoutMachine(scenario, name, context) },
    ];
}

/** Files that declare a machine of that name. */
function importFixes(name: string, diagnostic: Diagnostic, { document, documents }: FixContext): Fix[] {
    const folder = UriUtils.dirname(document.uri);
    return documents.all.filter(({ uri, parseResult: { value } }) => uri.scheme === document.uri.scheme && uri.toString() !== document.uri.toString() && isDocument(value) && value.elements.some((element) => isMachine(element) && element.name === name))
        .map(({ uri }): Fix => ({ title: `Import \`${UriUtils.relative(folder, uri)}\``, diagnostic, preferred: true, edits: [insertAt(0, 0, `import "${UriUtils.relative(folder, uri)}"\n`)] })).toArray();
}

function withoutMachine(scenario: AstNode | undefined, name: string, { document }: FixContext): Fix['edits'] {
    const text = scenario?.$cstNode?.text ?? '';
    const match = new RegExp(`\\s+on\\s+${name}\\b`).exec(text);
    const start = (scenario?.$cstNode?.offset ?? 0) + (match?.index ?? 0);
    return match === null ? [] : [replace({ start: document.textDocument.positionAt(start), end: document.textDocument.positionAt(start + match[0].length) }, '')];
}
