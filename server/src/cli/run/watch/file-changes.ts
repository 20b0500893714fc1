/** Tells which files have changed, several changes at once when they come together. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { watch, type FSWatcher } from 'chokidar';
import { reasonOf } from '../../read-source.js';

/** `moved`: what was watched is no longer where it was, and has to be watched anew. */
export type Change = 'ended' | 'moved' | { readonly error: string } | { readonly files: ReadonlySet<string> };

/** Editors and version control write several files in a row. */
const TOGETHER_MS = 80;

/** Not every file system tells that a watched folder is gone. */
const LOOK_MS = 1000;

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export class FileChanges {
    /** Changes from then on are told. */
    readonly ready: Promise<void>;
    readonly #watcher: FSWatcher;
    readonly #look: NodeJS.Timeout;
    readonly #moved: () => boolean;
    readonly #given: ReadonlySet<string>;
    readonly #followed = new Set<string>();
    #changed = new Set<string>();
    #timer: NodeJS.Timeout | undefined;
    #error: string | undefined;
    #ended = false;
    #due = false;
    #wake: () => void = () => undefined;

    /** @param places files and folders; @param identity changes when one of them is no longer what it was */
    constructor(places: readonly string[], identity: () => string) {
        const first = identity();
        this.#moved = () => identity() !== first;
        this.#given = new Set(places);
        this.#watcher = watch([...places], {
            ignoreInitial: true, followSymlinks: false, atomic: true,
            // Folders have no stats yet when they are asked for the first time.
            ignored: (file, stats) => SKIPPED.test(file) || stats !== undefined && !(stats.isDirectory() ? this.#enters(path.resolve(file)) : this.#matters(path.resolve(file))),
        });
        this.ready = new Promise((resolve) => {
            this.#watcher.once('ready', resolve);
            this.#watcher.once('error', () => resolve());
        });
        this.#watcher.on('all', (_event, file) => this.#changedFile(path.resolve(file)));
        this.#watcher.on('error', (error) => {
            this.#error ??= reasonOf(error);
            this.#tell();
        });
        this.#look = setInterval(() => {
            if (this.#moved()) this.#tell();
        }, LOOK_MS);
        SIGNALS.forEach((signal) => process.once(signal, this.#end));
    }

    /** Files that are watched besides, by absolute paths. One that is gone may come back, and its folder as well: what is left of the way to it is watched. */
    add(files: readonly string[]): void {
        const more = files.filter((file) => !this.#followed.has(file));
        more.forEach((file) => this.#followed.add(file));
        if (more.length > 0) this.#watcher.add(more.flatMap((file) => this.#isGiven(file) ? [file] : [file, nearestFolder(file)]));
    }

    /** Waits for the next change. */
    async next(): Promise<Change> {
        while (!this.#due) {
            await new Promise<void>((resolve) => {
                this.#wake = resolve;
            });
        }
        this.#due = false;
        if (this.#ended) return 'ended';
        if (this.#moved()) return 'moved';
        if (this.#error !== undefined) return { error: this.#error };
        const files = this.#changed;
        this.#changed = new Set();
        return { files };
    }

    async end(): Promise<void> {
        clearInterval(this.#look);
        clearTimeout(this.#timer);
        SIGNALS.forEach((signal) => process.off(signal, this.#end));
        await this.#watcher.close();
    }

    readonly #end = (): void => {
        this.#ended = true;
        this.#tell();
    };

    #matters(file: string): boolean {
        return this.#followed.has(file) || this.#given.has(file) || file.endsWith('.hwp') && this.#isGiven(file);
    }

    /** Of the folders around those that were given, only those on the way to a file. */
    #enters(folder: string): boolean {
        return this.#isGiven(folder) || [...this.#given, ...this.#followed].some((each) => isBelow(each, folder));
    }

    #isGiven(file: string): boolean {
        return [...this.#given].some((each) => isBelow(file, each));
    }

    #changedFile(file: string): void {
        this.#changed.add(file);
        clearTimeout(this.#timer);
        this.#timer = setTimeout(() => this.#tell(), TOGETHER_MS);
    }

    #tell(): void {
        this.#due = true;
        this.#wake();
    }
}

/** The same or in it, by absolute paths. */
function isBelow(file: string, folder: string): boolean {
    return file === folder || file.startsWith(folder.endsWith(path.sep) ? folder : folder + path.sep);
}

/** The innermost folder around a file that is there. */
function nearestFolder(file: string): string {
    const folder = path.dirname(file);
    return existsSync(folder) || folder === file ? folder : nearestFolder(folder);
}

const SKIPPED = /[\\/](?:node_modules|\.git)(?:[\\/]|$)/;
