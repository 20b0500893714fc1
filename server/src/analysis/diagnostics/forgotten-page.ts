import { kernelWords } from '../../simulator/kernel-words.js';
import { hex } from '../../report/step/wording.js';
import type { DiagnosticKind } from './finding.js';
import { forgottenFrames, foundAt } from './forgotten-frames.js';

export const forgottenPage: DiagnosticKind = {
    code: 'page/forgotten',
    severity: 'warning',
    doc: 'A frame that an earlier kernel knew to be bad is ordinary memory of the kernel that boots: nothing told it. It can be handed out again. The link leads to the error.',
    find: ({ trace }) => forgottenFrames(trace).map(({ boot, pfn, use }) => ({
        source: boot.source,
        message: `The frame ${hex(pfn)} is known to be bad, and Linux ${kernelWords(boot.kernel ?? trace.kernel)} has not been told: ${use === 'free' ? 'it is free memory there and can be handed out again' : `it is in use there (${use})`}.`,
        related: foundAt(trace, boot, pfn),
    })),
};
