import type { ExtensionContext } from 'vscode';
import type { BaseLanguageClient } from 'vscode-languageclient';
import type { ReportDocuments } from '../report-documents.js';
import type { KernelLogs } from '../kernel-logs/kernel-logs.js';
import type { ScenarioViews } from '../pictures/scenario-views.js';
import type { RealKernel } from '../real-kernel/real-kernel.js';
import type { Results } from '../results.js';
import type { HwpServer } from '../server.js';
import type { TestExplorer } from '../test-explorer/test-explorer.js';

/** What commands work with. */
export interface Services {
    readonly context: ExtensionContext;
    readonly client: BaseLanguageClient;
    readonly server: HwpServer;
    readonly results: Results;
    readonly reports: ReportDocuments;
    readonly explorer: TestExplorer;
    readonly logs: KernelLogs;
    readonly realKernel: RealKernel;
    readonly views: ScenarioViews;
}

/** What a command does. Arguments come from lenses, the walkthrough and tests; from the palette come none. */
export type Command = (services: Services, ...args: never[]) => Promise<unknown>;
