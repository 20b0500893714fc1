/** Signals that poisoned memory leads to, and the si_code values that say why. */

export interface Signal {
    readonly value: number;
    readonly doc: string;
}

export interface SignalCodeDescription {
    readonly value: number;
    /** The abbreviation that kernel people use. */
    readonly short?: string;
    readonly doc: string;
}

const SIGNAL_ROWS = {
    SIGBUS: { value: 7, doc: 'Bus error: the signal of memory_failure() and of faults on a hwpoison entry. It is not queued: while one is pending for a thread, further ones to that thread are dropped, though each prints its log line.' },
    SIGKILL: { value: 9, doc: 'Sent where no usable address of the poisoned page is known (DAX, PFN maps) and, up to 6.6, to every collected task when unmapping failed.' },
    SIGSEGV: { value: 11, doc: 'Invalid memory reference: no mapping at the address, or one that forbids the access; not a consequence of poison.' },
} as const satisfies Record<string, Signal>;

const CODE_ROWS = {
    BUS_ADRALN: { value: 1, doc: 'Invalid address alignment.' },
    BUS_ADRERR: { value: 2, doc: 'No memory behind the address: beyond the end of the file, or no hugetlb page left that may be handed out.' },
    BUS_OBJERR: { value: 3, doc: 'Hardware error specific to the object: arm64 uses it for a user-mode synchronous external abort that firmware did not claim.' },
    BUS_MCEERR_AR: { value: 4, short: 'AR', doc: 'Action required: the task is consuming the poisoned memory. From the handler and from page faults the signal is forced: blocked or ignored, it kills the process. si_addr_lsb gives the size of the damage.' },
    BUS_MCEERR_AO: { value: 5, short: 'AO', doc: 'Action optional: the page is mapped, but the task did not consume it; an ordinary, thread-directed signal for tasks with early kill, which may be blocked or ignored.' },
    SI_KERNEL: { value: 0x80, doc: 'Sent by the kernel without an address: the forced SIGBUS after `Memory error not recovered`, or of a machine check without a usable address.' },
    SEGV_MAPERR: { value: 1, doc: 'SIGSEGV: nothing is mapped at the address.' },
    SEGV_ACCERR: { value: 2, doc: 'SIGSEGV: the mapping does not permit this access.' },
    SI_USER: { value: 0, doc: 'Sent by a process with kill().' },
} as const satisfies Record<string, SignalCodeDescription>;

export type SignalName = keyof typeof SIGNAL_ROWS;
export type SignalCode = keyof typeof CODE_ROWS;

export const SIGNALS: Readonly<Record<SignalName, Signal>> = SIGNAL_ROWS;
export const SIGNAL_CODES: Readonly<Record<SignalCode, SignalCodeDescription>> = CODE_ROWS;
