/** Tasks of the type `hwp`: scenarios run in a terminal, with what fails as problems. The language server runs them: nothing has to be installed. */
import * as vscode from 'vscode';
import { totals } from '../commands/totals.js';
import type { HwpServer } from '../server.js';
import { MAX_FILES } from '../test-explorer/test-explorer.js';
import { exitCode, EXIT_CODES, runLines } from './run-lines.js';

const TYPE = 'hwp';

/** What tasks.json may say; package.json describes it. */
interface RunTaskDefinition extends vscode.TaskDefinition {
    readonly paths?: readonly string[];
    readonly filter?: string;
}

const ALL_FILES = '**/*.hwp';

/** One for each folder that has scenarios. */
export async function allTasks(server: HwpServer): Promise<vscode.Task[]> {
    const folders = await Promise.all((vscode.workspace.workspaceFolders ?? []).map(async (folder) => ({ folder, files: await vscode.workspace.findFiles(new vscode.RelativePattern(folder, ALL_FILES), undefined, 1) })));
    return folders.filter(({ files }) => files.length > 0).map(({ folder }) => runTask(server, { type: TYPE }, folder, 'run all scenarios'));
}

/** What a task of tasks.json runs. */
export function taskOf(server: HwpServer, { definition, scope, name }: vscode.Task): vscode.Task {
    return runTask(server, definition as RunTaskDefinition, scope, name);
}

function runTask(server: HwpServer, definition: RunTaskDefinition, scope: vscode.Task['scope'], name: string): vscode.Task {
    const folder = typeof scope === 'object' ? scope : vscode.workspace.workspaceFolders?.[0];
    // VS Code keeps tasks apart by their definition, which has to stay as it was written.
    const task = new vscode.Task(definition, folder ?? vscode.TaskScope.Workspace, name, TYPE, new vscode.CustomExecution((resolved) => Promise.resolve(new RunTerminal(server, { ...definition, ...resolved }, folder))), ['$hwp']);
    task.group = vscode.TaskGroup.Test;
    return task;
}

/** The terminal of a task while it runs; closed, the run ends behind the file that is running. */
class RunTerminal implements vscode.Pseudoterminal {
    readonly #server: HwpServer;
    readonly #definition: RunTaskDefinition;
    readonly #folder: vscode.WorkspaceFolder | undefined;
    readonly #written = new vscode.EventEmitter<string>();
    readonly #closed = new vscode.EventEmitter<number>();
    readonly #cancelled = new vscode.CancellationTokenSource();
    readonly onDidWrite = this.#written.event;
    readonly onDidClose = this.#closed.event;

    constructor(server: HwpServer, definition: RunTaskDefinition, folder: vscode.WorkspaceFolder | undefined) {
        this.#server = server;
        this.#definition = definition;
        this.#folder = folder;
    }

    open(): void {
        void this.#run().then((code) => this.#closed.fire(code), (error: unknown) => {
            this.#say([`hwp: ${error instanceof Error ? error.message : String(error)}`]);
            this.#closed.fire(EXIT_CODES.invalid);
        });
    }

    close(): void {
        this.#cancelled.cancel();
    }

    async #run(): Promise<number> {
        const filter = titleFilter(this.#definition.filter);
        const files = await this.#files();
        if (files.length === 0) {
            this.#say([`hwp: no file matches ${(this.#definition.paths ?? [ALL_FILES]).join(', ')} in ${this.#folder?.name ?? 'a folder: none is open'}`]);
            return EXIT_CODES.invalid;
        }
        const run = (await this.#server.runWorkspace(files, ({ results }) => this.#say(runLines(only(filter, results), this.#pathOf)), this.#cancelled.token)).flatMap((results) => only(filter, results).scenarios);
        this.#say(['', run.length === 0 ? 'hwp: no scenario was asked for' : `${run.length} ${run.length === 1 ? 'scenario' : 'scenarios'}: ${totals(run)}`]);
        return exitCode(run);
    }

    async #files(): Promise<string[]> {
        const folder = this.#folder;
        const found = folder === undefined ? [] : await Promise.all((this.#definition.paths ?? [ALL_FILES]).map((pattern) => vscode.workspace.findFiles(new vscode.RelativePattern(folder, pattern), undefined, MAX_FILES)));
        return [...new Set(found.flat().map(String))].sort();
    }

    readonly #pathOf = (uri: string): string => {
        const { path } = vscode.Uri.parse(uri);
        const root = `${this.#folder?.uri.path ?? ''}/`;
        return path.startsWith(root) ? path.slice(root.length) : path;
    };

    #say(lines: readonly string[]): void {
        this.#written.fire(lines.map((line) => `${line}\r\n`).join(''));
    }
}

function titleFilter(pattern: string | undefined): RegExp {
    try {
        return new RegExp(pattern ?? '', 'iu');
    } catch (error) {
        throw new Error(`the filter of the task cannot be used: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    }
}

function only<Results extends { readonly scenarios: readonly { readonly title: string }[] }>(filter: RegExp, results: Results): Results {
    return { ...results, scenarios: results.scenarios.filter(({ title }) => filter.test(title)) };
}
