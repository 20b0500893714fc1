/** Runs files one after the other on this thread. */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Overrides } from '../../analysis/overrides.js';
import type { SourceTexts } from '../../report/output/source-texts.js';
import { nameOf } from '../file-names.js';
import { uriOf } from '../file-uris.js';
import { SourceFiles } from '../source-files.js';
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
    readonly #files: SourceFiles;

    constructor(settings: RunSettings) {
        this.#settings = settings;
        this.#files = new SourceFiles(settings.files);
    }

    get sources(): SourceTexts {
        return this.#files.sources;
    }

    async run(file: string, countBefore: CountBefore): Promise<FileResult> {
        const source = this.#files.read(file);
        if ('error' in source) {
            await countBefore(0);
            return { path: nameOf(file), error: source.error };
        }
        const uri = uriOf(file);
        const { overrides, selection, format } = this.#settings;
        const report = await this.#files.analyzer.analyze(uri, source.text, {
            overrides, simulate: format !== 'list' && format !== 'list-json',
            selects: async (titles) => selected(titles, selection, await countBefore(countMatching(titles, selection))),
        });
        const imports = this.#files.analyzer.importsOf(uri).filter((each) => each.startsWith('file:')).map((each) => path.resolve(fileURLToPath(each)));
        return fileOutput(report, imports, this.sources, this.#settings);
    }
}
