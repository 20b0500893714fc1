import type * as vscode from 'vscode';
import { walkthroughDone } from '../walkthrough.js';
import type { Services } from './command.js';
import { chooseScenario, chooseVariant } from './scenario-choice.js';

/** A command that shows a report of a scenario. */
export function showReport(kind: 'log' | 'trace') {
    return async (services: Services, uri?: string, id?: string): Promise<vscode.TextDocument | undefined> => {
        const chosen = await chooseScenario(services, uri, id);
        const variant = chosen === undefined ? undefined : await chooseVariant(services, chosen);
        if (chosen === undefined || variant === undefined) {
            return undefined;
        }
        const what = { uri: chosen.uri.toString(), scenario: chosen.id };
        const document = await (variant === null ? services.reports.show(kind, what, chosen.title) : services.reports.show(kind, { ...what, variant }, `${chosen.title}, ${variant}`));
        walkthroughDone(kind === 'log' ? 'logged' : 'explained');
        return document;
    };
}
