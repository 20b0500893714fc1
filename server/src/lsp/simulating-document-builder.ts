import { DefaultDocumentBuilder, DocumentState, isOperationCancelled, URI, type BuildOptions, type LangiumDocument } from 'langium';
import type { CancellationToken } from 'vscode-languageserver';
import type { Diagnostic } from 'vscode-languageserver';
import { analyzeDocument } from '../analysis/document-analysis.js';
import { isDocument, isScenario, Vary } from '../language/generated/ast.js';
import { lowerInSlices } from '../language/lowering/scenario.js';
import { addImports } from '../language/parse.js';
import { RunCache } from '../analysis/run-cache.js';
import type { FileReport } from '../report/judgement/scenario-report.js';
import type { LangiumSharedServices } from 'langium/lsp';
import type { ReportStore } from './report-store.js';
import type { HwpLanguageId } from './protocol.js';
import { withoutQuiet } from './quiet-setting.js';
import { runDiagnostics } from './run-diagnostics.js';
import { inSlices } from './slices.js';

const LANGUAGE: HwpLanguageId = 'hwp';

/**
 * Runs the scenarios of a document once it is validated, as the last part of that phase: whoever waits for
 * `Validated` sees results, and diagnostics of text and run are published together. The work is done in slices; a
 * change of the text cancels it between two.
 */
export class SimulatingDocumentBuilder extends DefaultDocumentBuilder {
    readonly #runs = new RunCache();
    readonly #published = new WeakMap<LangiumDocument, readonly Diagnostic[]>();
    readonly #services: LangiumSharedServices;
    readonly #reports: ReportStore;

    constructor(services: LangiumSharedServices, reports: ReportStore) {
        super(services);
        this.#services = services;
        this.#reports = reports;
    }

    /** Imports are read as soon as they are known, so that they are linked in the same build. */
    protected override async buildDocuments(documents: LangiumDocument[], options: BuildOptions, cancelToken: CancellationToken): Promise<void> {
        this.prepareBuild(documents, options);
        const gone = new Set<LangiumDocument>();
        await this.runCancelable(documents, DocumentState.Parsed, cancelToken, async (document) => {
            try {
                await this.langiumDocumentFactory.update(document, cancelToken);
            } catch (error) {
                if (isOperationCancelled(error)) {
                    throw error;
                }
                gone.add(document);
            }
        });
        gone.forEach((document) => this.#forget(document));
        const present = documents.filter((document) => !gone.has(document));
        const imported: LangiumDocument[] = [];
        for (const document of present) {
            imported.push(...await addImports(document, this.#services, (uri) => this.#read(uri)));
        }
        await super.buildDocuments([...present, ...imported], options, cancelToken);
    }

    /** A file that was deleted after it was announced: it must not keep all others from being built. */
    #forget(document: LangiumDocument): void {
        this.langiumDocuments.deleteDocuments(document.uri).forEach((deleted) => this.cleanUpDeleted(deleted));
    }

    async #read(uri: string): Promise<string | undefined> {
        try {
            return await this.fileSystemProvider.readFile(URI.parse(uri));
        } catch {
            return undefined; // The check of imports says that it is missing.
        }
    }

    protected override async validate(document: LangiumDocument, cancelToken: CancellationToken): Promise<void> {
        await this.#lower(document, cancelToken);
        await super.validate(document, cancelToken);
        this.#reports.delete(document);
        const earlier = new Set(this.#published.get(document));
        document.diagnostics = document.diagnostics?.filter((diagnostic) => !earlier.has(diagnostic));
        const report = await this.#analyze(document, cancelToken);
        const diagnostics = runDiagnostics(report, document.textDocument);
        this.#reports.set(document, report);
        this.#published.set(document, diagnostics);
        document.diagnostics = withoutQuiet([...document.diagnostics ?? [], ...diagnostics], await this.#services.workspace.ConfigurationProvider.getConfiguration(LANGUAGE, 'diagnostics'));
    }

    /** A scenario of many variants takes long to lower. Validation does it in one piece; here it is done before, in slices. */
    async #lower(document: LangiumDocument, cancelToken: CancellationToken): Promise<void> {
        const root = document.parseResult.value;
        for (const scenario of isDocument(root) ? root.elements.filter(isScenario).filter(({ items }) => items.some(({ $type }) => $type === Vary.$type)) : []) {
            try {
                await inSlices(lowerInSlices(scenario), cancelToken);
            } catch (error) {
                if (isOperationCancelled(error)) {
                    throw error;
                }
                // A failed assertion of ours: validation meets it, too, and makes a finding of it.
            }
        }
    }

    async #analyze(document: LangiumDocument, cancelToken: CancellationToken): Promise<FileReport> {
        return inSlices(analyzeDocument(document, this.#runs), cancelToken);
    }
}
