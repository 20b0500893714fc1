/** The files of a command: read, analysed, and shown under the names that the user gave them. */
import { fileURLToPath } from 'node:url';
import { TextAnalyzer } from '../analysis/text-analyzer.js';
import { SourceLines } from '../report/output/source-lines.js';
import type { SourceTexts } from '../report/output/source-texts.js';
import { nameOf, relative } from './file-names.js';
import { uriOf } from './file-uris.js';
import { readSource, type SourceFile } from './read-source.js';

export class SourceFiles {
    readonly analyzer: TextAnalyzer;
    readonly sources: SourceTexts;
    readonly #lines = new SourceLines();

    /** @param files as the user wrote them */
    constructor(files: readonly string[]) {
        const given = new Map(files.map((each) => [uriOf(each), nameOf(each)]));
        this.sources = { pathOf: (uri) => given.get(uri) ?? relative(uri), textOf: (range) => this.#lines.textOf(range) };
        this.analyzer = new TextAnalyzer((uri) => {
            const source = this.#read(uri, fileURLToPath(uri));
            return 'text' in source ? source.text : undefined;
        }, [...given.keys()]);
    }

    /** Its lines are known from then on. */
    read(file: string): SourceFile {
        return this.#read(uriOf(file), file);
    }

    #read(uri: string, file: string): SourceFile {
        const source = readSource(file);
        if ('text' in source) {
            this.#lines.add(uri, source.text);
        }
        return source;
    }
}
