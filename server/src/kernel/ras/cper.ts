/** How a record of firmware is printed (drivers/firmware/efi/cper.c, cper-arm.c). */
import type { FirmwareRecord, FirmwareSection } from '../../machine/firmware-errors.js';
import type { Kernel } from '../kernel.js';
import { armErrorTypes } from './arm-error-types.js';

/** Kinds of memory error, by their number in the UEFI specification. */
const MEMORY_ERRORS = [
    'unknown', 'no error', 'single-bit ECC', 'multi-bit ECC', 'single-symbol chipkill ECC', 'multi-symbol chipkill ECC', 'master abort', 'target abort', 'parity error',
    'watchdog timeout', 'invalid address', 'mirror Broken', 'memory sparing', 'scrub corrected error', 'scrub uncorrected error', 'physical memory map-out event',
] as const;

/** Follows cper_estatus_print(). @param event running number in braces */
export function printCper(kernel: Kernel, record: FirmwareRecord, event: string): void {
    kernel.print('cperSource', { event, count: record.source });
    if (record.severity === 'corrected') kernel.print('cperCorrected', { event });
    kernel.print('cperSeverity', { event, reason: record.severity });
    record.sections.forEach((section, index) => {
        kernel.print('cperErrorType', { event, count: index, reason: section.severity });
        if (section.kind === 'memory') printMemory(kernel, section, event);
        else if (section.kind === 'vendor') kernel.print('cperVendorSection', { event, reason: section.guid ?? '' });
        else printArmProcessor(kernel, section, event);
    });
}

/** Follows cper_print_mem(). */
function printMemory(kernel: Kernel, { address, mask, errorType }: FirmwareSection, event: string): void {
    kernel.print('cperSection', { event });
    if (address !== null) kernel.print('cperAddress', { event, cperAddress: address });
    if (address !== null && mask !== null) kernel.print('cperMask', { event, cperAddress: mask });
    kernel.print('cperMemoryErrorType', { event, reason: `${errorType}, ${MEMORY_ERRORS[errorType] ?? 'unknown'}` });
}

/** Follows cper_print_proc_arm(), for one error of which there was one more. */
function printArmProcessor(kernel: Kernel, { address, errorType }: FirmwareSection, event: string): void {
    kernel.print('cperArmSection', { event });
    kernel.print('cperArmMidr', { event });
    kernel.print('cperArmMpidr', { event });
    kernel.print('cperArmRunning', { event });
    kernel.print('cperArmPsci', { event });
    kernel.print('cperArmInfo', { event });
    kernel.print('cperArmErrors', { event });
    kernel.print('cperArmErrorType', { event, errorType, reason: armErrorTypes(errorType) });
    kernel.print('cperArmErrorInfo', { event });
    if (address !== null) kernel.print('cperArmAddress', { event, cperAddress: address });
}
