/** Error records that firmware hands over (a generic error status block), and what the kernel remembers of them (drivers/acpi/apei/ghes.c). */
import { RateLimit } from './rate-limit.js';
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

/** GHES_ESTATUS_CACHES_SIZE. */
const CACHED_RECORDS = 4;

export interface CachedRecord {
    /** All its bytes. */
    readonly key: string;
    /** When it was printed, in nanoseconds. */
    readonly sinceNs: number;
    /** How often it came again. */
    count: number;
}

export class FirmwareErrors {
    /** Running number of printed records, over all sources. */
    printed = 0;
    /** Two records of a class are printed in five seconds (ghes_print_estatus()). */
    readonly printed5s: Readonly<Record<'corrected' | 'uncorrected', RateLimit>> = { corrected: new RateLimit(5e9, 2), uncorrected: new RateLimit(5e9, 2) };
    /** Other messages, each limited by itself to ten in five seconds (printk_ratelimited()). */
    readonly limited: Readonly<Record<'ghes_handle_arm_hw_error' | 'ghes_do_memory_failure', RateLimit>> = { ghes_handle_arm_hw_error: new RateLimit(5e9, 10), ghes_do_memory_failure: new RateLimit(5e9, 10) };
    /** Records that were printed lately: a repetition is recognised (ghes_estatus_caches[]). */
    readonly cached: (CachedRecord | undefined)[] = Array.from({ length: CACHED_RECORDS }, () => undefined);
    /** What lies in the block of the source that is notified by aborts: the next abort takes it. */
    behindAbort: FirmwareRecord | null = null;
    /** Bad frames that firmware does not know of: an abort there finds no record. */
    readonly unclaimed = new Set<number>();
}
