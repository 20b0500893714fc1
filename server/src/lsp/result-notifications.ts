import { DocumentState } from 'langium';
import type { Connection } from 'vscode-languageserver';
import type { HwpServer } from './module.js';
import type { ScenarioItem, ServerNotifications } from './protocol.js';
import { documentResults } from './requests/scenario-items.js';

/** Tells the client what each analysed document came to, so that its views follow the edits. */
export function notifyResults(connection: Connection, { shared, reports }: HwpServer): void {
    const notify = (results: ServerNotifications['hwp/results']): void => {
        // Not awaited: a build does not wait for the client; a connection that is gone needs no news.
        connection.sendNotification('hwp/results', results).catch(() => undefined);
    };
    const told = new Map<string, readonly ScenarioItem[]>();
    const { DocumentBuilder } = shared.workspace;
    DocumentBuilder.onDocumentPhase(DocumentState.Validated, (document) => {
        const report = reports.get(document);
        if (report !== undefined) {
            const results = documentResults(report);
            // Most edits change nothing of it, and a long text has hundreds of scenarios.
            notify(areSame(results.scenarios, told.get(results.uri)) ? { uri: results.uri, scenarios: null } : results);
            told.set(results.uri, results.scenarios);
        }
    });
    DocumentBuilder.onUpdate((_changed, deleted) => {
        for (const uri of deleted) {
            told.delete(uri.toString());
            notify({ uri: uri.toString(), scenarios: [] });
        }
    });
}

function areSame(items: readonly ScenarioItem[], others: readonly ScenarioItem[] | undefined): boolean {
    return others !== undefined && items.length === others.length && items.every((item, index) => item === others[index] || JSON.stringify(item) === JSON.stringify(others[index]));
}

/** Of a long text the first diagnostics are shown before all are known; those of all take their place. */
export function publishFirstParts(connection: Connection, { reports, documentation }: HwpServer): void {
    reports.onFirstPart(({ uri }, { diagnostics }) => {
        documentation.linkCodes(diagnostics);
        connection.sendDiagnostics({ uri: uri.toString(), diagnostics: [...diagnostics] }).catch(() => undefined);
    });
}
