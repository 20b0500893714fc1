import type { AddressSpace } from './address-space.js';
import type { Folio } from './folio.js';
import { MemoryMap } from './memory-map.js';

export type SigbusDisposition = 'default' | 'ignored' | 'longjmp' | 'returning';

/** A pending signal with what the program will see in its siginfo. */
export interface Siginfo {
    readonly signal: 'SIGBUS' | 'SIGKILL' | 'SIGSEGV';
    readonly code: 'BUS_ADRERR' | 'BUS_OBJERR' | 'BUS_MCEERR_AR' | 'BUS_MCEERR_AO' | 'SI_KERNEL' | 'SEGV_MAPERR' | 'SEGV_ACCERR';
    /** Bytes; null when the signal carries no address. */
    readonly address: number | null;
    /** si_addr_lsb, log2 bytes; null when absent. */
    readonly addressLsbBits: number | null;
}

/** A thread (struct task_struct). */
export class Thread {
    readonly process: Process;
    /** '' for the main thread. */
    readonly name: string;
    readonly comm: string;
    readonly tid: number;
    /** PF_MCE_PROCESS: an explicit policy was set. */
    mceProcess = false;
    /** PF_MCE_EARLY. */
    mceEarly = false;
    sigbusBlocked = false;
    pending: Siginfo | null = null;
    /** The pending signal was forced. */
    pendingForced = false;
    /** SIGKILL was sent: nothing holds it up. */
    killed = false;

    constructor(process: Process, name: string, comm: string, tid: number) {
        this.process = process;
        this.name = name;
        this.comm = comm;
        this.tid = tid;
    }

    /** `process` or `process.thread`, as a program names it. */
    get label(): string {
        return this.name === '' ? this.process.name : `${this.process.name}.${this.name}`;
    }
}

/** One lasting reference. */
export interface PinnedFolio { readonly folio: Folio; readonly pfn: number; readonly longterm: boolean; /** One for the folio, or one for each page of it. */ readonly references: number; }

/** A process: threads that share a memory map and a disposition of SIGBUS. */
export class Process {
    readonly name: string;
    readonly comm: string;
    readonly pid: number;
    readonly threads: Thread[] = [];
    readonly mm: MemoryMap;
    sigbus: SigbusDisposition = 'default';
    capSysAdmin = true;
    cgroupInode: number | null = null;
    /** References on pages that last: io_uring buffers, pipes, other long-term users. */
    readonly pinned: PinnedFolio[] = [];
    /** Files it has open. */
    readonly holds = new Set<AddressSpace>();
    alive = true;
    /** What killed it; null while alive or after a voluntary exit. */
    killedBy: 'SIGBUS' | 'SIGKILL' | 'SIGSEGV' | null = null;

    constructor(name: string, comm: string, pid: number, firstPage: number) {
        this.name = name;
        this.comm = comm;
        this.pid = pid;
        this.mm = new MemoryMap(this, firstPage);
    }

    get main(): Thread {
        return this.threads[0]!;
    }
}
