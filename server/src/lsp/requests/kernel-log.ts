import { dmesgLines } from '../../report/dmesg.js';
import type { AnalysedDocuments } from './analysed-documents.js';
import type { RequestHandler } from './table.js';
import { findScenario } from './scenario-items.js';

/** The kernel log of a scenario; '' when the kernel printed nothing or nothing was run. */
export function kernelLog(documents: AnalysedDocuments): RequestHandler<'hwp/kernelLog'> {
    return async ({ uri, scenario }, token) => {
        const found = await documents.get(uri, token);
        const report = found === null ? undefined : findScenario(found.report, scenario);
        if (report === undefined) {
            return null;
        }
        return report.trace === null ? '' : dmesgLines(report.trace).map((line) => `${line}\n`).join('');
    };
}
