import { idleCpuOf } from './idle-cpu.js';
import type { DiagnosticKind } from './finding.js';
import { unexpectedStops } from './unexpected-stops.js';

export const unexpectedPanic: DiagnosticKind = {
    code: 'verdict/unexpected-panic',
    severity: 'error',
    doc: 'The machine panics in this step and no expectation says so. Add `expect panic`, or change what leads to it.',
    find: ({ program, verdicts }) => unexpectedStops('unexpected-panic', verdicts).map(({ source, step, actual }) => {
        const idle = idleCpuOf(program, step);
        if (idle === undefined) {
            return { source, message: `The machine panics here, and nothing expects it: ${actual}. Add "expect panic" if it should.` };
        }
        const line = `cpu ${idle.cpu} runs ${idle.task ?? 'TASK'} in user mode`;
        return {
            source, message: `The machine panics here: ${actual}. CPU ${idle.cpu} runs nothing, so that there is no task to be signalled. Write \`${line}\` above the first step, or "expect panic" if that is meant.`,
            ...(idle.task === undefined ? {} : { data: { settings: [line] } }),
        };
    }),
};
