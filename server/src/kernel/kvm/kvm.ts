import { lookup } from '../../machine/page-tables.js';
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
        const found = vma === null ? null : lookup(machine, vma, page);
        const mappingBits = vma?.hugetlbShift ?? machine.pageShift + (found?.level === 'huge' ? Math.log2(found.pages) : 0);
        kernel.decide('kvm_send_hwpoison_signal', undefined, vcpu.label);
        sendSignal(kernel, vcpu, { signal: 'SIGBUS', code: 'BUS_MCEERR_AR', address, addressLsbBits: kernel.profile.arch.vcpuSignalLsb === 'mapping' ? mappingBits : machine.pageShift });
        deliverPending(kernel);
        return 'signalled';
    }
    kernel.decide('memory.poison-again', undefined, vcpu.label);
    return 'failed';
}
