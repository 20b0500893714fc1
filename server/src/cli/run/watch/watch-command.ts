/** `hwp run --watch`: runs everything once, then what a change concerns, until it is ended or a path is gone. */
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { sumOfTotals } from '../../../report/judgement/totals.js';
import type { UnreadFile } from '../../../report/output/json.js';
import { visible } from '../../../vocabulary/control-characters.js';
import { EXIT, type ExitCode } from '../../exit-codes.js';
import { nameOf } from '../../file-names.js';
import { findFiles } from '../../find-files.js';
import { STANDARD_INPUT } from '../../read-source.js';
import type { Terminal } from '../../terminal.js';
import { remembered, type FileResult } from '../file-output.js';
import { concluded, divided } from '../conclusion.js';
import { overwrites, overwrittenWords } from '../report-files.js';
import { runFiles } from '../run-files.js';
import { settingsOf, type RunOptions } from '../run-options.js';
import { runWriter } from '../run-output.js';
import { firstGone, identityOf, placeOf } from './gone.js';

/** Other programs that put a file in the place of another remove the old one first. */
const GRACE_MS = 500;

/** @returns the exit code of the latest run when it is ended by a signal; `invalid` when it cannot go on */
export async function watchCommand(paths: readonly string[], options: RunOptions, terminal: Terminal): Promise<ExitCode> {
    const refused = refusal(paths, options) ?? goneWords(firstGone(paths));
    if (refused !== undefined) {
        terminal.err(`hwp: ${refused}\n`);
        return EXIT.invalid;
    }
    const lost = overwrites((options.report ?? []).map(({ file }) => file), findFiles(paths).paths);
    if (lost !== undefined) {
        terminal.err(overwrittenWords(lost, 'that are run'));
        return EXIT.invalid;
    }
    const watched = new WatchedRun(paths, options, terminal);
    for (;;) {
        const end = await watchOnce(paths, watched, terminal);
        if (end !== 'moved') {
            return end;
        }
        await wait(GRACE_MS);
        const gone = goneWords(firstGone(paths));
        if (gone !== undefined) {
            terminal.err(`hwp: ${gone}. Nothing is left to watch there\n`);
            return EXIT.invalid;
        }
    }
}

/** Runs everything, then what changes. @returns `moved` when a folder is no longer what it was */
async function watchOnce(paths: readonly string[], watched: WatchedRun, terminal: Terminal): Promise<ExitCode | 'moved'> {
    const places = paths.map(placeOf);
    const { FileChanges } = await import('./file-changes.js');
    const changes = new FileChanges(places, () => identityOf(places));
    try {
        await changes.ready;
        let code = await watched.runAll();
        changes.add(watched.imports);
        terminal.err('hwp: watching for changes; Ctrl+C ends it\n');
        for (;;) {
            const change = await changes.next();
            if (change === 'ended' || change === 'moved') {
                return change === 'ended' ? code : change;
            }
            if ('error' in change) {
                terminal.err(`hwp: the files cannot be watched any more: ${change.error}\n`);
                return EXIT.invalid;
            }
            code = await watched.runChanged(change.files) ?? code;
            changes.add(watched.imports);
        }
    } finally {
        await changes.end();
    }
}

function goneWords(gone: string | undefined): string | undefined {
    return gone === undefined ? undefined : `${visible(gone)}: no such file or folder`;
}

/** What cannot be watched, and why. */
function refusal(paths: readonly string[], { format, list, failFast, shard, picture }: RunOptions): string | undefined {
    if (paths.includes(STANDARD_INPUT)) {
        return '--watch needs files: the standard input (-) does not change.';
    }
    const [option] = [...format === 'text' ? [] : [`--format ${format}`], ...list === true ? ['--list'] : [], ...failFast === true ? ['--fail-fast'] : [], ...shard === undefined ? [] : ['--shard'], ...picture === undefined ? [] : ['--picture']];
    return option === undefined ? undefined : `--watch prints text, and runs what has changed: ${option} does not go with it.${format === 'json' ? ' Reports (--report) are written anew after each run.' : ''}`;
}

/** The results of all files, as they are by now. */
class WatchedRun {
    readonly #paths: readonly string[];
    readonly #options: RunOptions;
    readonly #terminal: Terminal;
    #results = new Map<string, FileResult>();

    constructor(paths: readonly string[], options: RunOptions, terminal: Terminal) {
        this.#paths = paths;
        this.#options = options;
        this.#terminal = terminal;
    }

    get imports(): readonly string[] {
        return [...this.#results.values()].flatMap((each) => 'error' in each ? [] : each.imports);
    }

    runAll(): Promise<ExitCode> {
        const { paths, missing } = findFiles(this.#paths);
        return this.#run(paths, missing, paths, new Map());
    }

    /** Runs the files that a change concerns. @returns undefined where it concerns none */
    async runChanged(changed: ReadonlySet<string>): Promise<ExitCode | undefined> {
        const { paths, missing } = findFiles(this.#paths);
        const known = this.#results;
        const kept = new Map(paths.flatMap((file) => known.has(file) ? [[file, known.get(file)!] as const] : []));
        const concerned = paths.filter((file) => !kept.has(file) || isConcerned(file, kept.get(file)!, changed));
        if (concerned.length === 0 && kept.size === known.size) {
            return undefined;
        }
        this.#terminal.err(`hwp: running ${concerned.map((file) => visible(nameOf(file))).join(', ') || 'nothing: a file is gone'}\n`);
        return this.#run(paths, missing, concerned, kept);
    }

    /** @param kept results of the files that no change concerns */
    async #run(paths: readonly string[], missing: readonly UnreadFile[], concerned: readonly string[], kept: Map<string, FileResult>): Promise<ExitCode> {
        const settings = settingsOf(concerned, this.#options, this.#terminal);
        const writer = runWriter(settings.format, this.#terminal);
        let index = 0;
        for await (const result of runFiles(settings, this.#options.jobs)) {
            kept.set(concerned[index]!, remembered(result));
            index += 1;
            if (!('error' in result)) {
                writer.file(result);
            }
        }
        // In the order of the files, whenever they were run.
        this.#results = new Map(paths.map((file) => [file, kept.get(file)!]));
        const results = [...missing, ...this.#results.values()];
        const { outputs } = divided(results);
        writer.end(sumOfTotals(outputs.map(({ totals }) => totals)), [], outputs.length);
        return concluded(results, this.#options, this.#terminal);
    }
}

function isConcerned(file: string, result: FileResult, changed: ReadonlySet<string>): boolean {
    return changed.has(path.resolve(file)) || !('error' in result) && result.imports.some((each) => changed.has(each));
}
