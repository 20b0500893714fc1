/** The requests beyond the language server protocol, and who answers them. */
import type { CancellationToken, Connection } from 'vscode-languageserver';
import type { HwpServer } from '../module.js';
import type { ClientRequests } from '../protocol.js';
import { AnalysedDocuments } from './analysed-documents.js';
import { debugRequests } from './debug.js';
import { exportProgram } from './export-program.js';
import { explanation } from './explanation.js';
import { kernelLog } from './kernel-log.js';
import { picture } from './picture.js';
import { realKernelCases } from './real-kernel-cases.js';
import { reportWord } from './report-word.js';
import { run } from './run.js';
import type { RequestHandler } from './request-handler.js';
import { runWorkspace } from './run-workspace.js';
import { scenarioAt } from './scenario-at.js';
import { scenarios } from './scenarios.js';
import { stepAt } from './step-at.js';
import { trace } from './trace.js';

/** Registers every request; to be called before the connection listens. */
export function answerRequests(connection: Connection, { shared, reports, documentation }: HwpServer): void {
    const documents = new AnalysedDocuments(shared, reports);
    const texts = shared.workspace.LangiumDocuments;
    const handlers: { readonly [Method in keyof ClientRequests]: RequestHandler<Method> } = {
        'hwp/scenarios': scenarios(documents),
        'hwp/scenarioAt': scenarioAt(documents),
        'hwp/run': run(documents, texts),
        'hwp/runWorkspace': runWorkspace(documents, connection),
        'hwp/kernelLog': kernelLog(documents),
        'hwp/trace': trace(documents, texts),
        'hwp/picture': picture(documents, texts),
        'hwp/export': exportProgram(documents, texts),
        'hwp/realKernelCases': realKernelCases(documents, texts),
        'hwp/stepAt': stepAt(documents, texts),
        'hwp/explanation': explanation(documents, texts),
        ...debugRequests(documents, texts),
        'hwp/reportWord': reportWord(documentation),
        // What these answer with is loaded with the first of them.
        'hwp/triageLog': async (params, token) => (await import('./seldom-asked.js')).triageLog(params, token),
        'hwp/logScenario': async (params, token) => (await import('./seldom-asked.js')).logScenario(params, token),
        'hwp/tool': async (params, token) => (await import('./seldom-asked.js')).answerTool(params, token),
    };
    for (const [method, handler] of Object.entries(handlers) as [string, RequestHandler<keyof ClientRequests>][]) {
        connection.onRequest(method, handler as (params: unknown, token: CancellationToken) => Promise<unknown>);
    }
}
