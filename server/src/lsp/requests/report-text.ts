/** Reports in the form in which the client gets them. */
import type { ReportLine } from '../../report/output/text.js';
import type { SourceRange } from '../../simulator/program.js';
import type { ReportLinePlace, ReportText } from '../protocol.js';
import { protocolRange } from '../run-diagnostics.js';

/** @param placeOfStep where a step stands, by its index in the trace */
export function reportText(lines: readonly ReportLine[], placeOfStep: (step: number) => SourceRange | undefined): ReportText {
    return {
        text: lines.map(({ text }) => `${text}\n`).join(''),
        lines: lines.flatMap(({ about, step }, line): ReportLinePlace[] => {
            const place = about ?? (step === undefined ? undefined : placeOfStep(step));
            return place === undefined || place.uri === '' ? [] : [{ line, uri: place.uri, range: protocolRange(place), isHead: about !== undefined }];
        }),
    };
}
