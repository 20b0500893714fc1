import { pmdPages } from '../../machine/page-tables.js';
import type { Thread } from '../../machine/mm-types.js';
import type { VirtualPage } from '../../machine/units.js';
import { userLoad } from '../ras/consumption.js';
import type { Kernel } from '../kernel.js';
import { handleMmFault, reportFailedCopy } from '../mm/page-fault.js';
import { deliverPending, sendSignal } from '../signal/signals.js';

/**
 * How a guest's access to its memory ended on the host. `signalled`: poison, the task of the vCPU was sent SIGBUS.
 * `failed`: KVM_RUN returns an error, and no signal was sent.
 */
export type KvmFault = 'data' | 'signalled' | 'failed';

/** Host faults that are taken again after bad memory was dealt with. */
const RESTARTS = 4;

/**
 * A guest touches memory that the host's page tables back: the page behind it, or what becomes of poison. Follows
 * kvm_faultin_pfn(), kvm_handle_error_pfn() and kvm_send_hwpoison_signal().
 * @param vcpu task that runs the virtual CPU
 */
export function kvmFault(kernel: Kernel, vcpu: Thread, page: VirtualPage, write: boolean): KvmFault {
    vcpu.inGuest = true;
    try {
        return faultOfGuest(kernel, vcpu, page, write);
    } finally {
        vcpu.inGuest = false;
    }
}

/**
 * What arm64 maps for the guest as one block: a page of hugetlb of the size of a page table's level, and of one whose entries are contiguous
 * the size of the level below. A transparent huge page counts as base pages here. Follows user_mem_abort() and get_vma_page_shift().
 */
function blockShift(hugetlbShift: number | null, pageShift: number): number {
    const bits = Math.log2(pmdPages(pageShift));
    const levels = [pageShift + 2 * bits, pageShift + bits, pageShift];
    return levels.find((level) => level <= (hugetlbShift ?? pageShift))!;
}

function faultOfGuest(kernel: Kernel, vcpu: Thread, page: VirtualPage, write: boolean): KvmFault {
    const { machine } = kernel;
    const address = page * 2 ** machine.pageShift;
    for (let round = 0; round < RESTARTS; round += 1) {
        const fault = handleMmFault(kernel, vcpu, page, write ? 'write' : 'read');
        if (fault.kind === 'ok') {
            if (fault.pfn < 0 || userLoad(kernel, fault.pfn, vcpu, address, false) === 'data') return 'data';
            if (vcpu.pending === null && vcpu.process.alive) continue;
            deliverPending(kernel);
            return 'signalled';
        }
        if (fault.kind !== 'hwpoison') {
            kernel.decide('kvm_handle_error_pfn.fault', undefined, fault.kind);
            return 'failed';
        }
        reportFailedCopy(kernel, fault);
        const vma = vcpu.process.mm.find(page);
        if (vma?.file?.type === 'guest_memfd') {
            kernel.decide('kvm_handle_error_pfn.guest_memfd');
            return 'failed';
        }
        kernel.decide('kvm_send_hwpoison_signal', undefined, vcpu.label);
        sendSignal(kernel, vcpu, { signal: 'SIGBUS', code: 'BUS_MCEERR_AR', address, addressLsbBits: kernel.profile.arch.vcpuSignalLsb === 'block' ? blockShift(vma?.hugetlbShift ?? null, machine.pageShift) : machine.pageShift });
        deliverPending(kernel);
        return 'signalled';
    }
    kernel.decide('memory.poison-again', undefined, vcpu.label);
    return 'failed';
}
