/** Kernel configuration and boot parameters that change what a scenario does. Values are `y` and `n`. */

import type { Availability } from './availability.js';
import { compareKernels } from './kernels.js';

export interface ConfigOption extends Availability {
    readonly default: 'y' | 'n';
    /** Distributions (Debian) leave it out of older kernels than that. */
    readonly offBefore?: string;
    /** Given on the kernel command line, not when the kernel was built. */
    readonly bootParameter?: true;
    /** What a kernel with the other value does is not described. */
    readonly otherNotModelled?: true;
    readonly doc: string;
}

const ROWS = {
    MEMORY_FAILURE: { default: 'y', otherNotModelled: true, doc: 'memory_failure() itself. Without it MADV_HWPOISON is an unknown advice (EINVAL), and a machine check cannot be recovered from.' },
    HWPOISON_INJECT: { default: 'y', doc: 'The files of /sys/kernel/debug/hwpoison, loaded as a module.' },
    DEBUG_VM: { default: 'n', doc: 'Pages are checked when they are allocated, so a marked free page is never handed out. Without it, it can be, until it is taken off the free list.' },
    init_on_alloc: { default: 'n', bootParameter: true, doc: 'Pages are zeroed when they are allocated. It enables the checking of pages as DEBUG_VM does.' },
    init_on_free: { default: 'n', bootParameter: true, doc: 'Pages are zeroed when they are freed. It enables the checking of pages as DEBUG_VM does.' },
    page_poison: { default: 'n', bootParameter: true, doc: 'Free pages are filled with a pattern. It enables the checking of pages as DEBUG_VM does.' },
    debug_pagealloc: { default: 'n', bootParameter: true, doc: 'Free pages are unmapped from the kernel. It enables the checking of pages as DEBUG_VM does.' },
    KSM: { default: 'y', doc: 'Merging of equal pages.' },
    TRANSPARENT_HUGEPAGE: { default: 'y', doc: 'Huge pages and other large folios for anonymous memory and shmem.' },
    HUGETLB_PAGE_OPTIMIZE_VMEMMAP: { default: 'n', otherNotModelled: true, doc: 'The struct pages of hugetlb pages are freed (on with hugetlb_free_vmemmap=on). To dissolve such a page they must be allocated again first, which can fail.' },
    X86_MCE: { default: 'y', doc: 'Machine checks on x86.' },
    X86_SGX: { default: 'y', otherNotModelled: true, doc: 'SGX enclaves; the architecture then claims errors in enclave pages before memory_failure() looks at them.' },
    RAS_CEC: { default: 'y', offBefore: '6.5', doc: 'Collector of corrected errors on x86: soft-offlines a page whose count reaches the threshold (2 on Intel). Debian builds it in from 6.5 on; without it a corrected error is logged and decoded, and no page goes offline.' },
    ACPI_APEI_GHES: { default: 'y', otherNotModelled: true, doc: 'Errors reported by firmware first.' },
    KEXEC_HANDOVER: { default: 'y', since: '6.16', doc: 'KHO: memory and data handed to the next kernel. Both kernels also need kho=on.' },
    MEMORY_FAILURE_KHO: { default: 'y', onlyProposed: true, proposals: ['kho-hwpoison'], doc: 'With the kho-hwpoison proposal: poisoned pages are handed to the next kernel.' },
    nokaslr: { default: 'n', bootParameter: true, doc: 'The kernel is not randomised in memory: a panic then ends with `Kernel Offset: disabled`.' },
} as const satisfies Record<string, ConfigOption>;

/** What an option is where a text says nothing of it: as Debian builds and boots that kernel. @param kernel as written: `6.1`, `6.12.20` */
export function usualValue({ default: usual, offBefore }: ConfigOption, kernel: string): 'y' | 'n' {
    return offBefore !== undefined && compareKernels(kernel, offBefore) < 0 ? 'n' : usual;
}

export type ConfigOptionName = keyof typeof ROWS;

export const CONFIG_OPTIONS: Readonly<Record<ConfigOptionName, ConfigOption>> = ROWS;
