import { kernelWords } from '../../simulator/kernel-words.js';
import { hex } from '../../report/step/wording.js';
import { framesOf } from '../../report/step/page-states.js';
import type { DiagnosticKind } from './finding.js';
import { forgottenFrames, foundAt } from './forgotten-frames.js';

export const forgottenPage: DiagnosticKind = {
    code: 'page/forgotten',
    severity: 'warning',
    statedBy: 'an expectation below the boot that the frame is `not poisoned`, or of `HardwareCorrupted`',
    doc: 'A frame that an earlier kernel knew to be bad is ordinary memory of the kernel that boots: nothing told it. It can be handed out again. The link leads to the error.',
    find: ({ program, trace, stated }) => forgottenFrames(trace).map(({ boot, pfn, use }) => ({
        source: boot.source,
        message: `The frame ${hex(pfn)} is known to be bad, and Linux ${kernelWords(boot.kernel ?? trace.kernel)} has not been told: ${use === 'free' ? 'it is free memory there and can be handed out again' : `it is in use there (${use})`}.`,
        stated: stated(boot).some((claim) => claim.kind === 'hardware-corrupted'
            || claim.kind === 'not-poisoned' && framesOf(claim.place, { program, trace, steps: [boot], last: boot.index })?.includes(pfn) === true),
        related: foundAt(trace, boot, pfn),
    })),
};
