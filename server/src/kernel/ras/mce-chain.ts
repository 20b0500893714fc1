/** What is done with a record that was logged: the notifiers of x86_mce_decoder_chain, by their priority. */
import type { MceSeverity } from '../../vocabulary/mce.js';
import type { Kernel } from '../kernel.js';
import { mayPrint } from '../print-limited.js';
import { memoryFailure } from '../memory-failure/memory-failure.js';
import { cecAddElem } from './corrected-errors.js';
import { hasMcg, hasStatus, isCorrectable, isMemoryError, isNormalised, pfnOf, printRecord, unmaskedPfnOf, usableAddress, type MachineCheck } from './mce.js';

/** The page leaves the kernel's direct map. Follows set_mce_nospec(). */
export function setMceNospec(kernel: Kernel, pfn: number): void {
    kernel.machine.memory.notInDirectMap.add(pfn);
    kernel.pageChanged(pfn, 'direct map', 'mapped', 'not present');
    kernel.decide('set_mce_nospec', pfn);
}

/** `Machine check events logged`: at once, or, in older kernels, from the chain and not more than twice a minute. Follows mce_log() and mce_notify_irq(). */
function printLogged(kernel: Kernel, mce: MachineCheck): void {
    if (!kernel.profile.has('machineChecksLoggedAtOnce') && !mayPrint(kernel, kernel.machine.loggedMessages, 'mce_notify_irq')) return;
    kernel.print('mceLogged', {}, mce.cpu);
}

/** The exception handler has put the record down; what it means is worked out later, if there is a later. */
export function mceLog(kernel: Kernel, mce: MachineCheck): void {
    if (kernel.profile.has('machineChecksLoggedAtOnce') && keepsRecords(kernel)) printLogged(kernel, mce);
}

/** With mce=off there is no pool to put records in, those of firmware neither. Follows mce_gen_pool_add(). */
function keepsRecords({ machine }: Kernel): boolean {
    return !machine.bootOptions.has('mce=off');
}

/**
 * The record goes through the notifiers, in a worker without an address space. Follows the notifiers of cec.c, core.c and
 * edac_mce_amd.c.
 */
export function runDecoderChain(kernel: Kernel, mce: MachineCheck, severity: MceSeverity): void {
    if (!keepsRecords(kernel)) return;
    const handledByCec = cecNotifier(kernel, mce);
    if (!kernel.profile.has('machineChecksLoggedAtOnce')) printLogged(kernel, mce);
    const offline = handledByCec.offline;
    const handledByUc = ucDecodeNotifier(kernel, mce, severity);
    const handledByEdac = amdDecodeMce(kernel, mce, handledByCec.handled);
    if (!handledByCec.handled && !handledByUc && !handledByEdac || kernel.machine.bootOptions.has('mce=print_all')) printRecord(kernel, mce);
    // Queued by the collector, and run by another worker.
    offline?.();
}

/** Corrected errors of DRAM with a usable address are counted. Follows cec_notifier(). */
function cecNotifier(kernel: Kernel, mce: MachineCheck): { readonly handled: boolean; readonly offline: (() => void) | null } {
    const { machine } = kernel;
    const nothing = { handled: false, offline: null };
    if (machine.bootOptions.has('ras=cec_disable') || machine.config.get('RAS_CEC') === 'n') return nothing;
    if (!isMemoryError(kernel, mce) || !isCorrectable(kernel, mce) || !usableAddress(kernel, mce)) return nothing;
    if (isNormalised(kernel, mce)) {
        kernel.recorder.notModelled(`which frame the collector of Linux ${kernel.profile.written} counts: it takes the memory controller's own address for one of the system`);
        return nothing;
    }
    const offline = cecAddElem(kernel, unmaskedPfnOf(kernel, mce));
    return { handled: offline === null, offline };
}

/** Errors that nobody has consumed. @returns whether memory_failure() took care of the page. Follows uc_decode_notifier(). */
function ucDecodeNotifier(kernel: Kernel, mce: MachineCheck, severity: MceSeverity): boolean {
    if (severity !== 'AO' && severity !== 'UCNA' && severity !== 'DEFERRED') return false;
    if (!usableAddress(kernel, mce)) {
        kernel.decide('uc_decode_notifier.no-address', undefined, isNormalised(kernel, mce) ? 'the address is the memory controller\'s own' : undefined);
        return false;
    }
    if (isNormalised(kernel, mce)) {
        kernel.recorder.notModelled(`which frame Linux ${kernel.profile.written} hands to memory_failure(): it takes the memory controller's own address for one of the system`);
        return false;
    }
    const pfn = pfnOf(kernel, mce);
    kernel.decide('uc_decode_notifier', pfn);
    if (memoryFailure(kernel, pfn, 0, null) !== '0') return false;
    setMceNospec(kernel, pfn);
    return true;
}

/** The decoder of AMD's records, which distributions load there. @returns whether it has printed the record. Follows amd_decode_mce(). */
function amdDecodeMce(kernel: Kernel, mce: MachineCheck, counted: boolean): boolean {
    if (kernel.machine.cpuVendor !== 'amd' || counted) return false;
    const reason = hasStatus(mce, 'UC')
        ? hasStatus(mce, 'PCC') ? 'System Fatal error.' : hasMcg(mce, 'RIPV') ? 'Uncorrected, software restartable error.' : 'Uncorrected, software containable error.'
        : hasStatus(mce, 'DEFERRED') ? 'Deferred error, no action required.' : 'Corrected error, no action required.';
    kernel.print('mceDecodedAmd', { reason }, mce.cpu);
    return true;
}
