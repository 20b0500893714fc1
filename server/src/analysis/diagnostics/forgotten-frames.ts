/** Frames that an earlier kernel knew to be bad and a later one was not told of. */
import { stepEvents } from '../../report/step/step-events.js';
import { hex } from '../../report/step/wording.js';
import type { StepTrace, Trace } from '../../simulator/trace.js';
import type { Finding } from './finding.js';

export interface ForgottenFrame { readonly boot: StepTrace; readonly pfn: number; readonly use: string }

export function forgottenFrames(trace: Trace): ForgottenFrame[] {
    return trace.steps.filter(isBoot).flatMap((boot) => stepEvents(boot, 'decision')
        .flatMap(({ id, pfn, note }) => id === 'memblock_free_all.known-bad' && pfn !== undefined ? [{ boot, pfn, use: note ?? 'free' }] : []));
}

function isBoot(step: StepTrace): boolean {
    return step.events.some(({ t }) => t === 'boot');
}

/** Later steps of the kernel that forgot the frame which do that to it. */
export function uses(trace: Trace, does: (step: StepTrace, pfn: number) => boolean): { readonly step: StepTrace; readonly pfn: number; readonly related: NonNullable<Finding['related']> }[] {
    return forgottenFrames(trace).flatMap(({ boot, pfn }) => {
        const next = trace.steps.findIndex((step) => step.index > boot.index && isBoot(step));
        return trace.steps.slice(boot.index + 1, next < 0 ? undefined : next).filter((step) => does(step, pfn))
            .map((step) => ({ step, pfn, related: [...foundAt(trace, boot, pfn), { source: boot.source, message: 'The kernel that booted here was not told.' }] }));
    });
}

/** Where the frame was last found to be bad before that step. */
export function foundAt(trace: Trace, before: StepTrace, pfn: number): NonNullable<Finding['related']> {
    const found = trace.steps.slice(0, before.index).reverse().find((step) => !isBoot(step) && marks(step, hex(pfn)));
    return found === undefined ? [] : [{ source: found.source, message: 'The error was found here.' }];
}

function marks(step: StepTrace, key: string): boolean {
    return stepEvents(step, 'decision').some(({ changes }) => changes?.some((change) => change.key === key && change.field === 'PG_hwpoison' && change.after === 'true'));
}
