import path from 'node:path';
import { PLATFORMS, X86, type Platform } from './platforms.mts';
import { readRecords, type ConformanceRecord } from './record.mts';

/** The cases with what each kernel did, in the order of the newest kernel. */
export function casesOfAllKernels(platform: Platform = X86): Map<string, ConformanceRecord[]> {
    const cases = new Map<string, ConformanceRecord[]>();
    for (const kernel of platform.kernels) {
        for (const record of readRecords(kernel)) {
            cases.set(record.case, [...cases.get(record.case) ?? [], record]);
        }
    }
    return cases;
}

export interface Case { readonly platform: Platform; readonly name: string; readonly records: readonly ConformanceRecord[]; readonly file: string }

/** Every case on every machine, with the file of its scenario. */
export function everyCase(): Case[] {
    return PLATFORMS.flatMap((platform) => [...casesOfAllKernels(platform)].filter(([, records]) => records.some(({ notSetUp }) => notSetUp === undefined || notSetUp === null)).map(([name, records]) => ({
        platform, name, records, file: path.join(platform.folder, records[0]!.group.toLowerCase(), `${name}.hwp`),
    })));
}
