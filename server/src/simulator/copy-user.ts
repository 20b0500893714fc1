/** Copies between the memory of tasks and the kernel, as calls make them. */
import type { Kernel } from '../kernel/kernel.js';
import type { FaultResult } from '../kernel/mm/fault-result.js';
import { getUserPage } from '../kernel/mm/gup.js';
import { handleMmFault, reportFailedCopy, storeContent } from '../kernel/mm/page-fault.js';
import { copyFromUserLoad, kernelLoad } from '../kernel/ras/consumption.js';
import type { Thread } from '../machine/mm-types.js';
import type { Pfn, VirtualPage } from '../machine/units.js';
import type { StepContext } from './step-context.js';

/** Bytes, where nobody says how many. */
export const DEFAULT_TRANSFER = 64;

/** Of what the kernel shows to every process the model knows one byte, and where that is one of a clock none. */
export function isUnknown(thread: Thread, page: VirtualPage, offset: number): boolean {
    const vma = thread.process.mm.find(page);
    return vma?.special?.changes === true || vma?.special?.ofKernel === true && (offset > 0 || page > vma.start);
}

/** How a call comes to the page: by a fault of its own copy, by get_user_pages(), or by that with FOLL_FORCE. */
export type Reach = 'fault' | 'gup' | 'forced';

function pageOf(kernel: Kernel, owner: Thread, page: VirtualPage, write: boolean, by: Reach): FaultResult {
    if (by === 'fault') return handleMmFault(kernel, owner, page, write ? 'write' : 'read');
    const got = getUserPage(kernel, owner, page, write, { force: by === 'forced', walks: true, pins: by === 'gup' });
    return 'errno' in got ? { kind: 'sigbus' } : { kind: 'ok', pfn: got.pfn };
}

/** A page holds one letter throughout, as far as a call has not written a part of it. */
function storePart(kernel: Kernel, pfn: Pfn, offset: number, bytes: number, content: string): void {
    const { memory, pageShift } = kernel.machine;
    if (pfn < 0) return;
    if (offset === 0) storeContent(kernel, pfn, content);
    if (bytes < 2 ** pageShift) memory.partlyWritten.add(pfn);
}

/** The memory of others is read where the kernel has it mapped, and that no fix-up guards: is_copy_from_user() is about addresses of the task. */
function copyStops(context: StepContext, pfn: Pfn, thread: Thread, write: boolean, by: Reach): boolean {
    const { kernel } = context;
    const load = by === 'fault' || write ? copyFromUserLoad(kernel, pfn, thread, callOf(context), write) : kernelLoad(kernel, pfn, { in: callOf(context), interrupt: false, thread });
    return load === 'stopped';
}

/**
 * A copy between a user buffer and the kernel: page by page until one faults.
 * @param stored the character that a write stores
 * @returns bytes copied before the fault
 */
export function copyUser(context: StepContext, bytes: number, write: boolean, owner = context.thread, by: Reach = 'fault', stored = context.kernel.machine.pipeContent): { readonly copied: number; readonly value: string } {
    const range = context.range();
    const { kernel, thread } = context;
    let copied = 0;
    let value = '\0';
    if (range === null || thread === null || owner === null) return { copied, value };
    const pageBytes = 2 ** kernel.machine.pageShift;
    for (let page = range.page; copied < bytes; page += 1) {
        const fault = pageOf(kernel, owner, page, write, by);
        if (fault.kind !== 'ok') {
            kernel.decide('copy_user.fault', undefined, fault.kind);
            reportFailedCopy(kernel, fault);
            break;
        }
        if (fault.pfn >= 0 && (!write || !kernel.machine.memory.layout.isRam(fault.pfn)) && copyStops(context, fault.pfn, thread, write, by)) break;
        const offset = page === range.page ? range.byteOffset : 0;
        if (page === range.page && fault.pfn >= 0) value = kernel.machine.memory.content(fault.pfn);
        const part = Math.min(pageBytes - offset, bytes - copied);
        if (write) storePart(kernel, fault.pfn, offset, part, stored);
        // Follows unpin_user_pages_dirty_lock() and access_remote_vm().
        if (write && by !== 'fault' && fault.pfn >= 0) kernel.machine.memory.folio(fault.pfn).set('dirty');
        copied += part;
    }
    return { copied, value };
}

/** The call, and what it copies to or from where that matters: `write-from pipe`. */
function callOf({ step }: StepContext): string {
    const end = step.op === 'write-from' ? step.args['to'] ?? 'pipe' : step.op === 'read-into' ? step.args['from'] ?? 'pipe' : undefined;
    return typeof end === 'string' ? `${step.op} ${end}` : step.op;
}

/** Bytes. */
export function transferLength(context: StepContext): number {
    const range = context.range();
    const pages = range?.pageCount ?? 1;
    return context.number('length') ?? (pages > 1 ? pages * 2 ** context.kernel.machine.pageShift : DEFAULT_TRANSFER);
}
