/** What the runtimes that people run make of a SIGBUS for memory errors, as seen on Linux 7.3.4 (x86-64, Debian's packages). */

/** killed: the program ends. jumps: it goes on elsewhere. returns: the access is tried again. */
export type SignalUse = 'killed' | 'jumps' | 'returns';

export interface SigbusRuntime {
    /** Of BUS_MCEERR_AR, and of every other SIGBUS for an access. */
    readonly required: SignalUse;
    /** The same in memory that shows a file, where that differs. */
    readonly requiredInFile?: SignalUse;
    /** Of BUS_MCEERR_AR that a virtual CPU met in its guest, where that differs. */
    readonly requiredInGuest?: SignalUse;
    /** Of BUS_MCEERR_AO. */
    readonly optional: SignalUse;
    /** What it exits with when it is killed by the one or the other, as a shell shows it. */
    readonly exitStatus: { readonly required: number | null; readonly optional: number | null };
    /** What is seen of it. */
    readonly seenRequired: string;
    readonly seenOptional: string;
    /** It was read, not seen. */
    readonly isRead?: true;
    /** Versions that were looked at. */
    readonly versions: string;
    /** It asks for early kill itself (PR_MCE_KILL_EARLY). */
    readonly early?: true;
}

const ROWS = {
    python: {
        required: 'returns', optional: 'jumps', exitStatus: { required: null, optional: null }, versions: 'Python 3.11 to 3.14, a handler of signal.signal()',
        seenRequired: 'the handler of signal.signal() is never called: the load is tried again without end', seenOptional: 'the handler is called; an exception that it raises can be caught',
    },
    node: {
        required: 'returns', optional: 'jumps', exitStatus: { required: null, optional: null }, versions: 'Node.js 20, process.on(\'SIGBUS\')',
        seenRequired: 'the listener is never called: the load is tried again without end', seenOptional: 'the listener is called, the process lives',
    },
    go: {
        required: 'killed', optional: 'killed', exitStatus: { required: 2, optional: 2 }, versions: 'Go 1.24 and 1.27; signal.Notify and Ignore change nothing',
        seenRequired: '`fatal error: fault`, code=0x4', seenOptional: 'the process dies, in code that never touched the page too',
    },
    'go-panic-on-fault': {
        required: 'jumps', optional: 'jumps', exitStatus: { required: null, optional: null }, versions: 'Go 1.24 and 1.27, debug.SetPanicOnFault(true) and recover()',
        seenRequired: 'a panic that recover() takes, with the right address', seenOptional: 'a panic in whatever code runs, which recover() takes there',
    },
    java: {
        required: 'killed', requiredInFile: 'jumps', optional: 'killed', exitStatus: { required: 134, optional: 134 }, versions: 'OpenJDK 25',
        seenRequired: 'a mapped buffer: InternalError, which can be caught; the heap: hs_err with `si_code: 4 (unknown)`', seenOptional: 'hs_err with `si_code: 5 (unknown)`, in whatever thread',
    },
    redis: {
        required: 'killed', optional: 'killed', exitStatus: { required: 135, optional: 135 }, versions: 'Redis 8.0',
        seenRequired: 'crash report with `si_code: 4`', seenOptional: 'crash report with `si_code: 5`',
    },
    qemu: {
        required: 'killed', optional: 'killed', exitStatus: { required: 134, optional: 134 }, versions: 'QEMU 10.0 and 11.1 without KVM', early: true,
        seenRequired: 'not seen; taken to end as the other does', seenOptional: 'it asks for early kill itself, and does not survive it',
    },
    // current_cpu is set in the thread of a virtual CPU only; the main thread blocks SIGBUS and reads it from a signalfd.
    'qemu-kvm': {
        required: 'killed', requiredInGuest: 'jumps', optional: 'jumps', exitStatus: { required: 135, optional: null }, versions: 'QEMU 10 (sigbus_handler(), kvm_arch_on_sigbus_vcpu())', isRead: true, early: true,
        seenRequired: 'a virtual CPU in guest memory: the guest is told by a machine check or an external abort; QEMU itself: its main thread has the signal blocked, and is killed',
        seenOptional: 'it asks for early kill itself; the guest is told (x86-64), and of memory of its own QEMU warns and goes on',
    },
} as const satisfies Record<string, SigbusRuntime>;

export type SigbusRuntimeName = keyof typeof ROWS;

export const SIGBUS_RUNTIMES: Readonly<Record<SigbusRuntimeName, SigbusRuntime>> = ROWS;

export const SIGBUS_RUNTIME_NAMES = Object.keys(ROWS) as readonly SigbusRuntimeName[];

/** As a hover tells it. */
export function runtimeWords(name: SigbusRuntimeName): string {
    const { seenRequired, seenOptional, exitStatus, versions, isRead } = SIGBUS_RUNTIMES[name];
    const exits = (status: number | null): string => status === null ? '' : ` (exit status ${status})`;
    return `A touch (BUS_MCEERR_AR): ${seenRequired}${exits(exitStatus.required)}. Early kill (BUS_MCEERR_AO): ${seenOptional}${exits(exitStatus.optional)}. ${isRead ? `By the source of ${versions}.` : `Seen with ${versions} on Linux 7.3.4.`}`;
}
