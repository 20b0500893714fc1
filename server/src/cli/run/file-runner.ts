/** Runs files one after the other on this thread. */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Overrides } from '../../analysis/overrides.js';
import { TextAnalyzer } from '../../analysis/text-analyzer.js';
import type { SourceTexts } from '../../report/output/source-texts.js';
import { nameOf, relative, uriOf } from '../file-names.js';
import { readSource } from '../read-source.js';
import { SourceLines } from '../source-lines.js';
import { fileOutput, type FileResult, type OutputOptions } from './file-output.js';
import { countMatching, selected, type Selection } from './selection.js';

/** Plain data: it goes to other threads. */
export interface RunSettings extends OutputOptions {
    /** All files of the run, as the user wrote them. */
    readonly files: readonly string[];
    readonly overrides: Overrides;
    readonly selection: Selection;
}

/** Told how many scenarios of a file the filter lets through; answers how many there are in the files before. */
export type CountBefore = (matching: number) => Promise<number>;

export class FileRunner {
    readonly #settings: RunSettings;
    readonly #lines = new SourceLines();
    readonly #analyzer: TextAnalyzer;
    readonly sources: SourceTexts;

    constructor(settings: RunSettings) {
        this.#settings = settings;
        const given = new Map(settings.files.map((each) => [uriOf(each), nameOf(each)]));
        this.sources = { pathOf: (uri) => given.get(uri) ?? relative(uri), textOf: (range) => this.#lines.textOf(range) };
        this.#analyzer = new TextAnalyzer((uri) => {
            const source = readSource(fileURLToPath(uri));
            if ('error' in source) {
                return undefined;
            }
            this.#lines.add(uri, source.text);
            return source.text;
        }, [...given.keys()]);
    }

    async run(file: string, countBefore: CountBefore): Promise<FileResult> {
        const source = readSource(file);
        if ('error' in source) {
            await countBefore(0);
            return { path: nameOf(file), error: source.error };
        }
        const uri = uriOf(file);
        const { overrides, selection, format } = this.#settings;
        this.#lines.add(uri, source.text);
        const report = await this.#analyzer.analyze(uri, source.text, {
            overrides, simulate: format !== 'list',
            selects: async (titles) => selected(titles, selection, await countBefore(countMatching(titles, selection))),
        });
        const imports = this.#analyzer.importsOf(uri).filter((each) => each.startsWith('file:')).map((each) => path.resolve(fileURLToPath(each)));
        return fileOutput(report, imports, this.sources, this.#settings);
    }
}
