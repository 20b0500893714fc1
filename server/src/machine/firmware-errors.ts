/** What the kernel remembers of the error records that firmware handed over (drivers/acpi/apei/ghes.c). */
export class FirmwareErrors {
    /** Running number of printed records. */
    printed = 0;
    /** Times at which records were printed, by class: printing is limited to a few in a while. */
    readonly printTimes: Readonly<Record<'corrected' | 'uncorrected', number[]>> = { corrected: [], uncorrected: [] };
    /** Records that were printed lately, each with its time in nanoseconds: a repetition is recognised. */
    readonly cached = new Map<string, number>();
}
