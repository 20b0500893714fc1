/** Bits and codes of the x86 machine check registers that decide what happens. */

export interface RegisterBit {
    readonly bit: number;
    readonly doc: string;
}

const STATUS_ROWS = {
    VAL: { bit: 63, doc: 'The bank holds a valid record.' },
    OVER: { bit: 62, doc: 'A second error arrived before the first was read: something is lost.' },
    UC: { bit: 61, doc: 'The hardware could not correct the error.' },
    EN: { bit: 60, doc: 'Reporting of this error is enabled in the bank.' },
    MISCV: { bit: 59, doc: 'MCi_MISC is valid (address mode and granularity).' },
    ADDRV: { bit: 58, doc: 'MCi_ADDR is valid.' },
    PCC: { bit: 57, doc: 'Processor context corrupt: no recovery.' },
    S: { bit: 56, doc: 'Signalled by a machine check exception (Intel, with software error recovery).' },
    AR: { bit: 55, doc: 'Action required: execution must not go on before the error is handled (Intel). On AMD the bit is TCC, task context corrupt.' },
    PADDRV: { bit: 54, doc: 'MCA_ADDR is an address of the system (AMD, where the bank says that it tells).' },
    SYNDV: { bit: 53, doc: 'MCA_SYND is valid (AMD).' },
    CECC: { bit: 46, doc: 'Corrected by the ECC logic (AMD).' },
    UECC: { bit: 45, doc: 'Not corrected by the ECC logic (AMD).' },
    DEFERRED: { bit: 44, doc: 'Deferred error (AMD): uncorrected, not consumed yet.' },
    POISON: { bit: 43, doc: 'Poisoned data was consumed (AMD).' },
} as const satisfies Record<string, RegisterBit>;

const MCG_ROWS = {
    RIPV: { bit: 0, doc: 'Restart IP valid: the program can go on at the saved instruction pointer.' },
    EIPV: { bit: 1, doc: 'Error IP valid: the saved instruction pointer belongs to the instruction that met the error.' },
    MCIP: { bit: 2, doc: 'Machine check in progress.' },
    LMCES: { bit: 3, doc: 'Delivered to this CPU only (local machine check); without it the kernel expects all CPUs to arrive.' },
} as const satisfies Record<string, RegisterBit>;

export interface ErrorCode {
    /** `(status & mask) === value` of the low 16 bits. */
    readonly mask: number;
    readonly value: number;
    readonly doc: string;
}

const CODE_ROWS = {
    SCRUB: { mask: 0xeff0, value: 0x00c0, doc: 'Memory scrubbing error, 0x00C0 to 0x00CF: found by the patrol scrubber, nobody consumed it.' },
    L3WB: { mask: 0xefff, value: 0x017a, doc: 'Explicit writeback from the last level cache.' },
    DATA: { mask: 0xefff, value: 0x0134, doc: 'Data load.' },
    INSTR: { mask: 0xefff, value: 0x0150, doc: 'Instruction fetch.' },
} as const satisfies Record<string, ErrorCode>;

export type MciStatusBit = keyof typeof STATUS_ROWS;
export type McgStatusBit = keyof typeof MCG_ROWS;
export type McaCode = keyof typeof CODE_ROWS;

/** MCi_STATUS; 64 bits wide, as all registers of a bank are: they are bigints wherever they are held. */
export const MCI_STATUS: Readonly<Record<MciStatusBit, RegisterBit>> = STATUS_ROWS;
/** MCG_STATUS. */
export const MCG_STATUS: Readonly<Record<McgStatusBit, RegisterBit>> = MCG_ROWS;
/** MCACOD, the low 16 bits of MCi_STATUS; bit 12 (filtering) is ignored. */
export const MCACOD: Readonly<Record<McaCode, ErrorCode>> = CODE_ROWS;

/** Is a bank one of AMD's unified memory controllers? By its MCA_IPID: hardware id 0x96 in bits 32 to 43, type 0 or 1 in bits 48 to 63. */
export function isMemoryController(ipid: bigint): boolean {
    return ((ipid >> 32n) & 0xfffn) === 0x96n && ipid >> 48n <= 1n;
}
