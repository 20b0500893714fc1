/** prctl() constants of the kill policy. It belongs to the calling thread; fork, clone and execve keep it. */

export interface PrctlConstant {
    readonly value: number;
    /** Which argument of prctl() it is for. */
    readonly argument: 1 | 2 | 3;
    readonly doc: string;
}

const ROWS = {
    PR_MCE_KILL: { value: 33, argument: 1, doc: 'Set or clear the kill policy of the calling thread. arg4 and arg5 must be 0. Needs no privilege.' },
    PR_MCE_KILL_GET: { value: 34, argument: 1, doc: 'Returns the policy: 0 late, 1 early, 2 default. Any non-zero argument: EINVAL.' },
    PR_MCE_KILL_CLEAR: { value: 0, argument: 2, doc: 'Back to the default. arg3 must be 0. The early bit stays underneath, and shows if a later SET fails.' },
    PR_MCE_KILL_SET: { value: 1, argument: 2, doc: 'Take the policy in arg3. An unknown arg3 returns EINVAL, yet the policy becomes explicit: it reads back as late, or as early after an early that was only cleared.' },
    PR_MCE_KILL_LATE: { value: 0, argument: 3, doc: 'Signal this thread only when it touches the page, whatever vm.memory_failure_early_kill says. Other threads of the process may still be signalled early.' },
    PR_MCE_KILL_EARLY: { value: 1, argument: 3, doc: 'Signal this thread (SIGBUS, BUS_MCEERR_AO) as soon as an error is found in a dirty page that the process maps.' },
    PR_MCE_KILL_DEFAULT: { value: 2, argument: 3, doc: 'Follow vm.memory_failure_early_kill.' },
} as const satisfies Record<string, PrctlConstant>;

export type PrctlConstantName = keyof typeof ROWS;

export const PRCTL: Readonly<Record<PrctlConstantName, PrctlConstant>> = ROWS;
