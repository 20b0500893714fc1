import type { Kernel, Recorder, SignalFate } from '../kernel/kernel.js';
import type { PendingChanges } from '../kernel/pending-changes.js';
import type { Machine } from '../machine/machine.js';
import type { Process, Thread } from '../machine/mm-types.js';
import type { Siginfo } from '../machine/siginfo.js';
import type { DecisionId } from '../vocabulary/decisions.js';
import type { MessageId, MessageValues } from '../vocabulary/messages.js';
import type { MfResult, MfType } from '../vocabulary/mf-types.js';
import { PackedEvents } from './events/packed-events.js';
import type { BootEvent, Counters, SignalEvent, TraceEvent } from './trace.js';

type Locate = (process: Process, page: number) => { readonly mapping: string; readonly start: number } | null;

/** Collects what the kernel functions report during one step. Silent while the machine is being set up. */
export class TraceRecorder implements Recorder {
    muted = true;
    /** Of the step that runs. */
    readonly events = new PackedEvents();
    readonly unmodelled: string[] = [];
    /** Hears of every event. */
    onEvent: ((event: TraceEvent) => void) | null = null;
    /** Finds the mapping that an address of a process belongs to, or belonged to. */
    locate: Locate = () => null;
    readonly #machine: Machine;

    constructor(machine: Machine) {
        this.#machine = machine;
    }

    #add(event: TraceEvent): void {
        if (this.muted) return;
        this.events.event(event);
        this.onEvent?.(event);
    }

    /** Who listens hears of the very object that the trace has. */
    #tell(from: number): void {
        if (this.onEvent !== null) this.onEvent(this.events.unpackLast(from));
    }

    /** Something happened in a virtual machine, between what happens on the host. */
    guestEvent(guest: string, event: TraceEvent): void {
        this.#add({ t: 'guest', guest, event });
    }

    decision(id: DecisionId, pfn: number | undefined, note: string | undefined, changes: PendingChanges): void {
        if (this.muted) return;
        const from = this.events.length;
        this.events.decision(id, pfn, note, changes);
        this.#tell(from);
    }

    log(id: MessageId, release: string, cpu: number | undefined, pfn: number | undefined, more: MessageValues | undefined): void {
        if (this.muted) return;
        const from = this.events.length;
        this.events.log(id, release, cpu, pfn, more);
        this.#tell(from);
    }

    result(pfn: number, type: MfType, result: MfResult): void {
        if (this.muted) return;
        const from = this.events.length;
        this.events.result(pfn, type, result);
        this.#tell(from);
    }

    signal(thread: Thread, info: Siginfo, forced: boolean, fate: SignalFate): void {
        if (!this.muted) this.#add(signalEvent(this.#machine, this.locate, thread, info, forced, fate));
    }

    panic(text: string): void {
        this.#add({ t: 'panic', text });
    }

    oops(text: string): void {
        this.#add({ t: 'oops', text });
    }

    exit(process: Process, signal: Siginfo['signal'] | null, status: number | null): void {
        this.#add(status === null ? { t: 'exit', process: process.name, signal } : { t: 'exit', process: process.name, signal, status });
    }

    data(fate: 'lost' | 'stale' | 'corrupt', what: string, pfn: number | undefined): void {
        this.#add(pfn === undefined ? { t: 'data', fate, what } : { t: 'data', fate, what, pfn });
    }

    /** It stands before all that has happened in the step: the kernel that ended said its last words meanwhile. */
    boot(event: BootEvent): void {
        if (this.muted) return;
        this.events.putFirst(event);
        this.onEvent?.(event);
    }

    notModelled(what: string): void {
        if (!this.muted) this.unmodelled.push(what);
    }
}

/** A signal with the mapping that its address lies in. */
function signalEvent(machine: Machine, locate: Locate, thread: Thread, info: Siginfo, forced: boolean, fate: SignalFate): SignalEvent {
    const event = {
        t: 'signal', signal: info.signal, code: info.code, task: thread.label, pid: thread.process.pid, tid: thread.tid,
        address: info.address, addressLsbBits: info.addressLsbBits, forced, fate,
    } as const;
    if (info.address === null) return event;
    const at = locate(thread.process, Math.floor(info.address / 2 ** machine.pageShift));
    return at === null ? event : { ...event, mapping: at.mapping, offset: info.address - at.start * 2 ** machine.pageShift };
}

/** The counters as they are now, as plain data; of the nodes only where the kernel has their statistics. */
export function countersOf({ machine, profile }: Kernel): Counters {
    return { poisonedPages: machine.counters.poisonedPages, nodes: profile.has('nodeStatistics') ? machine.counters.nodes.map(({ total, ignored, failed, delayed, recovered }) => ({ total, ignored, failed, delayed, recovered })) : [] };
}
