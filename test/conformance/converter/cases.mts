import { OBSERVED_KERNELS, readRecords, type ConformanceRecord } from './record.mts';

/** The cases with what each kernel did, in the order of the newest kernel. */
export function casesOfAllKernels(): Map<string, ConformanceRecord[]> {
    const cases = new Map<string, ConformanceRecord[]>();
    for (const kernel of OBSERVED_KERNELS) {
        for (const record of readRecords(kernel)) {
            cases.set(record.case, [...cases.get(record.case) ?? [], record]);
        }
    }
    return cases;
}
