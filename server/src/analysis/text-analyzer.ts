import { TextParser, type ReadFile } from '../language/parse.js';
import type { FileReport } from '../report/judgement/scenario-report.js';
import { analyzeDocument, titlesOf, type AnalysisOptions as DocumentOptions } from './document-analysis.js';
import { RunCache } from './run-cache.js';

export interface AnalysisOptions extends Omit<DocumentOptions, 'selected'> {
    /** Which scenarios are meant, by their titles in text order, asked once for each text; the others are left out of the report. All unless given. */
    readonly selects?: (titles: readonly string[]) => readonly boolean[] | Promise<readonly boolean[]>;
}

/** From texts to reports without an editor. Imported files are read once, through the function given. */
export class TextAnalyzer {
    readonly #parser: TextParser;
    readonly #runs = new RunCache();
    readonly #imports = new Map<string, readonly string[]>();

    /** @param others URIs of files that there are besides: what an import may have meant */
    constructor(readFile: ReadFile = () => undefined, others: readonly string[] = []) {
        this.#parser = new TextParser(readFile, others);
    }

    /** The report of a text; never throws on any text. */
    async analyze(uri: string, text: string, options: AnalysisOptions = {}): Promise<FileReport> {
        const document = await this.#parser.parse(uri, text, options.overrides?.kernel);
        const selected = options.selects === undefined ? undefined : await options.selects(titlesOf(document));
        const report = finish(analyzeDocument(document, this.#runs, { ...options, selected }));
        this.#imports.set(uri, this.#parser.importsOf(document));
        await this.#parser.forget(document);
        return report;
    }

    /** URIs of what a text imports, directly or not, whether it is there or not; as it was when it was analysed last. */
    importsOf(uri: string): readonly string[] {
        return this.#imports.get(uri) ?? [];
    }
}

/** Runs what is left of an analysis without a break. */
function finish<Result>(slices: Generator<void, Result>): Result {
    for (;;) {
        const { done, value } = slices.next();
        if (done === true) {
            return value;
        }
    }
}
