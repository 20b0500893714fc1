import { guestError } from '../kernel/kvm/guest-error.js';
import { MachineStopped, type HostMemory, type Kernel } from '../kernel/kernel.js';
import { kvmFault } from '../kernel/kvm/kvm.js';
import type { Process, Vma } from '../machine/mm-types.js';
import { BOOTS } from './boot.js';
import type { GuestSpec, Place, Step } from './program.js';
import type { PlaceResolver } from './places.js';
import { SILENT } from './step-context.js';
import { GuestFrames } from './sweep/guest-frames.js';
import type { PageTableIndex } from './sweep/page-table-index.js';
import type { SweptGuest } from './sweep/swept-frames.js';
import type { Counters, EndState, MemoryState, NotModelled, SignalEvent, StepOutcome } from './trace.js';
import type { TraceRecorder } from './trace-recorder.js';

/** What a step on the guest's side gave. */
export interface GuestStep { readonly outcome: StepOutcome; readonly skipped: boolean }

/** The guest's own simulation, as its host drives it: it has no steps of its own. */
export interface GuestSimulation {
    readonly kernel: Kernel;
    readonly recorder: TraceRecorder;
    readonly places: PlaceResolver;
    readonly counters: Counters;
    /** What no model describes of the machine as it is declared. */
    readonly gaps: readonly NotModelled[];
    endState(): EndState;
    readonly memoryAtStart: MemoryState | null;
    /** Runs something of the guest's kernel; a machine that stops meanwhile stays stopped. */
    protect(action: () => void): void;
    perform(step: Step): StepOutcome;
}

/**
 * A virtual machine: a machine of its own whose memory is a mapping of a process on the host (its VMM). The VMM hands
 * errors on: it turns a SIGBUS for an address of that mapping into an error of the guest, as QEMU does.
 */
export class Guest implements HostMemory {
    readonly spec: GuestSpec;
    readonly #inner: GuestSimulation;
    readonly #host: Kernel;
    readonly #hostEvents: TraceRecorder;
    /** KVM_RUN does not go on. */
    #stopped = false;

    constructor(spec: GuestSpec, inner: GuestSimulation, host: Kernel, hostEvents: TraceRecorder) {
        this.spec = spec;
        this.#inner = inner;
        this.#host = host;
        this.#hostEvents = hostEvents;
        inner.kernel.host = this;
        inner.recorder.onEvent = (event) => { hostEvents.guestEvent(spec.name, event); };
    }

    get #vmm(): Process | undefined {
        return this.#host.machine.process(this.spec.process);
    }

    /** The mapping that is the guest's memory; in parts when something was done to a part of it. */
    #backing(): readonly Vma[] {
        return this.#vmm?.mm.vmas.filter(({ name }) => name === this.spec.mapping) ?? [];
    }

    get #down(): boolean {
        return this.#stopped || this.#vmm?.alive !== true || this.#inner.kernel.machine.panic !== null;
    }

    /** A guest frame as the host names it: a page of the VMM's mapping. */
    hostPlace(place: Place): Place | null {
        const pfn = this.#inner.places.pfn(place, null);
        if (pfn === null) return null;
        const address = pfn * 2 ** this.#inner.kernel.machine.pageShift + this.#inner.places.byteOffset(place);
        const bytes = 2 ** this.#host.machine.pageShift;
        return { kind: 'mapping', process: this.spec.process, mapping: this.spec.mapping, page: Math.floor(address / bytes), pageCount: 1, byteOffset: address % bytes };
    }

    /** A task or the kernel of the guest touches one of its frames. */
    touch(pfn: number, write: boolean): 'data' | 'poison' {
        const [vma] = this.#backing();
        const vmm = this.#vmm;
        if (vmm?.alive !== true) throw new MachineStopped('the VMM is gone');
        if (vma === undefined) {
            this.#host.decide('kvm_handle_error_pfn.fault', undefined, 'not mapped');
            this.#stopped = true;
            throw new MachineStopped('KVM_RUN fails');
        }
        const { pageShift } = this.#host.machine;
        const page = vma.nameStart + Math.floor(pfn * 2 ** (this.#inner.kernel.machine.pageShift - pageShift));
        const before = this.#hostEvents.events.length;
        const fault = kvmFault(this.#host, vmm.main, page, write);
        if (fault === 'data') return 'data';
        const signal = this.#signals(before).at(-1);
        if (fault === 'signalled' && signal?.fate === 'handled') return 'poison';
        // A dead VMM, or one that does not take the signal: the virtual CPU never gets past this access.
        this.#stopped = fault === 'failed' || !vmm.alive;
        throw new MachineStopped(fault === 'failed' ? 'KVM_RUN fails' : 'the vCPU does not go on');
    }

    /** Signals of memory errors in the guest's memory that the VMM was sent since. */
    #signals(from: number): SignalEvent[] {
        const { pageShift } = this.#host.machine;
        const vmas = this.#backing();
        return this.#hostEvents.events.rare(from).filter((event): event is SignalEvent => event.t === 'signal'
            && event.task.split('.', 1)[0] === this.spec.process && (event.code === 'BUS_MCEERR_AR' || event.code === 'BUS_MCEERR_AO') && event.address !== null
            && vmas.some(({ start, end }) => event.address! >= start * 2 ** pageShift && event.address! < end * 2 ** pageShift));
    }

    /** After a step on the host: what the VMM was told, it tells the guest. */
    forward(timeNs: number): void {
        const { kernel } = this.#inner;
        kernel.machine.timeNs = timeNs;
        for (const signal of this.#signals(0)) {
            const [vma] = this.#backing();
            if (signal.fate !== 'handled' || vma === undefined || this.#down) continue;
            const actionRequired = signal.code === 'BUS_MCEERR_AR';
            if (!actionRequired && !kernel.profile.arch.forwardsActionOptional) {
                this.#host.decide('kvm_arch_on_sigbus_vcpu.untold', undefined, this.spec.name);
                continue;
            }
            const address = signal.address! - vma.nameStart * 2 ** this.#host.machine.pageShift;
            this.#inner.protect(() => { guestError(kernel, actionRequired, address); });
            this.#inner.recorder.events.clear();
        }
    }

    /** The guest's frames for a sweep over those of the host. */
    swept(tables: PageTableIndex): SweptGuest {
        const { kernel: { machine }, places } = this.#inner;
        return { frames: new GuestFrames(this.spec.name, machine, this.#host.machine, this.#host.profile.has('hugetlbAddressIsRawPage') ? 'page' : 'head', this.#stopped ? [] : this.#backing(), tables), machine, places };
    }

    /** Another kernel runs on the host: the VMM is gone, and the guest with it. */
    hostEnded(): void {
        this.#stopped = true;
    }

    /** A step on the guest's side. */
    run(step: Step): GuestStep {
        this.#inner.kernel.machine.timeNs = step.timeNs;
        if (this.#down) return { outcome: SILENT, skipped: true };
        if (BOOTS.has(step.op)) {
            this.#inner.recorder.notModelled(`\`${step.op}\` in a guest`);
            return { outcome: SILENT, skipped: false };
        }
        const outcome = this.#inner.perform(step);
        this.#inner.recorder.events.clear();
        return { outcome, skipped: false };
    }

    /** What the guest's side asked for and no model describes. */
    takeUnmodelled(): string[] {
        return this.#inner.recorder.unmodelled.splice(0).map((what) => `${this.spec.name}: ${what}`);
    }

    /** What no model describes of how the guest is declared. */
    get gaps(): NotModelled[] {
        return this.#inner.gaps.map((gap) => ({ ...gap, what: `${this.spec.name}: ${gap.what}` }));
    }

    /** The guest's kernel and machine, for who only reads them. */
    get kernel(): Kernel {
        return this.#inner.kernel;
    }

    get counters(): Counters {
        return this.#inner.counters;
    }

    get end(): EndState {
        return this.#inner.endState();
    }

    get start(): MemoryState | null {
        return this.#inner.memoryAtStart;
    }
}
