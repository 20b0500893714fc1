/** The frames that reports and crashes name. */
import type { CrashEvent } from '../events/event.js';
import type { BootLog, ReportLog } from './boot-log.js';

/** The frame of a report; where the page size is unknown, the one of memory_failure() that one of the sizes gives. */
export function frameOf(report: ReportLog, boot: BootLog, pageShift: number | undefined): bigint | undefined {
    if (report.page !== undefined) return report.page;
    if (report.phys === undefined) return undefined;
    if (pageShift !== undefined) return report.phys >> BigInt(pageShift);
    const known = [12n, 14n, 16n].map((shift) => report.phys! >> shift).filter((pfn) => boot.frames.has(pfn));
    return known.length === 1 ? known[0] : undefined;
}

const PANIC_FRAME = /Memory failure(?:: 0x([0-9a-f]+)| (?:from trap \d+ )?on page ([0-9a-f]+))/;

/** edac_mc_panic_on_ue: the panic repeats the line of EDAC. */
const EDAC_PANIC = /^(?:EDAC MC\d{1,3}: )?UE\b.*?\bpage[: ](0x[0-9a-f]{1,16})/;

/** Frames that a crash names itself. */
export function namedFrames({ panicText, pfns }: CrashEvent): readonly bigint[] {
    const match = panicText === undefined ? null : PANIC_FRAME.exec(panicText);
    const named = match === null ? [] : [BigInt(`0x${match[1] ?? match[2]!}`)];
    const page = panicText === undefined ? undefined : EDAC_PANIC.exec(panicText)?.[1];
    return [...named, ...(page === undefined || BigInt(page) === 0n ? [] : [BigInt(page)]), ...pfns];
}
