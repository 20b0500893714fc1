/** Asks the model about the memory errors of a log. */
import type { TextAnalyzer } from '../../analysis/text-analyzer.js';
import type { Incident } from '../../log/judgement/incident.js';
import type { LogResult } from '../../log/output/results.js';
import { whatIf } from '../../log/scenario/what-if.js';

/** More incidents of a log are not asked about: they are of the same kinds. */
const MAX_ASKED = 50;

/** The log, with `whatIf` in every incident that the model knows something of. */
export async function askModel(log: LogResult, analyzer: TextAnalyzer): Promise<LogResult> {
    const incidents: Incident[] = [];
    for (const [index, incident] of log.incidents.entries()) {
        const boot = log.boots.find(({ index: each }) => each === incident.boot);
        const found = boot === undefined || index >= MAX_ASKED ? null : await whatIf(incident, boot, (text, overrides) => analyzer.analyze('triage:candidate.hwp', text, overrides === undefined ? {} : { overrides }));
        incidents.push(found === null ? incident : { ...incident, whatIf: found });
    }
    return { ...log, incidents };
}
