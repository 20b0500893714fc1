import type { Machine } from '../machine/machine.js';
import type { Process, Thread, Vma } from '../machine/mm-types.js';
import type { Siginfo } from '../machine/siginfo.js';
import type { Pfn, VirtualPage } from '../machine/units.js';
import type { DecisionId } from '../vocabulary/decisions.js';
import type { ErrnoName } from '../vocabulary/errnos.js';
import type { MessageId, MessageValues } from '../vocabulary/messages.js';
import type { MfResult, MfType } from '../vocabulary/mf-types.js';
import type { RaceWindowId } from '../vocabulary/race-windows.js';
import { PendingChanges, type ChangedThing, type ChangedValue } from './pending-changes.js';
import type { Profile } from './profile.js';
import { QUIET, type Held, type Schedule } from './schedule.js';

/** Success or the name of an errno; a call that returns -EBUSY in the kernel returns 'EBUSY' here. */
export type Errno = ErrnoName | '0';

export type SignalFate = 'handled' | 'killed' | 'ignored' | 'pending' | 'coalesced';

/** Where the kernel functions report what they do. The simulator turns the calls into trace events. */
export interface Recorder {
    decision(id: DecisionId, pfn: Pfn | undefined, note: string | undefined, changes: PendingChanges): void;
    /** @param more values of placeholders besides `{pfn}` */
    log(id: MessageId, release: string, cpu: number | undefined, pfn: Pfn | undefined, more: MessageValues | undefined): void;
    result(pfn: Pfn, type: MfType, result: MfResult): void;
    signal(thread: Thread, info: Siginfo, forced: boolean, fate: SignalFate): void;
    panic(text: string): void;
    oops(text: string): void;
    /** @param status where it is neither 0 nor what the signal makes of it */
    exit(process: Process, signal: Siginfo['signal'] | null, status: number | null): void;
    data(fate: 'lost' | 'stale' | 'corrupt', what: string, pfn: Pfn | undefined): void;
    /** The model does not describe what the program asks for. */
    notModelled(what: string): void;
}

/** The machine stopped: thrown by {@link Kernel.panic}, caught where the step began. Never leaves the simulator. */
export class MachineStopped extends Error {}

/** What stands behind the memory of a virtual machine. */
export interface HostMemory {
    /** An access of the guest reaches the host. @returns 'poison' when the VMM tells the guest of an error. Throws {@link MachineStopped} when the vCPU does not go on. */
    touch(pfn: Pfn, write: boolean): 'data' | 'poison';
}

/** A kernel that runs on a machine: state, behaviour profile, and where it reports to. */
export class Kernel {
    readonly machine: Machine;
    readonly profile: Profile;
    readonly recorder: Recorder;
    /** Set for the kernel of a virtual machine. */
    host: HostMemory | null = null;
    /** A load of kernel code from a frame: what it meets is known in ras/consumption, which builds on the rest. */
    loads: (pfn: Pfn, where: string) => void = () => undefined;
    /** What other tasks do while the handler runs. */
    schedule: Schedule = QUIET;
    /** The declared state stands, and steps are run. */
    running = false;
    /** State changes that belong to the next decision. */
    readonly pendingChanges = new PendingChanges();

    constructor(machine: Machine, profile: Profile, recorder: Recorder) {
        this.machine = machine;
        this.profile = profile;
        this.recorder = recorder;
    }

    /** Notes a state change; it belongs to the next decision that is recorded. */
    changed(of: ChangedThing, key: string, field: string, before: ChangedValue, after: ChangedValue): void {
        if (before !== after) this.pendingChanges.add(of, key, undefined, field, before, after);
    }

    pageChanged(pfn: Pfn, field: string, before: ChangedValue, after: ChangedValue): void {
        if (before !== after) this.pendingChanges.add('page', '', pfn, field, before, after);
    }

    /** An entry of a page table: a word says what it holds, a number which frame is present. */
    entryChanged(vma: Vma, page: VirtualPage, before: ChangedValue, after: ChangedValue, field = 'pte'): void {
        if (before !== after) this.pendingChanges.add('mapping', `${vma.mm.process.name}:${vma.name}`, page - vma.nameStart, field, before, after);
    }

    /** Records a decision with the changes noted since the last one. */
    decide(id: DecisionId, pfn?: Pfn, note?: string): void {
        this.recorder.decision(id, pfn, note, this.pendingChanges);
        this.pendingChanges.clear();
    }

    /** A window of the handler is open: whatever was known of the page may have changed when this returns. */
    choose(window: RaceWindowId, pfn: Pfn): void {
        this.schedule.choose(window, pfn);
    }

    /** The handler remembers a value across the windows that follow; undefined: no more. */
    hold(what: Held, value: unknown): void {
        this.schedule.hold(what, value);
    }

    /** Prints a line of the message table in the wording of this kernel. */
    print(id: MessageId, values?: MessageValues, cpu?: number): void {
        this.recorder.log(id, this.profile.release, cpu, undefined, values);
    }

    /** Message about a frame: fills `{pfn}`. */
    printPfn(id: MessageId, pfn: Pfn, values?: MessageValues): void {
        this.recorder.log(id, this.profile.release, undefined, pfn, values);
    }

    /**
     * A CPU that is stopped gives up local machine checks, for which lmce_supported() reads IA32_FEAT_CTL. Firmware locks that
     * register; the emulators that make machine checks up do not. Follows stop_this_cpu() and mcheck_cpu_clear(), which warn once.
     */
    #stopOtherCpus(): void {
        const { machineCheckCpu, ecc, cpuVendor, cpus } = this.machine;
        const stopped = cpus.findIndex((_cpu, index) => index !== machineCheckCpu);
        if (!this.profile.has('stoppedCpuWarnsOfLmce') || machineCheckCpu === null || ecc !== 'simulated' || cpuVendor !== 'intel' || stopped < 0) return;
        this.print('lmceUnlocked', { cpu: stopped, pid: cpus[stopped]!.thread?.tid ?? 0 }, stopped);
        this.print('irqBegin', {}, stopped);
        this.print('irqEnd', {}, stopped);
    }

    /**
     * panic(): the machine stops here. Throws {@link MachineStopped}.
     * @param inNmi the machine then restarts through firmware from a handler that may not call it
     */
    panic(text: string, inNmi = false): never {
        this.machine.panic = text;
        this.print('panic', { text });
        this.#stopOtherCpus();
        if (this.profile.arch.panicTail.stopsCpus && this.machine.cpus.length > 1) this.print('stopSecondaryCpus');
        if (this.machine.config.get('nokaslr') === 'y') this.print('kernelOffset');
        for (const line of this.profile.arch.panicTail.lines) this.print(line);
        if (inNmi) this.print('efiFromNmi');
        this.recorder.panic(text);
        throw new MachineStopped(text);
    }

    /**
     * An oops in the context of the task; panics when kernel.panic_on_oops is set.
     * @param inInterrupt there is no task that could be ended: always a panic
     */
    oops(text: string, panicText = 'Fatal exception', inInterrupt = false): void {
        this.machine.oops = text;
        this.recorder.oops(text);
        if (inInterrupt || this.machine.sysctl('kernel.panic_on_oops') !== 0) this.panic(panicText);
    }
}
