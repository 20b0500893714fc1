// Holds server/src, client/src and client/webview to the rules of scripts/layer-rules.mts, and finds circles of imports. Sees type imports,
// re-exports, import types, dynamic imports and require() as well as plain imports.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import ts from 'typescript';
import { circlesIn, type ImportGraph } from './import-circles.mts';
import { LAYER_EXCEPTIONS, LAYER_RULES, MENDS, type LayerRule, type OutsideModule } from './layer-rules.mts';

/** An import line. */
export interface ImportLine {
    /** 1-based. */
    readonly line: number;
    /** The module's name as written; undefined when it is computed. */
    readonly specifier: string | undefined;
    readonly typesOnly: boolean;
}

/** An import that the rules forbid. */
export interface Breach {
    readonly file: string;
    readonly line: number;
    readonly message: string;
    readonly reason: string;
    readonly mend: string;
}

/** Source texts by path, relative to the root, with forward slashes. */
export type SourceTree = ReadonlyMap<string, string>;

const CHECKED_FOLDERS = ['server/src', 'client/src', 'client/webview'];

/** Every import of a file, in whatever form it is written. */
export function importLines(file: string, text: string): ImportLine[] {
    const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, false);
    const found: ImportLine[] = [];
    const add = (node: ts.Node, specifier: ts.Node | undefined, typesOnly: boolean): void => {
        const line = source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;
        found.push({ line, specifier: specifier && ts.isStringLiteralLike(specifier) ? specifier.text : undefined, typesOnly });
    };
    const visit = (node: ts.Node): void => {
        if (ts.isImportDeclaration(node)) {
            add(node, node.moduleSpecifier, importsOnlyTypes(node.importClause));
        } else if (ts.isExportDeclaration(node) && node.moduleSpecifier) {
            add(node, node.moduleSpecifier, node.isTypeOnly || hasOnlyTypes(node.exportClause));
        } else if (ts.isImportTypeNode(node)) {
            add(node, ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined, true);
        } else if (ts.isImportEqualsDeclaration(node) && ts.isExternalModuleReference(node.moduleReference)) {
            add(node, node.moduleReference.expression, node.isTypeOnly);
        } else if (ts.isCallExpression(node) && importsAtRunTime(node)) {
            add(node, node.arguments[0], false);
        }
        ts.forEachChild(node, visit);
    };
    visit(source);
    return found;
}

function importsOnlyTypes(clause: ts.ImportClause | undefined): boolean {
    if (!clause) {
        return false; // for its side effects
    }
    return clause.phaseModifier === ts.SyntaxKind.TypeKeyword || (!clause.name && hasOnlyTypes(clause.namedBindings));
}

function hasOnlyTypes(bindings: ts.NamedImportBindings | ts.NamedExportBindings | undefined): boolean {
    return bindings !== undefined && (ts.isNamedImports(bindings) || ts.isNamedExports(bindings))
        && bindings.elements.length > 0 && (bindings.elements as readonly ts.ImportOrExportSpecifier[]).every((element) => element.isTypeOnly);
}

function importsAtRunTime({ expression }: ts.CallExpression): boolean {
    return expression.kind === ts.SyntaxKind.ImportKeyword
        || (ts.isIdentifier(expression) && expression.text === 'require')
        || (ts.isPropertyAccessExpression(expression) && ts.isIdentifier(expression.expression) && expression.expression.text === 'require');
}

/** The breaches in a tree, in the order of its files and lines. */
export function breachesIn(tree: SourceTree): Breach[] {
    return [...tree].flatMap(([file, text]) => {
        const rule = ruleFor(file);
        if (!rule) {
            return [{ file, line: 1, message: 'lies in no layer', reason: 'Every file has a place in the chain of layers.', mend: MENDS.unplaced }];
        }
        return importLines(file, text).flatMap((line) => {
            const breach = breachOf(file, rule, line, tree);
            return breach ? [{ file, line: line.line, ...breach }] : [];
        });
    });
}

/** Which files of the tree each of its files imports. */
export function importGraph(tree: SourceTree): ImportGraph {
    return new Map([...tree].map(([file, text]) => [file, importLines(file, text).flatMap(({ specifier }) => {
        const target = specifier?.startsWith('.') === true ? resolveInTree(file, specifier, tree) : undefined;
        return target !== undefined && tree.has(target) ? [target] : [];
    })]));
}

function ruleFor(file: string): LayerRule | undefined {
    return LAYER_RULES.find((rule) => file.startsWith(`${rule.folder}/`));
}

function breachOf(file: string, rule: LayerRule, { specifier, typesOnly }: ImportLine, tree: SourceTree): Omit<Breach, 'file' | 'line'> | undefined {
    if (specifier === undefined) {
        return { message: `${rule.layer} imports a computed path`, reason: rule.reason, mend: MENDS.computed };
    }
    const inTree = specifier.startsWith('.') || path.isAbsolute(specifier);
    const target = inTree ? resolveInTree(file, specifier, tree) : specifier;
    const exception = LAYER_EXCEPTIONS.find((row) => row.from.test(file) && row.to.test(target));
    if (exception) {
        return exception.typesOnly && !typesOnly
            ? { message: `${rule.layer} imports more than types of ${target}`, reason: rule.reason, mend: MENDS.types }
            : undefined;
    }
    if (inTree && !tree.has(target)) {
        return { message: `"${specifier}" is not a file of the tree`, reason: 'An import that cannot be followed cannot be checked.', mend: MENDS.unresolved };
    }
    if (!inTree) {
        const kind = kindOfModule(specifier);
        return rule.outside.includes(kind)
            ? undefined
            : { message: `${rule.layer} must not import "${specifier}"`, reason: rule.reason, mend: MENDS[kind] };
    }
    const targetLayer = ruleFor(target)?.layer ?? 'what lies in no layer';
    return targetLayer === rule.layer || rule.mayImport.includes(targetLayer)
        ? undefined
        : {
            message: `${rule.layer} must not import ${targetLayer} (${target})`,
            reason: rule.reason,
            mend: rule.layer === 'language' && targetLayer === 'simulator' ? MENDS.lowering : MENDS.layer,
        };
}

function resolveInTree(file: string, specifier: string, tree: SourceTree): string {
    const target = path.posix.join(path.posix.dirname(file), specifier);
    const source = target.replace(/\.js$/, '.ts');
    return tree.has(source) ? source : target;
}

// The Node halves of the packages that we use bring node: modules in by the back door.
function kindOfModule(specifier: string): OutsideModule {
    if (isBuiltin(specifier) || /^(langium|vscode-[a-z]+)\/(lib\/)?node\b/.test(specifier)) {
        return 'node';
    }
    return specifier === 'vscode' || /^vscode-languageclient(\/|$)/.test(specifier) ? 'vscode' : 'npm';
}

/** The files of the checked folders under a root. */
export function readTree(root: string): SourceTree {
    const files = CHECKED_FOLDERS.filter((folder) => existsSync(path.join(root, folder))).flatMap((folder) =>
        readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
            .filter((file) => /\.[cm]?[jt]sx?$/.test(file))
            .map((file) => path.posix.join(folder, file.replaceAll(path.sep, '/'))));
    return new Map(files.sort().map((file) => [file, readFileSync(path.join(root, file), 'utf8')]));
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
    const tree = readTree(path.resolve(import.meta.dirname, '..'));
    const breaches = breachesIn(tree);
    for (const { file, line, message, reason, mend } of breaches) {
        console.error(`${file}:${line}: ${message}\n    why:  ${reason}\n    mend: ${mend}`);
    }
    const circles = circlesIn(importGraph(tree));
    for (const circle of circles) {
        console.error(`a circle of imports, types counted:\n    ${circle.join('\n    ')}\n    mend: Move what the files share to a file of its own that imports none of them.`);
    }
    console.log(`layers: ${tree.size} files, ${breaches.length} breaches, ${circles.length} circles`);
    process.exitCode = breaches.length + circles.length === 0 ? 0 : 1;
}
