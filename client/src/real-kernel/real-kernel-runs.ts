/** Scenarios on a real kernel, as runs of the Test Explorer. On Node only. */
import * as vscode from 'vscode';
import type { RealKernelCase } from '../../../server/src/lsp/protocol.js';
import type { PlacedResult } from '../../../server/src/lab/host/messages.js';
import type { HwpServer } from '../server.js';
import { itemsOf, leavesOf } from '../test-explorer/items.js';
import type { TestExplorer } from '../test-explorer/test-explorer.js';
import { fileOf, scenarioItemId, variantItemId } from '../test-explorer/tree.js';
import { LabProcess, LabStopped, type BootableKernel } from './lab-process.js';
import { RealKernelResults, rangeOfPlace } from './real-kernel-results.js';

const SET_UP = 'Set Up the Lab';
const SETTINGS = 'Open Settings';

export class RealKernelRuns {
    readonly #server: HwpServer;
    readonly #explorer: TestExplorer;
    readonly #results: RealKernelResults;
    readonly #module: string;
    readonly #running = new Set<LabProcess>();

    constructor(server: HwpServer, explorer: TestExplorer, context: vscode.ExtensionContext) {
        this.#server = server;
        this.#explorer = explorer;
        this.#results = new RealKernelResults(context);
        this.#module = context.asAbsolutePath('out/lab-host.js');
        context.subscriptions.push({ dispose: () => this.#running.forEach((lab) => lab.end()) });
    }

    /** Runs items, or all there are. */
    async run(request: vscode.TestRunRequest, token: vscode.CancellationToken): Promise<void> {
        const run = this.#explorer.controller.createTestRun(request, 'Real Kernel');
        const roots = request.include ?? itemsOf(this.#explorer.controller.items);
        try {
            await this.#withLab('Real kernel', token, run.token, async (lab, progress) => {
                const kernel = await lab.kernel({ t: 'choose', wish: wish() }, { progress });
                for (const file of new Set(roots.map(fileOf))) {
                    if (!token.isCancellationRequested && !run.token.isCancellationRequested) {
                        await this.#explorer.resolve(file);
                        const items = roots.filter((root) => fileOf(root) === file).flatMap(leavesOf).filter((item) => request.exclude?.includes(item) !== true);
                        await this.#runFile(file, items, { lab, progress, kernel, run });
                    }
                }
            });
        } catch (error) {
            // VS Code shows it at the tests; without one it would be shown nowhere.
            const message = error instanceof LabStopped ? `${error.message}\n${error.mend}` : error instanceof Error ? error.message : String(error);
            roots.flatMap(leavesOf).forEach((item) => run.errored(item, new vscode.TestMessage(message)));
            void this.#tell(error);
        } finally {
            run.end();
        }
    }

    /** Fetches what runs need. */
    async setUp(): Promise<void> {
        try {
            const { version } = wish();
            const kernel = await this.#withLab('Lab', undefined, undefined, async (lab, progress) => await lab.kernel({ t: 'setUp', version }, { progress }));
            void vscode.window.showInformationMessage(`Linux ${kernel.release} is ready.`);
        } catch (error) {
            void this.#tell(error);
        }
    }

    async #runFile(file: vscode.TestItem, items: readonly vscode.TestItem[], { lab, progress, kernel, run }: { readonly lab: LabProcess; readonly progress: (text: string) => void; readonly kernel: BootableKernel; readonly run: vscode.TestRun }): Promise<void> {
        const uri = file.uri!;
        const answer = await this.#server.request('hwp/realKernelCases', { uri: file.id, kernel: kernel.version }, run.token);
        if (answer === null || 'problem' in answer) {
            throw new LabStopped(answer?.problem ?? 'The file cannot be read.', 'Choose another kernel in the settings.');
        }
        const wanted = new Map(items.map((item) => [item.id, item]));
        const cases = answer.cases.filter((each) => wanted.has(itemId(file, each)));
        const known = new Set(cases.map((each) => itemId(file, each)));
        items.filter(({ id }) => !known.has(id)).forEach((item) => run.errored(item, new vscode.TestMessage('It has errors in its text, or cannot be had on that kernel.')));
        if (cases.length === 0) {
            return;
        }
        this.#results.begin(uri, kernel.release);
        for (const { range } of items) {
            this.#results.clear(uri, range!);
        }
        cases.forEach((each) => run.started(wanted.get(itemId(file, each))!));
        let done = 0;
        await lab.run({ t: 'run', cases: cases.map((each) => each.case), texts: answer.texts }, {
            progress,
            result: (index, result) => {
                done += 1;
                progress(`${done} of ${cases.length} on Linux ${kernel.release}`);
                const item = wanted.get(itemId(file, cases[index]!))!;
                run.appendOutput(result.text.replaceAll('\n', '\r\n'), undefined, item);
                giveState(run, item, result, kernel);
                this.#results.add(uri, result);
            },
        });
    }

    /** Starts the lab, shows what it does, and ends it. */
    async #withLab<Value>(title: string, token: vscode.CancellationToken | undefined, other: vscode.CancellationToken | undefined, act: (lab: LabProcess, progress: (text: string) => void) => Promise<Value>): Promise<Value> {
        const lab = new LabProcess(this.#module);
        this.#running.add(lab);
        try {
            return await vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title, cancellable: true }, async (view, cancelled) => {
                const listening = [token, other, cancelled].flatMap((each) => each === undefined ? [] : [each.onCancellationRequested(() => lab.stop())]);
                try {
                    return await act(lab, (message) => view.report({ message }));
                } finally {
                    listening.forEach((each) => each.dispose());
                }
            });
        } finally {
            this.#running.delete(lab);
            lab.end();
        }
    }

    /** With what mends it. */
    async #tell(error: unknown): Promise<void> {
        if (!(error instanceof LabStopped)) {
            void vscode.window.showErrorMessage(`The lab failed: ${error instanceof Error ? error.message : String(error)}`);
            return;
        }
        const chosen = await vscode.window.showErrorMessage(`${error.message} ${error.mend}`, SET_UP, SETTINGS);
        if (chosen === SET_UP) {
            await this.setUp();
        } else if (chosen === SETTINGS) {
            await vscode.commands.executeCommand('workbench.action.openSettings', 'hwp.realKernel');
        }
    }
}

/** Which kernel the settings ask for. */
function wish(): { readonly version?: string; readonly image?: string; readonly modules?: string } {
    const settings = vscode.workspace.getConfiguration('hwp.realKernel');
    const given = ['version', 'image', 'modules'].flatMap((name) => settings.get(name, '') === '' ? [] : [[name, settings.get(name, '')] as const]);
    return Object.fromEntries(given);
}

function itemId(file: vscode.TestItem, { scenario, variant }: RealKernelCase): string {
    const id = scenarioItemId(file.id, scenario);
    return variant === '' ? id : variantItemId(id, variant);
}

function giveState(run: vscode.TestRun, item: vscode.TestItem, { verdict, differences, milliseconds }: PlacedResult, { release }: BootableKernel): void {
    if (verdict === 'agrees') {
        run.passed(item, milliseconds);
    } else if (verdict === 'differs') {
        run.failed(item, differences.map(({ place, field, predicted, observed }) => {
            const message = vscode.TestMessage.diff(`${field}: not as predicted on Linux ${release}`, predicted, observed);
            message.location = new vscode.Location(vscode.Uri.parse(place.uri), rangeOfPlace(place));
            return message;
        }), milliseconds);
    } else {
        run.skipped(item);
    }
}
