import type { Change, Kernel, Recorder, SignalFate } from '../kernel/kernel.js';
import type { Machine } from '../machine/machine.js';
import type { Process, Thread } from '../machine/mm-types.js';
import type { Siginfo } from '../machine/siginfo.js';
import type { DecisionId } from '../vocabulary/decisions.js';
import type { MfResult, MfType } from '../vocabulary/mf-types.js';
import type { BootEvent, Counters, DecisionEvent, SignalEvent, TraceEvent } from './trace.js';

type Locate = (process: Process, page: number) => { readonly mapping: string; readonly start: number } | null;

/** Collects what the kernel functions report during one step. Silent while the machine is being set up. */
export class TraceRecorder implements Recorder {
    muted = true;
    events: TraceEvent[] = [];
    readonly unmodelled: string[] = [];
    /** Hears of every event. */
    onEvent: ((event: TraceEvent) => void) | null = null;
    /** Finds the mapping that an address of a process belongs to, or belonged to. */
    locate: Locate = () => null;
    readonly #machine: Machine;

    constructor(machine: Machine) {
        this.#machine = machine;
    }

    /** Takes the events of the step that ends. */
    take(): TraceEvent[] {
        // An array that has grown has room for more than it holds, and traces are kept.
        const taken = this.events.slice();
        this.events = [];
        return taken;
    }

    #add(event: TraceEvent): void {
        if (!this.muted) this.#push(event);
    }

    #push(event: TraceEvent): void {
        this.events.push(event);
        this.onEvent?.(event);
    }

    /** Something happened in a virtual machine, between what happens on the host. */
    guestEvent(guest: string, event: TraceEvent): void {
        this.#add({ t: 'guest', guest, event });
    }

    decision(id: DecisionId, pfn: number | undefined, note: string | undefined, changes: readonly Change[]): void {
        if (this.muted) return;
        this.#push(decisionEvent(id, pfn, note, changes.length === 0 ? changes : changes.slice()));
    }

    log(level: 'emerg' | 'err' | 'warn' | 'info', text: string, cpu: number | undefined): void {
        this.#add(cpu === undefined ? { t: 'log', level, text } : { t: 'log', level, text, cpu });
    }

    result(pfn: number, type: MfType, result: MfResult): void {
        this.#add({ t: 'result', pfn, type, result });
    }

    signal(thread: Thread, info: Siginfo, forced: boolean, fate: SignalFate): void {
        if (this.muted) return;
        this.#push(signalEvent(this.#machine, this.locate, thread, info, forced, fate));
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

    boot(event: BootEvent): void {
        this.#add(event);
    }

    notModelled(what: string): void {
        if (!this.muted) this.unmodelled.push(what);
    }
}

/** Written out, since objects that are made at once take less room and time than those that grow: a trace consists of these. */
function decisionEvent(id: DecisionId, pfn: number | undefined, note: string | undefined, changes: readonly Change[]): DecisionEvent {
    if (pfn === undefined) {
        if (note === undefined) return changes.length === 0 ? { t: 'decision', id } : { t: 'decision', id, changes };
        return changes.length === 0 ? { t: 'decision', id, note } : { t: 'decision', id, note, changes };
    }
    if (note === undefined) return changes.length === 0 ? { t: 'decision', id, pfn } : { t: 'decision', id, pfn, changes };
    return changes.length === 0 ? { t: 'decision', id, pfn, note } : { t: 'decision', id, pfn, note, changes };
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
