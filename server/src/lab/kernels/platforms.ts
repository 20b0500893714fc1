/** What a kernel is built for: an architecture and its base pages. */
import { ARCHITECTURE_NAMES, pageSizes, pmdShift, type ArchitectureName } from '../../vocabulary/architectures.js';
import { MACHINE_TYPES, RAM_BYTES } from '../emulator/machine-types.js';

export interface Platform {
    readonly arch: ArchitectureName;
    /** log2 bytes. */
    readonly pageShift: number;
}

export const PC: Platform = { arch: 'x86-64', pageShift: 12 };

interface PackagedPlatform extends Platform {
    /** As options call it. */
    readonly name: string;
    /** Of Debian. */
    readonly architecture: string;
    /** What the names of its kernel packages end with. */
    readonly flavour: string;
}

/** Those that Debian has kernels for. */
const PACKAGED: readonly PackagedPlatform[] = [
    { ...PC, name: 'x86-64', architecture: 'amd64', flavour: 'amd64' },
    { arch: 'arm64', pageShift: 12, name: 'arm64', architecture: 'arm64', flavour: 'arm64' },
    { arch: 'arm64', pageShift: 14, name: 'arm64-16k', architecture: 'arm64', flavour: 'arm64-16k' },
];

export const PLATFORM_NAMES: readonly string[] = PACKAGED.map(({ name }) => name);

export function platformNamed(name: string): Platform {
    return PACKAGED.find((each) => each.name === name) ?? PC;
}

export function packagedPlatform(platform: Platform): PackagedPlatform | undefined {
    return PACKAGED.find((each) => isSamePlatform(each, platform));
}

export function isSamePlatform(a: Platform, b: Platform): boolean {
    return a.arch === b.arch && a.pageShift === b.pageShift;
}

/** The order in which kernels of one version are taken. */
export function byPlatform(a: Platform, b: Platform): number {
    return ARCHITECTURE_NAMES.indexOf(a.arch) - ARCHITECTURE_NAMES.indexOf(b.arch) || a.pageShift - b.pageShift;
}

export function platformWords({ arch, pageShift }: Platform): string {
    return pageShift === 12 ? arch : `${arch} with pages of ${2 ** (pageShift - 10)} KiB`;
}

/** What plans need to know of the machine that they are for. */
export interface Guest extends Platform {
    readonly pageBytes: number;
    /** Of a transparent huge page. */
    readonly thpBytes: number;
    /** Sizes of hugetlb pages that it has room for, log2 bytes. */
    readonly hugetlbShifts: readonly number[];
    readonly ramStartBytes: number;
    /** The first frame behind its RAM, without what the firmware keeps at the end. */
    readonly endPfn: number;
    readonly hasMachineChecks: boolean;
    readonly hasRaces: boolean;
    /** Why the firmware hands over no records; null: it does. */
    readonly noFirmwareRecords: string | null;
}

export function guestOf({ arch, pageShift }: Platform, noFirmwareRecords: string | null = 'the emulated firmware hands over no records'): Guest {
    const { ramStartBytes, firmwareBytes, hugetlbShifts, hasMachineChecks, hasRaces } = MACHINE_TYPES[arch];
    const pageBytes = 2 ** pageShift;
    return {
        arch, pageShift, pageBytes, thpBytes: 2 ** pmdShift(pageShift), ramStartBytes, hasMachineChecks, hasRaces, noFirmwareRecords,
        hugetlbShifts: (pageSizes(arch, pageShift)?.hugetlbShifts ?? []).filter((shift) => hugetlbShifts.includes(shift)),
        endPfn: (ramStartBytes + RAM_BYTES - firmwareBytes) / pageBytes,
    };
}

export const PC_GUEST: Guest = guestOf(PC);
