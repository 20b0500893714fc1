import { TextParser, type ReadFile } from '../language/parse.js';
import type { FileReport } from '../report/judgement/scenario-report.js';
import { analyzeDocument, type AnalysisOptions } from './document-analysis.js';
import { RunCache } from './run-cache.js';

/** From texts to reports without an editor. Imported files are read once, through the function given. */
export class TextAnalyzer {
    readonly #parser: TextParser;
    readonly #runs = new RunCache();

    constructor(readFile: ReadFile = () => undefined) {
        this.#parser = new TextParser(readFile);
    }

    /** The report of a text; never throws on any text. */
    async analyze(uri: string, text: string, options: AnalysisOptions = {}): Promise<FileReport> {
        const document = await this.#parser.parse(uri, text, options.overrides?.kernel);
        return finish(analyzeDocument(document, this.#runs, options));
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
