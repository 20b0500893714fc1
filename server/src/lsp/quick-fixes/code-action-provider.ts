import type { LangiumDocument, LangiumDocuments } from 'langium';
import type { CodeActionProvider } from 'langium/lsp';
import type { CodeAction, CodeActionParams, Diagnostic, Range, TextEdit } from 'vscode-languageserver';
import { isDocument } from '../../language/generated/ast.js';
import type { ReportStore } from '../report-store.js';
import { carrierFixes, formerKernelFixes } from './boots.js';
import { expectFixes, failedExpectationFixes } from './expectations.js';
import type { Fix, FixContext, FixMaker } from './fix.js';
import { indentUnit } from './indent-unit.js';
import { kernelGuardFixes } from './kernel-guards.js';
import { bySetting, MENDS } from './mends.js';
import { missingDeclarationFixes, missingMachineFixes, missingThreadFixes } from './missing-declarations.js';
import { nearestWordFixes } from './nearest-words.js';
import { quietFixes } from './quiet.js';
import { unexpectedStopFixes } from './unexpected-stops.js';

/** Fixes that several kinds of diagnostics share, beside the rows of the mends. */
const MAKERS: Readonly<Record<string, readonly FixMaker[]>> = {
    'hwp/unknown-name': [missingDeclarationFixes],
    'process/unknown-thread': [missingThreadFixes],
    'machine/unknown': [missingMachineFixes],
    'boot/carrier': [carrierFixes],
    'boot/former-kernel': [formerKernelFixes],
    'verdict/failed': [failedExpectationFixes, kernelGuardFixes],
    'verdict/unexpected-panic': [bySetting, unexpectedStopFixes],
    'verdict/unexpected-oops': [unexpectedStopFixes],
};

/** Quick fixes for what the server itself has found, and expectations from the trace. */
export class HwpCodeActionProvider implements CodeActionProvider {
    readonly #reports: ReportStore;
    readonly #documents: LangiumDocuments;

    constructor(reports: ReportStore, documents: LangiumDocuments) {
        this.#reports = reports;
        this.#documents = documents;
    }

    getCodeActions(document: LangiumDocument, { range, context }: CodeActionParams): CodeAction[] | undefined {
        const root = document.parseResult.value;
        if (!isDocument(root)) {
            return undefined;
        }
        const fixes: FixContext = { document, root, report: this.#reports.get(document), documents: this.#documents, indent: indentUnit(document.textDocument.getText()) };
        const diagnostics = (document.diagnostics ?? []).filter((diagnostic) => touches(diagnostic.range, range));
        const mends = diagnostics.flatMap((diagnostic) => fixesOf(diagnostic, fixes));
        return [...mends, ...expectFixes(range, fixes)].filter((fix) => fix.edits.length > 0 && wanted(fix, context.only)).filter(isFirst).map((fix) => actionOf(fix, document));
    }
}

/** Two makers can come to the same edit for the same diagnostic. Without one, a fix is asked for by its title: what is done to a step is done to the scenario, if that has no other. */
function isFirst({ edits, diagnostic }: Fix, index: number, all: readonly Fix[]): boolean {
    if (diagnostic === undefined) {
        return true;
    }
    const text = JSON.stringify(edits);
    return all.findIndex((other) => other.diagnostic === diagnostic && JSON.stringify(other.edits) === text) === index;
}

function fixesOf(diagnostic: Diagnostic, context: FixContext): Fix[] {
    const code = String(diagnostic.code);
    const makers = [nearestWordFixes, ...MAKERS[code] ?? [], ...MENDS[code] === undefined ? [] : [MENDS[code]], quietFixes];
    return makers.flatMap((maker) => maker(diagnostic, context));
}

function touches(diagnostic: Range, range: Range): boolean {
    return diagnostic.start.line <= range.end.line && diagnostic.end.line >= range.start.line;
}

function wanted({ kind = 'quickfix' }: Fix, only: readonly string[] | undefined): boolean {
    return only === undefined || only.length === 0 || only.some((prefix) => kind === prefix || kind.startsWith(`${prefix}.`));
}

function actionOf({ title, edits, diagnostic, preferred, kind = 'quickfix' }: Fix, document: LangiumDocument): CodeAction {
    const changes: Record<string, TextEdit[]> = { [document.uri.toString()]: [...edits] };
    return { title, kind, edit: { changes }, ...(diagnostic === undefined ? {} : { diagnostics: [diagnostic] }), ...(preferred === true ? { isPreferred: true } : {}) };
}
