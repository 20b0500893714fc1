import { dmesgLines } from '../../report/output/dmesg.js';
import type { ReportLine } from '../../report/output/text.js';
import type { VariantReport } from '../../report/judgement/scenario-report.js';
import type { AnalysedDocuments } from './analysed-documents.js';
import { reportText } from './report-text.js';
import type { RequestHandler } from './request-handler.js';
import { findScenario, onlyVariant, variantName } from './scenario-items.js';

/** The kernel log of a scenario; '' when the kernel printed nothing or nothing was run. */
export function kernelLog(documents: AnalysedDocuments): RequestHandler<'hwp/kernelLog'> {
    return async ({ uri, scenario, variant }, token) => {
        const found = await documents.get(uri, token);
        const whole = found === null ? undefined : findScenario(found.report, scenario);
        const report = whole === undefined ? null : onlyVariant(whole, variant);
        return report === null ? null : reportText(report.variants.flatMap((each) => [
            ...report.variants.length > 1 ? [{ text: `==> ${variantName(each)} <==` }] : [], ...logLines(each),
        ]), () => undefined);
    };
}

/** Each line is about the step that made the kernel print it. */
function logLines({ program, trace }: VariantReport): ReportLine[] {
    return program === null || trace === null ? [] : trace.steps.flatMap((step) => {
        const about = program.sources[step.source];
        return dmesgLines({ ...trace, steps: [step] }).map((text) => about === undefined ? { text } : { text, about });
    });
}
