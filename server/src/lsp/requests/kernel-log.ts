import { dmesgLines } from '../../report/output/dmesg.js';
import type { AnalysedDocuments } from './analysed-documents.js';
import type { RequestHandler } from './request-handler.js';
import { findScenario, onlyVariant, variantName } from './scenario-items.js';

/** The kernel log of a scenario; '' when the kernel printed nothing or nothing was run. */
export function kernelLog(documents: AnalysedDocuments): RequestHandler<'hwp/kernelLog'> {
    return async ({ uri, scenario, variant }, token) => {
        const found = await documents.get(uri, token);
        const whole = found === null ? undefined : findScenario(found.report, scenario);
        const report = whole === undefined ? null : onlyVariant(whole, variant);
        return report === null ? null : report.variants.map((each) => {
            const lines = each.trace === null ? [] : dmesgLines(each.trace);
            const heading = report.variants.length > 1 ? [`==> ${variantName(each)} <==`] : [];
            return [...heading, ...lines].map((line) => `${line}\n`).join('');
        }).join('');
    };
}
