/** What daemons, firmware and virtual machine monitors say about errors: a table of lines. */
import type { LogLine } from '../formats/line.js';
import { wallTime } from '../formats/wall-time.js';
import { resultOfWord, typeOfWords } from './wordings.js';
import type { LogEvent, MachineCheckEvent, OtherSpeakerEvent, Severity } from './event.js';
import { severityOfStatus } from './machine-check.js';
import { baseOf } from './base.js';
import { severityOf } from './cper.js';

interface Row { readonly speaker: RegExp; readonly pattern: RegExp; readonly read: (line: LogLine, match: RegExpExecArray) => LogEvent | undefined; }

const hex = (text: string): bigint => BigInt(text.startsWith('0x') ? text : `0x${text}`);

function other(line: LogLine, given: Pick<OtherSpeakerEvent, 'says'> & Partial<OtherSpeakerEvent>): OtherSpeakerEvent {
    return { ...baseOf(line), kind: 'other-speaker', ...given };
}

const ROWS: readonly Row[] = [
    // mcelog's daemon.
    { speaker: /^mcelog$/, pattern: /^Offlining page ([0-9a-f]{1,16})/, read: (line, match) => other(line, { says: 'page-offlined', phys: hex(match[1]!) }) },
    { speaker: /^mcelog$/, pattern: /^Corrected memory errors on page ([0-9a-f]{1,16}) exceed threshold/, read: (line, match) => other(line, { says: 'threshold', phys: hex(match[1]!), severity: 'corrected' }) },
    { speaker: /^mcelog$/, pattern: /^(?:Corrected|Uncorrected) DIMM memory error count exceeded threshold/, read: (line) => other(line, { says: 'threshold', severity: line.text.startsWith('U') ? 'recoverable' : 'corrected' }) },
    // rasdaemon.
    {
        speaker: /^rasdaemon$/, pattern: /\bmemory_failure_event:? .*?pfn=(0x[0-9a-f]{1,16}),?\s+page_type=(.*?),?\s+action_result=(\w+)/,
        read: (line, match) => {
            const type = typeOfWords(match[2]!.trim());
            const result = resultOfWord(match[3]!);
            return { ...baseOf(line), kind: 'message', id: 'action', values: { pfn: match[1]!, string: match[2]!.trim(), result: match[3]! }, pfn: hex(match[1]!), old: false, ...(type === undefined ? {} : { type }), ...(result === undefined ? {} : { result }) };
        },
    },
    {
        speaker: /^rasdaemon$/, pattern: /\bmc_event:? .*?(\d{1,9}) (Corrected|Uncorrected|Deferred|Fatal|Info) errors?:? ?(.*?) on (.*?) \((.*?)\)/,
        read: (line, match) => {
            const address = /address: ?(0x[0-9a-f]{1,16})/.exec(match[5]!);
            const controller = /mc: ?(\d+)/.exec(match[5]!)?.[1] ?? '?';
            const phys = address === null ? undefined : BigInt(address[1]!);
            return {
                ...baseOf(line), kind: 'edac', controller: `MC${controller}`, severity: severityOf(match[2]!.toLowerCase()), count: Number(match[1]), what: match[3]!, part: { name: match[4]! }, overflow: false, firmware: false,
                ...(phys === undefined || phys === 0n ? {} : { page: phys >> 12n, offset: phys & 0xfffn }),
            };
        },
    },
    {
        speaker: /^rasdaemon$/, pattern: /\bmce_record\b.*?\bbank= ?([0-9a-f]{1,3})\)?,? .*?\bstatus= ?([0-9a-f]{8,16})\b(.*)$/,
        read: (line, match): MachineCheckEvent => {
            const amd = /AMD|Zen|SMCA|Unified/.test(line.text);
            const status = hex(match[2]!);
            const addr = /\baddr= ?([0-9a-f]{1,16})/.exec(line.text);
            const misc = /\bmisc= ?([0-9a-f]{1,16})/.exec(line.text);
            const cpu = /\bcpu= ?([0-9a-f]{1,5})/.exec(line.text);
            return {
                ...baseOf(line), kind: 'machine-check', from: 'rasdaemon', bank: Number.parseInt(match[1]!, match[0].includes(`(bank=${match[1]!})`) ? 10 : 16), status, ...(amd ? { vendor: 'amd' } : {}), severity: severityOfStatus(status, amd ? 'amd' : undefined), decoded: [line.text.slice(match.index).replace(/^mce_record:? *(?:\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d{4} )?/, '').slice(0, 300)],
                ...(addr === null ? {} : { addr: hex(addr[1]!) }), ...(misc === null ? {} : { misc: hex(misc[1]!) }), ...(cpu === null ? {} : { cpu: Number(cpu[1]) }),
            };
        },
    },
    {
        speaker: /^rasdaemon$/, pattern: /\b(?:non_standard_event|arm_event|aer_event|extlog_mem_event|devlink_event)\b.*?\b(severity: ?\w+|Corrected|Uncorrected|Recoverable|Fatal)?/,
        read: (line, match) => other(line, { says: 'memory-event', severity: severityOf((match[1] ?? '').toLowerCase()) }),
    },
    // Trusted firmware that hands an abort over.
    { speaker: /^firmware$/, pattern: /\bPA is valid: ?(0x[0-9a-f]{1,16})/, read: (line, match) => other(line, { says: 'firmware-abort', phys: hex(match[1]!) }) },
    // A VMM that passes a SIGBUS on.
    {
        speaker: /^vmm$|^qemu/, pattern: /Guest MCE Memory Error at QEMU addr (0x[0-9a-f]+) and GUEST addr (0x[0-9a-f]+) of type (\w+) injected/,
        read: (line, match) => other(line, { says: 'injected-into-guest', phys: hex(match[2]!), severity: 'recoverable' satisfies Severity }),
    },
];

/** The head of what `ras-mc-ctl --errors` prints of an event: its number in the database and when it was. */
const LISTED = /^\d{1,9} (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d{4}) (.*)$/;
const LISTED_MEMORY = /^(\d{1,9}) (Corrected|Uncorrected|Deferred|Fatal|Info) error\(s\): (.*) at (.*?) location: [\d:-]+(?:, addr (\d{1,20}))?/;
const LISTED_CHECK = /^error: (.*?)\bmcgstatus= ?\w+, ?(.*?)\bstatus=0x([0-9a-f]{1,16})\b(?:.*?\baddr=0x([0-9a-f]{1,16}))?(?:.*?\bmisc=0x([0-9a-f]{1,16}))?(?:.*?\bwalltime=0x([0-9a-f]{1,16}))?(?:.*?\bcpu=0x([0-9a-f]{1,8}))?(?:.*?\bsocketid=0x([0-9a-f]{1,8}))?(?:.*?\bbank=0x([0-9a-f]{1,8}))?/;

/** A line of rasdaemon's database as `ras-mc-ctl --errors` lists it, which has no speaker. */
export function readListed(line: LogLine): LogEvent | undefined {
    if (!line.text.includes('mcgstatus=') && !line.text.includes('error(s): ')) return undefined;
    const listed = LISTED.exec(line.text);
    if (listed === null) return undefined;
    const wallMs = wallTime(listed[1]!);
    const base = { ...baseOf(line), ...(wallMs === undefined ? {} : { wallMs }) };
    const memory = LISTED_MEMORY.exec(listed[2]!);
    if (memory !== null) {
        const phys = memory[5] === undefined ? 0n : BigInt(memory[5]);
        return {
            ...base, kind: 'edac', controller: 'MC', severity: severityOf(memory[2]!.toLowerCase()), count: Number(memory[1]), what: memory[3]!, part: { name: memory[4]! }, overflow: false, firmware: false,
            ...(phys === 0n ? {} : { page: phys >> 12n, offset: phys & 0xfffn }),
        };
    }
    const check = LISTED_CHECK.exec(listed[2]!);
    if (check === null) return undefined;
    const [, words, more, status, addr, misc, time, cpu, socket, bank] = check;
    const amd = /AMD|Unified Memory Controller|SMCA|\bCECC\b|\bUECC\b/.test(`${words!}${more!}`);
    return {
        ...base, kind: 'machine-check', from: 'rasdaemon', status: hex(status!), severity: severityOfStatus(hex(status!), amd ? 'amd' : undefined), decoded: [words!.replace(/[, ]+$/, '').slice(0, 200)],
        ...(amd ? { vendor: 'amd' } : {}), ...(addr === undefined ? {} : { addr: hex(addr) }), ...(misc === undefined ? {} : { misc: hex(misc) }), ...(time === undefined ? {} : { time: Number.parseInt(time, 16) }),
        ...(cpu === undefined ? {} : { cpu: Number.parseInt(cpu, 16) }), ...(socket === undefined ? {} : { socket: Number.parseInt(socket, 16) }), ...(bank === undefined ? {} : { bank: Number.parseInt(bank, 16) }),
    };
}

/** What rasdaemon prints where it was started by hand: the head of a trace event, and no name of its own. */
const TRACED = /^\S{1,40}-\d{1,10} +\[\d{3,5}\] .*? (?:mc_event|mce_record|memory_failure_event):? /;

export function readTraced(line: LogLine): LogEvent | undefined {
    return line.text.includes('] ') && TRACED.test(line.text) ? readDaemon({ ...line, speaker: 'rasdaemon' }) : undefined;
}

/** Why an AMD machine was reset before this boot (6.16, arch/x86/kernel/cpu/amd.c): of its reasons those that are errors. */
const RESET_REASON = /^x86\/amd: Previous system reset reason \[0x[0-9a-f]{8}\]: (?:an uncorrected error caused|a parity error occurred)/;

export function readResetReason(line: LogLine): LogEvent | undefined {
    return line.text.startsWith('x86/amd: ') && RESET_REASON.test(line.text) ? other(line, { says: 'reset-reason', severity: 'fatal' }) : undefined;
}

export function readDaemon(line: LogLine): LogEvent | undefined {
    for (const { speaker, pattern, read } of ROWS) {
        if (!speaker.test(line.speaker)) continue;
        const match = pattern.exec(line.text);
        if (match !== null) return read(line, match);
    }
    return undefined;
}
