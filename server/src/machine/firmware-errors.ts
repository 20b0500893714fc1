/** Error records that firmware hands over (a generic error status block), and what the kernel remembers of them (drivers/acpi/apei/ghes.c). */
import type { PhysicalAddress } from './units.js';

/** CPER severities. */
export type CperSeverity = 'recoverable' | 'fatal' | 'corrected' | 'info';

/** One section: a memory error (struct cper_sec_mem_err), an error of an ARM processor (struct cper_sec_proc_arm), or one that only its vendor knows. */
export interface FirmwareSection {
    readonly kind: 'memory' | 'arm-processor' | 'vendor';
    /** Of a vendor's section: what kind it is. */
    readonly guid?: string;
    readonly severity: CperSeverity;
    /** CPER_SEC_ERROR_THRESHOLD_EXCEEDED: firmware has counted too many corrected errors. */
    readonly thresholdExceeded: boolean;
    /** null: not valid. */
    readonly address: PhysicalAddress | null;
    /** physical_addr_mask; null: not valid. */
    readonly mask: bigint | null;
    /** Memory: number of the kind of error in the UEFI specification. Processor: bits, cache 2, TLB 4, bus 8, micro-architectural 16. */
    readonly errorType: number;
}

export interface FirmwareRecord {
    /** Of the whole block. */
    readonly severity: CperSeverity;
    readonly sections: readonly FirmwareSection[];
    /** Number of the error source in the HEST table. */
    readonly source: number;
}

export class FirmwareErrors {
    /** Running number of printed records, over all sources. */
    printed = 0;
    /** Times at which records were printed, by class: printing is limited to a few in a while. */
    readonly printTimes: Readonly<Record<'corrected' | 'uncorrected', number[]>> = { corrected: [], uncorrected: [] };
    /** Records that were printed lately, each with its time in nanoseconds: a repetition is recognised. */
    readonly cached = new Map<string, number>();
    /** What lies in the block of the source that is notified by aborts: the next abort takes it. */
    behindAbort: FirmwareRecord | null = null;
    /** Bad frames that firmware does not know of: an abort there finds no record. */
    readonly unclaimed = new Set<number>();
}
