import type * as vscode from 'vscode';
import type { BaseLanguageClient } from 'vscode-languageclient';
import type { HwpExtension } from './api.js';
import { gatherDiagnostics } from './closed-files.js';
import { registerCommands } from './commands/table.js';
import { offerDebugger } from './debug/debugging.js';
import { ReportDocuments } from './report-documents.js';
import { navigateReports } from './report-navigation.js';
import { provideDocumentation } from './documentation-pages.js';
import { FolderChanges } from './folder-changes.js';
import { KernelLogs } from './kernel-logs/kernel-logs.js';
import { offerTools } from './language-model-tools.js';
import { rememberEditors } from './last-editor.js';
import { outliveLostMessages } from './lost-server.js';
import { lateFilesOf } from './late-files.js';
import type { Moment } from './moment.js';
import { followTheme } from './palette.js';
import { ScenarioViews } from './pictures/scenario-views.js';
import { RealKernel } from './real-kernel/real-kernel.js';
import { Results } from './results.js';
import { HwpServer } from './server.js';
import { createStatusBar } from './status-bar.js';
import { offerTasks } from './tasks/tasks.js';
import { TestExplorer } from './test-explorer/test-explorer.js';
import { walkthroughState, watchReading } from './walkthrough.js';

/**
 * Starts the language server and everything that shows what it says. Nothing waits for the server here: whoever asks it
 * something does, and a server that cannot be started is announced by the client.
 */
export function startExtension(context: vscode.ExtensionContext, client: BaseLanguageClient, moment: Moment): HwpExtension {
    lateFilesOf(context.extensionUri);
    outliveLostMessages(client);
    const server = new HwpServer(client);
    const results = new Results(client, server, moment);
    const reports = new ReportDocuments(server, results, context);
    navigateReports(server, reports, context);
    rememberEditors(context);
    watchReading(results, context);
    provideDocumentation(context);
    offerDebugger(server, context);
    offerTasks(server, context);
    const explorer = new TestExplorer(server, results, context);
    const statusBar = createStatusBar(client, results, context);
    const logs = new KernelLogs(server, context);
    offerTools(server, context);
    const realKernel = new RealKernel(server, explorer, context);
    const views = new ScenarioViews(server, results, context);
    const services = { context, client, server, results, reports, explorer, logs, realKernel, views };
    registerCommands(services);
    context.subscriptions.push(moment, followTheme(server), gatherDiagnostics(client), new FolderChanges(client, results));
    const started = client.start();
    started.catch(() => undefined);
    return {
        client, started, results, statusBar, tests: explorer.controller,
        runTests: (items) => explorer.run(items),
        pictures: () => views.open,
        walkthrough: walkthroughState,
        onTestState: (listener) => explorer.onState(listener),
    };
}
