/** Checks of imports, of the machine that a scenario runs on, and of titles. */
import { AstUtils, URI, UriUtils, type LangiumDocuments } from 'langium';
import { nearestWords } from '../../vocabulary/nearest.js';
import { type Document, type Import, type Item, type Scenario, isMachine, isScenario } from '../generated/ast.js';
import type { CheckId } from '../checks.js';
import type { Issues } from '../issues.js';
import { importUri, importedDocument, importedMachines, importsOf, MAX_IMPORT_DEPTH } from '../references/imports.js';
import { suggest } from '../lowering/word/suggestions.js';

const MISSING_FILE: ReadonlySet<CheckId> = new Set<CheckId>(['import/missing', 'import/path', 'import/cyclic']);

export function checkImports(document: Document, documents: LangiumDocuments, files: readonly string[], issues: Issues): void {
    const machines = importedMachines(document, documents);
    const scenarios = document.elements.filter(isScenario);
    for (const statement of importsOf(document)) {
        if (importMustExist(statement, documents, files, issues) && importsMustNotBeCyclic(statement, document, documents, issues)) {
            importShouldBeUsed(statement, scenarios, documents, issues);
        }
    }
    // The machines of a file that is not there may be the ones that are missed: that the file is missing says it all.
    if (!issues.all.some(({ code, node }) => MISSING_FILE.has(code) && node.$type === 'Import')) {
        for (const scenario of scenarios) {
            machineMustBeDeclared(scenario, [...machines.keys()], issues);
        }
    }
    titlesShouldDiffer(scenarios, issues);
    machineNamesMustDiffer(document, issues);
    for (const machine of document.elements.filter(isMachine)) {
        machineMustHoldDeclarations(machine.items, issues);
    }
}

function importMustExist(statement: Import, documents: LangiumDocuments, files: readonly string[], issues: Issues): boolean {
    const uri = importUri(statement);
    if (uri === undefined) {
        // Without a text after `import` the parser has said so.
        if (statement.path !== undefined && statement.path !== '' || statement.$cstNode?.text.includes('"') === true) {
            issues.report('import/path', statement, `${statement.path === '' ? 'An empty text' : `\`${statement.path}\``} is no path that can be imported. An import names a file relative to this one: \`import "machines.hwp"\`.`);
        }
        return false;
    }
    if (!documents.hasDocument(uri)) {
        const near = nearFiles(statement, documents, files);
        issues.report('import/missing', statement, `\`${statement.path}\`, taken from the folder of this file, does not exist or is no text in UTF-8. ${near.length > 0 ? `Did you mean \`${near[0]}\`?` : 'Create it, or correct the path.'}`, { data: { suggestions: near.map((path) => `import "${path}"`) } });
        return false;
    }
    return importedDocument(statement, documents) !== undefined;
}

/** Files that are known and called nearly so, relative to the folder of the importing one. */
function nearFiles(statement: Import, documents: LangiumDocuments, files: readonly string[]): string[] {
    const own = AstUtils.getDocument(statement).uri;
    const folder = UriUtils.dirname(own);
    const known = [...documents.all.map(({ uri }) => uri), ...files.map((file) => URI.parse(file))]
        .filter((uri) => uri.scheme === own.scheme && uri.toString() !== own.toString()).map((uri) => UriUtils.relative(folder, uri));
    return nearestWords(statement.path, [...new Set(known)]);
}

function importsMustNotBeCyclic(statement: Import, root: Document, documents: LangiumDocuments, issues: Issues): boolean {
    const start = importedDocument(statement, documents);
    const seen = new Set<Document>();
    let level = start === undefined ? [] : [{ document: start, path: [statement.path] }];
    for (let depth = 0; depth < MAX_IMPORT_DEPTH && level.length > 0; depth++) {
        const next: typeof level = [];
        for (const { document, path } of level) {
            if (document === root) {
                issues.report('import/cyclic', statement, `This file imports itself${path.length > 1 ? ` (by way of ${path.slice(0, -1).map((step) => `\`${step}\``).join(', ')})` : ''}. Move the shared machine into a file that both import.`);
                return false;
            }
            if (seen.has(document)) {
                continue;
            }
            seen.add(document);
            for (const further of importsOf(document)) {
                const found = importedDocument(further, documents);
                if (found !== undefined) {
                    next.push({ document: found, path: [...path, further.path] });
                }
            }
        }
        level = next;
    }
    return true;
}

/** A file without scenarios of its own may gather machines for others. */
function importShouldBeUsed(statement: Import, scenarios: readonly Scenario[], documents: LangiumDocuments, issues: Issues): void {
    const imported = importedDocument(statement, documents);
    const machines = imported === undefined ? new Map() : importedMachines(imported, documents);
    if (scenarios.length > 0 && !scenarios.some(({ machine }) => machine !== undefined && machines.has(machine.$refText))) {
        issues.report('import/unused', statement, `No scenario here runs on a machine of \`${statement.path}\`. Write \`scenario "title" on MACHINE\`, or remove the import.`);
    }
}

function machineMustBeDeclared(scenario: Scenario, names: readonly string[], issues: Issues): void {
    if (scenario.machine !== undefined && scenario.machine.ref === undefined) {
        const name = scenario.machine.$refText;
        const suggestions = suggest(name, names, issues);
        issues.report('machine/unknown', scenario, `No machine is called \`${name}\`.${suggestions.length > 0 ? ` Did you mean \`${suggestions[0]}\`?` : ' Declare it in this file or in one that it imports.'}`, { data: { suggestions, word: name } });
    }
}

function titlesShouldDiffer(scenarios: readonly Scenario[], issues: Issues): void {
    const lines = new Map<string, number>();
    for (const scenario of scenarios) {
        const line = lines.get(scenario.title);
        if (line !== undefined && scenario.title !== undefined) {
            issues.report('scenario/duplicate-title', scenario, `The scenario on line ${line} has the same title: results could not be told apart. Change one.`);
        }
        lines.set(scenario.title, line ?? (scenario.$cstNode?.range.start.line ?? 0) + 1);
    }
}

function machineNamesMustDiffer(document: Document, issues: Issues): void {
    const seen = new Set<string>();
    for (const machine of document.elements.filter(isMachine)) {
        if (machine.name !== undefined && seen.has(machine.name)) {
            issues.report('hwp/duplicate-name', machine, `Two machines are called \`${machine.name}\`. Rename one.`);
        }
        seen.add(machine.name);
    }
}

function machineMustHoldDeclarations(items: readonly Item[], issues: Issues): void {
    for (const item of items) {
        const declares = item.$type !== 'Expectation' && item.$type !== 'Race' && item.$type !== 'Sweep' && item.$type !== 'Repeat' && item.$type !== 'Vary'
            && (item.$type !== 'Step' || item.time === undefined && (item.action?.$type === 'Assignment' || item.action?.$type === 'CpuRun'));
        if (!declares) {
            issues.report('machine/only-declarations', item, 'A machine says how things stand. What happens belongs in a scenario: `scenario "title" on NAME { ... }`.');
        }
    }
}

