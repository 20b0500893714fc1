/** Sysctls that decide what memory_failure() does. Out-of-range writes return EINVAL. */
import type { Availability } from './availability.js';
import type { MainlineRelease } from './kernels.js';

export interface Sysctl extends Availability {
    readonly min: number;
    readonly max: number;
    readonly default: number;
    readonly since: MainlineRelease;
    readonly doc: string;
}

const INT_MIN = -0x8000_0000;
const INT_MAX = 0x7fff_ffff;

const ROWS = {
    'vm.memory_failure_early_kill': {
        min: 0, max: 1, default: 0, since: '6.1',
        doc: '1: threads without a policy of their own are signalled (AO) as soon as an error is found in a dirty page that they map. 0: only at their next access. A thread\'s PR_MCE_KILL policy overrides it. Read for every event.',
    },
    'vm.memory_failure_recovery': {
        min: 0, max: 1, default: 1, since: '6.1',
        doc: '0: memory_failure() panics with `Memory failure on page ...` before it looks at the page. Soft offline does not read it.',
    },
    'vm.enable_soft_offline': {
        min: 0, max: 1, default: 1, since: '6.11',
        doc: '0: soft offline returns EOPNOTSUPP, after the checks of the PFN and before the test for pages that are already poisoned.',
    },
    'vm.panic_on_unrecoverable_memory_failure': {
        min: 0, max: 1, default: 0, since: '7.3',
        proposals: ['panic-unrecoverable-v1', 'panic-unrecoverable-v2', 'panic-unrecoverable-v3', 'panic-unrecoverable-v4'],
        doc: '1: panic when the result is Ignored and the type is MF_MSG_KERNEL (reserved, slab, page table, large kmalloc), after the `recovery action` line. vmalloc, kernel stacks, modules and driver pages report `get hwpoison page` and never panic. The proposals draw that line elsewhere.',
    },
    'kernel.panic_on_oops': {
        min: INT_MIN, max: INT_MAX, default: 0, since: '6.1',
        doc: 'Non-zero: an oops panics the machine, such as the one of an arm64 kernel that consumes poison in kernel mode, or of an x86 kernel that touches a page taken out of the direct map.',
    },
    'kernel.panic': {
        min: INT_MIN, max: INT_MAX, default: 0, since: '6.1',
        doc: 'Seconds from a panic to the reboot; 0 waits forever, a negative value reboots at once.',
    },
} as const satisfies Record<string, Sysctl>;

export type SysctlName = keyof typeof ROWS;

export const SYSCTLS: Readonly<Record<SysctlName, Sysctl>> = ROWS;

/** `/proc/sys/vm/memory_failure_early_kill`: the file of a sysctl. */
export function sysctlPath(name: string): string {
    return `/proc/sys/${name.replaceAll('.', '/')}`;
}
