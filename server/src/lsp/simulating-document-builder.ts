import { DefaultDocumentBuilder, DocumentState, interruptAndCheck, isOperationCancelled, URI, type BuildOptions, type LangiumDocument } from 'langium';
import type { CancellationToken } from 'vscode-languageserver';
import type { Diagnostic } from 'vscode-languageserver';
import { analyzeDocument } from '../analysis/document-analysis.js';
import { isDocument, isScenario, type Document } from '../language/generated/ast.js';
import { knownLowered, lowerInSlices } from '../language/lowering/scenario.js';
import { addImports } from '../language/parse.js';
import { MAX_TEXT_LENGTH } from '../language/parser/limits.js';
import { chunksOf } from '../language/parser/segments.js';
import { RunCache } from '../analysis/run-cache.js';
import type { FileReport } from '../report/judgement/scenario-report.js';
import type { LangiumSharedServices } from 'langium/lsp';
import type { ReportStore } from './report-store.js';
import type { HwpLanguageId } from './protocol.js';
import { withoutQuiet } from './quiet-setting.js';
import { runDiagnostics } from './run-diagnostics.js';
import { inSlices } from './slices.js';

const LANGUAGE: HwpLanguageId = 'hwp';

/** Characters at the beginning of a long text that are run before the others, and how long such a text is. */
const FIRST_PART = 32 * 1024;
const LONG_TEXT = 256 * 1024;

/** Traces that are kept for whoever looks at them next: more than are in sight. */
const MAX_TRACES = 16;

/**
 * Runs the scenarios of a document once it is validated, as the last part of that phase: whoever waits for
 * `Validated` sees results, and diagnostics of text and run are published together. The work is done in slices; a
 * change of the text cancels it between two.
 */
export class SimulatingDocumentBuilder extends DefaultDocumentBuilder {
    readonly #runs = new RunCache(MAX_TRACES);
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
        const imported: LangiumDocument[] = [];
        for (const document of documents) {
            imported.push(...await this.#showFirstPart(document, cancelToken));
        }
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
        for (const document of present) {
            imported.push(...await addImports(document, this.#services, (uri) => this.#read(uri)));
        }
        await super.buildDocuments([...present, ...imported], options, cancelToken);
    }

    /**
     * Whoever opens a long text looks at its beginning: that is read and run first, as a text of its own. Answers the files that were read for it.
     * What stands further down is not known yet: a scenario on a machine from there waits for all.
     */
    async #showFirstPart(document: LangiumDocument, token: CancellationToken): Promise<LangiumDocument[]> {
        this.#reports.forgetFirstPart(document);
        const text = document.state >= DocumentState.Parsed || this.#published.has(document) ? '' : this.textDocuments?.get(document.uri)?.getText() ?? '';
        if (text.length < LONG_TEXT || text.length > MAX_TEXT_LENGTH) {
            return [];
        }
        const [part] = chunksOf(text, undefined, FIRST_PART);
        const first = this.langiumDocumentFactory.fromString<Document>(part!.text, document.uri);
        const imported = await addImports(first, this.#services, (uri) => this.#read(uri));
        const { references, validation } = this.serviceRegistry.getServices(document.uri);
        first.state = DocumentState.ComputedScopes;
        await references.Linker.link(first, token);
        first.state = DocumentState.Linked;
        const waiting = first.parseResult.value.elements.filter((element) => isScenario(element) && element.machine !== undefined && element.machine.ref === undefined).map(({ $cstNode }) => $cstNode!.range);
        const isKnown = (line: number): boolean => waiting.every(({ start, end }) => line < start.line || line > end.line);
        first.diagnostics = (await validation.DocumentValidator.validateDocument(first, {}, token)).filter(({ range }) => isKnown(range.start.line));
        const all = await this.#analyze(first, token);
        const report = { ...all, scenarios: all.scenarios.filter(({ range }) => isKnown(range.startLine)) };
        this.#reports.setFirstPart(document, { document: first, report, diagnostics: await this.#withoutQuiet([...first.diagnostics, ...runDiagnostics(report, first.textDocument)]) });
        return imported;
    }

    async #withoutQuiet(diagnostics: readonly Diagnostic[]): Promise<Diagnostic[]> {
        return withoutQuiet(diagnostics, await this.#services.workspace.ConfigurationProvider.getConfiguration(LANGUAGE, 'diagnostics'));
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
        document.diagnostics = await this.#withoutQuiet([...document.diagnostics ?? [], ...diagnostics]);
    }

    /** Many scenarios take long to lower, and so does one of many variants. Validation does it in one piece; here it is done before, in slices. */
    async #lower(document: LangiumDocument, cancelToken: CancellationToken): Promise<void> {
        const root = document.parseResult.value;
        for (const scenario of isDocument(root) ? root.elements.filter(isScenario) : []) {
            try {
                if (knownLowered(scenario) !== undefined) {
                    continue;
                }
                await interruptAndCheck(cancelToken);
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
