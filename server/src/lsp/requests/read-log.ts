/** Reads kernel logs for the editor. */
import type { CancellationToken } from 'vscode-languageserver';
import { TextAnalyzer } from '../../analysis/text-analyzer.js';
import { LogViewer } from '../../log/output/view.js';
import { whatIf } from '../../log/scenario/what-if.js';
import type { RequestHandler } from './request-handler.js';

/** Lines between two looks at what else is to be done. */
const SLICE = 5_000;

export const triageLog: RequestHandler<'hwp/triageLog'> = async ({ text }, token) => {
    const viewer = new LogViewer(text);
    return await inSlices(viewer, token) ? viewer.view() : null;
};

export const logScenario: RequestHandler<'hwp/logScenario'> = async ({ text, incident: id }, token) => {
    const viewer = new LogViewer(text);
    if (!await inSlices(viewer, token)) return null;
    const { incidents, boots } = viewer.triage();
    const incident = incidents.find((each) => each.id === id);
    const boot = boots.find(({ index }) => index === incident?.boot);
    if (incident === undefined || boot === undefined) return null;
    const analyzer = new TextAnalyzer();
    const found = await whatIf(incident, boot, (candidate, overrides) => analyzer.analyze('triage:candidate.hwp', candidate, overrides === undefined ? {} : { overrides }));
    return found?.scenario == null ? null : { text: found.scenario, passes: found.passes, differs: found.differs };
};

interface Sliced { run(lines: number): boolean; }

/** Reads the log bit by bit, so that a large one does not keep others waiting. False when nobody wants it any more. */
async function inSlices(viewer: Sliced, token: CancellationToken): Promise<boolean> {
    while (!viewer.run(SLICE)) {
        await new Promise((resolve) => { setTimeout(resolve, 0); });
        if (token.isCancellationRequested) return false;
    }
    return true;
}
