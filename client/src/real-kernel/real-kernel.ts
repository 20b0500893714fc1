/** Offers runs on a real kernel where one can run: where the extension is on Node, and in workspaces that are trusted. */
import * as vscode from 'vscode';
import { lateFile } from '../late-files.js';
import { runsOnNode } from '../runs-on-node.js';
import type { HwpServer } from '../server.js';
import type { TestExplorer } from '../test-explorer/test-explorer.js';
import type { RealKernelRuns } from './real-kernel-runs.js';

export class RealKernel {
    readonly #server: HwpServer;
    readonly #explorer: TestExplorer;
    readonly #context: vscode.ExtensionContext;
    #isOffered = false;
    #runs: Promise<RealKernelRuns> | undefined;

    constructor(server: HwpServer, explorer: TestExplorer, context: vscode.ExtensionContext) {
        this.#server = server;
        this.#explorer = explorer;
        this.#context = context;
        void vscode.commands.executeCommand('setContext', 'hwp.runsOnNode', runsOnNode());
        context.subscriptions.push(vscode.workspace.onDidGrantWorkspaceTrust(() => this.#offer()));
        this.#offer();
    }

    /** Runs items, or all there are, on the kernel that the settings name. */
    async run(request: vscode.TestRunRequest, token: vscode.CancellationToken): Promise<void> {
        await (await this.#load())?.run(request, token);
    }

    /** Fetches what runs need. */
    async setUp(): Promise<void> {
        await (await this.#load())?.setUp();
    }

    #offer(): void {
        if (!this.#isOffered && runsOnNode() && vscode.workspace.isTrusted) {
            this.#isOffered = true;
            this.#explorer.controller.createRunProfile('Real Kernel', vscode.TestRunProfileKind.Run, (request, token) => this.run(request, token));
        }
    }

    /** Undefined, with a word about why, where no kernel is booted. */
    async #load(): Promise<RealKernelRuns | undefined> {
        if (!runsOnNode()) {
            void vscode.window.showInformationMessage('A real kernel runs in an emulator on this machine, which a browser does not have: use VS Code on a desktop, or hwp lab run.');
            return undefined;
        }
        if (!vscode.workspace.isTrusted) {
            void vscode.window.showErrorMessage('A real kernel is booted, and a compiler run, only in workspaces that are trusted.', MANAGE).then((chosen) => chosen === MANAGE ? vscode.commands.executeCommand('workbench.trust.manage') : undefined);
            return undefined;
        }
        this.#runs ??= lateFile<typeof import('./real-kernel-runs.js')>('real-kernel').then(({ RealKernelRuns: Runs }) => new Runs(this.#server, this.#explorer, this.#context));
        return await this.#runs;
    }
}

const MANAGE = 'Manage Workspace Trust';
