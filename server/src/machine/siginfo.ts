export type SigbusDisposition = 'default' | 'ignored' | 'longjmp' | 'returning' | 'remapping' | 'exiting';

/** A pending signal with what the program will see in its siginfo. */
export interface Siginfo {
    readonly signal: 'SIGBUS' | 'SIGKILL' | 'SIGSEGV';
    readonly code: 'BUS_ADRERR' | 'BUS_OBJERR' | 'BUS_MCEERR_AR' | 'BUS_MCEERR_AO' | 'SI_KERNEL' | 'SEGV_MAPERR' | 'SEGV_ACCERR';
    /** Bytes; null when the signal carries no address. */
    readonly address: number | null;
    /** si_addr_lsb, log2 bytes; null when absent. */
    readonly addressLsbBits: number | null;
}
