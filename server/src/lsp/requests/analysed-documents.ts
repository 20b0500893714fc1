/** Documents with a report that is current, opened in the editor or not. */
import { DocumentState, URI, type LangiumDocument } from 'langium';
import type { LangiumSharedServices } from 'langium/lsp';
import type { CancellationToken } from 'vscode-languageserver';
import type { FileReport } from '../../report/judgement/scenario-report.js';
import type { ReportStore } from '../report-store.js';

export interface AnalysedDocument {
    readonly document: LangiumDocument;
    readonly report: FileReport;
}

/** Most builds that are asked for before a document counts as unreadable: each can be cut short by an edit. */
const MAX_BUILDS = 100;

export class AnalysedDocuments {
    readonly #shared: LangiumSharedServices;
    readonly #reports: ReportStore;
    /** Builds asked for here follow one another: a second would cancel the first. */
    #lastBuild: Promise<void> = Promise.resolve();

    constructor(shared: LangiumSharedServices, reports: ReportStore) {
        this.#shared = shared;
        this.#reports = reports;
    }

    /** The document as soon as its report is current; null when there is none to read, or nobody waits any longer. */
    async get(uri: string, token: CancellationToken): Promise<AnalysedDocument | null> {
        const id = URI.parse(uri);
        await this.#shared.workspace.WorkspaceManager.ready;
        for (let builds = 0; builds < MAX_BUILDS && !token.isCancellationRequested; builds++) {
            const current = this.#current(id);
            if (current !== null) {
                return current;
            }
            await this.#runningBuild(id, token);
            if (this.#current(id) === null && !token.isCancellationRequested) {
                await this.#build(id);
                if (!this.#shared.workspace.LangiumDocuments.hasDocument(id)) {
                    return null;
                }
            }
        }
        return null;
    }

    #current(uri: URI): AnalysedDocument | null {
        const document = this.#shared.workspace.LangiumDocuments.getDocument(uri);
        const report = document?.state === DocumentState.Validated ? this.#reports.get(document) : undefined;
        return document === undefined || report === undefined ? null : { document, report };
    }

    /** An edit is built already: its build must not be cancelled. */
    async #runningBuild(uri: URI, token: CancellationToken): Promise<void> {
        await this.#shared.workspace.DocumentBuilder.waitUntil(DocumentState.Validated, uri, token).catch(() => undefined);
    }

    #build(uri: URI): Promise<void> {
        const { workspace } = this.#shared;
        const build = this.#lastBuild.then(async () => {
            if (this.#current(uri) === null) {
                const unknown = workspace.LangiumDocuments.hasDocument(uri) ? [] : [uri];
                await workspace.WorkspaceLock.write((token) => workspace.DocumentBuilder.update(unknown, [], token));
            }
        });
        this.#lastBuild = build.catch(() => undefined);
        return build;
    }
}
