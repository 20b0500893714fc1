import type { LangiumDocument } from 'langium';
import type { FileReport } from '../report/judgement/scenario-report.js';

/** The latest report of each document; valid while the document is validated. */
export class ReportStore {
    readonly #reports = new WeakMap<LangiumDocument, FileReport>();

    get(document: LangiumDocument): FileReport | undefined {
        return this.#reports.get(document);
    }

    set(document: LangiumDocument, report: FileReport): void {
        this.#reports.set(document, report);
    }

    delete(document: LangiumDocument): void {
        this.#reports.delete(document);
    }
}
