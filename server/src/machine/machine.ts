import type { AddressSpace, OpenDescription, HugetlbPool, PinnedFolio, Process, Thread, Vma } from './mm-types.js';
import { PoisonCounters } from './counters.js';
import type { CmciCount, CmciHistory } from './cmci-history.js';
import { RateLimit } from './rate-limit.js';
import { FirmwareErrors } from './firmware-errors.js';
import type { PhysicalMemory } from './physical-memory.js';
import type { PoisonList } from './poison-list.js';
import type { SwapArea } from './swap.js';
import type { Pfn, VirtualPage } from './units.js';

export interface CpuState {
    readonly thread: Thread | null;
    readonly mode: 'user' | 'kernel' | 'kernel-recoverable' | 'copy-from-user' | 'interrupt';
    readonly in: string | null;
}

/** Everything that Linux and a scenario can change. One per simulation. */
export class Machine {
    readonly memory: PhysicalMemory;
    readonly pageShift: number;
    readonly counters: PoisonCounters;
    /** First pfn of each node, ascending. */
    readonly nodeStarts: readonly { readonly id: number; readonly pfn: Pfn; readonly pageCount: number }[];
    readonly sysctls = new Map<string, number>();
    readonly config = new Map<string, string>();
    /** hwpoison-inject filters, by file name. */
    readonly filters = new Map<string, bigint>();
    readonly processes: Process[] = [];
    readonly files = new Map<string, AddressSpace>();
    /** What root has open, and what processes have opened under a name of its own; null: it was closed. */
    readonly descriptors = new Map<string, OpenDescription | null>();
    readonly pools = new Map<number, HugetlbPool>();
    readonly swaps: SwapArea[] = [];
    readonly cpus: CpuState[] = [];
    /** /sys/kernel/mm/transparent_hugepage/enabled. */
    thp: 'always' | 'madvise' | 'never' = 'always';
    cpuVendor: 'intel' | 'amd' = 'intel';
    /** A row of vocabulary/cpu-generations. */
    cpuGeneration = 'skylake';
    /** Boot parameters that were given, by their names in vocabulary/boot-options. */
    readonly bootOptions = new Set<string>();
    /** Firmware takes errors first, also where the architecture has machine checks. */
    firmwareFirst = false;
    /** CPUs that go without fast string copies since an erratum was met. */
    readonly withoutFastStrings = new Set<number>();
    /** Corrected errors that each bank of each CPU has reported of late. */
    readonly cmciHistory = new Map<string, CmciHistory>();
    /** By CPU, in kernels before 6.8. */
    readonly cmciCounts = new Map<number, CmciCount>();
    /** `Machine check events logged` of kernels that limit it: two a minute. */
    readonly loggedMessages = new RateLimit(60e9, 2);
    /** "hardware failure seen": set by any event that was not simulated, sticky. */
    hwMemoryFailure = false;
    /** Corrected errors by pfn, as the collector has counted them. */
    readonly correctedErrors = new Map<number, number>();
    /** `Soft offline: disabled by ...` is printed once. */
    softOfflineDisabledPrinted = false;
    /** Of what unpoison-pfn prints (DEFAULT_RATELIMIT_INTERVAL, DEFAULT_RATELIMIT_BURST). */
    readonly unpoisonMessages = new RateLimit(5e9, 10);
    /** The zero page; every untouched anonymous page that is read maps it. */
    zeroPage: Pfn = 0;
    /** First frame of the huge zero folio. */
    hugeZeroFolio: Pfn = 0;
    /** First member of each declared KSM group. */
    readonly ksmGroups = new Map<string, { readonly vma: Vma; readonly page: VirtualPage }>();
    /** First frames of what the kernel maps into every process, by name. */
    readonly sharedSpecial = new Map<string, Pfn>();
    /** Frames that declared regions stand for. */
    readonly regions = new Map<string, { readonly pfn: Pfn; readonly pageCount: number }>();
    /** Pins of rings that wait for their teardown. */
    ringExitWork: PinnedFolio[] = [];
    /** What the harness's pipe holds: first character of the last write(). */
    pipeContent = '\0';
    /** What memory does after an uncorrected error: poison the line, deliver it all the same, or nothing at all, where the error was made up by software. */
    ecc: 'poison' | 'deliver' | 'simulated' = 'poison';
    readonly firmwareErrors = new FirmwareErrors();
    /** The CPU that took the latest machine check; null: there was none. */
    machineCheckCpu: number | null = null;
    /** List of poisoned pages that kexec handover carries on; null where the kernel keeps none. */
    poisonList: PoisonList | null = null;
    panic: string | null = null;
    oops: string | null = null;
    oopses = 0;
    nextPid = 100;
    timeNs = 0;

    constructor(memory: PhysicalMemory, pageShift: number, nodes: readonly { readonly id: number; readonly pfn: Pfn; readonly pageCount: number }[]) {
        this.memory = memory;
        this.pageShift = pageShift;
        this.nodeStarts = nodes;
        this.counters = new PoisonCounters(Math.max(1, nodes.length));
    }

    nodeOf(pfn: Pfn): number {
        const at = this.nodeStarts.findIndex((node) => pfn >= node.pfn && pfn < node.pfn + node.pageCount);
        return at < 0 ? 0 : at;
    }

    process(name: string): Process | undefined {
        return this.processes.find((process) => process.name === name);
    }

    /** Value of a sysctl; 0 when the kernel lacks it. */
    sysctl(name: string): number {
        return this.sysctls.get(name) ?? 0;
    }
}
