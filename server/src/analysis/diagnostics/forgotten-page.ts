import { kernelWords } from '../../simulator/kernel-words.js';
import { stepEvents } from '../../report/step-events.js';
import { hex } from '../../report/wording.js';
import type { StepTrace, Trace } from '../../simulator/trace.js';
import type { DiagnosticKind, Finding } from './finding.js';

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

export const pageHandedOutAgain: DiagnosticKind = {
    code: 'page/handed-out-again',
    severity: 'warning',
    doc: 'The allocator hands out a frame that an earlier kernel knew to be bad. The links lead to the error and to the boot that forgot it.',
    find: ({ trace }) => uses(trace, (step, pfn) => step.events.some((event) => event.t === 'decision' && event.id === 'rmqueue' && event.pfn === pfn))
        .map(({ step, pfn, related }) => ({ source: step.source, message: `The frame ${hex(pfn)}, which is known to be bad, is handed out again.`, related })),
};

export const forgottenPageConsumed: DiagnosticKind = {
    code: 'page/consumed-again',
    severity: 'warning',
    doc: 'The machine stops here because of a frame that an earlier kernel knew to be bad and this one was not told of. The links lead to the error and to the boot that forgot it.',
    find: ({ trace }) => uses(trace, (step, pfn) => step.events.some(({ t }) => t === 'panic' || t === 'oops') && step.events.some((event) => event.t === 'decision' && event.pfn === pfn))
        .map(({ step, pfn, related }) => ({ source: step.source, message: `The frame ${hex(pfn)} that is consumed here was known to be bad before this kernel booted.`, related })),
};

interface ForgottenFrame { readonly boot: StepTrace; readonly pfn: number; readonly use: string }

function forgottenFrames(trace: Trace): ForgottenFrame[] {
    return trace.steps.filter(isBoot).flatMap((boot) => stepEvents(boot, 'decision')
        .flatMap(({ id, pfn, note }) => id === 'memblock_free_all.known-bad' && pfn !== undefined ? [{ boot, pfn, use: note ?? 'free' }] : []));
}

function isBoot(step: StepTrace): boolean {
    return step.events.some(({ t }) => t === 'boot');
}

/** Later steps of the kernel that forgot the frame which do that to it. */
function uses(trace: Trace, does: (step: StepTrace, pfn: number) => boolean): { readonly step: StepTrace; readonly pfn: number; readonly related: NonNullable<Finding['related']> }[] {
    return forgottenFrames(trace).flatMap(({ boot, pfn }) => {
        const next = trace.steps.findIndex((step) => step.index > boot.index && isBoot(step));
        return trace.steps.slice(boot.index + 1, next < 0 ? undefined : next).filter((step) => does(step, pfn))
            .map((step) => ({ step, pfn, related: [...foundAt(trace, boot, pfn), { source: boot.source, message: 'The kernel that booted here was not told.' }] }));
    });
}

/** Where the frame was last found to be bad before that step. */
function foundAt(trace: Trace, before: StepTrace, pfn: number): NonNullable<Finding['related']> {
    const found = trace.steps.slice(0, before.index).reverse().find((step) => !isBoot(step) && marks(step, hex(pfn)));
    return found === undefined ? [] : [{ source: found.source, message: 'The error was found here.' }];
}

function marks(step: StepTrace, key: string): boolean {
    return stepEvents(step, 'decision').some(({ changes }) => changes?.some((change) => change.key === key && change.field === 'PG_hwpoison' && change.after === 'true'));
}
