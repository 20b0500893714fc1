/** From what belongs together to a verdict with its reasons: rules in order, the first that fits decides. */
import type { LogEvent, MessageEvent, Quote } from '../events/event.js';
import { bit, memoryCode, ofMemory, ofMemoryController } from '../events/machine-check.js';
import type { Reason, Verdict } from './incident.js';
import { HANDLER_FUNCTIONS, INJECTOR_FUNCTIONS, TEST_PROGRAMS, type KnownFault } from './known-faults.js';
import { consumedInKernel, faultsOf, fromMonitor, knownFaultOf, machineChecksOf, messagesOf, type Group } from './signs.js';

export interface Judged {
    readonly verdict: Verdict;
    readonly certainty: 'certain' | 'likely';
    readonly reasons: readonly Reason[];
    readonly knownFault?: KnownFault;
    readonly wouldDecide?: string;
}

type Rule = (group: Group) => Judged | undefined;

const quotes = (...events: readonly (LogEvent | undefined)[]): Quote[] => events.flatMap((event) => event?.lines.slice(0, 2) ?? []);
const reason = (text: string, ...events: readonly (LogEvent | undefined)[]): Reason => ({ text, quotes: quotes(...events) });

const UNCORRECTED: ReadonlySet<string> = new Set(['recoverable', 'fatal', 'deferred']);

export function uncorrected(group: Group): boolean {
    return group.reports.some(({ severity }) => UNCORRECTED.has(severity));
}

/** A run of frames that were given up one after the other, with no hardware behind it. */
const RUN = 4;

/** What edac_fake_inject_write() calls its errors. */
const EDAC_TEST = 'FAKE ERROR';

/** 1. Somebody asked for it. */
const injected: Rule = (group) => {
    const message = messagesOf(group).find(({ id }) => id === 'injectMadvise' || id === 'injectPfn' || id === 'softOfflinePfn');
    const crash = group.crashes.find(({ crash: { trace } }) => trace.some((name) => INJECTOR_FUNCTIONS.test(name)))?.crash;
    const tool = group.boot.injectors.find((event) => event.kind === 'injector' && event.how === 'mce-inject');
    const byTool = tool !== undefined && (machineChecksOf(group).length > 0 || (group.reports.length === 0 && group.frames.length > 0));
    const program = [...messagesOf(group), ...faultsOf(group)].find(({ task }) => task !== undefined && TEST_PROGRAMS.has(task.comm));
    const fake = group.reports.find(({ first }) => first.kind === 'edac' && first.what === EDAC_TEST);
    if (message === undefined && crash === undefined && !byTool && program === undefined && fake === undefined) return undefined;
    const fault = knownFaultOf(group);
    return {
        verdict: 'injected', certainty: message === undefined && crash === undefined && !byTool && fake === undefined ? 'likely' : 'certain', ...(fault === undefined ? {} : { knownFault: fault }),
        reasons: [
            message !== undefined ? reason(message.id === 'softOfflinePfn' ? 'a process asked for the page to be taken out of use with madvise(MADV_SOFT_OFFLINE)' : message.id === 'injectPfn' ? 'the error was written to corrupt-pfn' : 'a process injected the error with madvise(MADV_HWPOISON)', message)
                : crash !== undefined ? reason(`${crash.trace.find((name) => INJECTOR_FUNCTIONS.test(name))!}() is in the call trace: the error was injected`, crash) : byTool ? reason('mce-inject was used', tool) : fake !== undefined ? reason('EDAC says itself that the error was made up, through its fake_inject', fake.first) : reason(`${program!.task!.comm} is a program that has errors injected and meets them`, program),
            ...(fault === undefined ? [] : [reason(`what followed is a software fault: ${fault.title} (${fault.affected}). ${fault.mend}`, group.crashes[0]?.crash)]),
        ],
    };
};

/** 2. A fault that is in the table. */
const known: Rule = (group) => {
    const fault = knownFaultOf(group);
    if (fault === undefined) return undefined;
    const consumed = consumedInKernel(group);
    const tdx = group.boot.loose.find(({ id }) => id === 'tdxPrivate');
    const monitor = group.boot.others.find(({ says }) => says === 'injected-into-guest');
    return {
        verdict: fault.noBadMemory === true ? 'software' : 'known-software-fault', certainty: 'certain', knownFault: fault,
        reasons: [
            reason(`${fault.title} (${fault.affected})`, tdx ?? monitor ?? consumed ?? group.crashes[0]?.crash ?? decisive(group)),
            ...(fault.noBadMemory === true ? [] : [reason('the error itself is real: the hardware reported it', group.reports.find(({ severity }) => UNCORRECTED.has(severity))?.first)]).filter(({ quotes: found }) => found.length > 0),
            { text: fault.mend, quotes: [] },
        ],
    };
};

/** The message that says most: what was tried last and failed. */
function decisive(group: Group): LogEvent | undefined {
    const messages = messagesOf(group);
    return messages.find(({ id }) => id === 'sigkill' || id === 'stillRef') ?? messages.find(({ id }) => id === 'action') ?? messages[0];
}

/** 3. A driver gave pages up. */
const driver: Rule = (group) => {
    if (group.reports.length > 0 || group.frames.length < RUN) return undefined;
    const [first] = group.frames;
    const line = first!.messages[0]!.lines[0]!.line;
    const warning = group.boot.crashes.find((crash) => crash.modules.size > 0 && crash.lines[0]!.line < line);
    return {
        verdict: 'software', certainty: warning === undefined ? 'likely' : 'certain',
        reasons: [
            reason(`${group.frames.length} neighbouring frames were given up one after the other, and nothing of hardware was reported: a driver called memory_failure()`, first!.messages[0], group.frames[1]!.messages[0]),
            ...(warning === undefined ? [] : [reason(`${warning.trace[0] ?? 'a function'}() of ${[...warning.modules].join(', ')} warned before`, warning)]),
        ],
    };
};

/** 4. A guest whose monitor passed an error on. */
const guest: Rule = (group) => {
    const monitor = group.boot.others.find(({ says }) => says === 'injected-into-guest');
    if (!fromMonitor(group) || machineChecksOf(group).length + group.frames.length === 0) return undefined;
    return {
        verdict: 'undecided', certainty: 'likely', wouldDecide: 'The log of the host: whether its memory is bad, or a test injected the error there.',
        reasons: [reason('the virtual machine monitor passed the error on: this kernel cannot know whether memory is bad', monitor ?? machineChecksOf(group)[0])],
    };
};

/** The data fabric of AMD's processors refused an access. */
const addressViolation: Rule = (group) => {
    const event = machineChecksOf(group).find(({ decoded }) => decoded.some((words) => /\bAddress Violation\b/i.test(words)));
    if (event === undefined || group.frames.length > 0) return undefined;
    return {
        verdict: 'undecided', certainty: 'likely', wouldDecide: 'Which device or driver made the access: lines of drivers and of the IOMMU before it.',
        reasons: [reason('an access to an address behind which there is nothing (address violation): no part is said to be bad', event)],
    };
};

/** 5. The processor's state is lost, and no address. */
const contextCorrupt: Rule = (group) => {
    const event = machineChecksOf(group).find(({ status, severity }) => severity === 'fatal' && status !== undefined && bit(status, 57));
    if (event === undefined || (event.addr !== undefined && memoryCode(event.status)) || ofMemoryController(event)) return undefined;
    const { guest: name, guestBy } = group.machine;
    if (name === undefined) {
        return { verdict: 'hardware', certainty: 'likely', reasons: [reason('the processor says that its context is corrupt (PCC); the record names no memory: the CPU or the board', event)] };
    }
    return {
        verdict: 'undecided', certainty: 'likely', wouldDecide: 'The log of the host, and whether other machines with this CPU and hypervisor say the same.',
        reasons: [reason('processor context corrupt (PCC), without an address of memory', event), { text: `the kernel runs on a hypervisor (${name}): it or the CPU below may be at fault`, quotes: guestBy === undefined ? [] : [guestBy] }],
    };
};

/** What POWER's kernel takes for a fault of software: entries that were made twice, addresses that nobody has. */
const softwareCause: Rule = (group) => {
    const events = group.reports.flatMap(({ first }) => (first.kind === 'power-machine-check' ? [first] : []));
    if (group.frames.length > 0 || events.length === 0 || events.length < group.reports.length || events.some(({ cause }) => cause !== 'software' && cause !== 'probably-software')) return undefined;
    if (events.every(({ cause }) => cause === 'software')) return { verdict: 'software', certainty: 'likely', reasons: [reason('the kernel says that software caused the machine check', events[0])] };
    return {
        verdict: 'undecided', certainty: 'likely', wouldDecide: 'Whether the processor has other errors, in the log of its service processor.',
        reasons: [reason('the kernel says that software probably caused the machine check, with some chance that hardware did', events[0])],
    };
};

/** Corrected errors in such a number are no chance any more. */
const MANY = 10;

/** 6. What was reported does not say how bad it was. */
const cutOff: Rule = (group) => {
    if (group.reports.length === 0 || group.frames.length > 0 || group.reports.some(({ severity }) => severity !== 'unknown')) return undefined;
    const [first] = group.reports;
    const invalid = first!.first.kind === 'machine-check' && first!.first.status !== undefined && !bit(first!.first.status, 63);
    return {
        verdict: 'undecided', certainty: 'likely', wouldDecide: invalid ? 'Other records of the same moment: mcelog, rasdaemon, EDAC, the log of the management controller.' : 'The rest of the record: it says how bad the error was.',
        reasons: [reason(invalid ? 'a record of a bank that says of itself that it holds no error (VAL is not set)' : 'the beginning of a record that does not say how bad the error was', first!.first)],
    };
};

/** 7. Corrected errors only. */
const corrected: Rule = (group) => {
    if (group.reports.length === 0 || uncorrected(group)) return undefined;
    const messages = messagesOf(group);
    const stays = messages.find(({ id, result }) => id === 'unhandlable' || id === 'soMigrate' || id === 'soIsolate' || id === 'soUnknown' || id === 'soSplit' || (id === 'action' && result !== 'MF_RECOVERED'));
    const errors = errorsOf(group);
    const overflow = group.reports.find(({ first }) => (first.kind === 'edac' && first.overflow) || (first.kind === 'machine-check' && first.status !== undefined && bit(first.status, 62)));
    const first = group.reports.find(({ part }) => part !== undefined)?.first ?? group.reports[0]!.first;
    const memory = group.reports.some(isMemory);
    if (stays !== undefined && memory && (errors >= MANY || overflow !== undefined)) {
        return {
            verdict: 'hardware', certainty: 'likely',
            reasons: [reason(`${errors} corrected errors${overflow === undefined ? '' : ', and more than the hardware could count'}, on one part`, first), reason('the kernel could not take the page out of use: it goes on being used', stays)],
        };
    }
    const words = memory ? '' : ', and none of them in memory (DRAM)';
    return {
        verdict: 'corrected-only', certainty: 'certain',
        reasons: [reason(`${errors} corrected error${errors === 1 ? '' : 's'}${words}`, first), ...(stays === undefined ? [] : [reason('the kernel could not take the page out of use', stays)])],
    };
};

export function isMemory(report: Group['reports'][number]): boolean {
    const { section, channel, first } = report;
    if (channel === 'record') return /memory|mem error|CXL (?:DRAM|General Media)/i.test(section?.type ?? '');
    if (first.kind === 'machine-check') return first.from === 'amd-decoder' || (first.from === 'rasdaemon' && first.vendor === 'amd') ? first.decoded.some((line) => /Unified Memory Controller|DRAM ECC/.test(line)) : ofMemory(first) || first.decoded.some((line) => /MEMORY CONTROLLER|Memory (?:read|write|scrubbing)/i.test(line));
    if (first.kind === 'power-machine-check') return first.error.startsWith('UE');
    if (first.kind === 'other-speaker' && first.says === 'reset-reason') return false;
    return channel !== 'edac' || (first.kind === 'edac' && first.controller.startsWith('MC'));
}

/** Two reports of one error are one: the channel that counted most. */
export function errorsOf(group: Group): number {
    const byChannel = new Map<string, number>();
    for (const { channel, count, first } of group.reports) {
        const key = first.kind === 'machine-check' ? `machine-check ${first.from}` : channel;
        byChannel.set(key, (byChannel.get(key) ?? 0) + count);
    }
    const handled = group.frames.length;
    return Math.max(handled, ...byChannel.values(), 1);
}

/** 8. A fault of the handler that no row knows. */
const handlerFault: Rule = (group) => {
    const joined = group.crashes.find(({ crash }) => (crash.crash === 'bug' || crash.crash === 'page-fault' || crash.crash === 'general-protection' || crash.crash === 'oops' || crash.crash === 'sanitizer') && crash.trace.some((name) => HANDLER_FUNCTIONS.test(name)));
    if (joined === undefined) return undefined;
    return {
        verdict: 'known-software-fault', certainty: 'likely',
        reasons: [reason('the kernel crashed while it handled the error, in the handling itself; no row of the known faults fits', joined.crash), ...(uncorrected(group) ? [reason('the error itself was reported by hardware', group.reports[0]!.first)] : [])],
    };
};

/** 9. Hardware says so. */
const hardware: Rule = (group) => {
    const report = group.reports.find(({ severity }) => UNCORRECTED.has(severity)) ?? group.reports[0];
    if (report === undefined) return undefined;
    const consumed = consumedInKernel(group);
    const stays = messagesOf(group).find(({ id, result, type }) => id === 'action' && type !== 'MF_MSG_ALREADY_POISONED' && (result === 'MF_IGNORED' || result === 'MF_FAILED'));
    const again = messagesOf(group).find(({ id, type }) => id === 'alreadyOld' || type === 'MF_MSG_ALREADY_POISONED');
    const external = group.crashes.find(({ crash }) => crash.crash === 'external-abort');
    const software = messagesOf(group).length === 0 && report.section !== undefined && !/memory|processor|PCIe|CXL/i.test(report.section.type);
    return {
        verdict: 'hardware', certainty: software ? 'likely' : 'certain',
        reasons: [
            reason(`${report.previousBoot ? 'the boot before ended in' : 'hardware reported'} ${article(report.severity)} ${report.severity === 'recoverable' ? 'uncorrected' : report.severity} error${isMemory(report) ? ' of memory' : ''}`, report.first),
            ...(stays === undefined ? [] : [reason(`the kernel could not isolate the page (${stays.values['string'] ?? ''}: ${stays.values['result'] ?? ''}): it stays in use`, stays)]),
            ...(again === undefined || stays !== undefined ? [] : [reason('the page was known to be bad already: it was reported again', again)]),
            ...(consumed === undefined ? [] : [reason(`the kernel itself read it, in ${consumed.ipFunction ?? 'an unknown function'}(), where it cannot recover`, consumed)]),
            ...(external === undefined ? [] : [reason('the kernel itself consumed it', external.crash)]),
        ],
    };
};

function article(severity: string): string {
    return severity === 'recoverable' ? 'an' : 'a';
}

/** By boot: a boot can have as many groups as frames. */
const injections = new WeakMap<Group['boot'], MessageEvent | null>();

/** A line of the injector somewhere in the boot, once all of it has been read. */
function injectionIn(boot: Group['boot']): MessageEvent | undefined {
    let found = injections.get(boot);
    if (found === undefined) {
        found = null;
        for (const { messages } of boot.frames.values()) found ??= messages.find(({ id }) => id === 'injectMadvise' || id === 'injectPfn') ?? null;
        injections.set(boot, found);
    }
    return found ?? undefined;
}

/** mcelog runs on x86. */
const MCELOG_SHIFT = 12;

/** 10. memory_failure() ran, and the log does not say why. */
const handledOnly: Rule = (group) => {
    const messages = messagesOf(group);
    if (messages.length === 0) return undefined;
    const soft = messages.every(({ id }) => id.startsWith('so') || id === 'cecSoftOffline' || id === 'unhandlable');
    const unpoison = messages.every(({ id }) => id.startsWith('un') && id !== 'unmapFail' && id !== 'unknownState' && id !== 'unhandlable');
    if (unpoison) return { verdict: 'injected', certainty: 'likely', reasons: [reason('somebody asked for a page to be taken back (unpoison)', messages[0])] };
    if (soft) {
        const cec = messages.some(({ id }) => id === 'cecSoftOffline');
        const daemon = group.boot.others.find(({ says, phys }) => says === 'page-offlined' && phys !== undefined && group.frames.some(({ pfn }) => pfn === phys >> BigInt(group.machine.pageShift ?? MCELOG_SHIFT)));
        if (daemon !== undefined && !cec) return { verdict: 'corrected-only', certainty: 'likely', reasons: [reason('mcelog counted corrected errors of the page and gave it up', daemon, messages[0])] };
        return {
            verdict: cec ? 'corrected-only' : 'undecided', certainty: 'likely', reasons: [reason(cec ? 'the corrected errors collector gave the page up' : 'a page was to be taken out of use (soft offline)', messages[0])],
            ...(cec ? {} : { wouldDecide: 'Who asked for it: the corrected errors collector, mcelog, rasdaemon, firmware, or a test through /sys.' }),
        };
    }
    const test = injectionIn(group.boot);
    if (test !== undefined) return { verdict: 'injected', certainty: 'likely', reasons: [reason('memory_failure() took the frame for bad, no hardware reported it, and in this boot somebody injected errors', decisive(group), test)] };
    return {
        verdict: 'hardware', certainty: 'likely',
        reasons: [reason('memory_failure() took the frame for bad; no line says that somebody injected the error, nor how hardware reported it (injection through /sys prints no line of its own)', decisive(group))],
    };
};

const RULES: readonly Rule[] = [injected, known, driver, guest, addressViolation, contextCorrupt, softwareCause, cutOff, corrected, handlerFault, hardware, handledOnly];

export function judge(group: Group): Judged {
    for (const rule of RULES) {
        const judged = rule(group);
        if (judged !== undefined) return judged;
    }
    return { verdict: 'undecided', certainty: 'likely', reasons: [{ text: 'nothing in the log says what it was', quotes: [] }], wouldDecide: 'The whole log of this boot.' };
}
