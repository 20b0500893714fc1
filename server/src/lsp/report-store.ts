import type { LangiumDocument } from 'langium';
import type { Diagnostic } from 'vscode-languageserver';
import type { FileReport } from '../report/judgement/scenario-report.js';

/** What the first scenarios of a long text come to, while the others are being read. */
export interface FirstPart {
    /** As if the text ended there. */
    readonly document: LangiumDocument;
    readonly report: FileReport;
    readonly diagnostics: readonly Diagnostic[];
}

/** The latest report of each document; valid while the document is validated. */
export class ReportStore {
    readonly #reports = new WeakMap<LangiumDocument, FileReport>();
    readonly #firstParts = new WeakMap<LangiumDocument, FirstPart>();
    readonly #listeners = new Set<(document: LangiumDocument, part: FirstPart) => void>();

    get(document: LangiumDocument): FileReport | undefined {
        return this.#reports.get(document);
    }

    set(document: LangiumDocument, report: FileReport): void {
        this.#reports.set(document, report);
        this.#firstParts.delete(document);
    }

    delete(document: LangiumDocument): void {
        this.#reports.delete(document);
    }

    /** Undefined as soon as there is a report of the whole text. */
    firstPartOf(document: LangiumDocument): FirstPart | undefined {
        return this.#firstParts.get(document);
    }

    setFirstPart(document: LangiumDocument, part: FirstPart): void {
        this.#firstParts.set(document, part);
        this.#listeners.forEach((listener) => listener(document, part));
    }

    /** The text is another one now. */
    forgetFirstPart(document: LangiumDocument): void {
        this.#firstParts.delete(document);
    }

    /** @returns a function that ends it */
    onFirstPart(listener: (document: LangiumDocument, part: FirstPart) => void): () => void {
        this.#listeners.add(listener);
        return () => this.#listeners.delete(listener);
    }
}
