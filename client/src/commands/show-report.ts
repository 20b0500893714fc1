import type * as vscode from 'vscode';
import type { ReportName } from '../report-documents.js';
import type { Services } from './command.js';
import { chooseScenario } from './scenario-choice.js';

/** A command that shows a report of a scenario. */
export function showReport(kind: ReportName) {
    return async (services: Services, uri?: string, id?: string): Promise<vscode.TextDocument | undefined> => {
        const chosen = await chooseScenario(services, uri, id);
        return chosen === undefined ? undefined : services.reports.show(kind, { uri: chosen.uri.toString(), scenario: chosen.id }, chosen.title);
    };
}
