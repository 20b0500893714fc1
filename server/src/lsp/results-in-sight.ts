/** What hints and lenses show: the results of a text, and of a long one those of its first part until there are all. */
import { DocumentState, type LangiumDocument } from 'langium';
import type { LangiumSharedServices } from 'langium/lsp';
import type { CancellationToken } from 'vscode-languageserver';
import type { FileReport } from '../report/judgement/scenario-report.js';
import type { ReportStore } from './report-store.js';

export interface Results {
    /** What the report speaks of. */
    readonly document: LangiumDocument;
    readonly report: FileReport;
}

export class ResultsInSight {
    readonly #reports: ReportStore;
    readonly #builder: () => LangiumSharedServices['workspace']['DocumentBuilder'];

    constructor(reports: ReportStore, builder: () => LangiumSharedServices['workspace']['DocumentBuilder']) {
        this.#reports = reports;
        this.#builder = builder;
    }

    /** As soon as there are results for the line. Undefined when there are none. @throws OperationCancelled */
    async of(document: LangiumDocument, line: number, token: CancellationToken): Promise<Results | undefined> {
        const ended: (() => void)[] = [];
        const part = new Promise<void>((resolve) => {
            const look = (): void => {
                if (this.#firstPart(document, line) !== undefined) resolve();
            };
            ended.push(this.#reports.onFirstPart(look));
            look();
        });
        await Promise.race([part, this.#builder().waitUntil(DocumentState.Validated, document.uri, token)]).finally(() => ended.forEach((end) => end()));
        const report = document.state === DocumentState.Validated ? this.#reports.get(document) : undefined;
        return report === undefined ? this.#firstPart(document, line) : { document, report };
    }

    #firstPart(document: LangiumDocument, line: number): Results | undefined {
        const part = this.#reports.firstPartOf(document);
        return part !== undefined && line < part.document.textDocument.lineCount ? part : undefined;
    }
}
