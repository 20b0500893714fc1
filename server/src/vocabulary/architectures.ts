/** What differs between processor architectures, as data: sizes, and how bad memory makes itself known. */
import type { DecisionId } from './decisions.js';
import type { KernelVersion } from './kernels.js';
import type { MessageId } from './message-templates.js';

export type ArchitectureName = 'x86-64' | 'arm64';
export type PageShift = 12 | 14 | 16;

/** Sizes that follow from the base page, log2 bytes. */
export interface PageSizes {
    readonly pageShift: PageShift;
    /** Huge pages that hugetlb can have, contiguous ranges of entries among them; ascending. */
    readonly hugetlbShifts: readonly number[];
    /** A section of the sparse memory model, and a memory block that goes offline as a whole. */
    readonly sectionShift: number;
    /** Order of the largest block of the page allocator (MAX_PAGE_ORDER); a huge page above it is gigantic. */
    readonly maxPageOrder: number;
}

export interface Architecture {
    /** Kernels and base pages that were compared with observations of running kernels; 'all': every kernel that was recorded at all. The rest is derived from the source and from reports. */
    readonly recordedOn: 'all' | readonly { readonly version: KernelVersion; readonly pageShift: PageShift }[];
    readonly doc: string;
    readonly pageSizes: readonly PageSizes[];
    /** Bytes at the start of RAM that the kernel keeps reserved. */
    readonly lowReservedBytes: number;
    /** Bytes: where the mappings of a fresh process begin, and those that a child makes later. */
    readonly firstAddress: number;
    readonly childFirstAddress: number;
    /** Who reports an error: machine-check banks, or firmware through ACPI. */
    readonly errorSource: 'machine-check' | 'firmware';
    /** si_addr_lsb of the SIGBUS that KVM sends for poison in a guest's memory: a page, or the mapping behind it. */
    readonly vcpuSignalLsb: 'page' | 'block';
    /** Does QEMU tell its guest of errors in its memory that nobody has consumed? On arm64 it does not (kvm_arch_on_sigbus_vcpu() of its 10.0). */
    readonly forwardsActionOptional: boolean;
    /** What a panic ends with. */
    readonly panicTail: { readonly stopsCpus: boolean; readonly lines: readonly MessageId[] };
    /** Firmware's RAM is boot memory, which cannot be set offline. */
    readonly bootMemoryStays: boolean;
    /** How the word of page flags is cut up. */
    readonly pageFlags: 'x86' | 'arm64';
    /** An entry that is dirty and read-only would be one of a shadow stack: the dirty bit of such entries is kept elsewhere. */
    readonly savesDirtyBit: boolean;
    /** Line of a user access that ends in SIGBUS because of poison. */
    readonly poisonFaultLine: MessageId | null;
    /** Decisions of a page fault that ends in a signal. */
    readonly faults: Readonly<Record<'poison' | 'noPage' | 'noVma' | 'protection', DecisionId>>;
}

export const ARCHITECTURES: Readonly<Record<ArchitectureName, Architecture>> = {
    'x86-64': {
        recordedOn: 'all',
        doc: 'Errors arrive as machine checks, graded by the bank registers. Compared with recorded kernels.',
        pageSizes: [{ pageShift: 12, hugetlbShifts: [21, 30], sectionShift: 27, maxPageOrder: 10 }],
        lowReservedBytes: 2 ** 20,
        firstAddress: 0x5555_0000_0000, childFirstAddress: 0x7f00_0000_0000,
        errorSource: 'machine-check',
        vcpuSignalLsb: 'page',
        forwardsActionOptional: true,
        panicTail: { stopsCpus: false, lines: [] },
        bootMemoryStays: false,
        pageFlags: 'x86',
        savesDirtyBit: true,
        poisonFaultLine: 'faultX86',
        faults: { poison: 'do_sigbus.hwpoison', noPage: 'do_sigbus.no-page', noVma: 'do_user_addr_fault.no-vma', protection: 'do_user_addr_fault.protection' },
    },
    arm64: {
        recordedOn: [{ version: '7.3', pageShift: 12 }, { version: '7.3', pageShift: 14 }, { version: '6.12', pageShift: 12 }],
        doc: 'Firmware first: errors arrive as GHES records, those that a CPU consumed as synchronous external aborts. Compared with recorded kernels: 7.3 with pages of 4 and 16 KiB, 6.12 with 4 KiB. The rest is derived from the kernel\'s source and from reports.',
        pageSizes: [
            { pageShift: 12, hugetlbShifts: [16, 21, 25, 30], sectionShift: 27, maxPageOrder: 10 },
            { pageShift: 14, hugetlbShifts: [21, 25, 30], sectionShift: 27, maxPageOrder: 11 },
            { pageShift: 16, hugetlbShifts: [21, 29, 34], sectionShift: 29, maxPageOrder: 13 },
        ],
        lowReservedBytes: 0,
        firstAddress: 0xaaaa_0000_0000, childFirstAddress: 0xffff_0000_0000 - 2 ** 40,
        errorSource: 'firmware',
        vcpuSignalLsb: 'block',
        forwardsActionOptional: false,
        panicTail: { stopsCpus: true, lines: ['cpuFeatures', 'memoryLimit'] },
        bootMemoryStays: true,
        pageFlags: 'arm64',
        savesDirtyBit: false,
        poisonFaultLine: null,
        faults: { poison: 'do_page_fault.hwpoison', noPage: 'do_page_fault.no-page', noVma: 'do_page_fault.no-vma', protection: 'do_page_fault.protection' },
    },
};

export const ARCHITECTURE_NAMES = Object.keys(ARCHITECTURES) as readonly ArchitectureName[];

/** Was a running kernel of that version compared, on that architecture and with those pages? */
export function basisOfArchitecture(arch: ArchitectureName, version: KernelVersion, pageShift: number): 'recorded' | 'derived' {
    const { recordedOn } = ARCHITECTURES[arch];
    return recordedOn === 'all' || recordedOn.some((row) => row.version === version && row.pageShift === pageShift) ? 'recorded' : 'derived';
}

/** The sizes of the architecture with those base pages; undefined where it has no such pages. */
export function pageSizes(arch: ArchitectureName, pageShift: number): PageSizes | undefined {
    return ARCHITECTURES[arch].pageSizes.find((sizes) => sizes.pageShift === pageShift);
}

/** log2 bytes of what one PMD maps: a page table full of 8-byte entries. */
export function pmdShift(pageShift: number): number {
    return 2 * pageShift - 3;
}
