import type { LangiumDocuments } from 'langium';
import { AstUtils } from 'langium';
import { type Document, isMachine, isScenario } from '../generated/ast.js';
import { Issues, type Issue } from '../issues.js';
import type { KernelChoice } from '../lowering/program-types.js';
import { lowerMachine, lowerScenario } from '../lowering/scenario.js';
import { checkImports } from './imports.js';

/** Everything that is wrong in a document, each finding once. A failed assertion of ours is a finding of its scenario. @param files URIs of files that there are besides the documents */
export function checkDocument(document: Document, documents: LangiumDocuments, kernel?: KernelChoice, files: readonly string[] = []): readonly Issue[] {
    const issues = new Issues();
    checkImports(document, documents, files, issues);
    for (const element of document.elements) {
        try {
            if (isScenario(element) && element.machine !== undefined && element.machine.ref === undefined) {
                // Without its machine nothing can be said of it: names that it misses may be the machine's.
                continue;
            }
            if (isScenario(element)) {
                issues.all.push(...ofThisDocument(lowerScenario(element, kernel).issues, document));
            } else if (isMachine(element)) {
                issues.all.push(...lowerMachine(element, kernel));
            }
        } catch (error) {
            issues.report('hwp/internal', element, `This is a bug in the language layer, not in the text: ${error instanceof Error ? error.message : String(error)}`);
        }
    }
    return distinct(issues.all).sort((a, b) => offsetOf(a) - offsetOf(b));
}

function offsetOf(issue: Issue): number {
    return issue.node.$cstNode?.offset ?? 0;
}

/** What is wrong with an imported machine is said in its own file. */
function ofThisDocument(issues: readonly Issue[], document: Document): Issue[] {
    return issues.filter((issue) => AstUtils.findRootNode(issue.node) === document);
}

/** A machine that several scenarios run on has its mistakes said once. */
function distinct(issues: readonly Issue[]): Issue[] {
    const seen = new Map<Issue['node'], Set<string>>();
    return issues.filter((issue) => {
        const said = seen.get(issue.node) ?? new Set();
        seen.set(issue.node, said);
        const key = `${issue.code} ${issue.message}`;
        return said.has(key) ? false : said.add(key) !== undefined;
    });
}
