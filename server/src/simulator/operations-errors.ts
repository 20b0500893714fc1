/** Errors of the hardware: machine checks, records of firmware, memory that goes bad without a word. */
import type { CperSeverity, FirmwareSection } from '../machine/firmware-errors.js';
import type { PhysicalAddress } from '../machine/units.js';
import { cecThreshold } from '../kernel/ras/corrected-errors.js';
import { takeReadyRecord } from '../kernel/ras/consumption.js';
import { doSea } from '../kernel/ras/external-abort.js';
import { ASYNCHRONOUS_SOURCE, memorySection, recoverableRecord, SEA_SOURCE } from '../kernel/ras/firmware-records.js';
import { ghesProc } from '../kernel/ras/ghes.js';
import { reportMachineCheck } from '../kernel/ras/machine-check.js';
import { hasMcg, hasStatus, type MachineCheck } from '../kernel/ras/mce.js';
import { mcg, recordOf, type ErrorMeaning } from '../kernel/ras/mce-signatures.js';
import { userAccess } from '../kernel/mm/page-fault.js';
import { memoryGoesBad } from '../kernel/memory-failure/poison.js';
import type { Delivery } from '../vocabulary/cpu-generations.js';
import type { McgStatusBit } from '../vocabulary/mce.js';
import type { Operation } from './operation.js';
import { SILENT, type StepContext } from './step-context.js';

/** CPU that takes it: the one named, else the first that runs a task. */
function cpuOf(context: StepContext): number {
    const busy = context.kernel.machine.cpus.findIndex((cpu) => cpu.thread !== null);
    return context.number('cpu') ?? Math.max(0, busy);
}

/** The byte address of the target; null without one, undefined where no frame is mapped there. */
function addressOf(context: StepContext): PhysicalAddress | null | undefined {
    const place = context.place();
    if (place === null) return null;
    const pfn = context.pfn();
    return pfn === null ? undefined : pfn * 2 ** context.kernel.machine.pageShift + context.places.byteOffset(place);
}

function noFrameThere(context: StepContext): ReturnType<Operation> {
    context.kernel.recorder.notModelled('no frame is mapped at the address of the error');
    return SILENT;
}

/** The checker refuses it before; where the architecture is varied it can be met. */
function notOnArch({ kernel, program, step }: StepContext): ReturnType<Operation> {
    kernel.recorder.notModelled(`${step.op}: there is no such thing on ${program.arch}`);
    return SILENT;
}

/** Does firmware take this error first? What a CPU consumed is an exception all the same. */
function firmwareTakes({ machine, profile }: StepContext['kernel'], meaning: ErrorMeaning): boolean {
    return profile.arch.errorSource === 'firmware' || machine.firmwareFirst && meaning !== 'AR';
}

const MEANINGS: Readonly<Record<string, ErrorMeaning>> = { CE: 'CE', UCNA: 'UCNA', AO: 'AO', UE: 'AO', AR: 'AR', fatal: 'fatal' };
const SEVERITIES: Readonly<Record<ErrorMeaning, CperSeverity>> = { CE: 'corrected', UCNA: 'recoverable', AO: 'recoverable', AR: 'recoverable', fatal: 'fatal' };

/** The error by its meaning where firmware reports it: GHES, or with an external abort where a CPU consumed it. */
function firmwareFirst(context: StepContext, meaning: ErrorMeaning): ReturnType<Operation> {
    const address = addressOf(context);
    if (address === undefined) return noFrameThere(context);
    const { kernel } = context;
    if (meaning !== 'CE' && address !== null) memoryGoesBad(kernel, Math.floor(address / 2 ** kernel.machine.pageShift), address % 2 ** kernel.machine.pageShift);
    if (meaning !== 'AR') {
        const severity = SEVERITIES[meaning];
        const source = kernel.profile.arch.errorSource === 'firmware' ? ASYNCHRONOUS_SOURCE : SEA_SOURCE;
        ghesProc(kernel, { severity, source, sections: [memorySection(severity, address, { thresholdExceeded: context.text('threshold') === 'threshold' })] });
        return SILENT;
    }
    const cpu = kernel.machine.cpus[cpuOf(context)];
    if (address === null || cpu === undefined || cpu.thread === null) {
        kernel.recorder.notModelled(address === null ? 'an external abort at no address' : 'an external abort on a CPU that runs no task: say `cpu N runs TASK in user mode`');
        return SILENT;
    }
    const range = context.range();
    const faultAddress = range !== null && range.process === cpu.thread.process ? range.page * 2 ** kernel.machine.pageShift + range.byteOffset : null;
    const record = context.text('firmware') === 'unclaimed' ? null : takeReadyRecord(kernel, cpu.mode) ?? recoverableRecord(address, SEA_SOURCE);
    const fetch = context.text('fetch') === 'fetch';
    const forced = cpu.thread.forcedSignals;
    doSea(kernel, { mode: cpu.mode, thread: cpu.thread, address, faultAddress, fetch, record, in: cpu.in });
    // Nobody stopped the task: it executes the access again, and meets what was made of the page.
    if (cpu.mode === 'user' && record !== null && faultAddress !== null && range !== null && cpu.thread.process.alive && cpu.thread.pending === null && cpu.thread.forcedSignals === forced) {
        userAccess(kernel, cpu.thread, range.page, range.byteOffset, fetch ? 'exec' : 'read', '');
    }
    return SILENT;
}

const NOT_VALID: Readonly<Record<string, readonly McgStatusBit[]>> = { 'no-ripv': ['RIPV'], 'no-eipv': ['EIPV'], 'no-ripv-no-eipv': ['RIPV', 'EIPV'] };

/** How the exception is delivered, where the step says it. */
function deliveryOf(context: StepContext): Delivery | undefined {
    const how = context.text('broadcast');
    return how === 'broadcast' ? 'all' : how === 'poll' ? 'poll' : how === undefined ? undefined : 'one';
}

const machineCheck: Operation = (context) => {
    const { kernel } = context;
    const meaning = MEANINGS[context.text('severity') ?? 'AO'] ?? 'AO';
    if (firmwareTakes(kernel, meaning)) return firmwareFirst(context, meaning);
    const address = addressOf(context);
    if (address === undefined) return noFrameThere(context);
    const polled = meaning === 'CE' || meaning === 'UCNA' || kernel.machine.cpuVendor === 'amd' && meaning === 'AO';
    const delivery = polled ? 'poll' : deliveryOf(context);
    reportMachineCheck(kernel, recordOf(kernel.machine, {
        cpu: cpuOf(context), meaning, address, fetch: context.text('fetch') === 'fetch', ...delivery === undefined ? {} : { delivery },
        unannounced: context.text('broadcast') === 'single', without: NOT_VALID[context.text('restart') ?? ''] ?? [],
    }));
    return SILENT;
};

const registers: Operation = (context) => {
    const { kernel } = context;
    if (kernel.profile.arch.errorSource === 'firmware') return notOnArch(context);
    const place = addressOf(context);
    if (place === undefined) return noFrameThere(context);
    const word = (name: string): bigint | undefined => context.text(name) === undefined ? undefined : BigInt(context.text(name)!);
    const address = word('address') ?? (place === null ? 0n : BigInt(place));
    const given = { status: word('status') ?? 0n, mcgStatus: word('mcgStatus') ?? mcg('MCIP', 'RIPV') };
    const frame = place ?? (word('address') === undefined ? null : Number(address >> BigInt(kernel.machine.pageShift)));
    const mce: MachineCheck = {
        ...given, cpu: cpuOf(context), bank: context.number('bank') ?? 9, address, misc: word('misc') ?? 0x8cn, ipid: word('ipid') ?? 0n,
        frame: frame === null ? null : Math.floor(frame / (place === null ? 1 : 2 ** kernel.machine.pageShift)), delivery: 'poll',
    };
    reportMachineCheck(kernel, { ...mce, delivery: deliveryByRegisters(context, mce) });
    return SILENT;
};

/** A corrected or deferred error raises no exception, and without MCIP none is in progress unless the text says so; else LMCES says who gets it, and the vendor. */
function deliveryByRegisters(context: StepContext, mce: MachineCheck): Delivery {
    if (!hasStatus(mce, 'UC')) return 'poll';
    const said = deliveryOf(context);
    if (said !== undefined) return said;
    if (!hasMcg(mce, 'MCIP')) return 'poll';
    return hasMcg(mce, 'LMCES') || context.kernel.machine.cpuVendor === 'amd' ? 'one' : 'all';
}

const CPER_WORDS: Readonly<Record<string, CperSeverity>> = { recoverable: 'recoverable', fatal: 'fatal', corrected: 'corrected', informational: 'info' };
const PROCESSOR_ERRORS: Readonly<Record<string, number>> = { cache: 2, tlb: 4, bus: 8, 'micro-architectural': 16, none: 0 };

const ghes: Operation = (context) => {
    const { kernel } = context;
    const address = addressOf(context);
    if (address === undefined) return noFrameThere(context);
    const severity = CPER_WORDS[context.text('severity') ?? ''] ?? 'recoverable';
    const sectionSeverity = CPER_WORDS[context.text('section') ?? ''] ?? severity;
    const processor = context.text('processor');
    const guid = context.text('vendor');
    const mask = context.text('mask');
    const section: FirmwareSection = memorySection(sectionSeverity, address, {
        ...processor === undefined ? {} : { kind: 'arm-processor', errorType: PROCESSOR_ERRORS[processor] ?? 0 },
        ...guid === undefined ? {} : { kind: 'vendor', guid },
        ...processor === undefined && context.number('type') !== undefined ? { errorType: context.number('type')! } : {},
        ...mask === undefined ? {} : { mask: BigInt(mask) === 0n ? null : BigInt(mask) },
        thresholdExceeded: context.text('threshold') === 'threshold',
    });
    const synchronous = context.text('behind') === 'abort';
    const source = context.number('source') ?? (synchronous || kernel.profile.arch.errorSource !== 'firmware' ? SEA_SOURCE : ASYNCHRONOUS_SOURCE);
    const record = { severity, source, sections: Array.from({ length: context.number('sections') ?? 1 }, () => section) };
    // A record and no more: the memory is as it was.
    if (synchronous) kernel.machine.firmwareErrors.behindAbort = record;
    else ghesProc(kernel, record);
    return SILENT;
};

/** Memory goes bad; whoever meets it first learns of it. */
const latent: Operation = (context) => {
    const pfn = context.pfn();
    if (pfn === null) return noFrameThere(context);
    const { machine } = context.kernel;
    machine.memory.bad.set(pfn, machine.timeNs);
    const place = context.place();
    const offset = place === null ? 0 : context.places.byteOffset(place) % 2 ** machine.pageShift;
    if (offset > 0) machine.memory.badAt.set(pfn, offset);
    if (context.text('firmware') === 'unclaimed') machine.firmwareErrors.unclaimed.add(pfn);
    context.kernel.pageChanged(pfn, 'memory', 'healthy', 'bad');
    context.kernel.decide('memory.latent', pfn);
    return SILENT;
};

/** Somebody who is no program comes by: the error is reported if there is one. */
function metBy(meaning: ErrorMeaning, decision: 'memory.found-by-scrubber' | 'memory.found-by-device'): Operation {
    return (context) => {
        const { kernel } = context;
        const address = addressOf(context);
        if (address === undefined || address === null) return noFrameThere(context);
        const pfn = Math.floor(address / 2 ** kernel.machine.pageShift);
        if (!kernel.machine.memory.bad.has(pfn)) {
            kernel.decide('memory.healthy', pfn);
            return SILENT;
        }
        kernel.decide(decision, pfn);
        if (firmwareTakes(kernel, meaning)) return firmwareFirst(context, meaning);
        reportMachineCheck(kernel, recordOf(kernel.machine, { cpu: 0, meaning, address }));
        return SILENT;
    };
}

export const ERROR_OPERATIONS: Readonly<Record<string, Operation>> = {
    'machine-check': machineCheck,
    'machine-check-registers': registers,
    ghes,
    latent,
    scrub: metBy('AO', 'memory.found-by-scrubber'),
    dma: metBy('UCNA', 'memory.found-by-device'),
    'cec-threshold': (context) => {
        if (context.kernel.profile.arch.errorSource === 'firmware') return notOnArch(context);
        const pfn = context.pfn();
        if (pfn !== null) cecThreshold(context.kernel, pfn);
        return SILENT;
    },
};
